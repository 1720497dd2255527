"""The public edition of a month's table of figures.

Published are the county's figures and the towns' of this month. Counts of households and persons are printed
as coarsely as `protection` decides; so coarse are shares of them too, and only the county has any. Villages,
earlier months of towns, clues, the roster, scores, ranks and what gives them back are withheld.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from hanbin_lib.areas import COUNTY, TOWN, VILLAGE
from hanbin_lib.disclosure.knowledge import MOST_PERSONS, SAMPLED_HOUSEHOLDS, knowledge_of
from hanbin_lib.disclosure.protection import Attacker, Bounds, Print, Rounding, prints_of, told
from hanbin_lib.files import sha256_of
from hanbin_lib.indicators import ALL, CHAPTERS, NoteCode, Unit
from hanbin_lib.indicators.table import KEY, NUMBERS
from hanbin_lib.months import Month
from hanbin_lib.store.tables import cached
from hanbin_lib.workspace import INDICATORS, PUBLIC, Workspace

_COUNTED = (Unit.HOUSEHOLDS.value, Unit.PERSONS.value)
_WITHHELD = (Unit.SCORE.value, Unit.RANK.value)
_SAMPLE_PROBLEMS = "inspection_problem_units"
# Chances of a tier give ranks back; one warning is one household's row.
_OF_RANKS = frozenset({"town_front_share", "town_back_share"})
_OF_ROWS = "data_warnings"
# A clue is one household's row: who was reported, by whom, and what became of it stays in the bureau.
# The roster is another department's, and not this one's to publish.
_INSIDE = tuple(definition.id for title in ("线索和预警", "低收入人口名册") for definition in CHAPTERS[title])
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
_READ = [*KEY, "unit", "denominator", "value", "lower", "upper", "note_code"]
_MOST_DIGITS = 3  # of a share, that is one of its percent
_YUAN = 100  # in which incomes are told
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


def public_table(
    table: pd.DataFrame, month: str, rounding: Rounding, earlier: Sequence[Path] = ()
) -> pd.DataFrame:
    """The table as it may leave.

    A rounded count stands with ``lower`` and ``upper``, the least and most that it can be.

    Parameters
    ----------
    table
        All indicators of the month.
    month
        The reporting month: towns are published for it alone.
    rounding
        How coarse the edition is.
    earlier
        ``indicators.csv`` of earlier months' public editions (`earlier_editions`).
    """
    result = table.copy()
    reported = table["note_code"].eq(NoteCode.REPORTED)
    withheld = reported & _is_withheld(table, month)
    counts = reported & is_count(table) & table["place_code"].str.len().lt(VILLAGE)
    prints = _settle_counts(result, counts, counts & ~withheld, rounding, earlier)
    others = reported & ~withheld & ~counts
    hidden = withheld | (counts & prints.eq(Print.HIDDEN))
    hidden |= settle_means(result, others, rounding) | settle_shares(result, others, prints, rounding)
    result.loc[hidden, NUMBERS] = np.nan
    result.loc[hidden, "note_code"] = NoteCode.SUPPRESSED.value
    return result


def cached_public_table(
    table: pd.DataFrame, month: str, rounding: Rounding, cache: Path, earlier: Sequence[Path] = ()
) -> pd.DataFrame:
    """As `public_table`, worked out once for the same table, coarseness, earlier editions and program."""
    found: pd.DataFrame = cached(
        f"public-{month}",
        table,
        rounding,
        [sha256_of(path) for path in earlier],
        folder=cache,
        compute=lambda: public_table(table, month, rounding, earlier),
    )
    return found


def earlier_editions(workspace: Workspace, months: Iterable[Month]) -> list[Path]:
    """Figures of the public editions of all `months` but the last, in that order; of those that are there."""
    reports = replace(workspace, edition=PUBLIC).reports
    paths = (reports / str(month) / INDICATORS for month in sorted(months)[:-1])
    return [path for path in paths if path.is_file()]


def is_count(table: pd.DataFrame) -> pd.Series:
    """Counts of households and persons, those of an inspection's sample too; they have no base."""
    sampled = table["indicator"].eq(_SAMPLE_PROBLEMS) & table["group"].eq(SAMPLED_HOUSEHOLDS)
    return (table["unit"].isin(_COUNTED) | sampled) & table["denominator"].isna()


def exposed(public: pd.DataFrame, month: str, rounding: Rounding) -> pd.DataFrame:
    """Counts of a public table that are not told, and that what is told gives back: there may be none.

    Parameters
    ----------
    public
        Rows of ``indicators.csv`` as whoever downloads it reads them.
    """
    counts = _published_counts(public, month)
    width = Attacker(knowledge_of(counts)).bounds(_printed(counts)).width
    return counts[counts["value"].isna() & (width < rounding.threshold)]


