"""Every indicator against its definition in words, one case at a time."""

import pandas as pd
import pytest
import recount_checks  # noqa: F401
import recount_clues  # noqa: F401
import recount_register  # noqa: F401
import recount_roster  # noqa: F401
from random_worlds import random_world
from recount_duties import RANKING
from recounting import COUNTS, NUMBERS, SHARES, disagreements

from hanbin_lib.disclosure.edition import is_count
from hanbin_lib.disclosure.knowledge import knowledge_of
from hanbin_lib.indicators import DEFINITIONS, NoteCode, indicator_table

SEEDS = range(3)
# What a village's page, its map and a village list print.
OF_VILLAGES = {
    *(f"{state}_{unit}" for unit in ("households", "persons")
      for state in ("monitored", "open_risk", "risk_eliminated", "new", "newly_eliminated")),
    "households_without_measure", "able_households", "no_worker_households", "registered_households",
    "register_problem_households", "collective_income", "inspection_units", "inspection_problem_units",
    *(f"phone_{which}_households" for which in ("base", "called", "reached", "problem")),
    *(f"safeguard_{which}_households" for which in ("both", "phone_only", "register_only")),
    *(f"round_{which}" for which in ("visits", "problems_found", "problems_settled", "problems_passed_on")),
}  # fmt: skip
_RANKS = ("town_rank", "department_rank")


@pytest.fixture(scope="module")
def computed(rules):
    """Worlds and the table that the library makes of each."""
    worlds = [random_world(seed, rules) for seed in SEEDS]
    return [(world, indicator_table(world.sources, world.scope, RANKING)) for world in worlds]


@pytest.mark.parametrize("name", [*COUNTS, *SHARES, *NUMBERS])
def test_it_equals_the_recount(name, computed):
    faults = [fault for world, table in computed for fault in disagreements(table, world, name)]
    assert not faults, "\n".join(faults[:8])


@pytest.mark.parametrize("unit", ["town", "department"])
def test_the_rank_follows_the_score_printed_beside_it(unit, computed):
    for _world, table in computed:
        rows = table[table["indicator"].isin([f"{unit}_score", f"{unit}_rank"])]
        rows = rows[~rows["group"].str.startswith("part=")]
        for _, month in rows.groupby("month"):
            wide = month.pivot(index=["place_code", "group"], columns="indicator", values="value")
            best_first = wide.sort_values(f"{unit}_score", ascending=False)
            assert best_first[f"{unit}_rank"].tolist() == list(range(1, len(wide) + 1))
            place = month[month["indicator"].eq(f"{unit}_rank")]
            assert place["lower"].le(place["upper"]).all()
            assert place[["lower", "upper"]].isin(range(1, len(wide) + 1)).all(axis=None)


def test_what_is_said_to_add_up_adds_up_and_nothing_else_does(computed):
    """In worlds with rows of no town, of towns that do not count, and of several rows a household."""
    upper = pd.concat([table.assign(seed=n) for n, (_, table) in enumerate(computed)])
    of_county = upper["place_code"].str.len().eq(6)
    of_towns = upper["place_code"].str.len().eq(9)
    key = ["seed", "indicator", "month", "group"]
    sums = pd.DataFrame({
        "county": upper[of_county].set_index(key)["value"],
        "towns": upper[of_towns].groupby(key)["value"].sum(min_count=1),
    })  # fmt: skip
    agree = (sums["county"] - sums["towns"]).abs().lt(1e-6) | sums.isna().all(axis=1)
    adds_up = agree.groupby("indicator").all()
    assert {d.id for d in DEFINITIONS.values() if d.is_additive} == set(adds_up.index[adds_up])


def test_villages_are_told_of_where_their_pages_say_so(computed):
    for _, table in computed:
        lowest = table[table["place_code"].str.len().eq(12)]
        assert set(lowest["indicator"]) == OF_VILLAGES


def test_what_the_public_edition_takes_for_known_is_true(computed):
    """Sums, parts of wholes and flows, in worlds of which nobody made the numbers agree."""
    for _, table in computed:
        known = is_count(table) & table["note_code"].eq(NoteCode.REPORTED)
        counts = table[known & table["place_code"].str.len().lt(12)].reset_index(drop=True)
        values = counts["value"].to_numpy(dtype=float)
        for statements in (knowledge_of(counts), knowledge_of(counts, values)):
            together = statements.matrix @ values
            assert statements.is_sum.sum() > 800
            assert (~statements.is_sum).sum() > 1500
            assert (together[statements.is_sum] == 0).all()
            assert (together <= 0).all()


def test_every_indicator_is_recounted():
    assert set(DEFINITIONS) == {*COUNTS, *SHARES, *NUMBERS, *_RANKS}
