"""Public editions of whole districts before the second attacker: ordinary, hard, of three towns, tiny, month by month.

``pytest -m slow -s`` prints how much of each is published.
"""

import numpy as np
import pandas as pd
import pytest
from second_attacker import KEY, SecondAttacker
from support import MONTH, import_into, new_workspace

from hanbin_demo.files import write_demo
from hanbin_lib.bulletin import open_bulletin
from hanbin_lib.disclosure import Rounding, kept, public_table
from hanbin_lib.disclosure.edition import is_count
from hanbin_lib.indicators import DEFINITIONS, NoteCode
from hanbin_lib.months import Month

pytestmark = pytest.mark.slow
ROUNDING = Rounding(threshold=3, base=10)
ASKED = 6  # counts asked for by integer programs over everything


def figures(root, register, *, with_year=False, **demo):
    workspace = new_workspace(root)
    write_demo(workspace.root, register, **demo)
    for month in (Month.parse(folder.name) for folder in sorted(workspace.inbox(MONTH).parent.iterdir())):
        if month == MONTH or with_year:
            assert import_into(workspace, workspace.inbox(month), month).snapshot is not None
    return open_bulletin(str(MONTH), "610902", workspace=workspace).figures.table


@pytest.fixture(scope="module")
def whole(tmp_path_factory, register):
    return figures(tmp_path_factory.mktemp("whole") / "workspace", register)


def written(table, month, tmp_path, earlier=()):
    """An edition as whoever downloads it reads it."""
    public = public_table(table, month, ROUNDING, earlier)
    public.to_csv(tmp_path / f"{month}.csv", index=False)
    return public, pd.read_csv(tmp_path / f"{month}.csv", dtype={"place_code": str})


def of_towns(table, towns):
    """The same figures of a county that has these towns alone: its counts are theirs."""
    own = table["place_code"].str.slice(0, 9).isin(towns)
    counts = table[
        own & table["place_code"].str.len().eq(9) & is_count(table) & table["note_code"].eq(NoteCode.REPORTED)
    ]
    counts = counts[[DEFINITIONS[name].is_additive for name in counts["indicator"]]]
    sums = counts.groupby(["indicator", "month", "group"])["value"].sum()
    county = table[table["place_code"].str.len().eq(6) & is_count(table)].copy()
    keys = pd.MultiIndex.from_frame(county[["indicator", "month", "group"]])
    county["value"] = county["numerator"] = sums.reindex(keys).to_numpy()
    return pd.concat([county.dropna(subset="value"), table[own]], ignore_index=True)


def attack(table, *editions):
    attacker = SecondAttacker(*editions)
    truth = table.set_index(KEY)["value"].reindex(pd.MultiIndex.from_frame(attacker.rows[KEY])).to_numpy()
    assert ((truth >= attacker.low) & (truth <= attacker.high)).all()
    assert attacker.narrow(ROUNDING.threshold) == []
    small = np.flatnonzero(attacker.hidden & (truth < ROUNDING.threshold))
    chosen = np.random.default_rng(1).choice(small, min(ASKED, len(small)), replace=False)
    assert attacker.asked(ROUNDING.threshold, chosen) == []


def tell(name, public):
    share = kept(public, str(MONTH))
    print(f"\n{name}: county {share.county}/{share.county_of}, towns {share.towns}/{share.towns_of}")
    return share


def test_the_demonstration_month(register, tmp_path):
    whole = figures(tmp_path / "workspace", register, with_year=True)
    public, csv = written(whole, str(MONTH), tmp_path)
    share = tell("demonstration", public)
    assert share.county >= 1268  # as many as before counts were rounded
    assert share.towns >= 0.85 * 10730
    attack(whole, csv)


def three_months(table, tmp_path):
    """Each edition of what was known then, as this month's register reads it back."""
    editions, files = [], []
    for step in (-2, -1, 0):
        month = str(MONTH.shift(step))
        so_far = table[table["month"].le(month)].reset_index(drop=True)
        editions.append(written(so_far, month, tmp_path, files)[1])
        files.append(tmp_path / f"{month}.csv")
    return editions


def test_three_months_of_editions_together(whole, tmp_path):
    attack(whole, *three_months(whole, tmp_path))


@pytest.mark.parametrize("towns", [1, 3])
def test_three_months_of_a_county_with_few_new_households_a_month(whole, tmp_path, towns):
    """A stock that one edition tells and the next one told less of is known: what has come is the difference."""
    chosen = sorted(code for code in whole["place_code"].unique() if len(code) == 9)[:towns]
    table = of_towns(whole, chosen)
    attack(table, *three_months(table, tmp_path))


def test_a_hard_month(tmp_path, register):
    table = figures(tmp_path / "workspace", register, hard=True, scale=0.3)
    public, csv = written(table, str(MONTH), tmp_path)
    tell("hard", public)
    attack(table, csv)


@pytest.mark.parametrize("towns", [1, 2, 3])
def test_a_county_of_few_towns(whole, tmp_path, towns):
    chosen = sorted(code for code in whole["place_code"].unique() if len(code) == 9)[:towns]
    table = of_towns(whole, chosen)
    public, csv = written(table, str(MONTH), tmp_path)
    tell(f"{towns} towns", public)
    attack(table, csv)


def test_a_tiny_county(demo_workspace, tmp_path):
    table = open_bulletin(str(MONTH), "610902", workspace=demo_workspace).figures.table
    public, csv = written(table, str(MONTH), tmp_path)
    tell("tiny", public)
    attack(table, csv)
