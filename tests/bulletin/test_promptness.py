"""Who is told for a low on-time rate: below the floor, with cases enough, and the lowest first."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from hanbin_lib.bulletin.asks import RATES, rate_name, slow_units
from hanbin_lib.bulletin.figures import Figures
from hanbin_lib.indicators import COLUMNS
from hanbin_lib.months import Month

MONTH, COUNTY = Month(2022, 9), "610902"
TOWNS = {"610902001": "甲镇", "610902002": "乙镇", "610902003": "丙镇"}
RATE = "rectification_on_time_share"


def row(part, whole, place=COUNTY, group="all", note="reported"):
    at = {"indicator": RATE, "month": str(MONTH), "place_code": place, "group": group, "note_code": note}
    value = part / whole if whole and note == "reported" else np.nan
    numbers = {"numerator": part, "denominator": whole, "value": value, "lower": np.nan, "upper": np.nan}
    return dict.fromkeys(COLUMNS) | at | numbers


def bulletin(*rows, place=COUNTY):
    rules = SimpleNamespace(on_time_least_cases=10, on_time_floor_share=0.6)
    return SimpleNamespace(
        is_county=place == COUNTY, place=place, place_name=TOWNS.get(place, "汉滨区"),
        towns=list(TOWNS), name=TOWNS.get, settings=SimpleNamespace(rules=rules),
        figures=Figures(pd.DataFrame(rows, columns=list(COLUMNS)), MONTH, place),
    )  # fmt: skip


JIA, YI, BING = TOWNS


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([row(59.0, 100.0, JIA)], ["甲镇 59/100"]),
        ([row(60.0, 100.0, JIA)], []),  # exactly the floor is no less
        ([row(0.0, 10.0, JIA)], ["甲镇 0/10"]),
        ([row(0.0, 9.0, JIA)], []),
        ([row(0.0, 0.0, JIA)], []),
        ([row(1.0, 20.0, JIA, note="suppressed")], []),
        (
            [row(5.0, 20.0, JIA), row(1.0, 20.0, YI), row(5.0, 20.0, BING)],
            ["乙镇 1/20", "丙镇 5/20", "甲镇 5/20"],
        ),
        ([row(1.0, 20.0)], []),  # the county is no unit of its own
        ([row(3.0, 20.0, group="department=水利局"), row(8.0, 20.0, JIA)], ["水利局 3/20", "甲镇 8/20"]),
        ([row(3.0, 20.0, group="source=电话抽查")], []),
        ([row(3.0, 20.0, JIA, group="department=水利局")], []),
    ],
)
def test_who_is_told(rows, told):
    found = slow_units(bulletin(*rows), RATE)
    assert [f"{one.unit} {one.cases}" for one in found] == told


def test_a_towns_bulletin_tells_of_the_town_alone():
    rows = [row(1.0, 20.0, JIA), row(1.0, 20.0, YI), row(1.0, 20.0, group="department=水利局")]
    assert [one.unit for one in slow_units(bulletin(*rows, place=YI), RATE)] == ["乙镇"]
    assert slow_units(bulletin(*rows[:1], place=YI), RATE) == []


def test_the_rates_have_the_names_of_their_definitions():
    assert [rate_name(one) for one in RATES] == ["帮扶措施按期落实率", "问题整改按期完成率"]
