"""What the hand-made pages of this room stand on: register, rules and tables of the demonstration month."""

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pandas as pd
import pytest
from absences import OPTIONAL
from support import MONTH

from hanbin_lib import bulletin as hb
from hanbin_lib.bulletin.figures import Figures
from hanbin_lib.charts import style
from hanbin_lib.indicators import Sources, indicator_table
from hanbin_lib.snapshots import Snapshot

_STORED = {"town_name": "town_code", "village_name": "village_code"}


@pytest.fixture(scope="session")
def basis(demo_workspace):
    """The month as it was opened, before any figure. Read only."""
    return hb.open_inputs(str(MONTH), workspace=demo_workspace)


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
    """The snapshot without some columns (``table.column``) or whole tables."""
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


def _made_of(snapshot, full):
    """The bulletin made of another snapshot of the month; nothing is taken from what was kept."""
    sources = Sources(snapshot, full.sources.earlier)
    table = indicator_table(sources, full.scope, full.settings.ranking)
    figures = Figures(table, full.month, full.place)
    return replace(full, sources=sources, figures=figures, cache=None, numerals={}, _of_month={})


class _Holed(Snapshot):
    """A snapshot in which a share of the cells of every optional column is empty, at random."""

    share: float = 0.0

    def table(self, name: str, columns: list[str] | None = None) -> pd.DataFrame:
        rows = super().table(name, columns)
        sheet = name.replace("_households", "_persons")
        for table, _, heading in (one.partition(".") for one in OPTIONAL):
            column = _STORED.get(heading, heading)
            if table in (name, sheet) and column in rows:
                rng = np.random.default_rng(list(f"{name}.{column}".encode()))
                rows[column] = rows[column].mask(rng.random(len(rows)) < self.share)
        return rows


@pytest.fixture(scope="session")
def holed(full):
    """Function (share): the month's bulletin with so many of the optional cells empty."""

    def made(share):
        current = full.sources.current
        snapshot = _Holed(current.folder, current.manifest)
        object.__setattr__(snapshot, "share", share)
        return _made_of(snapshot, full)

    return made


@pytest.fixture(scope="session")
def full(demo_workspace):
    """The county's bulletin of the month. Read only."""
    return hb.open_bulletin(str(MONTH), "610902", workspace=demo_workspace)


@pytest.fixture(scope="session")
def lacking(full):
    """Function (columns or tables): the month's bulletin without them."""

    @lru_cache(maxsize=4)  # the samples; a table is ten megabytes
    def made(*gone):
        return _made_of(without(full.sources.current, gone), full)

    return made


@pytest.fixture
def undrawn(monkeypatch):
    """Charts are made with their numbers and words, but not drawn: for tests of what is said."""
    empty = '<svg xmlns="http://www.w3.org/2000/svg"/>'
    monkeypatch.setattr(style.Canvas, "savefig", lambda _, buffer, **__: buffer.write(empty))
