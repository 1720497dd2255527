"""Which table a sheet is."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanbin_lib.contract import TABLES
from hanbin_lib.ingest.findings import Finding, Severity
from hanbin_lib.ingest.grid import Grid, encode
from hanbin_lib.ingest.recognise import Recognised, recognise

MONITORED = TABLES["monitored_persons"]
LIFTED = TABLES["lifted_persons"]


def grid(headings, *, above=0, file="表.xlsx"):
    """A sheet with `above` lines over the headings and one row below."""
    lines = [[f"标题{n}", *[None] * (len(headings) - 1)] for n in range(above)]
    rows = [*lines, list(headings), ["x"] * len(headings)]
    return Grid(file, "Sheet1", tuple(column(cells) for cells in zip(*rows, strict=True)))


def column(cells):
    return encode(pa.chunked_array([pa.array(cells, pa.string())]))


def headings_of(table):
    return [column.heading for column in table.columns]


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
@given(st.data())
def test_every_table_is_told_by_its_headings_in_any_order_and_row(table, data):
    headings = data.draw(st.permutations(headings_of(table)))
    above = data.draw(st.integers(0, 8))
    found = recognise(grid(headings, above=above), TABLES.values())
    assert isinstance(found, Recognised)
    assert (found.table, found.header, found.unknown) == (table, above, ())
    for column in table.columns:
        assert [headings[place] for place in found.places[column.name]] == [column.heading]


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_required_columns_alone_make_the_table(table):
    required = [column.heading for column in table.required]
    if len(required) >= 3:
        found = recognise(grid(required), TABLES.values())
        assert isinstance(found, Recognised)
        assert {c.name for c in table.required} <= set(found.places)


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_no_two_columns_of_a_table_share_a_heading(table):
    spellings = [spelling for c in table.columns for spelling in {c.heading, *c.aliases}]
    assert len(spellings) == len(set(spellings))


def test_aliases_full_width_brackets_and_blanks():
    headings = headings_of(MONITORED)
    headings[headings.index("人口编号")] = "人 编号"
    headings[headings.index("务工时间（月）")] = "务工时间(月)　"
    headings[headings.index("乡")] = "乡（镇）"
    found = recognise(grid(headings), TABLES.values())
    assert isinstance(found, Recognised)
    assert {"person_code", "work_months", "town_name"} <= set(found.places)


def test_a_doubled_heading_gives_both_places():
    headings = [*headings_of(MONITORED), "识别监测时间", "风险是否已消除0"]
    found = recognise(grid(headings), TABLES.values())
    assert isinstance(found, Recognised)
    assert len(found.places["identified_month"]) == 2
    assert len(found.places["is_risk_eliminated"]) == 2


def test_unknown_columns_are_listed():
    found = recognise(grid([*headings_of(LIFTED), "民族", "政治面貌"]), TABLES.values())
    assert isinstance(found, Recognised)
    assert found.unknown == ("民族", "政治面貌")


@pytest.mark.parametrize("missing", [column.heading for column in MONITORED.required])
def test_a_required_column_that_is_missing_is_named(missing):
    found = recognise(grid([h for h in headings_of(MONITORED) if h != missing], above=2), TABLES.values())
    assert isinstance(found, Finding)
    assert (found.rule_id, found.row) == ("HB-I-103", 3)
    assert missing in found.message


def test_a_renamed_column_is_named_beside_the_one_that_is_missing():
    headings = ["乡镇单位" if h == "乡" else h for h in headings_of(MONITORED)]
    found = recognise(grid(headings), TABLES.values())
    assert isinstance(found, Finding)
    assert found.message.endswith("缺少必需的列：乡；没有认出的表头：乡镇单位")


@pytest.mark.parametrize(
    ("table", "renamed"),
    [(table, column.heading) for table in TABLES.values() for column in table.required],
    ids=lambda one: getattr(one, "name", one),
)
def test_each_required_heading_renamed_once_is_one_finding_that_names_it(table, renamed):
    """Never another table, never a figure made without it: the import stops and says which column it is."""
    found = recognise(
        grid(["某个新表头" if h == renamed else h for h in headings_of(table)]), TABLES.values()
    )
    assert isinstance(found, Finding)
    assert found.severity is Severity.ERROR
    assert f"“{table.title}”" in found.message
    assert renamed in found.message


def test_lifted_households_with_the_monitored_category_added_stay_lifted():
    found = recognise(grid([*headings_of(LIFTED), "监测对象类别"]), TABLES.values())
    assert isinstance(found, Recognised)
    assert found.table == LIFTED
    assert found.unknown == ("监测对象类别",)


def test_the_wrong_sheet_is_compared_with_the_closest_table():
    found = recognise(grid(["户编号", "姓名", "性别", "备注"]), TABLES.values())
    assert isinstance(found, Finding)
    assert found.rule_id == "HB-I-102"
    assert "最接近" in found.message
    assert "证件号码" in found.message


def test_a_sheet_of_something_else():
    found = recognise(grid(["甲", "乙", "丙"]), TABLES.values())
    assert isinstance(found, Finding)
    assert "没有已知的表头" in found.message


def test_an_empty_sheet_is_nothing():
    assert recognise(Grid("a.xlsx", "空", ()), TABLES.values()) is None


@pytest.mark.parametrize(("above", "file"), [("监测对象信息（演示数据）", "a.xlsx"), ("", "a_演示数据.xlsx")])
def test_demonstration_data_say_so(above, file):
    sheet = grid(headings_of(LIFTED), above=1, file=file)
    first = column([above, *(sheet.row(n)[0] for n in range(1, sheet.height))])
    marked = Grid(file, "S", (first, *sheet.columns[1:]))
    assert recognise(marked, TABLES.values()).is_demonstration
    assert not recognise(grid(headings_of(LIFTED), above=1), TABLES.values()).is_demonstration
