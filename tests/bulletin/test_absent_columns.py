"""Drop a column or a table: every figure that is still reported is what it was, the others are 未收到."""

import itertools
import random

import pandas as pd
import pytest
from absences import OF_WHAT_THERE_IS, OPTIONAL, TABLES_BESIDE
from support import MONTH

from hanbin_lib.bulletin import open_bulletin
from hanbin_lib.contract import TABLES
from hanbin_lib.indicators import DEFINITIONS, NoteCode, Sources, broken_identities, indicator_table
from hanbin_lib.indicators.absence import NEEDS
from hanbin_lib.params import Settings
from hanbin_lib.snapshots import Snapshot

_KEY = ["indicator", "month", "place_code", "group"]
# Without it the rows in the sheet are the household's size (see the definition).
_STANDS_IN = {"monitored_persons.household_size"}
_STORED = {"town_name": "town_code", "village_name": "village_code"}
# One of each kind for the fast lane: a column of persons, households, answers, dates, money, places, a table.
SAMPLE = [
    "monitored_persons.public_post", "monitored_persons.eliminated_month", "phone_checks.drinking_water",
    "rectification.closed_date", "workshops.town_name", "projects.paid_10k_yuan", "lifted_persons",
]  # fmt: skip


class _Without(Snapshot):
    """A snapshot as it would be had some columns not come in."""

    gone: frozenset[str] = frozenset()

    def table(self, name: str, columns: list[str] | None = None) -> pd.DataFrame:
        rows = super().table(name, columns)
        for one in self.gone:
            table, _, column = one.partition(".")
            stored = _STORED.get(column, column)
            if name in (table, table.replace("_persons", "_households")) and stored in rows:
                rows[stored] = pd.Series([None] * len(rows), index=rows.index).astype(rows[stored].dtype)
        return rows


def without(snapshot, gone):
    manifest = snapshot.manifest
    sources = tuple(
        one.model_copy(update={"columns": tuple(c for c in one.columns if f"{one.table}.{c}" not in gone)})
        for one in manifest.sources
        if one.table not in gone
    )
    left = {*gone, *(name.replace("_persons", "_households") for name in gone)}
    tables = {name: stored for name, stored in manifest.tables.items() if name not in left}
    made = _Without(snapshot.folder, manifest.model_copy(update={"sources": sources, "tables": tables}))
    object.__setattr__(made, "gone", frozenset(gone))
    return made


@pytest.fixture(scope="module")
def district(demo_workspace):
    bulletin = open_bulletin(str(MONTH), "610902", workspace=demo_workspace)
    return bulletin, Settings.load(demo_workspace).ranking, bulletin.figures.table.set_index(_KEY)


def computed(district, gone):
    bulletin, ranking, _ = district
    sources = Sources(without(bulletin.sources.current, gone), bulletin.sources.earlier)
    return indicator_table(sources, bulletin.scope, ranking)


def changed(district, gone):
    """Figures that are reported and are not what they were."""
    table = computed(district, gone)
    assert broken_identities(table) == []
    table = table.set_index(_KEY)
    reported = table[table["note_code"].eq(NoteCode.REPORTED)]
    kept = ~reported.index.get_level_values("indicator").isin(OF_WHAT_THERE_IS)
    both = reported[kept].join(district[2]["value"].rename("before"))
    return both[~((both["value"] - both["before"]).abs() < 1e-9)]


@pytest.mark.parametrize("gone", SAMPLE)
def test_nothing_absent_is_counted(district, gone):
    assert changed(district, {gone}).empty


@pytest.mark.slow
@pytest.mark.parametrize("gone", [*OPTIONAL, *TABLES_BESIDE])
def test_nothing_absent_is_counted_whatever_is_absent(district, gone):
    found = changed(district, {gone})
    if gone in _STANDS_IN:
        assert found.index.get_level_values("indicator").str.contains("income").all()
    else:
        assert found.empty


@pytest.mark.slow
def test_fifty_pairs_at_random(district):
    everything = sorted({*OPTIONAL, *TABLES_BESIDE} - _STANDS_IN)
    pairs = random.Random(15).sample(list(itertools.combinations(everything, 2)), 50)
    assert {pair: len(found) for pair in pairs if len(found := changed(district, set(pair)))} == {}


def test_who_is_not_known_to_hold_a_post_is_not_counted_as_none(district):
    """The case that was printed: 0 persons in posts, reported, where the column never came."""
    rows = computed(district, {"lifted_persons.public_post"})
    own = rows[rows["indicator"].eq("public_post_holders")]
    assert own["note_code"].eq(NoteCode.NOT_RECEIVED).all()
    assert own["value"].isna().all()


def test_towns_alone_may_lack_a_figure_that_the_county_has(district):
    rows = computed(district, {"rectification.town_name"}).set_index(_KEY)
    open_now = rows.loc["problems_open"].loc[str(MONTH)].xs("all", level="group")
    assert open_now.loc["610902", "value"] > 0
    assert open_now.drop("610902")["note_code"].eq(NoteCode.NOT_RECEIVED).all()


def test_needs_name_indicators_and_columns_that_exist():
    columns = {f"{t.name}.{c.name}" for t in TABLES.values() for c in t.columns}
    for need in NEEDS:
        assert set(need.indicators) <= set(DEFINITIONS)
        assert {part for one in need.columns for part in one.split("|")} <= columns
