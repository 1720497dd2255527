"""Every indicator against its definition in words, one case at a time."""

import pytest
import recount_checks  # noqa: F401
import recount_register  # noqa: F401
from random_worlds import random_world
from recount_duties import RANKING
from recounting import COUNTS, NUMBERS, SHARES, disagreements

from hanbin_lib.indicators import DEFINITIONS, indicator_table

SEEDS = range(3)
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
            assert place[["lower", "upper"]].stack().between(1, len(wide)).all()


def test_every_indicator_is_recounted():
    assert set(DEFINITIONS) == {*COUNTS, *SHARES, *NUMBERS, *_RANKS}
