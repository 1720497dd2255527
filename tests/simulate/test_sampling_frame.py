"""What was visited before: the groups of last time only where last time was last month."""

import pytest

from hanbin_lib.months import Month
from hanbin_lib.simulate.sampling_frame import Round, past_of

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