def _published_counts(public: pd.DataFrame, month: str) -> pd.DataFrame:
    """Counts that an edition tells, or says that it does not tell."""
    level, told_or_not = public["place_code"].str.len(), [NoteCode.REPORTED, NoteCode.SUPPRESSED]
    rows = is_count(public) & public["note_code"].isin(told_or_not) & level.lt(VILLAGE)
    return public[rows & ~_is_withheld(public, month)].reset_index(drop=True)


def _printed(counts: pd.DataFrame) -> Bounds:
    """Least and most of each published count."""
    return Bounds(*told(*(counts[name].to_numpy(dtype=float) for name in ("value", "lower", "upper"))))


def _told_before(counts: pd.DataFrame, earlier: Sequence[Path]) -> Bounds:
    """Least and most of each count by earlier editions; NaN where it is in none, or was corrected since."""
    values = counts["value"].to_numpy(dtype=float)
    low, high = np.full(len(counts), np.nan), np.full(len(counts), np.nan)
    for path in earlier:
        rows = pd.read_csv(path, usecols=_READ, dtype={"place_code": str, "month": str})
        out = _published_counts(rows, rows["month"].max())
        found = pd.DataFrame({"low": _printed(out).low, "high": _printed(out).high}, index=_all_keys(out))
        own = found.reindex(_all_keys(counts))
        low, high = np.fmax(low, own["low"].to_numpy()), np.fmin(high, own["high"].to_numpy())
    is_so = (low <= values) & (values <= high)
    return Bounds(np.where(is_so, low, np.nan), np.where(is_so, high, np.nan))


def _all_keys(rows: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(rows[KEY])


@dataclass(frozen=True, slots=True)
class Kept:
    """How much of what is known is published.

    Parameters
    ----------
    county, county_of, towns, towns_of
        Figures of this edition that are published, of so many that have a value.
    """

    county: int
    county_of: int
    towns: int
    towns_of: int


def kept(public: pd.DataFrame, month: str) -> Kept:
    """Published figures of the county and, of this month, of its towns."""
    level, shown = public["place_code"].str.len(), public["note_code"].eq(NoteCode.REPORTED)
    known = shown | public["note_code"].eq(NoteCode.SUPPRESSED)
    county, towns = level.eq(COUNTY), level.eq(TOWN) & public["month"].eq(month)
    parts = ((rows & which).sum() for rows in (county, towns) for which in (shown, known))
    return Kept(*map(int, parts))


def _is_withheld(table: pd.DataFrame, month: str) -> pd.Series:
    level, names = table["place_code"].str.len(), table["indicator"]
    is_town = level.eq(TOWN)
    of_few = names.eq(_OF_ROWS) | (names.eq(_SAMPLE_PROBLEMS) & table["group"].eq(SAMPLED_HOUSEHOLDS))
    town_only = is_town & (table["month"].ne(month) | of_few)
    return level.eq(VILLAGE) | town_only | names.isin({*_OF_RANKS, *_INSIDE}) | table["unit"].isin(_WITHHELD)


def _settle_counts(
    result: pd.DataFrame, known: pd.Series, is_free: pd.Series, rounding: Rounding, earlier: Sequence[Path]
) -> pd.Series:
    """Write the counts as they are printed; how much of each that is.

    Earlier editions have printed the towns' earlier months: whoever has them knows these too. Of editions
    that are not at hand it is taken that they told all that a first look would let them tell of towns.
    """
    counts = result[known].reset_index(drop=True)
    before = _told_before(counts, earlier) if earlier else None
    found = prints_of(counts, is_free[known].to_numpy(), rounding, before)
    value, low, high = rounding.shown(counts["value"].to_numpy(dtype=float), found)
    numbers = {"numerator": value, "value": value, "lower": low, "upper": high}
    for name, column in numbers.items():
        result.loc[known, name] = column
    prints = pd.Series(-1, index=result.index)
    prints[known] = found
    return prints


def settle_means(result: pd.DataFrame, rows: pd.Series, rounding: Rounding) -> pd.Series:
    """Write means, quantiles and shares of incomes as they are printed, without their parts; which are not.

    So many households stand behind each that a quarter of them is a count that is printed: in a smaller
    place the quartile would be one of few. Yuan are told in hundreds: a quantile is one household's own
    income, and of two months' exact means who has come in between would be given back.
    """
    own = rows & (result["indicator"].isin(_MEANS) | result["unit"].eq(Unit.YUAN.value))
    least = 4 * rounding.base
    few = own & ~_households_behind(result, own).ge(least)
    result.loc[own, _PARTS] = np.nan
    yuan, shares = (own & result["unit"].eq(unit.value) for unit in (Unit.YUAN, Unit.SHARE))
    result.loc[yuan, _EDGES] = np.floor(result.loc[yuan, _EDGES] / _YUAN + 0.5) * _YUAN  # half up
    result.loc[shares, _EDGES] = result.loc[shares, _EDGES].round(_MOST_DIGITS)
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
    told = people & result["place_code"].str.len().eq(COUNTY) & digits.ge(1) & _is_large(result, rounding)
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
