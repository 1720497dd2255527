"""Monitoring exports that the demonstration generator did not make.

Written by other code, with other headings and another order, from totals alone.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import openpyxl

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
# Headings of an older menu; the order is not that of the demonstration.
HEADINGS = (
    "人编号", "户编号", "行政村", "乡(镇)", "与户主关系", "身份证号码", "姓名", "监测对象类型",
    "风险是否消除", "风险识别时间", "风险消除时间", "返贫致贫风险1", "人数", "产业帮扶", "健康状况",
    "工资性收入", "生产经营性收入", "生产经营性支出", "财产性收入", "转移性收入", "人均纯收入",
)  # fmt: skip
_CATEGORIES = ("边缘易致贫户", "脱贫不稳定户", "突发严重困难户")


@dataclass(frozen=True)
class Totals:
    """What the register must add up to."""

    households: int
    persons: int
    eliminated_households: int
    eliminated_persons: int


def rows(totals: Totals, places: list[tuple[str, str]], year: int) -> Iterator[tuple[str, ...]]:
    """One row a person; households cycle through the places (town, village)."""
    serial = 0
    open_homes = totals.households - totals.eliminated_households
    open_persons = totals.persons - totals.eliminated_persons
    groups = (
        ("是", totals.eliminated_households, totals.eliminated_persons),
        ("否", open_homes, open_persons),
    )
    number = 0
    for state, homes, persons in groups:
        for home in range(homes):
            size = persons // homes + (home < persons % homes)
            town, village = places[number % len(places)]
            income = 4000 + number % 9000
            for member in range(size):
                serial += 1
                yield _person(number, member, size, serial, town, village, state, income, year)
            number += 1


def _person(number, member, size, serial, town, village, state, income, year) -> tuple[str, ...]:
    net = income * size
    return (
        f"R{serial:07d}", f"H{number:06d}", village, town, "户主" if member == 0 else "其他",
        _identity(serial), f"人{serial}", _CATEGORIES[number % 3], state, f"{year - 2}0{1 + number % 9}",
        f"{year - 1}0{1 + number % 9}" if state == "是" else "", "因病", str(size), "种植", "长期慢性病",
        str(net), "500", "500", "0", "0", str(income),
    )  # fmt: skip


def _identity(serial: int) -> str:
    """A number of a region that does not exist, with a right check digit."""
    body = f"9999991980{1 + serial // 27000 % 12:02d}{1 + serial // 1000 % 27:02d}{serial % 1000:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def write_csv(path: Path, totals: Totals, places: list[tuple[str, str]], year: int) -> None:
    """The register as a plain file of the office: GB18030, headings in the first row."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="gb18030", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADINGS)
        writer.writerows(rows(totals, places, year))


def write_workbook(path: Path, totals: Totals, places: list[tuple[str, str]], year: int) -> None:
    """The register as the system exports it: a title and a line above the headings."""
    path.parent.mkdir(parents=True, exist_ok=True)
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (("监测对象信息",), ("单位：元",), HEADINGS, *rows(totals, places, year)):
        sheet.append(row)
    book.save(path)
