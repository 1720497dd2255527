"""How a figure is looked up: shares of few as n/N, nothing as the reason why."""

import pandas as pd
import pytest

from hanbin_lib.bulletin.figures import Figures
from hanbin_lib.indicators import COLUMNS
from hanbin_lib.months import Month

MONTH, PLACE = Month(2022, 9), "610902"


def figures(indicator, part, whole):
    row = dict.fromkeys(COLUMNS) | {
        "indicator": indicator, "month": str(MONTH), "place_code": PLACE, "group": "all", "numerator": part,
        "denominator": whole, "value": part / whole, "note_code": "reported",
    }  # fmt: skip
    return Figures(pd.DataFrame([row], columns=list(COLUMNS)), MONTH, PLACE)


@pytest.mark.parametrize(
    ("indicator", "part", "whole", "text"),
    [
        ("rebound_share", 3.0, 9.0, "3/9"), ("rebound_share", 3.0, 10.0, "30.0%"), ("rebound_share", 0.0, 1.0, "0/1"),
        ("project_paid_share", 3.0, 9.0, "33.3%"), ("task_completion_share", 4.5, 9.0, "50.0%"),  # no cases
    ],
)  # fmt: skip
def test_a_share_of_fewer_than_ten_cases_is_no_percentage(indicator, part, whole, text):
    assert figures(indicator, part, whole).figure(indicator).text == text
    assert figures(indicator, part, whole).plain(indicator).text == text


def test_what_did_not_come_in_says_so():
    assert figures("rebound_share", 1.0, 20.0).figure("projects").text == "未收到"
