"""A sound month, with every quirk of real exports, against an independent reading."""

import shutil
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hanbin_lib.contract import TABLES, Kind, Level

SOURCE = ["source_file", "source_row"]


def content(snapshot):
    """Stored tables without the places they came from."""
    names = [name for name in snapshot.manifest.tables if name not in {"findings", "areas"}]
    return {name: snapshot.table(name).drop(columns=SOURCE) for name in names}


def same(left, right):
    assert left.keys() == right.keys()
    for name in left:
        pd.testing.assert_frame_equal(left[name], right[name], obj=name)


def full_width(text):
    return "".join(chr(ord(c) + 0xFEE0) if c.isdigit() or c in "()" else c for c in text)


def test_every_quirk_of_real_exports(make_desk, tools):
    """The same data written plainly and written as the system writes it are stored alike."""
    plain, quirky = make_desk("plain"), make_desk("quirky")
    rows = tools.monitored_rows(6)
    plain.put("a.xlsx", rows)
    strange = []
    for number, plain_row in enumerate(rows):
        row = dict(plain_row)
        row["识别监测时间"] = [f"{row['识别监测时间']}.0", "2021年06月", full_width("202106")][number % 3]
        row["性别"] = {"男": "1", "女": "2"}[row["性别"]]
        row["村"] = {"东村": " 东村村委会 ", "西村村委会": "西村"}[row["村"]]
        row["乡"] = {"甲山镇": "甲山", "乙水街道": "乙水街道办事处"}[row["乡"]]
        row["就业帮扶"] = "劳务输出，技能培训"
        row["务工时间（月）"] = "６"
        row["县"] = "某市试点县"
        row["风险是否已消除"] += "　"
        row["备注"] = "多余的列"
        strange.append(row)
    aliases = {"人口编号": "人编号", "务工时间（月）": "务工时间(月)", "乡": "乡（镇）", "户类型": " 户 类型"}
    renamed = [{aliases.get(k, k): v for k, v in row.items()} for row in strange]
    lines = [renamed[0], {}, *renamed[1:], {"省": "合 计", "工资性收入": "999"}, {}]
    quirky.put("b.xlsx", lines, headings=list(renamed[0]))
    first, second = plain.run(), quirky.run()
    assert second.quality.errors == 0, second.quality.findings.to_csv()
    same(content(first.snapshot), content(second.snapshot))
    unused = second.quality.findings.query("rule_id == 'HB-I-303'")
    assert unused["message"].str.contains("备注").tolist() == [True]


def test_an_independent_reading_agrees(desk, tools):
    """Cell by cell by openpyxl, with nothing of the library but the contract's headings."""
    path = desk.put("a.xlsx", tools.monitored_rows(7))
    snapshot = desk.run().snapshot
    sheet = openpyxl.load_workbook(path).active
    lines = list(sheet.iter_rows(values_only=True))
    read = [dict(zip(lines[2], line, strict=True)) for line in lines[3:]]
    stored = snapshot.table("monitored_persons").merge(
        snapshot.table("monitored_households"), on="household_code", suffixes=("", "_head")
    )
    by_code = {row["人口编号"]: row for row in read}
    assert len(stored) == len(read)
    for column in TABLES["monitored_persons"].columns:
        if column.personal or column.level is Level.PLACE:
            continue
        for value, code in zip(stored[column.name], stored["person_code"], strict=True):
            text = by_code[code].get(column.heading)
            if column.kind is Kind.AMOUNT and text:
                assert value == float(text), (column.name, code)
            else:
                assert text_of(value, column.kind) == (text or None), (column.name, code)


def text_of(value, kind):
    if pd.isna(value):
        return None
    if kind is Kind.FLAG:
        return "是" if value else "否"
    if kind is Kind.MONTH:
        return f"{value:%Y%m}"
    if kind is Kind.CHOICES:
        return "技能培训,劳务输出" if value == "劳务输出,技能培训" else value
    return str(value)


