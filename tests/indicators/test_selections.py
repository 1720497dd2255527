"""Who stands behind a figure."""

import pandas as pd
import pytest
from random_worlds import random_world

from hanbin_lib.indicators import ALL, selections_behind
from hanbin_lib.indicators.clues import overdue, state

FIGURES = ("monitored_households", "open_risk_persons", "households_without_measure", "problems_overdue")


@pytest.fixture(scope="module")
def world(rules_as_shipped):
    return random_world(3, rules_as_shipped)


def test_rows_behind_add_up_at_every_place_whatever_else_is_asked(world):
    """A median is no sum: nobody stands behind it, and looking for what there is not finds nothing."""
    wanted = {*((name, ALL) for name in FIGURES), ("median_months_to_measure", ALL), ("no such figure", ALL)}
    behind = selections_behind(world.sources, world.scope, wanted)
    assert set(behind) == wanted - {("no such figure", ALL)}
    assert behind.pop(("median_months_to_measure", ALL)) is None
    for (name, _), selection in behind.items():
        assert len(selection.sums) > 1
        for place, value in selection.sums.items():
            assert selection.at(place)["weight"].sum() == value, (name, place)
    alone = selections_behind(world.sources, world.scope, {(FIGURES[0], ALL)})[FIGURES[0], ALL]
    pd.testing.assert_series_equal(alone.sums, behind[FIGURES[0], ALL].sums)


def test_overdue_clues_come_longest_first(world):
    late = overdue(state(world.sources.table("clues"), world.scope), world.scope)
    days = late["days_over"].tolist()
    assert len(set(days)) > 1
    assert days == sorted(days, reverse=True)
    assert min(days) > 0
