"""The quality report in its three forms."""

import io

import openpyxl
import pytest
from bs4 import BeautifulSoup
from rich.console import Console

from hanbin_lib.ingest.findings import COLUMNS, Finding, Severity, as_table, combined
from hanbin_lib.ingest.quality import QualityReport
from hanbin_lib.months import Month
from hanbin_lib.snapshots import Receipt, Source

MONTH = Month(2022, 9)
NASTY = "=cmd|' /C calc'!A0<script>[red]"


def finding(number, severity=Severity.WARNING, **changes):
    values = {
        "severity": severity,
        "rule_id": f"HB-R-{number}",
        "rule_title": f"规则{number}",
        "file": NASTY,
        "message": f"说明{number}",
        "action": "核实",
        "sheet": "Sheet1",
        "row": number,
        "column": "村",
    }
    return Finding(**(values | changes))


@pytest.fixture
def report():
    found = [finding(7), finding(3, Severity.ERROR), finding(9, row=None, sheet="", column="")]
    return QualityReport(MONTH, combined([as_table(found[:1]), as_table(found[1:])]))


def test_errors_stand_first_and_are_counted(report):
    assert report.findings["rule_id"].tolist() == ["HB-R-3", "HB-R-7", "HB-R-9"]
    assert (report.errors, report.warnings) == (1, 2)
    assert "错误1条，警告2条" in report.summary
    assert list(report.findings.columns) == list(COLUMNS)


def test_the_terminal_is_told_every_rule_and_the_place_of_errors(report):
    stream = io.StringIO()
    report.print(Console(file=stream, width=200))
    text = stream.getvalue()
    assert "HB-R-9" in text
    assert "第3行 “村”列：说明3" in text
    assert text.count("处理办法：") == 1  # what to do about the one kind of error
    assert "[red]" in text  # a file name is no markup


def test_the_page_is_self_contained_and_escapes_names(report, tmp_path):
    report.to_html(tmp_path / "r.html")
    html = (tmp_path / "r.html").read_text("utf-8")
    page = BeautifulSoup(html, "html.parser")
    assert not page.find_all(["script", "link", "img"])
    assert NASTY in page.get_text()
    assert len(page.find_all("details")) == 3
    assert [d.has_attr("open") for d in page.find_all("details")] == [True, False, False]


def test_the_list_holds_every_finding_as_text(report, tmp_path):
    report.to_excel(tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    lines = list(book["明细"].iter_rows(values_only=True))
    assert lines[0][:4] == ("级别", "规则编号", "规则", "文件")
    assert lines[1][3] == NASTY
    assert lines[1][5] == 3
    assert {cell.data_type for row in book["明细"].iter_rows(min_row=2) for cell in row} <= {"s", "n"}
    assert len(list(book["汇总"].iter_rows())) == 4


def test_two_writings_are_the_same_bytes(report, tmp_path):
    for name in ("a", "b"):
        report.to_excel(tmp_path / f"{name}.xlsx")
        report.to_html(tmp_path / f"{name}.html")
    for suffix in ("xlsx", "html"):
        assert (tmp_path / f"a.{suffix}").read_bytes() == (tmp_path / f"b.{suffix}").read_bytes()


def test_a_clean_month_has_reports_too(tmp_path):
    clean = QualityReport(MONTH, as_table([]))
    clean.to_html(tmp_path / "r.html")
    clean.to_excel(tmp_path / "r.xlsx")
    clean.print(Console(file=io.StringIO()))
    assert clean.summary == "2022年9月数据质量：没有发现问题。"


@pytest.mark.parametrize(("severity", "heading"), [(Severity.WARNING, "存入"), (Severity.ERROR, "可存入")])
def test_a_refused_import_says_nowhere_that_rows_were_stored(tmp_path, severity, heading):
    receipt = Receipt(seen=3, left={}, other_months={}, reached=3, unreached={}, sums={"人数": (30.0, 30.0)})
    source = Source(file="a.xlsx", sheet="表1", sha256="", table="workshops", rows=3, columns=(),
                    unknown_columns=(), is_demonstration=False, receipt=receipt)  # fmt: skip
    report = QualityReport(MONTH, as_table([finding(3, severity)]), (source,))
    report.to_html(tmp_path / "r.html")
    page = BeautifulSoup((tmp_path / "r.html").read_text("utf-8"), "html.parser")
    headings = [cell.text for cell in page.find_all("th")]
    assert headings[4] == heading
    assert f"{heading}合计" in headings
    stream = io.StringIO()
    report.print(Console(file=stream, width=200))
    assert ("可存入" in stream.getvalue()) == (severity is Severity.ERROR)
    report.to_excel(tmp_path / "r.xlsx")
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    assert heading in [cell.value for cell in book["收据"][1]]
