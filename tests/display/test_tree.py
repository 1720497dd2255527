"""An object comes back from a notebook as it went in."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanbin_lib.charts import gallery
from hanbin_lib.display import (
    CHANGE,
    AnnexTable,
    BarCell,
    Column,
    Columns,
    Decision,
    Decisions,
    Figure,
    KeyFigure,
    KeyFigures,
    Missing,
    Paragraph,
    Phrase,
    RangeCell,
    Strip,
    Strong,
    Table,
)
from hanbin_lib.display.tree import dumps, loads

numbers = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**12), 10**12)
addresses = st.lists(st.text(max_size=3), max_size=4).map("|".join)
figures = st.builds(Figure, numbers, st.text(max_size=4), addresses, st.sampled_from((CHANGE,)))
phrases = st.builds(
    Phrase, st.lists(st.text(max_size=3) | figures, max_size=3).map(tuple), st.text(max_size=9)
)
words = st.text(max_size=6) | figures | phrases
cells = words | words.map(lambda one: Strong((one,)))


@given(st.lists(st.tuples(cells, figures), max_size=30), st.frozensets(st.integers(0, 30), max_size=3))
def test_a_table_comes_back(rows, emphasis):
    table = Table("表", (Column("镇"), Column("户", "right")), tuple(rows), "户", emphasis, totals=1)
    assert loads(dumps(table)) == table
    assert loads(dumps(Columns((table, Missing("甲", "乙")), (60.0, 60.0)))).items[0] == table


def test_every_kind_comes_back():
    figure = Figure(3.5, "个月", "a|b|c|d")
    for one in (
        Paragraph(("话", figure, Strong((figure,))), "note"),
        KeyFigures((KeyFigure("在册", figure, Paragraph(("较",)), "字", (1.0, None, 2.0), "act"),)),
        Decisions("题", (Decision(("请",), (figure,), "六"),), "无"),
        Strip((("", "到访", figure), ("=", "合计", Phrase(("未收到",), "x")))),
        Table(
            "表",
            (Column("位次"),),
            ((RangeCell(figure, 1.0, 3.0, 2.0, None, 26.0),), (BarCell(figure, 0.5),)),
        ),
        Missing("章", "没有收到", is_chapter=True),
        gallery.EXAMPLES["income_bands"](),
    ):
        assert loads(dumps(one)) == one


def test_a_long_list_repeats_no_name():
    rows = tuple(
        (f"{n % 26}镇", f"{n:019d}", Figure(n % 3, "户", "x"), Figure(n, "人", f"persons|2022-09|{n}|all"))
        for n in range(5000)
    )
    columns = (Column("镇"), Column("户编号"), Column("户", "right"), Column("人", "right"))
    table = AnnexTable("清单", columns, rows)
    kept = dumps(table)
    assert loads(kept) == table
    assert [kept.count(f'"{n}镇"') for n in range(26)] == [1] * 26
    assert [kept.count(f'"{part}"') for part in ("persons", "2022-09", "all", "人", "4999")] == [
        1,
        1,
        1,
        2,
        1,
    ]


def test_numbers_of_numpy_are_numbers_and_none_is_none():
    kept = loads(
        dumps(KeyFigures((KeyFigure("a", Figure(np.int64(3), "户", "x"), trend=(math.nan, np.float64(2))),)))
    )
    assert kept.cards[0].figure.value == 3
    assert kept.cards[0].trend == (None, 2.0)


@pytest.mark.parametrize(
    "text", ['{"Popen":["x"]}', '{"Figure":[1,"户","x"]}', "[1]", '"字"', '{"Style":[]}']
)
def test_nothing_else_is_an_object(text):
    json.loads(text)
    with pytest.raises(ValueError, match="no display object"):
        loads(text)
