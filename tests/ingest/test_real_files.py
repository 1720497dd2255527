"""Files as counties have them, made again with invented persons: the right value, or a word that stops."""

import csv
import io
from html import escape

import openpyxl
import pandas as pd
import pytest
import xlwt

from hanbin_lib.ingest import exports
from hanbin_lib.ingest.exports import InboxFile, UnreadableFileError
from hanbin_lib.ingest.judging import _grids

WORKSHOPS = ["名称", "乡", "安置社区", "吸纳就业人数", "其中脱贫劳动力", "状态"]
PROJECTS = ["项目编号", "项目名称", "乡", "计划资金（万元）", "支出资金（万元）", "形象进度（%）", "带动户数"]
CALLS = ["抽查月份", "乡", "村", "户编号", "拨打时间", "接通情况"]


def book_of(rows, change=None, above=()):
    """A workbook of rows (headings first); `change` works on the sheet."""
    book = openpyxl.Workbook()
    for row in [*above, *rows]:
        book.active.append(row)
    if change:
        change(book.active)
    return book


@pytest.fixture
def put(desk, tools):
    """Put a sound register and one more file into the inbox, and import."""
    desk.put("监测对象.xlsx", tools.monitored_rows())

    def put(name, content):
        if isinstance(content, openpyxl.Workbook | xlwt.Workbook):
            buffer = io.BytesIO()
            content.save(buffer)
            content = buffer.getvalue()
        (desk.inbox / name).write_bytes(content)
        return desk.run()

    return put


def told(result, rule, word=""):
    found = result.quality.findings.query("rule_id == @rule")
    return found[found["message"].str.contains(word, regex=False)]


def workshop(number, town="甲山镇", employees=10):
    return [f"工厂{number}", town, "", employees, 1, "正常"]


def test_a_town_merged_over_its_rows_stands_in_each_of_them(put):
    rows = [
        WORKSHOPS,
        *(workshop(n, "甲山镇" if n == 0 else None) for n in range(4)),
        workshop(9, "乙水街道"),
    ]
    result = put("工厂.xlsx", book_of(rows, lambda sheet: sheet.merge_cells("B2:B5")))
    towns = result.snapshot.table("workshops")["town_code"].tolist()
    assert towns == ["100001001"] * 4 + ["100001002"]


def test_one_number_merged_over_rows_is_asked_about(put):
    rows = [WORKSHOPS, *(workshop(n, employees=30 if n == 0 else None) for n in range(3))]
    result = put("工厂.xlsx", book_of(rows, lambda sheet: sheet.merge_cells("D2:D4")))
    assert result.snapshot is None
    assert told(result, "HB-I-223")["row"].tolist() == [2, 3, 4]


SUMS = ["小计", "共计", "全区合计", "合计：11家", "汇总", "甲山镇小计（12家）", "合 计"]


@pytest.mark.parametrize("word", SUMS)
def test_a_row_that_sums_others_is_no_workshop(put, word):
    rows = [WORKSHOPS, workshop(1), [word, None, None, 10, 1, None], workshop(2)]
    result = put("工厂.xlsx", book_of(rows))
    assert result.snapshot.table("workshops")["workshop_name"].tolist() == ["工厂1", "工厂2"]


@pytest.mark.parametrize("name", ["合计划厂", "小计量器厂", "汇总站旁的厂"])
def test_a_name_with_such_a_word_in_it_stays(put, name):
    result = put("工厂.xlsx", book_of([WORKSHOPS, [name, "甲山镇", None, 5, 1, "正常"]]))
    assert result.snapshot.table("workshops")["workshop_name"].tolist() == [name]


def test_headings_that_come_again_are_no_row(put):
    result = put("工厂.xlsx", book_of([WORKSHOPS, workshop(1), WORKSHOPS, workshop(2)]))
    assert len(result.snapshot.table("workshops")) == 2


def test_a_hidden_sheet_is_left_out_and_told(put):
    book = book_of([WORKSHOPS, workshop(1)])
    old = book.create_sheet("上月")
    for row in [WORKSHOPS, workshop(2), workshop(3)]:
        old.append(row)
    old.sheet_state = "hidden"
    result = put("工厂.xlsx", book)
    assert result.snapshot.table("workshops")["workshop_name"].tolist() == ["工厂1"]
    assert told(result, "HB-I-325", "2行")["sheet"].tolist() == ["上月"]


def test_hidden_rows_count_and_are_told(put):
    def hide(sheet):
        sheet.row_dimensions[3].hidden = True

    result = put("工厂.xlsx", book_of([WORKSHOPS, workshop(1), workshop(2)], hide))
    assert len(result.snapshot.table("workshops")) == 2
    assert told(result, "HB-I-324", "有1行")["row"].tolist() == [3]


