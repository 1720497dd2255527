"""Who stands behind a figure: they add up to it, at every place, whatever else was asked for."""

import pytest
from random_worlds import random_world

from hanbin_lib.indicators import ALL, indicator_table, selections_behind
from hanbin_lib.indicators.clues import overdue, state

FIGURES = ("monitored_households", "open_risk_persons", "households_without_measure", "problems_overdue")


@pytest.fixture(scope="module")
def world(rules_as_shipped):
    return random_world(3, rules_as_shipped)


def test_rows_behind_add_up_to_the_figure_at_every_place(world, ranking):
    behind = selections_behind(world.sources, world.scope, {(name, ALL) for name in FIGURES})
    assert set(behind) == {(name, ALL) for name in FIGURES}
    table = indicator_table(world.sources, world.scope, ranking)
    now = table[table["month"].eq(str(world.month)) & table["group"].eq(ALL)]
    for name in FIGURES:
        values = now[now["indicator"].eq(name)].set_index("place_code")["value"].dropna()
        assert len(values) > 1
        for place, value in values.items():
            assert behind[name, ALL].at(place)["weight"].sum() == value, (name, place)


def test_a_figure_that_is_no_sum_of_rows_has_nobody_behind_it(world):
    wanted = {("median_months_to_measure", ALL), ("no such figure", ALL)}
    assert selections_behind(world.sources, world.scope, wanted) == {("median_months_to_measure", ALL): None}


def test_overdue_clues_come_longest_first(world):
    late = overdue(state(world.sources.table("clues"), world.scope), world.scope)
    days = late["days_over"].tolist()
    assert len(set(days)) > 1
    assert days == sorted(days, reverse=True)
    assert min(days) > 0
