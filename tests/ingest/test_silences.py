"""What an officer's file says without a number or a label: it is read as it is meant, and told."""

import openpyxl
import pytest

from hanbin_lib.contract import Column, Kind

WORKSHOPS = ["名称", "乡", "安置社区", "吸纳就业人数", "其中脱贫劳动力", "状态"]
PROJECTS = ["项目编号", "项目名称", "乡", "计划资金（万元）", "支出资金（万元）", "形象进度（%）", "带动户数"]
CALLS = ["抽查月份", "乡", "村", "户编号", "接通情况", "满意度"]


@pytest.fixture
def put(desk, tools):
    """Put a sound register and one more file into the inbox, and import."""
    desk.put("监测对象.xlsx", tools.monitored_rows())

    def put(name, content):
        if isinstance(content, list):
            book = openpyxl.Workbook()
            for row in content:
                book.active.append(row)
            book.save(desk.inbox / name)
        else:
            (desk.inbox / name).write_bytes(content)
        return desk.run()

    return put


def told(result, rule):
    return result.quality.findings.query("rule_id == @rule")


def workshop(number, employees=10):
    return [f"工厂{number}", "甲山镇", "", employees, 1, "正常"]


def project(number, progress):
    return [f"P{number}", "某项目", "甲山镇", 100, 50, progress, 3]


@pytest.mark.parametrize("word", ["无", "—"])
@pytest.mark.parametrize(
    ("heading", "table", "name"),
    [
        ("产业帮扶", "monitored_households", "measure_industry"),
        ("致贫/返贫风险2", "monitored_households", "risk_cause_2"),
        ("在校生状况", "monitored_persons", "school_status"),
        ("公益性岗位", "monitored_persons", "public_post"),
        ("务工所在地", "monitored_persons", "work_place"),
    ],
)
def test_a_word_for_none_is_no_measure_cause_or_post(desk, tools, word, heading, table, name):
    rows = [row | {heading: word} for row in tools.monitored_rows(4)]
    desk.put("a.xlsx", rows)
    result = desk.run()
    assert result.snapshot.table(table)[name].isna().all()
    found = told(result, "HB-I-327")
    assert found["column"].tolist() == [heading]
    assert f"有{len(rows)}处写的是“{word}”" in found["message"].item()


def test_a_word_for_none_is_kept_where_an_empty_cell_says_nothing(desk, tools):
    """Of the allowance 无 is an answer nobody listed; only a dash is an empty cell."""
    rows = [
        row | {"享受低保政策情况": word} for row, word in zip(tools.monitored_rows(1), "无—", strict=True)
    ]
    desk.put("a.xlsx", rows)
    found = desk.run().snapshot.table("monitored_persons")["subsistence_allowance"]
    assert sorted(found.fillna("空").tolist()) == ["无", "空"]


def test_a_county_s_own_label_is_no_word_for_none():
    column = Column("x", "帮扶", Kind.CHOICE, spellings=(("无", "其他"),), empty_is_none=True)
    assert "无" not in column.nothing
    assert "否" in column.nothing


def test_who_is_no_monitored_object_by_a_word_is_left_out(desk, tools):
    rows = tools.monitored_rows(3)
    empty = {"监测对象类别": "无", "识别监测时间": "", "风险是否已消除": ""}
    desk.put("a.xlsx", [*rows[:4], *(row | empty for row in rows[4:])])
    result = desk.run()
    assert len(result.snapshot.table("monitored_households")) == 2


def test_an_answer_that_is_a_dash_is_no_answer(put, tools):
    rows = tools.monitored_rows(2)
    calls = [
        ["202209", row["乡"], row["村"], row["户编号"], "有效接通", answer]
        for row, answer in zip(rows, ["满意", "—", "-", ""], strict=True)
    ]
    result = put("电话.xlsx", [CALLS, *calls])
    assert result.snapshot.table("phone_checks")["satisfaction"].notna().sum() == 1


def test_a_dash_for_a_code_that_must_be_there_stops(put, tools):
    row = tools.monitored_rows(1)[0]
    result = put("电话.xlsx", [CALLS, ["202209", row["乡"], row["村"], "—", "有效接通", "满意"]])
    assert result.snapshot is None
    assert told(result, "HB-I-202")["column"].tolist() == ["户编号"]


@pytest.mark.parametrize("text", ["12①", "10²"])
def test_the_mark_of_a_footnote_is_no_digit(put, text):
    result = put("工厂.xlsx", [WORKSHOPS, workshop(1, text)])
    assert result.snapshot is None
    assert told(result, "HB-I-201")["column"].tolist() == ["吸纳就业人数"]


