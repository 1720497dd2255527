"""Headings of an export, checked before the first month."""

import openpyxl

from hanbin_lib.cli.headings import heading_lines
from hanbin_lib.contract import TABLES
from hanbin_lib.contract.local import local_tables
from hanbin_lib.county_columns import CountyColumns


def headed(path, headings):
    book = openpyxl.Workbook()
    book.active.append(headings)
    book.save(path)
    return path


def test_a_header_alone_is_recognised_and_what_is_missing_is_said(tmp_path):
    table = TABLES["monitored_persons"]
    headings = [column.heading for column in table.columns if column.name != "wage_income_yuan"]
    path = headed(tmp_path / "a.xlsx", [*headings, "工资收入"])
    lines, is_well = heading_lines(path, TABLES.values())
    text = "\n".join(lines)
    assert is_well
    assert "监测对象信息：表头在第1行" in text
    assert "没有的列（用到它们的数为“未收到”）：工资性收入" in text
    assert "监测对象信息: {工资性收入: [工资收入]}" in text
    own = CountyColumns(aliases={"监测对象信息": {"工资性收入": ("工资收入",)}})
    lines, _ = heading_lines(path, local_tables(own, "100001").values())
    assert len(lines) == 1


def test_a_required_column_that_is_missing_is_an_error(tmp_path):
    headings = [c.heading for c in TABLES["phone_checks"].columns if c.name != "disposition"]
    lines, is_well = heading_lines(headed(tmp_path / "a.xlsx", headings), TABLES.values())
    assert not is_well
    assert "缺少必需的列：接通情况" in lines[0]
