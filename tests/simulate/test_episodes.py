import numpy as np
import pandas as pd
from known_registers import CATEGORIES, LAST, random_truth, register_of, simulate, town_codes

from hanbin_lib.months import Month
from hanbin_lib.simulate.episodes import episodes_of, household_months, seen_relapses

TOWNS = town_codes(3)
FIRST = LAST.shift(-29)


def registers(seed=1):
    rng = np.random.default_rng(seed)
    rows = simulate(rng, random_truth(rng, 3, 30))
    return rows, register_of(rows, FIRST, 29, TOWNS)


def test_an_earlier_month_is_read_back_from_the_later_register():
    """The present register, read as of six months ago, is the register of six months ago."""
    rows, now = registers()
    then = register_of(rows, FIRST, 23, TOWNS)
    back = episodes_of(now, TOWNS, LAST.shift(-6)).table
    pd.testing.assert_frame_equal(back, episodes_of(then, TOWNS, LAST.shift(-6)).table)


def test_household_months_are_those_of_a_plain_count():
    _, now = registers(2)
    episodes = episodes_of(now, TOWNS, LAST)
    first = LAST.ordinal - 11
    expected = []
    for number, row in enumerate(episodes.table.itertuples()):
        end = LAST.ordinal if row.eliminated < 0 else row.eliminated
        months = [] if row.is_bound else range(max(row.identified, first), end + 1)
        expected += [(number, month - row.identified, month, month == row.eliminated) for month in months]
    found = household_months(episodes, first)
    assert list(found.itertuples(index=False, name=None)) == expected


def test_what_has_no_month_is_counted_and_left_out():
    _, now = registers(3)
    gone = np.flatnonzero(now["is_risk_eliminated"])
    now.loc[gone[0], "eliminated_month"] = pd.NaT
    now.loc[1 if gone[0] != 1 else 2, "identified_month"] = pd.NaT
    episodes = episodes_of(now, TOWNS, LAST)
    assert episodes.undated == 2
    assert len(episodes.table) == len(now) - 2


def test_who_is_not_said_to_be_without_labour_may_leave():
    _, now = registers(4)
    now["is_no_labour_household"] = now["is_no_labour_household"].mask(np.arange(len(now)) % 2 == 0)
    found = episodes_of(now, TOWNS, LAST).table["is_bound"].to_numpy()
    told = now["is_no_labour_household"].eq(True).fillna(False) & ~now["is_risk_eliminated"]
    assert 0 < found.sum() == told.sum()
    assert (found == told).all()


def test_other_towns_are_left_out():
    _, now = registers(4)
    assert set(episodes_of(now, TOWNS[:1], LAST).table["town_code"]) == {TOWNS[0]}


def test_relapses_need_two_registers():
    rows, now = registers(5)
    before = register_of(rows, FIRST, 26, TOWNS)
    gone = before.loc[before["is_risk_eliminated"], "household_code"]
    assert seen_relapses([(LAST, now)]) == (0, 0)
    assert seen_relapses([(LAST.shift(-3), before), (LAST, now)]) == (0, 3 * len(gone))
    again = now.copy()
    back, anew = (again["household_code"].eq(code) for code in gone.iloc[:2])
    again.loc[back, "is_risk_eliminated"] = False
    again.loc[anew, "identified_month"] = pd.Timestamp("2022-08-01")
    assert seen_relapses([(LAST.shift(-3), before), (LAST, again)]) == (2, 3 * len(gone))


def test_months_before_the_register_are_not_known():
    _, now = registers(6)
    assert episodes_of(now, TOWNS, Month(2010, 1)).table.empty
    assert set(episodes_of(now, TOWNS, LAST).table["category"]) <= set(CATEGORIES)
