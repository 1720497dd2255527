"""Sheets as villages and offices keep them by hand: what is data is read, what is none is left out and told."""

import pytest

from hanbin_lib.contract import TABLES
from hanbin_lib.ingest.findings import Finding, combined
from hanbin_lib.ingest.grid import CellKind, SheetBuilder
from hanbin_lib.ingest.identity import check_duplicates
from hanbin_lib.ingest.reading import read_rows
from hanbin_lib.ingest.recognise import recognise
from hanbin_lib.ingest.text_tables import TextTableError, read_text_table

WORKSHOPS = ["名称", "乡", "吸纳就业人数", "其中脱贫劳动力", "状态"]
PROJECTS = ["项目编号", "项目名称", "乡", "计划资金（万元）", "支出资金（万元）"]
TASKS = ["月份", "部门", "事项", "任务", "目标值"]
PROBLEMS = ["问题编号", "来源", "发现时间", "乡", "责任单位", "问题类别", "整改时限", "完成时间"]
CALLS = "抽查月份,乡,村,户编号,接通情况,反映问题\n"


@pytest.fixture
def sheet(register):
    """Recognise and read rows of cells; None is an empty cell, other than text a number."""

    def sheet(*rows):
        builder = SheetBuilder("台账.xlsx", "表1")
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if cell is not None:
                    kind = CellKind.TEXT if isinstance(cell, str) else CellKind.NUMBER
                    builder.put(row, column, str(cell), kind)
        found = recognise(builder.grid(), TABLES.values())
        return found if isinstance(found, Finding) else read_rows(found, register)

    return sheet


def told(rows):
    return combined(rows.findings)


def shop(number, employees=10):
    return [f"工厂{number}", "甲山镇", employees, 1, "正常"]


# Names


@pytest.mark.parametrize(
    ("places", "doubled"),
    [
        (["甲山镇", "乙水街道"], []),
        (["甲山镇", "甲山镇"], [3]),
        (["甲山镇", None], [3]),  # perhaps the same one
        ([None, None], [3]),
        (["甲山镇", "乙水街道", None], [3, 4]),
        (["甲山镇", "乙水街道", "甲山镇"], [4]),
    ],
)
def test_workshops_are_known_by_town_and_name(sheet, places, doubled):
    rows = sheet(WORKSHOPS, *(["毛绒玩具厂", place, 10, 1, "正常"] for place in places), shop(1), shop(2))
    check_duplicates([rows], TABLES["workshops"].key, "重复的记录")
    found = told(rows) if rows.findings else None
    assert (found["row"].tolist() if found is not None else []) == doubled
    if doubled:
        assert found["column"].iloc[0] == "名称、乡"
        assert "名称里写明所在的村或社区" in found["action"].iloc[0]


# Sums


@pytest.mark.parametrize(
    "word", ["合计", "合计数", "合 计", "总数", "合计人数", "合计（2家）", "甲山镇小计", "总计：2家"]
)
def test_a_row_that_sums_others_is_left_out(sheet, word):
    rows = sheet(WORKSHOPS, shop(1), [word, None, 10, 1, None], shop(2))
    assert rows.frame["workshop_name"].tolist() == ["工厂1", "工厂2"]
    assert rows.left == {"合计行": 1}


def test_a_project_or_task_that_is_called_a_sum_is_kept(sheet):
    rows = sheet(PROJECTS, ["P1", "监测数据汇总", "甲山镇", 5, 1], ["P2", "全镇合计", "甲山镇", None, 1])
    assert rows.frame["project_code"].tolist() == ["P1"]
    rows = sheet(
        TASKS, ["202209", "住建局", "住房安全", "危房台账汇总", 5], ["202209", "住建局小计", None, None, 5]
    )
    assert rows.frame["task"].tolist() == ["危房台账汇总"]
    rows = sheet(PROJECTS, ["甲山镇小计", None, None, 5, 1], ["P1", "路", "甲山镇", 5, 1])
    assert rows.frame["project_code"].tolist() == ["P1"]


# Titles, notes, signatures


@pytest.mark.parametrize(
    "line",
    [
        ["填表人：张三", None, None, "审核人：李四"],
        ["注：数据截至9月底"],
        ["备注:1.含停产的"],
        [None, "单位负责人（签字）：", None, None, "2022年9月"],
        ["社区工厂名册"],
        ["第2页"],
        ["以上为本月新增，其余不变"],
    ],
)
def test_a_note_or_signature_below_the_rows_is_left_out_and_told(sheet, line):
    rows = sheet(["社区工厂名册"], WORKSHOPS, shop(1), line, shop(2))
    assert rows.frame["workshop_name"].tolist() == ["工厂1", "工厂2"]
    assert rows.left == {"标题、说明或签字行": 1}
    found = told(rows)
    assert found["rule_id"].tolist() == ["HB-I-331"]
    assert found["row"].tolist() == [4]
    assert "张三" not in found.to_string()


