"""Shares, means and quantiles of the public edition: no finer than the counts that they are made of."""

import numpy as np
import pandas as pd

from hanbin_lib.disclosure.knowledge import MOST_PERSONS, SAMPLED_HOUSEHOLDS
from hanbin_lib.disclosure.rounding import Print, Rounding
from hanbin_lib.indicators import ALL, Unit

_PARTS = ["numerator", "denominator"]
_EDGES = ["value", "lower", "upper"]
_SHARES = (Unit.SHARE.value, Unit.POINTS.value)
# What is no share of households or persons but of things; whatever is not named here is one.
_OF_THINGS = frozenset(
    {"project_paid_share", "rectification_on_time_share", "rebound_share", "task_completion_share"}
)
_INSPECTED = "inspection_problem_share"
_MEDIAN, _OF_POOR_INCOMES = "median_months_to_measure", "income_component_below_share"
_MEANS = frozenset(
    {"net_income_per_head_yuan", "income_component_share", "income_quantile_yuan", _MEDIAN, _OF_POOR_INCOMES}
)
_MONITORED = "monitored_households"
_MOST_DIGITS = 3  # of a share, that is one of its percent
# A share is told where the counts that it is made of are told as they are.
_MADE_OF = {
    "phone_problem_share": ("phone_problem_households", "phone_reached_households"),
    "phone_problem_bound_share": ("phone_problem_households", "phone_base_households"),
    "phone_contact_share": ("phone_reached_households", "phone_called_households"),
    "phone_visited_share": ("phone_reached_households",),
    "phone_satisfied_share": ("phone_reached_households",),
    "measure_coverage_share": ("open_risk_households",),
}
_CHANGES = {"phone_problem_change": "phone_problem_share"}
_HEADCOUNT, _OF_THE_POOR = "fgt_headcount_share", frozenset({"fgt_gap_share", "fgt_severity_share"})
_OVERLAPPING = "answer="  # these labels do not add up to all


def settle_means(result: pd.DataFrame, rows: pd.Series, rounding: Rounding) -> pd.Series:
    """Write means, quantiles and shares of incomes as they are printed, without their parts; which are not.

    So many households stand behind each that a quarter of them is a count that is printed: in a smaller
    place the quartile would be one of few.
    """
    own = rows & (result["indicator"].isin(_MEANS) | result["unit"].eq(Unit.YUAN.value))
    least = 4 * rounding.base
    few = own & ~_households_behind(result, own).ge(least)
    result.loc[own, _PARTS] = np.nan
    for unit, digits in ((Unit.YUAN.value, 0), (Unit.SHARE.value, _MOST_DIGITS)):
        at = own & result["unit"].eq(unit)
        result.loc[at, _EDGES] = result.loc[at, _EDGES].round(digits)
    return few


def _households_behind(result: pd.DataFrame, own: pd.Series) -> pd.Series:
    """At least so many: as printed of all that are monitored, or of those that a figure is about."""
    behind = pd.Series(np.nan, index=result.index)
    sources = (
        (own, _MONITORED, "value", 1),
        (own & result["indicator"].eq(_OF_POOR_INCOMES), _HEADCOUNT, "numerator", MOST_PERSONS),
    )
    for rows, indicator, column, persons in sources:
        whole = result[result["indicator"].eq(indicator) & result["group"].eq(ALL)]
        known = whole.set_index(["place_code", "month"])[column] / persons
        keys = pd.MultiIndex.from_frame(result.loc[rows, ["place_code", "month"]])
        behind[rows] = known.reindex(keys).to_numpy()
    median = own & result["indicator"].eq(_MEDIAN)
    behind[median] = result.loc[median, "denominator"]
    return behind


