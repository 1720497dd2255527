"""Monitoring exports that the demonstration generator did not make.

Written by other code, with other headings and another order, from totals alone.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import yaml

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
# Headings of an older menu; the order is not that of the demonstration.
HEADINGS = (
    "人编号", "户编号", "行政村", "乡(镇)", "与户主关系", "身份证号码", "姓名", "监测对象类型",
    "风险是否消除", "风险识别时间", "风险消除时间", "返贫致贫风险1", "人数", "产业帮扶", "健康状况",
    "工资性收入", "生产经营性收入", "生产经营性支出", "财产性收入", "转移性收入", "人均纯收入",
)  # fmt: skip
AREAS = """place_code,place_name,kind,parent_code,is_counted,note
511999,试点县,县,,是,
511999100,甲河镇,镇,511999,是,
511999101,乙山镇,镇,511999,是,
511999200,丙水乡,乡,511999,是,
511999100201,东村委会,村,511999100,是,
511999100202,西村委会,村,511999100,是,
511999101201,垚上村委会,村,511999101,是,
511999200201,㛃河村委会,村,511999200,是,
511999200001,中心社区居委会,社区,511999200,是,
"""
PLACES = [
    ("甲河镇", "东村"),
    ("甲河", "西村委会"),
    ("乙山镇", "垚上村"),
    ("丙水乡", "㛃河村"),
    ("丙水", "中心社区"),
]
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


def write_parameters(params: Path) -> None:
    """What docs/own-county.md asks of a bureau: its name, its places and its line."""
    county = {
        "code": "511999", "name": "试点县", "kind": "县", "bureau_name": "试点县农业农村局",
        "bulletin_name": "试点县防返贫监测月报", "calibre": "全县三个乡镇",
    }  # fmt: skip
    (params / "county.yaml").write_text(yaml.safe_dump(county, allow_unicode=True), encoding="utf-8")
    (params / "areas.csv").write_text(AREAS, encoding="utf-8")
    line = {"year": 2024, "value_yuan": 6000, "document": "测试〔2024〕1号", "entered_by": "测试岗"}
    lines = yaml.safe_dump({"lines": [line]}, allow_unicode=True)
    (params / "monitoring_lines.yaml").write_text(lines, encoding="utf-8")