@pytest.mark.parametrize(
    ("values", "stops"),
    [
        ([0.35, 0.5, 0.98], True),
        ([0.35, 0.5, 0.98, 1, 0], True),
        ([0.35, 0.5, 98], False),
        ([0.35, 0.5], True),
        ([0.35, 1], True),
        ([0.35, 0], True),
        ([0.35, 1.01], False),
        (["0.35%", "0.5%", "0.98%"], False),
        ([1, 0, 1], False),
    ],
)
def test_per_cent_written_as_fractions_stop(put, values, stops):
    result = put("项目.xlsx", [PROJECTS, *(project(n, value) for n, value in enumerate(values))])
    assert (result.snapshot is None) == stops
    rows = [n + 2 for n, value in enumerate(values) if stops and 0 < value < 1]
    assert told(result, "HB-I-201")["row"].tolist() == rows


def test_a_comma_that_pushes_a_row_of_text_aside_stops(put):
    lines = [
        ",".join(WORKSHOPS),
        "工厂1,甲山镇,,10,1,正常",
        "工厂2,甲山镇,,1,200,5,正常",
        '工厂3,甲山镇,,"1,200",5,正常',
    ]
    result = put("工厂.csv", "\n".join(lines).encode())
    assert result.snapshot is None
    assert told(result, "HB-I-224")["row"].tolist() == [3]


@pytest.mark.parametrize("blank", [" ", "\u3000", "\u200b"])
def test_a_blank_behind_the_last_heading_pushes_nothing_aside(put, blank):
    lines = [",".join(WORKSHOPS), "工厂1,甲山镇,,10,1,正常," + blank]
    result = put("工厂.csv", "\n".join(lines).encode())
    assert result.snapshot is not None
    assert told(result, "HB-I-224").empty


def test_a_remark_beside_the_table_of_a_page_is_told_as_a_workbooks_is(put):
    """No comma parts the cells of a page."""
    heads = "".join(f"<th>{heading}</th>" for heading in [*WORKSHOPS, ""])
    cells = "".join(f"<td>{cell}</td>" for cell in [*workshop(1), "已搬走"])
    page = f"<html><body><table><tr>{heads}</tr><tr>{cells}</tr></table></body></html>"
    result = put("工厂.xls", page.encode())
    assert result.snapshot is not None
    assert told(result, "HB-I-328")["column"].tolist() == ["第7列"]


def test_cells_under_no_heading_are_told(put):
    result = put(
        "工厂.xlsx",
        [WORKSHOPS, workshop(1), [*workshop(2), "已搬走"], [*workshop(3), "待核"], [*workshop(4), " "]],
    )
    found = told(result, "HB-I-328")
    assert (found["row"].tolist(), found["column"].tolist()) == ([3], ["第7列"])
    assert "有2个单元格" in found["message"].item()
    assert "已搬走" not in found["message"].item()


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_broken_line_in_a_page_parts_two_numbers(put, encoding):
    cells = "".join(f"<td>{cell}</td>" for cell in workshop(1, "3<br>4"))
    heads = "".join(f"<th>{heading}</th>" for heading in WORKSHOPS)
    result = put(
        "工厂.xls",
        f"<html><body><table><tr>{heads}</tr><tr>{cells}</tr></table></body></html>".encode(encoding),
    )
    assert told(result, "HB-I-201")["column"].tolist() == ["吸纳就业人数"]


@pytest.mark.parametrize(
    ("heading", "above", "times"),
    [
        ("计划资金", [], 1),
        ("计划资金（万元）", [], 0),
        ("计划资金", [["单位：万元"]], 0),
        ("计划资金（元）", [], 0),
    ],
)
def test_a_unit_that_nobody_says_is_told(put, heading, above, times):
    heads = [heading if one == "计划资金（万元）" else one for one in PROJECTS]
    result = put("项目.xlsx", [*above, heads, project(1, 50)])
    assert len(told(result, "HB-I-329")) == times


def test_a_number_in_a_heading_is_not_told(put, tools):
    number = tools.monitored_rows(1)[0]["证件号码"]
    result = put(
        "工厂.xlsx", [[*WORKSHOPS, number, "联系人13800000000", "2021年人数"], [*workshop(1), "", "", ""]]
    )
    (found,) = told(result, "HB-I-303").to_dict("records")
    message = found["message"]
    assert "第7列（表头里有号码）、第8列（表头里有号码）、2021年人数" in message
    assert ": [2021年人数]；" in found["action"]  # the first that can be entered
    whole = result.quality.findings.to_csv()
    assert number not in whole
    assert "13800000000" not in whole


def test_a_row_that_bears_a_town_s_name_is_told(put):
    rows = [
        workshop(1),
        ["甲山镇", "甲山镇", "", 10, 1, "正常"],
        ["甲山镇服装厂", "甲山镇", "", 5, 1, "正常"],
    ]
    result = put("工厂.xlsx", [WORKSHOPS, *rows])
    assert told(result, "HB-I-330")["row"].tolist() == [3]
    assert len(result.snapshot.table("workshops")) == 3


def test_a_series_of_a_place_is_no_sum(put):
    heads = ["地区", "指标", "年份", "数值"]
    result = put(
        "历年.xlsx", [heads, ["甲山镇", "人均纯收入", 2020, 9000], ["甲山镇", "人均纯收入", 2021, 9500]]
    )
    assert told(result, "HB-I-330").empty