def settle_shares(result: pd.DataFrame, rows: pd.Series, prints: pd.Series, rounding: Rounding) -> pd.Series:
    """Write shares as they are printed; which of them are not.

    Those of households and persons are the county's alone. The county's own stands with its parts, that of a
    label without, with so many digits that the last of them is at least `rounding.base` households.

    Parameters
    ----------
    prints
        How each count is printed (`Print`).
    """
    name, group = result["indicator"], result["group"]
    shares = rows & result["unit"].isin(_SHARES) & ~name.isin(_MEANS)
    of_things = name.isin(_OF_THINGS) | (name.eq(_INSPECTED) & group.ne(SAMPLED_HOUSEHOLDS))
    people = shares & ~of_things
    is_own = group.isin([ALL, SAMPLED_HOUSEHOLDS])
    digits = np.floor(np.log10(_wholes(result).clip(lower=1) / rounding.base)).clip(upper=_MOST_DIGITS)
    digits = digits.mask(is_own | of_things, _MOST_DIGITS)
    told = people & result["place_code"].str.len().eq(6) & digits.ge(1) & _is_large(result, rounding)
    told &= ~_is_made_of_coarser(result, prints)
    told &= ~_has_hidden_kin(result, people, told)
    told &= ~_has_hidden_leader(result, told)
    for number in range(1, _MOST_DIGITS + 1):
        at = shares & digits.eq(number)
        result.loc[at, _EDGES] = result.loc[at, _EDGES].round(number) + 0.0  # no minus zero
    result.loc[people & (~is_own | name.isin(_OF_THE_POOR | {_HEADCOUNT})), _PARTS] = np.nan
    hidden: pd.Series = people & ~told
    return hidden


def _wholes(result: pd.DataFrame) -> pd.Series:
    """Households behind each share; behind a change those of the share that changed."""
    whole = result["denominator"].copy()
    for change, share in _CHANGES.items():
        rows = result["indicator"].eq(change)
        known = result[result["indicator"].eq(share)]
        behind = pd.Series(known["denominator"].to_numpy(), index=_keys(known))
        whole[rows] = behind.reindex(_keys(result[rows])).to_numpy()
    return whole


def _is_large(result: pd.DataFrame, rounding: Rounding) -> pd.Series:
    """Neither the part nor the whole nor what is between them is a small count."""
    part, whole = result["numerator"], result["denominator"]
    small = [numbers.gt(0) & numbers.lt(rounding.base) for numbers in (part, whole, whole - part)]
    return pd.Series(~np.logical_or.reduce(small), index=result.index)


def _is_made_of_coarser(result: pd.DataFrame, prints: pd.Series) -> pd.Series:
    """Whether one of the county's counts behind a share is rounded, or its own label's is not told."""
    coarser = pd.Series(False, index=result.index)
    for share, counts in _MADE_OF.items():
        rows = result["indicator"].eq(share)
        for count in counts:
            own = result["indicator"].eq(count)
            rounded = own & result["group"].eq(ALL) & prints.ne(Print.EXACT)
            places = _keys(result[rounded]).droplevel("group")
            coarser[rows] |= _keys(result[rows]).droplevel("group").isin(places)
            coarser[rows] |= _keys(result[rows]).isin(_keys(result[own & prints.eq(Print.HIDDEN)]))
    return coarser


def _has_hidden_kin(result: pd.DataFrame, people: pd.Series, told: pd.Series) -> pd.Series:
    """Whether another label of the same sum is not told, or their total is not."""
    dimension = result["group"].str.partition("=")[0].mask(result["group"].str.startswith(_OVERLAPPING), "")
    one = [result[name] for name in ("indicator", "month", "place_code")]
    lost = people & ~told
    of_labels = (lost & dimension.ne("")).groupby([*one, dimension]).transform("any") & dimension.ne("")
    of_total = (lost & result["group"].eq(ALL)).groupby(one).transform("any")
    return people & (of_labels | of_total)


def _has_hidden_leader(result: pd.DataFrame, told: pd.Series) -> pd.Series:
    """Whether what a figure follows from is not told: the share that changed, the share of the poor."""
    leaders = {**_CHANGES, **dict.fromkeys(_OF_THE_POOR, _HEADCOUNT)}
    hidden = pd.Series(False, index=result.index)
    for name, leader in leaders.items():
        rows = result["indicator"].eq(name)
        known = _keys(result[told & result["indicator"].eq(leader)])
        hidden[rows] = ~_keys(result[rows]).isin(known)
    return hidden


def _keys(rows: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(rows[["month", "place_code", "group"]])
