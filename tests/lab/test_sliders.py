"""A table sorts by value, both ways; what has no number is last both ways, totals stay at the foot."""

import pytest
from browser import browser, page

from hanbin_lib.display import Column, Figure, Phrase, Table
from hanbin_lib.indicators import Unit
from hanbin_lib.lab.sliders import sortable

__all__ = ["browser", "page"]
pytestmark = pytest.mark.browser
COLUMN = "(table, at) => [...table.tBodies[0].rows].map(row => row.cells[at].innerText.trim())"
NAMES = ("甲", "乙", "丙", "丁", "戊")
NUMBERS = (
    Figure(9999.0, Unit.HOUSEHOLDS, "a"),
    Phrase(("未收到",), "b"),
    Figure(-3.0, Unit.HOUSEHOLDS, "c"),
    Phrase(("1.23万户",), "d"),
    "—",
)
SHARES = (Figure(0.9, Unit.SHARE, "a"), Phrase(("3/10",), "b"), "未填写", Figure(0.5, Unit.SHARE, "d"), "2/3")
MONTHS = ("2022-09", "2021-12", "未填写", "2022-02", "2022-10")


@pytest.fixture
def table(page):
    columns = (Column("地区"), *(Column(head, "right") for head in ("户", "比例", "月份")))
    rows = (*zip(NAMES, NUMBERS, SHARES, MONTHS, strict=True), ("合计", "10", "5/10", "—"))
    html = sortable(Table("表", columns, rows, totals=1))["text/html"]
    page.set_content(f"<html lang='zh'><title>表</title>{html}")
    return page.locator("table")


@pytest.mark.parametrize(
    ("at", "falling", "missing"),
    [
        (1, ["1.23万户", "9999户", "\N{MINUS SIGN}3户"], {"未收到", "—"}),
        (2, ["90.0%", "2/3", "50.0%", "3/10"], {"未填写"}),
        (3, ["2022-10", "2022-09", "2022-02", "2021-12"], {"未填写"}),
    ],
)
def test_by_value_both_ways_and_what_is_missing_last(table, at, falling, missing):
    head = table.locator("thead th").nth(at)
    for order in (falling, falling[::-1]):
        head.click()
        *shown, total = table.evaluate(COLUMN, at)
        assert shown[: len(order)] == order
        assert set(shown[len(order) :]) == missing
        assert total in ("10", "5/10", "—")
