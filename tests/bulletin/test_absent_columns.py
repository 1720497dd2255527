"""Drop a column or a table: every figure that is still reported is what it was, the others are 未收到."""

import itertools
import random

import pytest
from absences import OF_WHAT_THERE_IS, OPTIONAL, SAMPLES, TABLES_BESIDE
from support import MONTH

from hanbin_lib.contract import TABLES
from hanbin_lib.indicators import DEFINITIONS, NoteCode, broken_identities
from hanbin_lib.indicators.absence import NEEDS

pytestmark = pytest.mark.xdist_group("absences")
_KEY = ["indicator", "month", "place_code", "group"]
# Without it the rows in the sheet are the household's size (see the definition).
_STANDS_IN = {"monitored_persons.household_size"}


@pytest.fixture(scope="module")
def before(full):
    """Figures of the month that lacks nothing."""
    return full.figures.table.set_index(_KEY)["value"].rename("before")


def changed(table, before):
    """Figures that are reported and are not what they were."""
    assert broken_identities(table) == []
    table = table.set_index(_KEY)
    reported = table[table["note_code"].eq(NoteCode.REPORTED)]
    kept = ~reported.index.get_level_values("indicator").isin(OF_WHAT_THERE_IS)
    both = reported[kept].join(before)
    return both[~((both["value"] - both["before"]).abs() < 1e-9)]


@pytest.mark.parametrize("gone", SAMPLES, ids=["columns", "tables and towns"])
def test_nothing_absent_is_counted(lacking, before, gone):
    assert changed(lacking(*gone).figures.table, before).empty


@pytest.mark.slow
@pytest.mark.parametrize("gone", [*OPTIONAL, *TABLES_BESIDE])
def test_nothing_absent_is_counted_whatever_is_absent(lacking, before, gone):
    found = changed(lacking(gone).figures.table, before)
    if gone in _STANDS_IN:
        assert found.index.get_level_values("indicator").str.contains("income").all()
    else:
        assert found.empty


@pytest.mark.slow
def test_fifty_pairs_at_random(lacking, before):
    everything = sorted({*OPTIONAL, *TABLES_BESIDE} - _STANDS_IN)
    pairs = random.Random(15).sample(list(itertools.combinations(everything, 2)), 50)
    found = {pair: changed(lacking(*pair).figures.table, before) for pair in pairs}
    assert {pair: len(rows) for pair, rows in found.items() if len(rows)} == {}


def test_who_is_not_known_to_hold_a_post_is_not_counted_as_none(lacking):
    """The case that was printed: 0 persons in posts, reported, where the column never came."""
    rows = lacking(*SAMPLES[0]).figures.table
    own = rows[rows["indicator"].eq("public_post_holders")]
    assert own["note_code"].eq(NoteCode.NOT_RECEIVED).all()
    assert own["value"].isna().all()


def test_towns_alone_may_lack_a_figure_that_the_county_has(lacking):
    rows = lacking(*SAMPLES[1]).figures.table.set_index(_KEY)
    open_now = rows.loc["problems_open"].loc[str(MONTH)].xs("all", level="group")
    assert open_now.loc["610902", "value"] > 0
    assert open_now.drop("610902")["note_code"].eq(NoteCode.NOT_RECEIVED).all()


def test_needs_name_indicators_and_columns_that_exist():
    columns = {f"{t.name}.{c.name}" for t in TABLES.values() for c in t.columns}
    for need in NEEDS:
        assert set(need.indicators) <= set(DEFINITIONS)
        assert {part for one in need.columns for part in one.split("|")} <= columns
