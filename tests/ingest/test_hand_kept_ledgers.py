"""Sheets as villages and offices keep them by hand: what is data is read, what is none is left out and told."""

from datetime import date

import openpyxl
import pandas as pd
import pyarrow as pa
import pytest

from hanbin_lib.contract import TABLES
from hanbin_lib.errors import HanbinError
from hanbin_lib.files import sha256_of
from hanbin_lib.ingest.cells import encoded, parsed
from hanbin_lib.ingest.exports import InboxFile, grids_of, inbox_files
from hanbin_lib.ingest.findings import combined
from hanbin_lib.ingest.grid import CellKind, Grid, SheetBuilder, encode
from hanbin_lib.ingest.identity import check_duplicates
from hanbin_lib.ingest.judging import read_file
from hanbin_lib.ingest.reading import read_rows
from hanbin_lib.ingest.recognise import Recognised, recognise
from hanbin_lib.ingest.rows import Rows
from hanbin_lib.ingest.table_checks import stated_earlier, tell_repeated_rows
from hanbin_lib.ingest.text_tables import TextTableError, read_text_table
from hanbin_lib.months import Month

WORKSHOPS = ["名称", "乡", "吸纳就业人数", "其中脱贫劳动力", "状态"]
PROJECTS = ["项目编号", "项目名称", "乡", "计划资金（万元）", "支出资金（万元）"]
TASKS = ["月份", "部门", "事项", "任务", "目标值"]
PROBLEMS = ["问题编号", "来源", "发现时间", "乡", "责任单位", "问题类别", "整改时限", "完成时间"]
CALLS = "抽查月份,乡,村,户编号,接通情况,反映问题\n"


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


# Rows that came twice

ROUNDS = ["年份", "周次", "督帮组", "乡", "村", "到访日期", "发现问题数", "现场解决数"]


def visit(week, found, day="2022-09-06"):
    return [2022, week, "第一组", "甲山镇", "东村", day, found, 0]


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ([visit(36, 1), visit(37, 2)], [visit(38, 3)], []),
        ([visit(36, 1), visit(37, 2), visit(36, 1)], [visit(38, 3)], ["有1行与前面的行完全相同"]),
        (
            [visit(36, 1), visit(37, 2)],
            [visit(37, 5), visit(38, 1)],
            ["有1行与 台账.xlsx（表1） 的行说的是同一件事"],
        ),
        ([visit(36, 1)], [visit(36, 5, "2022-09-07")], []),  # another day is another visit
        (
            [visit(36, 1)],
            [visit(36, 1), visit(37, 1), visit(38, 1)],
            ["3行里有1行与 台账.xlsx（表1） 的行完全相同"],
        ),
    ],
)
def test_rows_that_came_twice_are_told(sheet, first, second, said):
    parts = [sheet(ROUNDS, *first), sheet(ROUNDS, *second)]
    tell_repeated_rows(parts)
    found = combined([finding for part in parts for finding in part.findings])
    assert found["rule_id"].tolist() == ["HB-I-312"] * len(said)
    assert [told.startswith(one) for told, one in zip(found["message"], said, strict=True)] == [True] * len(
        said
    )


def test_the_last_spell_of_work_counts_whatever_came_before(sheet):
    heads = ["户编号", "证件号码", "是否已务工", "开始时间"]
    parts = [sheet(heads, *[["H000001", "99999919610202111X", "是", "202203"]] * 2) for _ in range(1)]
    tell_repeated_rows(parts)
    assert not parts[0].findings


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
        ["社区工厂名册（续）"],
        ["续表1"],
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


# Headings


def test_headings_as_offices_write_them(sheet):
    rows = sheet(
        ["序号", "车间名称", "所属镇", "就业人数", "其中：脱贫劳动力"], [1, "车间1", "甲山镇", 12, 3]
    )
    names = ["workshop_name", "town_code", "employees", "lifted_employees"]
    assert rows.frame.loc[0, names].tolist() == ["车间1", "100001001", 12, 3]
    assert rows.sheet.unknown == ()  # a row's number is no column that anybody misses