def test_nothing_personal_is_stored(desk, tools):
    rows = tools.monitored_rows()
    desk.put("a.xlsx", rows)
    desk.run()
    personal = {row[h] for row in rows for h in ("姓名", "证件号码", "户联系电话")}
    personal |= {row["证件号码"][:17] for row in rows}
    for path in desk.workspace.store.rglob("*.parquet"):
        text = pd.read_parquet(path).to_csv()
        assert not [value for value in personal if value in text], path.name
    manifest = next(desk.workspace.store.rglob("manifest.json")).read_text("utf-8")
    assert not [p for p in personal if p in manifest]


@pytest.fixture
def of_one_file(make_desk, tools):
    """What five households in one file come to."""
    one = make_desk("one")
    one.put("全部.xlsx", tools.monitored_rows(5))
    return content(one.run().snapshot)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_order_of_rows_and_columns_and_the_split_into_files_do_not_matter(
    make_desk, tools, of_one_file, data
):
    rows = tools.monitored_rows(5)
    other = make_desk(f"other{data.draw(st.uuids())}")
    shuffled = data.draw(st.permutations(rows))
    cut = data.draw(st.integers(1, len(rows) - 1))
    for name, part in (("甲.xlsx", shuffled[:cut]), ("乙.xlsx", shuffled[cut:])):
        other.put(name, part, headings=data.draw(st.permutations(list(rows[0]))))
    same(of_one_file, content(other.run().snapshot))


def test_a_household_goes_on_in_the_second_file(desk, tools):
    rows = tools.monitored_rows(3)
    desk.put("a.xlsx", rows[:3])
    desk.put("b.xlsx", rows[3:])
    snapshot = desk.run().snapshot
    households = snapshot.table("monitored_households").set_index("household_code")
    assert households["members"].tolist() == [2, 2, 2]
    assert [source.rows for source in snapshot.manifest.sources] == [3, 3]
    place = households.loc["H000002", SOURCE]
    assert place.tolist() == [0, 6]


def test_the_head_speaks_for_the_household(desk, tools):
    rows = tools.monitored_rows(2)
    rows.reverse()
    rows[0]["工资性收入"] = "1"
    desk.put("a.xlsx", rows)
    result = desk.run()
    households = result.snapshot.table("monitored_households").set_index("household_code")
    assert households.loc["H000002", "wage_income_yuan"] == 20002
    told = result.quality.findings.query("rule_id == 'HB-R-104'")
    assert told[["row", "column", "town_code"]].to_numpy().tolist() == [[4, "工资性收入", "100001001"]]