def _project(number, **cells):
    given = dict(zip(PROJECTS, [f"XM{number}", "修路", "甲山镇", 40.5, 20, 50, 3], strict=True))
    return list((given | cells).values())


def test_a_percentage_in_a_column_of_per_cent_counts_as_it_shows(put):
    def percent(sheet):
        sheet["F2"].number_format = "0.0%"

    rows = [PROJECTS, _project(1, **{"形象进度（%）": 0.985}), _project(2)]
    result = put("项目.xlsx", book_of(rows, percent))
    assert result.snapshot.table("projects")["progress_percent"].tolist() == [98.5, 50]


@pytest.mark.parametrize(
    ("above", "headings", "factor"),
    [
        ([["项目表"], ["单位：元"]], {}, 1),
        ([["项目表"], ["单位：元"]], {"计划资金（万元）": "计划资金"}, 1e-4),
        ([], {"计划资金（万元）": "计划资金（元）"}, 1e-4),
        ([["项目表"], ["单位：万元"]], {"计划资金（万元）": "计划资金"}, 1),
        ([["单位：某某县"]], {}, 1),
    ],
)
def test_money_is_converted_by_the_unit_of_its_heading_or_the_line_above(put, above, headings, factor):
    rows = [[headings.get(heading, heading) for heading in PROJECTS], _project(1)]
    result = put("项目.xlsx", book_of(rows, above=above))
    assert result.snapshot.table("projects")["planned_10k_yuan"].tolist() == [pytest.approx(40.5 * factor)]
    assert len(told(result, "HB-I-322", "计划资金")) == (factor != 1)


def test_incomes_in_ten_thousands_become_yuan(desk, tools):
    rows = tools.monitored_rows()
    for row in rows:
        row["工资性收入（万元）"] = f"{float(row.pop('工资性收入')) / 10_000:.4f}"
    desk.put("监测对象.xlsx", rows)
    result = desk.run()
    incomes = result.snapshot.table("monitored_households")["wage_income_yuan"].tolist()
    assert incomes == [20001, 20002, 20003, 20004]


def test_an_error_is_one_answer_in_old_and_new_files(put, desk):
    old = xlwt.Workbook(encoding="utf-8")
    sheet = old.add_sheet("S")
    for row, line in enumerate([WORKSHOPS, workshop(1)]):
        for column, value in enumerate(line):
            if (row, column) != (1, 4):
                sheet.write(row, column, value)
    sheet.row(1).set_cell_error(4, 42)
    answers = []
    for name, book in (("a.xls", old), ("a.xlsx", book_of([WORKSHOPS, [*workshop(1)[:4], "#N/A", "正常"]]))):
        result = put(name, book)
        assert result.snapshot is None
        found = result.quality.findings.query("severity == '错误'")
        answers.append(found[["rule_id", "row", "column", "message"]].to_dict("records"))
        (desk.inbox / name).unlink()
    assert answers[0] == answers[1]


def test_an_error_in_a_column_that_nobody_uses_only_warns(put):
    rows = [[*WORKSHOPS, "备用"], [*workshop(1), "#DIV/0!"], [*workshop(2), 3]]
    result = put("工厂.xlsx", book_of(rows))
    assert len(result.snapshot.table("workshops")) == 2
    assert told(result, "HB-I-323", "备用")["row"].tolist() == [2]


def test_formulas_that_were_never_calculated_stop_the_import(put):
    rows = [WORKSHOPS, [*workshop(1)[:3], "=5+6", 1, "正常"]]
    result = put("工厂.xlsx", book_of(rows))
    assert result.snapshot is None
    assert told(result, "HB-I-222")[["row", "column"]].values.tolist() == [[2, "吸纳就业人数"]]


def test_codes_that_lost_their_last_digits_stop_the_import(desk, tools):
    rows = tools.monitored_rows(20)
    for row in rows:
        row["户编号"] = 6109020000050000 + int(row["户编号"][1:]) // 10 * 10
    desk.put("监测对象.xlsx", rows)
    result = desk.run()
    assert result.snapshot is None
    assert len(told(result, "HB-I-221")) == len(rows)


def test_codes_of_sixteen_digits_that_a_program_wrote_as_numbers_are_kept(desk, tools):
    rows = tools.monitored_rows(20)
    for row in rows:
        row["户编号"] = 6109020000050000 + int(row["户编号"][1:])
    desk.put("监测对象.xlsx", rows)
    codes = desk.run().snapshot.table("monitored_households")["household_code"]
    assert codes.tolist() == [str(6109020000050000 + n) for n in range(1, 21)]