@pytest.mark.parametrize("heads", [["就业人数", "吸纳就业人数"], ["吸纳就业人数", "就业人数"]])
def test_the_official_heading_counts_before_another_name_wherever_it_stands(sheet, heads):
    cells = {"就业人数": 99, "吸纳就业人数": 12}
    shops = [["厂", "甲山镇", *(cells[head] for head in heads), "正常"]] * 2
    rows = sheet(["名称", "乡", *heads, "状态"], *shops)
    assert rows.frame["employees"].tolist() == [12, 12]
    (found,) = told(rows).to_dict("records")
    assert found["row"] == 2
    assert "有2行内容不同，按“吸纳就业人数”取值" in found["message"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("长期慢性病、残疾", "残疾,长期慢性病"),
        ("残疾；患有大病", "患有大病,残疾"),
        ("残疾，健康", "健康,残疾"),
        ("残疾、聋", "残疾、聋"),  # not all of it is known: kept as it stands, and told
    ],
)
def test_several_labels_may_be_parted_by_other_marks(text, value):
    health = TABLES["monitored_persons"].column("health")
    cells, _ = encoded([encode(pa.chunked_array([[text]]))], health.kind)
    assert parsed(health, cells)[0].tolist() == [value]


@pytest.mark.parametrize(
    ("label", "is_told"),
    [("王小明", False), ("欧阳小明", False), ("很满意", True), ("没有回答上来", True)],
)
def test_a_name_in_the_wrong_column_is_not_told(sheet, label, is_told):
    heads = ["抽查月份", "户编号", "接通情况", "满意度"]
    found = told(sheet(heads, *([202209, f"H{n}", "有效接通", label] for n in range(4))))
    assert found["rule_id"].tolist() == ["HB-I-301"]
    assert "有4处、1种" in found["message"].iloc[0]
    assert (label in found["message"].iloc[0]) == (label in found["action"].iloc[0]) == is_told


def test_blanks_within_a_label_are_none_of_it(sheet):
    heads = ["抽查月份", "户编号", "接通情况", "满意度"]
    rows = sheet(heads, [202209, "H1", "有效\n接通", "满 意"], [202209, "H2", "有效接通", "满　意"])
    assert rows.frame["satisfaction"].tolist() == ["满意", "满意"]
    assert rows.frame["disposition"].tolist() == ["有效接通"] * 2
    assert not rows.findings


# Headings in two rows


@pytest.mark.parametrize(
    "upper",
    [
        ["名称", "乡", "吸纳就业人数", None, "状态"],
        ["名称", "乡", "就业", None, "状态"],
        [None, None, "就业情况", None, None],
    ],
)
@pytest.mark.parametrize("is_merged", [True, False])
def test_headings_stand_in_two_rows(sheet, upper, is_merged):
    first = "总数" if upper[2] == "吸纳就业人数" else "吸纳就业人数"
    whole = ["名称", "乡", first, "其中脱贫劳动力", "状态"]
    lower = whole if is_merged or not upper[0] else [None, None, *whole[2:4], None]
    rows = sheet(["社区工厂名册"], upper, lower, ["工厂1", "甲山镇", 12, 3, "正常"])
    names = ["workshop_name", "town_code", "employees", "lifted_employees", "state"]
    assert rows.frame.loc[0, names].tolist() == ["工厂1", "100001001", 12, 3, "正常"]
    assert rows.seen == 1


def test_the_unit_may_stand_in_the_heading_of_the_group(sheet):
    upper = ["项目编号", "乡", "资金（元）", None, "带动户数"]
    rows = sheet(upper, [None, None, "计划资金", "支出资金", None], ["P1", "甲山镇", 120_000, 30_000, 3])
    assert rows.frame.loc[0, ["planned_10k_yuan", "paid_10k_yuan"]].tolist() == [12, 3]
    assert told(rows)["rule_id"].tolist() == ["HB-I-322", "HB-I-322"]


