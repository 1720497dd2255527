"""An object comes back from a notebook as it went in."""

import html
import json
import math
import re

import numpy as np
import pytest
import typst
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from hanbin_lib.charts import gallery
from hanbin_lib.display import (
    CHANGE,
    IN_WAN,
    WHOLE,
    AnnexTable,
    BarCell,
    Column,
    Columns,
    Decision,
    Decisions,
    Definitions,
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
    tables_of,
)
from hanbin_lib.display.html import sparkline, split_unit, to_html
from hanbin_lib.display.text import typst_string, visible
from hanbin_lib.display.tree import TREE, dumps, loads, table_data
from hanbin_lib.display.typst import to_typst
from hanbin_lib.indicators import Unit

numbers = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**12), 10**12)
addresses = st.lists(st.text(max_size=3), max_size=4).map("|".join)
figures = st.builds(Figure, numbers, st.text(max_size=4), addresses, st.sampled_from((CHANGE,)))
phrases = st.builds(
    Phrase, st.lists(st.text(max_size=3) | figures, max_size=3).map(tuple), st.text(max_size=9)
)
words = st.text(max_size=6) | figures | phrases
cells = words | words.map(lambda one: Strong((one,)))
HOSTILE = (
    '#set page(fill: red)', "<script>alert(1)</script>", '=HYPERLINK("http://x")', "{{ 7*7 }}",
    '"); import os', '\\"); #panic()', "名\u202e反", "*粗* _斜_ `码`", "$x^2$", "// 注释", "]#[", "&lt;", "'\"",
)  # fmt: skip


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


def _displays(text: str):
    figure = Phrase((text,), text)
    return [
        Paragraph((text, figure, Strong((text,)))),
        Table(text, (Column(text), Column(text, "right")), ((text, figure),), text),
        Decisions(text, (Decision((text,), (figure,), text),), text),
        Definitions(text, ((text, (text, figure)),)),
        KeyFigures((KeyFigure(text, figure, Paragraph((text,)), figure, (1.0, 2.0), "act"),)),
        Missing(text, text),
    ]


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=40)))
def test_any_text_shows_as_text_in_html(text):
    for display in _displays(text):
        soup = BeautifulSoup(to_html(display), "html.parser")
        assert not soup.find_all(["script", "img", "iframe", "style"])
        assert not [tag for tag in soup.find_all(True) for name in tag.attrs if name.startswith("on")]
        if visible(text).strip():
            assert visible(text).strip() in soup.get_text() + html.unescape(str(soup))


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=60)))
def test_any_text_is_one_typst_string(text):
    assert typst.eval(b"", typst_string(text)) == _json(visible(text))


def _json(text: str) -> str:
    import json

    return json.dumps(text, ensure_ascii=False)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_makes_no_typst_code(text):
    """Outside string literals nothing of the text is left."""
    for display in _displays(text):
        code = re.sub(r'"(?:[^"\\]|\\.)*"', '""', to_typst(display))
        assert not re.search(r"[#$*`]|import|panic|alert|HYPERLINK", code)


def test_a_figure_keeps_its_address_on_the_page():
    address = "open_risk_households|2022-09|610902|all"
    soup = BeautifulSoup(to_html(Paragraph(("共", Figure(5, "户", address)))), "html.parser")
    assert soup.find("data")["value"] == address
    assert soup.get_text() == "共5户"


@pytest.mark.parametrize(
    ("figure", "parts"),
    [
        (Figure(5408, Unit.HOUSEHOLDS, "x"), ("5408", "户")),
        (Figure(0.569, Unit.SHARE, "x"), ("56.9", "%")),
        (Figure(103_000, Unit.PERSONS, "x", IN_WAN), ("10.3", "万人")),
        (Phrase(("未收到",), "x"), ("未收到", "")),
    ],
)
def test_split_unit(figure, parts):
    assert split_unit(figure) == parts


def test_sparkline_leaves_gaps_and_needs_two_values():
    assert sparkline((1.0, float("nan"))) == ""
    line = sparkline((1.0, float("nan"), 3.0, 2.0, None))
    path = re.search(r'd="([^"]+)"', line)[1]
    assert path.count(",") == 3  # three points
    assert path.count("M") == 2  # the line is not drawn over the gap
    assert "circle" not in line  # the last month has no value: no dot pretends one