def _call(**cells):
    given = dict(
        zip(CALLS, ["202209", "甲山镇", "东村", "H000002", "2022-09-24 09:00", "有效接通"], strict=True)
    )
    return list((given | cells).values())


def _text(rows, delimiter=","):
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter).writerows(rows)
    return buffer.getvalue().encode("gb18030")


def test_codes_in_scientific_notation_stop_the_import(put):
    result = put("电话.csv", _text([CALLS, _call(户编号="6.10902E+15")]))
    assert result.snapshot is None
    assert told(result, "HB-I-221")["row"].tolist() == [2]


def test_wrapped_codes_join(put):
    codes = ['="H000002"', "'H000002", "\u200bH000002", "H000002\ufeff"]
    result = put(
        "电话.csv", _text([CALLS, *(_call(户编号=code) for code in codes)]).decode("gb18030").encode()
    )
    assert result.snapshot.table("phone_checks")["household_code"].tolist() == ["H000002"] * 4


def test_a_time_without_a_day_never_becomes_today(put):
    result = put("电话.csv", _text([CALLS, _call(拨打时间="9:30"), _call()]))
    moments = result.snapshot.table("phone_checks")["called_at"].tolist()
    assert moments == [pd.NaT, pd.Timestamp(2022, 9, 24, 9)]
    assert told(result, "HB-I-201", "没有日期")["row"].tolist() == [2]


def test_a_month_that_may_be_october_stops_the_import(put):
    result = put("电话.xlsx", book_of([CALLS, _call(抽查月份=2022.1)]))
    assert result.snapshot is None
    assert told(result, "HB-I-201", "1月还是10月")["row"].tolist() == [2]


@pytest.mark.parametrize("text", ["1,5", "1，5", "20,00", "12,3456"])
def test_a_decimal_comma_stops_the_import(put, text):
    result = put("项目.xlsx", book_of([PROJECTS, _project(1, **{"支出资金（万元）": text})]))
    assert result.snapshot is None


def test_two_columns_of_one_heading_with_different_values_are_told(put):
    rows = [[*WORKSHOPS, "吸纳就业人数"], [*workshop(1), 10], [*workshop(2), 11]]
    result = put("工厂.xlsx", book_of(rows))
    assert told(result, "HB-I-321")["row"].tolist() == [3]


def test_tab_text_under_a_title_without_tabs(put):
    rows = [["电话抽查记录，9月，全县"], CALLS, _call()]
    result = put("电话.xls", _text(rows, "\t"))
    assert len(result.snapshot.table("phone_checks")) == 1


def _page(rows):
    lines = "".join(
        "<tr>" + "".join(f"<td>{escape(str(c or ''))}</td>" for c in row) + "</tr>" for row in rows
    )
    return f'<html><head><meta charset="gb2312"></head><table>{lines}</table></html>'.encode("gb18030")


def _spreadsheetml(rows):
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    lines = "".join(
        "<Row>"
        + "".join(f'<Cell><Data ss:Type="String">{escape(str(c or ""))}</Data></Cell>' for c in row)
        + "</Row>"
        for row in rows
    )
    return (
        f'<?xml version="1.0"?><Workbook xmlns="{space}" xmlns:ss="{space}"><Worksheet ss:Name="S">'
        f"<Table>{lines}</Table></Worksheet></Workbook>"
    ).encode()


@pytest.mark.parametrize("write", [_text, _page, _spreadsheetml], ids=["text", "page", "SpreadsheetML"])
def test_other_forms_under_the_name_xls_are_the_same_tables(make_desk, tools, write):
    rows = tools.monitored_rows()
    names = list(rows[0])
    first, second = make_desk("first"), make_desk("second")
    first.put("监测对象.xlsx", rows)
    second.inbox.mkdir(parents=True)
    (second.inbox / "监测对象.xls").write_bytes(write([names, *([row[n] for n in names] for row in rows)]))
    ours, theirs = (desk.run().snapshot for desk in (first, second))
    for name in ("monitored_households", "monitored_persons"):
        one, other = (side.table(name).drop(columns="source_row") for side in (ours, theirs))
        pd.testing.assert_frame_equal(one, other)


def test_a_file_that_changed_since_it_was_hashed_is_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b")
    with pytest.raises(UnreadableFileError, match="被改动"):
        _grids(InboxFile(path, "0" * 64))


@pytest.mark.parametrize("name", ["a.csv", "a.xls", "a.xlsx"])
def test_a_file_beyond_any_office_is_not_read_into_memory(put, monkeypatch, name):
    monkeypatch.setattr(exports, "MOST_FILE_BYTES", 50_000)
    result = put(name, bytes(50_001))
    assert result.snapshot is None
    assert told(result, "HB-I-101", "太大")["file"].tolist() == [name]