def test_a_row_of_data_is_no_second_row_of_headings(sheet):
    heads = ["项目编号", "项目名称", "乡", "计划资金（万元）", "备注"]
    rows = sheet(heads, ["P1", "路", "甲山镇", 12, "支出资金"], ["P2", "桥", "甲山镇", 5, None])
    assert rows.frame["project_code"].tolist() == ["P1", "P2"]


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


# Exports of another time


@pytest.mark.parametrize(
    ("title", "month", "is_told"),
    [
        ("监测对象信息", (2022, 9), False), ("监测对象信息", (2022, 10), True),
        ("行政村信息", (2022, 10), False), ("行政村信息", (2023, 9), False), ("行政村信息", (2023, 10), True),
    ],
)  # fmt: skip
def test_an_export_of_the_year_may_be_a_year_old(title, month, is_told):
    table = next(table for table in TABLES.values() if table.title == title)
    grid = Grid("导出_20220930.xlsx", "", ())
    found = Recognised(grid, table, 0, {}, (), is_demonstration=False, stated=date(2022, 9, 30))
    told = list(stated_earlier([Rows(found, pd.DataFrame())], Month(*month)))
    assert [one.rule_id for one in told] == ["HB-I-407"] * is_told


# Files


FLAT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
<table:table table:name="表1"><table:table-row>
<table:table-cell office:value-type="string"><text:p>单元编号</text:p></table:table-cell>
<table:table-cell office:value-type="float" office:value="1"><text:p>001</text:p></table:table-cell>
<table:table-cell office:value-type="float" office:value="10"><text:p>10</text:p></table:table-cell>
</table:table-row></table:table></office:spreadsheet></office:body></office:document>"""


@pytest.mark.parametrize("name", ["督查.fods", "督查.ods"])
def test_a_workbook_that_is_one_xml_file_is_read(name):
    (grid,) = grids_of(name, FLAT.encode())
    assert grid.row(0) == ["单元编号", "1", "10"]
    assert [column.kinds if column.kinds is None else int(column.kinds[0]) for column in grid.columns] == [
        None,
        CellKind.DRESSED,
        CellKind.NUMBER,
    ]


def test_what_is_left_in_the_folder_is_told_with_what_to_do(tmp_path):
    for name in ("九月.rar", "九月.zip", "电话.txt"):
        (tmp_path / name).write_bytes(name.encode())
    (tmp_path / "a.csv").write_text("x", encoding="utf-8")
    _, left = inbox_files(tmp_path)
    assert {one.file: one.action[:2] for one in left} == {
        "九月.rar": "里面",
        "九月.zip": "里面",
        "电话.txt": "不是",
    }
    assert all("解压" in one.action for one in left if not one.file.endswith("txt"))
    assert ".csv" in next(one.action for one in left if one.file.endswith("txt"))


def test_a_file_in_place_of_the_folder_is_told_so(tmp_path):
    (tmp_path / "a.csv").write_text("x", encoding="utf-8")
    with pytest.raises(HanbinError, match=r"a\.csv 是一个文件"):
        inbox_files(tmp_path / "a.csv")


def test_a_file_with_hidden_sheets_alone_is_not_called_empty(tmp_path, register):
    path = tmp_path / "工厂.xlsx"
    book = openpyxl.Workbook()
    for row in [WORKSHOPS, shop(1)]:
        book.active.append(row)
    book.active.sheet_state = "hidden"
    book.create_sheet("空")
    book.save(path)
    found = read_file(InboxFile(path, sha256_of(path)), register, tuple(TABLES.values())).findings
    assert [(one.rule_id, one.severity.value) for one in found] == [
        ("HB-I-104", "错误"),
        ("HB-I-325", "警告"),
    ]
    assert "隐藏" in found[0].message
