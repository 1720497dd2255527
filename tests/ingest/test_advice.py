"""Whoever does what a message says gets the file in; forms of a workbook that few programs write are the same."""

import re
import shutil
import zipfile
from pathlib import Path

import libreoffice
import openpyxl
import pandas as pd
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from hanbin_lib.ingest import exports
from hanbin_lib.ingest.exports import read_grids

WORKSHOPS = ["名称", "乡", "安置社区", "吸纳就业人数", "其中脱贫劳动力", "状态"]


def workshops(path, change=lambda sheet: None):
    book = openpyxl.Workbook()
    for row in [WORKSHOPS, *([f"工厂{n}", "甲山镇", None, 10 + n, n, "正常"] for n in range(4))]:
        book.active.append(row)
    change(book.active)
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


def changed(path, change):
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)


def merge(sheet):
    sheet.merge_cells("D2:D3")


def part(book):
    book.active.unmerge_cells("D2:D3")
    book.active["D3"] = 11


def per_cent(sheet):
    sheet["D2"].number_format = "0%"


def general(book):
    book.active["D2"].number_format = "General"


def hide_copy(sheet):
    copy = sheet.parent.create_sheet("工厂")
    for row in sheet.iter_rows(values_only=True):
        copy.append(row)
    copy.sheet_state = "hidden"
    sheet.delete_rows(1, 9)


def show(book):
    book["工厂"].sheet_state = "visible"


ADVICE = {
    "HB-I-223": (merge, part, "取消合并，逐行填写"),
    "HB-I-201": (per_cent, general, "把单元格格式改成常规，核对数值"),
    "HB-I-325": (hide_copy, show, "要导入的取消隐藏后保存"),
}


@pytest.mark.parametrize("rule", ADVICE)
def test_who_does_what_is_said_gets_the_file_in(desk, tools, rule):
    fault, mend, action = ADVICE[rule]
    desk.put("监测对象.xlsx", tools.monitored_rows())
    path = workshops(desk.inbox / "工厂.xlsx", fault)
    findings = desk.run().quality.findings
    assert action in findings.loc[findings["rule_id"].eq(rule), "action"].iloc[0]
    changed(path, mend)
    result = desk.run()
    assert result.quality.errors == 0, result.quality.findings.to_string()
    assert result.snapshot.table("workshops")["employees"].tolist() == [10, 11, 12, 13]


def test_a_file_that_is_too_large_goes_in_parted_by_town(desk, tools, monkeypatch):
    rows = tools.monitored_rows(120)
    whole = desk.put("监测对象.xlsx", rows)
    with monkeypatch.context() as limited:
        limited.setattr(exports, "MOST_FILE_BYTES", whole.stat().st_size - 1)
        findings = desk.run().quality.findings
    assert "按镇分开导出" in findings.loc[findings["rule_id"].eq("HB-I-101"), "action"].iloc[0]
    sound = stored(desk)
    monkeypatch.setattr(exports, "MOST_FILE_BYTES", whole.stat().st_size - 1)
    whole.unlink()
    for town in {row["乡"] for row in rows}:
        desk.put(f"监测对象_{town}.xlsx", [row for row in rows if row["乡"] == town])
    pd.testing.assert_frame_equal(stored(desk), sound)


def stored(desk):
    """Persons as they are stored, but for the file and the row they came from."""
    table = desk.run().snapshot.table("monitored_persons").drop(columns=["source_file", "source_row"])
    return table.sort_values("person_key", ignore_index=True)


def test_a_locked_workbook_goes_in_without_its_password(desk, tools):
    """`locked.xlsx` is what `workshops` writes, encrypted by msoffcrypto-tool 6.1.0."""
    desk.put("监测对象.xlsx", tools.monitored_rows())
    path = desk.inbox / "工厂.xlsx"
    shutil.copy(Path(__file__).with_name("locked.xlsx"), path)
    findings = desk.run().quality.findings
    assert "取消密码后重新保存" in findings.loc[findings["rule_id"].eq("HB-I-101"), "action"].iloc[0]
    workshops(path)
    assert desk.run().snapshot.table("workshops")["employees"].tolist() == [10, 11, 12, 13]


@pytest.mark.slow
@libreoffice.needed
def test_formulas_that_were_never_calculated_count_once_a_program_saved_them(desk, tools, tmp_path):
    desk.put("监测对象.xlsx", tools.monitored_rows())

    def formula(sheet):
        sheet["D2"] = "=5+5"

    path = workshops(desk.inbox / "工厂.xlsx", formula)
    findings = desk.run().quality.findings
    assert "打开，保存一次" in findings.loc[findings["rule_id"].eq("HB-I-222"), "action"].iloc[0]
    shutil.copy(libreoffice.saved_again(path, "xlsx", tmp_path), path)
    assert desk.run().snapshot.table("workshops")["employees"].tolist() == [10, 11, 12, 13]


def rewritten(path, changes):
    """The workbook with texts of its parts replaced."""
    target, found = path.with_name(f"other-{path.name}"), set()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as made:
        for name in source.namelist():
            # openpyxl writes 甲 or &#30002;, as Python's version has it.
            text = re.sub(r"&#(\d{3,});", lambda match: chr(int(match[1])), source.read(name).decode())
            for old, new in changes:
                found |= {old} if old in text else set()
                text = text.replace(old, new)
            made.writestr(name, text)
    assert len(found) == len(changes)
    return target


STRICT = [
    ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main"),
    ("http://schemas.openxmlformats.org/officeDocument/2006/relationships",
     "http://purl.oclc.org/ooxml/officeDocument/relationships"),
]  # fmt: skip
PHONETIC = [
    ("<t>甲山镇</t>", '<t>甲山镇</t><rPh sb="0" eb="2"><t>コウザン</t></rPh><phoneticPr fontId="1"/>'),
    ("<t>工厂1</t>", "<r><rPr><b/></rPr><t>工</t></r><r><t>厂1</t></r>"),
]


@pytest.mark.parametrize("changes", [STRICT, PHONETIC], ids=["strict", "phonetic and rich"])
def test_a_workbook_written_otherwise_holds_the_same_cells(tmp_path, changes):
    path = workshops(tmp_path / "工厂.xlsx")
    grids = [read_grids(one)[0] for one in (path, rewritten(path, changes))]
    rows = [[grid.row(number) for number in range(grid.height)] for grid in grids]
    assert rows[0] == rows[1]
    assert rows[1][2] == ["工厂1", "甲山镇", None, "11", "1", "正常"]


def test_days_are_counted_from_1904_where_the_workbook_says_so(tmp_path):
    def dated(sheet, epoch=None):
        sheet["C2"] = 43_343
        sheet["C2"].number_format = "yyyy-mm-dd"
        if epoch:
            sheet.parent.epoch = epoch

    path = workshops(tmp_path / "a.xlsx", lambda sheet: dated(sheet, CALENDAR_MAC_1904))
    other = workshops(tmp_path / "b.xlsx", dated)
    assert [read_grids(one)[0].row(1)[2] for one in (path, other)] == ["2022-09-01", "2018-08-31"]