def test_villages_are_matched_within_their_town(desk, tools):
    rows = tools.monitored_rows(2)
    for row, name in zip(rows, ["西村社区", "西村社区", "东村", "东村"], strict=True):
        row["村"] = name
    desk.put("a.xlsx", rows)
    codes = desk.run().snapshot.table("monitored_households")["village_code"].tolist()
    assert codes == ["100001002003", "100001001201"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_of_every_encoding_is_read_like_the_workbook(make_desk, tools, encoding):
    one, other = make_desk("one"), make_desk("other")
    rows = tools.lifted_rows(3)
    one.put("a.xlsx", rows, title="脱贫户信息")
    tools.write_csv(other.inbox / "a.csv", rows, encoding)
    same(content(one.run().snapshot), content(other.run().snapshot))


def test_sheets_beside_the_table_are_left(desk, tools):
    path = desk.put("a.xlsx", tools.monitored_rows())
    book = openpyxl.load_workbook(path)
    book.create_sheet("说明").append(["填表说明", "第一条"])
    book.create_sheet("空表")
    second = book.create_sheet("脱贫户")
    lifted = tools.lifted_rows(2)
    second.append(list(lifted[0]))
    for row in lifted:
        second.append(list(row.values()))
    book.save(path)
    result = desk.run()
    assert [source.sheet for source in result.snapshot.manifest.sources] == ["Sheet", "脱贫户"]
    told = result.quality.findings.query("rule_id == 'HB-I-102'")
    assert told[["severity", "sheet"]].to_numpy().tolist() == [["警告", "说明"]]


def test_numbers_and_dates_as_excel_keeps_them(desk, tools):
    rows = tools.monitored_rows(2)
    path = desk.put("a.xlsx", rows)
    book = openpyxl.load_workbook(path)
    sheet = book.active
    place = {cell.value: cell.column for cell in sheet[3]}
    sheet.cell(4, place["识别监测时间"]).value = 202106
    sheet.cell(4, place["工资性收入"]).value = 20001.0
    sheet.cell(4, place["出生日期"]).value = pd.Timestamp(rows[0]["出生日期"]).to_pydatetime()
    sheet.cell(4, place["务工时间（月）"]).value = 6
    book.save(path)
    result = desk.run()
    person = result.snapshot.table("monitored_persons").iloc[0]
    assert person["work_months"] == 6
    assert f"{person['birth_month']:%Y%m}" == rows[0]["出生日期"][:6]
    assert result.quality.errors == 0


def test_birth_month_comes_from_the_number_where_the_date_is_empty(desk, tools):
    rows = tools.monitored_rows(2)
    for row in rows:
        row["出生日期"] = ""
    desk.put("a.xlsx", rows)
    persons = desk.run().snapshot.table("monitored_persons")
    assert [f"{m:%Y%m}" for m in persons["birth_month"]] == [r["证件号码"][6:12] for r in rows]


def test_ledgers_keep_their_order_and_say_only_that_something_was_written(desk, tools):
    month = "202209"
    calls = [
        {
            "抽查月份": month,
            "乡": "甲山镇",
            "村": "东村",
            "户编号": f"H{n}",
            "接通情况": "有效接通",
            "反映问题": text,
        }
        for n, text in enumerate(["赵一说路不好", "", "  "])
    ]
    desk.put("电话.xlsx", calls, title=None)
    spells = [
        {
            "乡": "甲山镇",
            "户编号": "H1",
            "证件号码": tools.id_number(n, "19800101", male=True),
            "是否已务工": flag,
        }
        for n, flag in ((3, "否"), (1, "是"), (3, "是"))
    ]
    desk.put("务工.xlsx", spells, title="已外出务工信息")
    snapshot = desk.run().snapshot
    stored = snapshot.table("phone_checks")
    assert stored["has_problem_text"].tolist() == [True, False, False]
    assert "problem_text" not in stored
    work = snapshot.table("migrant_work")
    assert work["is_working"].tolist() == [False, True, True]
    assert work["person_key"].iloc[0] == work["person_key"].iloc[2] != work["person_key"].iloc[1]
    assert work["village_code"].isna().all()
    assert not snapshot.has("monitored_households")


def test_unknown_labels_warn_and_are_kept(desk, tools):
    rows = tools.monitored_rows(2)
    rows[0]["文化程度"] = "高职高专"
    desk.put("a.xlsx", rows)
    result = desk.run()
    told = result.quality.findings.query("rule_id == 'HB-I-301'")
    assert told[["row", "column"]].to_numpy().tolist() == [[4, "文化程度"]]
    assert result.snapshot.table("monitored_persons")["education"].iloc[0] == "高职高专"


def test_the_old_format_is_read_like_the_new(make_desk, tools):
    """The fixture was written by xlwt: text cells, but months, counts and wages as numbers."""
    one, other = make_desk("one"), make_desk("other")
    one.put("a.xlsx", tools.monitored_rows(3))
    other.inbox.mkdir(parents=True)
    shutil.copy(Path(__file__).with_name("old_format.xls"), other.inbox / "导出.xls")
    same(content(one.run().snapshot), content(other.run().snapshot))


def test_a_damaged_old_file_cannot_take_the_program_with_it(desk, tools):
    desk.put("a.xlsx", tools.monitored_rows(3))
    sound = (Path(__file__).with_name("old_format.xls")).read_bytes()
    for number, end in enumerate((600, 4000, 8181)):
        (desk.inbox / f"坏{number}.xls").write_bytes(sound[:end])
    findings = desk.run().quality.findings.query("rule_id == 'HB-I-101'")
    assert findings["file"].tolist() == ["坏0.xls", "坏1.xls", "坏2.xls"]
    assert findings["message"].eq("文件不完整、已加密或已损坏").all()