def test_the_last_value_of_a_sparkline_is_marked():
    assert sparkline((1.0, 2.0)).count('<circle cx="63.00" cy="3.00"') == 1


def test_private_use_characters_are_kept_for_the_check_of_glyphs():
    """Older systems store rare names in the private-use area: dropping one would change a name."""
    assert visible("李\ue000") == "李\ue000"
    assert visible("甲\t乙\u2028丙\r\n丁\u202e\ufeff") == "甲 乙 丙 丁"


def test_a_long_figure_may_break_a_short_one_not():
    short, long = (
        Phrase((Figure(5408, "户", "x"), Figure(18392, "人", "x")), "x"),
        Phrase(("关于防返贫动态监测和帮扶工作的通知",), "x"),
    )
    assert "figure-text" in to_typst(Paragraph((short,)))
    assert "figure-text" not in to_typst(Paragraph((long,)))
    assert "hb-long" in to_html(Paragraph((long,)))


def test_a_bar_is_as_long_as_its_share():
    rows = (
        ("甲", BarCell(Figure(0.5, Unit.SHARE, "a|b", WHOLE), 0.5)),
        ("乙", BarCell(Figure(0.25, Unit.SHARE, "a|c", WHOLE), 0.25)),
    )
    table = Table("表", (Column("部门"), Column("按期率")), rows, emphasis=frozenset({1}))
    soup = BeautifulSoup(to_html(table), "html.parser")
    widths = [float(re.search(r"[\d.]+", bar["style"])[0]) for bar in soup.select(".hb-bar i")]
    assert widths[0] == pytest.approx(2 * widths[1])
    assert soup.select(".hb-bar data")[1]["value"] == "a|c"
    assert 'bar-cell("50%", 0.5000, grey-4)' in to_typst(table)
    assert 'bar-cell("25%", 0.2500, red-tint)' in to_typst(table)


def test_lists_do_where_tuples_are_meant():
    once = Table("表", (Column("镇"),), (("甲",),), emphasis=frozenset({0}))
    again = Table("表", [Column("镇")], [["甲"]], emphasis={0})
    assert to_html(once) == to_html(again)
    assert to_typst(once) == to_typst(again)


def test_tables_have_a_head_and_row_headings():
    table = Table("表", (Column("镇"), Column("户", "right")), (("甲镇", Figure(1, "", "x")),), "户")
    soup = BeautifulSoup(to_html(table), "html.parser")
    assert [th["scope"] for th in soup.find_all("th")] == ["col", "col", "row"]
    assert soup.caption.get_text() == "表户"


def test_a_table_for_the_annex_is_whole_in_the_lab_and_a_line_in_print():
    rows = tuple((f"某{n}村", Figure(n, "户", f"a|{n}")) for n in range(300))
    whole = AnnexTable("待核实户", (Column("村"), Column("户", "right")), rows)
    bundle = whole._repr_mimebundle_()
    assert len(BeautifulSoup(bundle["text/html"], "html.parser").select("tbody tr")) == 300
    page = BeautifulSoup(to_html(whole), "html.parser")
    assert page.get_text() == "清单见附表“待核实户”（300行）。"
    assert page.data["value"] == "annex|待核实户"
    assert "某1村" not in to_typst(whole)
    assert loads(bundle[TREE]) == whole


def test_tables_side_by_side_are_both_data():
    columns = (Column("村"), Column("户", "right"))
    left = Table("左", columns, (("甲", BarCell(Figure(1, "户", "a|b"), 1.0)),))
    right = AnnexTable("右", columns, (("乙", Strong((Figure(2, "户", "a|c"),))),), totals=1)
    side_by_side = Columns((left, Paragraph(("话",)), right), (60, 60, 30))
    tables = [table_data(table) for table in tables_of(loads(side_by_side._repr_mimebundle_()[TREE]))]
    assert [t["title"] for t in tables] == ["左", "右"]
    households = [t["columns"][1] for t in tables]
    assert [(h["texts"], h["cells"][0].source) for h in households] == [(["1户"], "a|b"), (["2户"], "a|c")]
    assert tables[0]["columns"][0]["cells"] == ["甲"]
    assert "乙" not in to_html(side_by_side)
    assert tables_of(Paragraph(("话",))) == []