@pytest.mark.parametrize("line", [["工厂3"], ["工厂3", "甲山镇", None, 1, "正常"], ["工厂3：新建", "甲山镇"]])
def test_a_row_of_data_that_lacks_something_stops(sheet, line):
    rows = sheet(WORKSHOPS, shop(1), line)
    assert told(rows)["rule_id"].tolist() == ["HB-I-202"]


def test_a_list_that_goes_on_beside_itself_is_refused(sheet):
    found = sheet([*WORKSHOPS, None, *WORKSHOPS], [*shop(1), None, *shop(2)])
    assert (found.rule_id, found.row) == ("HB-I-105", 1)


# Units


def test_headings_may_say_the_unit_of_the_column(sheet):
    rows = sheet(
        ["名称", "乡", "吸纳就业人数（人）", "其中脱贫劳动力（单位：人）"], ["工厂1", "甲山镇", 12, 3]
    )
    assert rows.frame.loc[0, ["employees", "lifted_employees"]].tolist() == [12, 3]
    assert not rows.findings


@pytest.mark.parametrize(
    ("line", "heading", "value"),
    [
        ("单位：户、人、万元", "农民人均纯收入", 12_000),
        ("单位：万元、元", "农民人均纯收入", 1.2),
        ("单位：万元", "农民人均纯收入（元）", 1.2),
        ("单位：户、人", "农民人均纯收入", 1.2),
    ],
)
def test_a_line_may_name_several_units(sheet, line, heading, value):
    rows = sheet(
        ["行政村信息"], [line], ["乡", "村", "总户数", "总人口数", heading], ["甲山镇", "东村", 100, 300, 1.2]
    )
    assert rows.frame["net_income_per_head_yuan"].tolist() == [value]
    assert (len(rows.findings) == 1) == (value == 12_000)


# Marks


@pytest.mark.parametrize("mark", ["/", "—", "－", "--"])
def test_a_mark_for_nothing_is_an_empty_cell_of_every_kind(sheet, mark):
    rows = sheet(PROBLEMS, ["W1", "自查", "2022-09-01", mark, "住建局", "住房", "2022-09-30", mark])
    assert rows.frame["done_date"].isna().all()
    assert rows.frame["town_code"].isna().all()
    assert told(rows)["rule_id"].tolist() == ["HB-I-327", "HB-I-327"]


# Quotation marks of a text file


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        ('1,甲,乙,H1,有效接通,"路不好\n2,甲,乙,H2,有效接通,"好"\n', 2),
        ('1,甲,乙,H1,有效接通,"路不好\n2,甲,乙,H2,有效接通,好\n', 2),
        ('1,甲,乙,H1,有效接通,好\n2,甲,乙,H2,"有效接通,好\n3,甲,乙,H3,有效接通,"\n', 3),
        ('1,甲,"乙,H1,"有效接通,好\n2,甲,乙,H2,有效接通,好\n', 2),
    ],
)
def test_a_quotation_mark_that_nothing_closes_stops(rows, line):
    with pytest.raises(TextTableError, match=f"第{line}行有双引号不成对") as caught:
        read_text_table((CALLS + rows).encode(), "电话.csv")
    assert "记事本" in caught.value.action


@pytest.mark.parametrize(
    "rows",
    [
        '1,甲,乙,H1,有效接通,"1.路不好\n2.水,电"\n2,甲,乙,H2,有效接通,"""好"""\n',
        '1,甲,乙,H1,有效接通,"甲"厂\n2,甲,乙,H2,有效接通,好"\n',
        '1,甲,乙,H1,有效接通,"甲"厂\n2,甲,乙,H2,有效接通,"一\n二"\n',
    ],
)
def test_quotation_marks_that_take_nothing_along_are_read(rows):
    grid = read_text_table((CALLS + rows).encode(), "电话.csv")
    assert (grid.height, len(grid.columns)) == (3, 6)


# Formats


def test_a_code_that_its_format_shows_otherwise_stops(sheet, register):
    builder = SheetBuilder("督查.xlsx", "表1")
    for column, heading in enumerate(["督查月份", "乡", "单元类型", "单元编号", "村", "所属村户数"]):
        builder.put(0, column, heading)
    cells = [
        ("202209", CellKind.NUMBER),
        "甲山镇",
        "村",
        ("1", CellKind.DRESSED),
        "东村",
        ("40", CellKind.DRESSED),
    ]
    for column, cell in enumerate(cells):
        builder.put(1, column, *((cell,) if isinstance(cell, str) else cell))
    rows = read_rows(recognise(builder.grid(), TABLES.values()), register)
    assert rows.frame["village_households"].tolist() == [40]
    assert told(rows)["column"].tolist() == ["单元编号"]
    assert "显示的和单元格里存的不一样" in told(rows)["message"].iloc[0]
