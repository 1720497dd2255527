"""The public table of a month: no small count, and none that its own sums give back."""

import numpy as np
import pandas as pd
import pytest
from support import MONTH

from hanbin_lib.bulletin import open_bulletin
from hanbin_lib.disclosure import cell_bounds, public_table, relations_of
from hanbin_lib.disclosure.edition import _is_count
from hanbin_lib.indicators import NoteCode
from hanbin_lib.indicators.table import NUMBERS

pytestmark = pytest.mark.xdist_group("disclosure")
THRESHOLD = 3
# At two hundredths of the district nearly every count is small: a few indicators are enough.
NAMES = (
    "monitored_households", "open_risk_households", "risk_eliminated_households", "monitored_persons",
    "measure_coverage_share", "phone_problem_households", "phone_problem_share", "phone_problem_change",
    "town_back_share", "town_rank", "town_score",
)  # fmt: skip


@pytest.fixture(scope="module")
def both(demo_workspace):
    table = open_bulletin(str(MONTH), "610902", workspace=demo_workspace).figures.table
    is_old_label = table["month"].ne(str(MONTH)) & table["group"].ne("all")
    table = table[table["indicator"].isin(NAMES) & ~is_old_label].reset_index(drop=True)
    return table, public_table(table, str(MONTH), THRESHOLD)


def test_no_small_count_of_people_is_published(both):
    _, public = both
    shown = public[_is_count(public) & public["value"].notna()]
    assert len(shown) > 100
    assert not shown["value"].between(1, THRESHOLD - 1).any()
    ratios = public[public["denominator"].notna()]
    for numbers in (ratios["numerator"], ratios["denominator"] - ratios["numerator"]):
        assert not (numbers.gt(0) & numbers.lt(THRESHOLD)).any()


def test_suppressed_is_neither_zero_nor_missing(both):
    table, public = both
    hidden = public["note_code"].eq(NoteCode.SUPPRESSED)
    assert hidden.any()
    assert public.loc[hidden, NUMBERS].isna().all().all()
    counts = ~hidden & _is_count(table)
    pd.testing.assert_frame_equal(public[counts], table[counts])
    shares = ~hidden & ~_is_count(table)
    assert (public.loc[shares, "value"] - table.loc[shares, "value"]).abs().max() <= 0.0005 + 1e-12


def test_no_share_is_an_equation_of_whole_numbers(both):
    """Digits beyond what a bulletin prints, weights over hidden strata and changes of shares give counts back."""
    _, public = both
    shown = public[public["unit"].isin(["比例", "百分点"]) & public["value"].notna()]
    for name in ("value", "lower", "upper"):
        assert (shown[name].dropna() - shown[name].dropna().round(3)).abs().max() == 0
    towns = shown[shown["place_code"].str.len().eq(9)]
    assert (
        not towns["indicator"].isin(["phone_problem_share", "phone_problem_change", "town_back_share"]).any()
    )
    assert shown["indicator"].eq("phone_problem_share").any()


def test_villages_earlier_months_of_towns_and_ranks_are_withheld(both):
    _, public = both
    level = public["place_code"].str.len()
    for rows in (
        public[level.eq(12)],
        public[level.eq(9) & public["month"].ne(str(MONTH))],
        public[public["indicator"].isin(["town_rank", "town_score"])],
    ):
        assert rows["value"].isna().all()


def test_the_county_keeps_its_totals(both):
    table, public = both
    county = public["place_code"].eq("610902") & public["month"].eq(str(MONTH)) & public["group"].eq("all")
    for name in ("monitored_households", "monitored_persons", "open_risk_households"):
        row = county & public["indicator"].eq(name)
        assert public.loc[row, "value"].tolist() == table.loc[row, "value"].tolist()


def test_the_attack_finds_no_small_count(both):
    """All that is published, all sums that hold: every small count stays open by the threshold."""
    table, public = both
    level = table["place_code"].str.len()
    candidates = table["note_code"].eq(NoteCode.REPORTED) & _is_count(table) & level.lt(12)
    candidates &= level.eq(6) | table["month"].eq(str(MONTH))
    counts = table[candidates].reset_index(drop=True)
    hidden = public.loc[candidates, "value"].isna().to_numpy()
    values, sums = counts["value"].to_numpy(dtype=float), relations_of(counts)
    small = np.flatnonzero((values > 0) & (values < THRESHOLD))
    assert len(small) > 50
    chosen = np.random.default_rng(7).choice(small, 40, replace=False)
    for cell in chosen:
        assert cell_bounds(values, hidden, sums, int(cell)).width >= THRESHOLD - 1e-6


@pytest.mark.parametrize(
    "rows",
    [
        {
            ("phone_problem_households", "answer=基本医疗"): 227,
            ("safeguard_both_households", "safeguard=基本医疗"): 1,
            ("safeguard_phone_only_households", "safeguard=基本医疗"): 226,
        },
        {
            ("phone_called_households", "all"): 47,
            ("phone_disposition_households", "disposition=有效接通"): 45,
            ("phone_disposition_households", "disposition=空号"): 2,
        },
        {
            ("monitored_households", "all"): 40,
            ("income_band_households", "band=4000元以下"): 39,
            ("income_missing_households", "all"): 1,
        },
        {
            ("households_without_measure", "all"): 1,
            ("open_risk_households", "situation=超期无措施"): 1,
        },
    ],
    ids=["register and telephone", "ends of calls", "income bands", "the same households twice"],
)
def test_no_small_count_is_the_rest_of_other_indicators(both, rows):
    """Known sums between tables of different chapters: one number withheld is none."""
    columns = both[0].iloc[:0]
    table = pd.DataFrame(
        {
            "indicator": [name for name, _ in rows], "month": str(MONTH), "place_code": "610902110",
            "group": [group for _, group in rows], "value": [float(value) for value in rows.values()],
            "unit": "户", "note_code": NoteCode.REPORTED.value,
        }
    ).reindex(columns=columns.columns)  # fmt: skip
    assert len(relations_of(table)) >= 1
    public = public_table(table, str(MONTH), THRESHOLD)
    small = table["value"].lt(THRESHOLD)
    assert public.loc[small, "value"].isna().all()
    assert public["value"].isna().sum() >= 2
