"""What was visited before: the groups of last time only where last time was last month."""

from types import SimpleNamespace

import pandas as pd
import pytest

from hanbin_lib.months import Month
from hanbin_lib.simulate import sampling_frame
from hanbin_lib.simulate.sampling_frame import Round, last_week, past_of

MONTH = Month(2022, 10)


def _round(back, group, *villages):
    return Round(MONTH.shift(-back), villages, {"甲镇": group})


@pytest.mark.parametrize(
    ("rounds", "since", "groups"),
    [
        ([], {}, ()),
        ([_round(1, "一组", "a")], {"a": 1}, ({"甲镇": "一组"},)),
        ([_round(2, "一组", "a")], {"a": 2}, ({}, {"甲镇": "一组"})),
        (
            [_round(3, "一组", "a", "b"), _round(1, "二组", "a")],
            {"a": 1, "b": 3},
            ({"甲镇": "二组"}, {"甲镇": "一组"}),
        ),
    ],
    ids=["never", "last month", "the month before last", "the later visit counts"],
)
def test_visits_on_record(rounds, since, groups):
    past = past_of(iter(rounds), MONTH)
    assert (past.months_since, past.rounds) == (since, groups)


def test_the_last_week_on_record_may_lie_in_another_year_than_the_one_before(monkeypatch):
    visits = pd.DataFrame(
        {
            "year": [2021, 2022, 2022, 2022],
            "week": [52, 1, 1, 1],
            "town_code": ["甲镇", "甲镇", "乙镇", None],
            "group_name": ["一组", "二组", "三组", "四组"],
        }
    )
    kept = SimpleNamespace(has=lambda _: True, table=lambda *_: visits, read_for=lambda _: kept)
    monkeypatch.setattr(sampling_frame.snapshots, "months", lambda _: [Month(2022, 1), MONTH])
    monkeypatch.setattr(sampling_frame.snapshots, "latest", lambda _, month: {Month(2022, 1): kept}[month])
    assert last_week(None, MONTH, None) == {"甲镇": "二组", "乙镇": "三组"}
    assert last_week(None, Month(2022, 1), None) == {}  # the month itself is not before itself
