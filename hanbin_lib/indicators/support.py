"""What was done for them: coverage by measures, and how soon the first one came."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from hanbin_lib.indicators.register import has_measure, month_number, states
from hanbin_lib.indicators.scope import Scope
from hanbin_lib.indicators.table import NoteCode, count_rows, note_rows, share_rows
from hanbin_lib.months import Month

_WINDOW_MONTHS = 12


def support_indicators(households: pd.DataFrame, scope: Scope) -> Iterator[pd.DataFrame]:
    """Coverage and timeliness of measures for county and towns (and villages where counted).

    Parameters
    ----------
    households
        ``monitored_households``. Timeliness needs ``first_measure_month``; where the export
        has no such column the indicators are ``not_received``.
    """
    rows = scope.counted(households)
    open_now = rows[states(rows, scope.month, is_current=True)["open_risk"]]
    without = overdue_without_measure(open_now, scope)
    yield count_rows("households_without_measure", scope.month, scope.by_place(without, villages=True))
    yield share_rows(
        "measure_coverage_share",
        scope.month,
        scope.by_place(open_now[has_measure(open_now)]),
        scope.by_place(open_now),
    )
    if rows["first_measure_month"].notna().any():
        yield from _history(rows, scope)
        yield from _timeliness(rows, scope)
    else:
        yield from _not_received(scope)


def overdue_without_measure(open_households: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Open households past the deadline (months since identification) with no measure."""
    age = scope.month.ordinal - month_number(open_households["identified_month"])
    late = age.ge(scope.rules.measure_deadline_months).fillna(False).astype(bool)
    return open_households[late & ~has_measure(open_households)]


def _history(rows: pd.DataFrame, scope: Scope) -> Iterator[pd.DataFrame]:
    """Households past the deadline without a measure at the end of the earlier months."""
    identified = month_number(rows["identified_month"]).to_numpy(float, na_value=np.nan)
    first = month_number(rows["first_measure_month"]).to_numpy(float, na_value=np.nan)
    # A measure without a month is taken as given in time: it must not make a false delay.
    first = np.where(np.isnan(first) & has_measure(rows).to_numpy(), -np.inf, first)
    for month in scope.months[:-1]:
        is_open = states(rows, month, is_current=False)["open_risk"].to_numpy()
        late = month.ordinal - identified >= scope.rules.measure_deadline_months
        unmeasured = ~(first <= month.ordinal)
        counts = scope.by_place(rows[is_open & late & unmeasured])
        yield count_rows("households_without_measure", month, counts)


def _timeliness(rows: pd.DataFrame, scope: Scope) -> Iterator[pd.DataFrame]:
    recent = durations(rows, scope.month)
    deadline = scope.rules.measure_deadline_months
    due = recent[recent["age"] >= deadline]
    timely = due[due["is_measured"] & (due["months"] <= deadline)]
    yield share_rows("timely_measure_share", scope.month, scope.by_place(timely), scope.by_place(due))
    counts = scope.by_place(recent)
    medians = pd.Series(
        [median_months(recent if len(code) == 6 else recent[recent["town_code"] == code])
         for code in counts.index],
        index=counts.index,
    )  # fmt: skip
    rows_out = share_rows("median_months_to_measure", scope.month, counts * np.nan, counts)
    known = medians.notna().to_numpy()
    yield rows_out.assign(
        value=medians.to_numpy(),
        note_code=np.where(known, NoteCode.REPORTED.value, NoteCode.NOT_APPLICABLE.value),
    )


def durations(rows: pd.DataFrame, month: Month) -> pd.DataFrame:
    """Households identified in the last twelve months, with months to the first measure.

    Columns ``town_code, village_code, age`` (months since identification), ``months``
    (to the first measure, or to now where there is none yet) and ``is_measured``.
    """
    age = month.ordinal - month_number(rows["identified_month"])
    waited = month_number(rows["first_measure_month"]) - month_number(rows["identified_month"])
    known = rows.assign(age=age, waited=waited, is_measured=has_measure(rows))
    known = known[known["age"].between(0, _WINDOW_MONTHS - 1).fillna(False).astype(bool)]
    # Measured, but the month was not recorded: neither early nor late, so it is left out.
    known = known[~(known["is_measured"] & known["waited"].isna())]
    months = known["waited"].where(known["is_measured"], known["age"]).clip(lower=0)
    return known.assign(months=months.astype(float))[
        ["town_code", "village_code", "age", "months", "is_measured"]
    ]


def median_months(rows: pd.DataFrame) -> float:
    """Kaplan–Meier median of months to the first measure, NaN if fewer than half have one."""
    if rows.empty or not rows["is_measured"].any():
        return float("nan")
    # Two seconds of imports that a notebook with ready figures never needs.
    from statsmodels.duration.survfunc import SurvfuncRight  # noqa: PLC0415

    curve = SurvfuncRight(rows["months"].to_numpy(), rows["is_measured"].to_numpy(dtype=float))
    # The first month by which at least half have one; `quantile` would want more than half.
    reached = curve.surv_times[curve.surv_prob <= 0.5 + 1e-12]
    return float(reached[0]) if len(reached) else float("nan")


def _not_received(scope: Scope) -> Iterator[pd.DataFrame]:
    places = scope.upper_places
    for name in ("timely_measure_share", "median_months_to_measure"):
        yield note_rows(name, scope.month, places, NoteCode.NOT_RECEIVED)
    for month in scope.months[:-1]:
        yield note_rows("households_without_measure", month, places, NoteCode.NOT_RECEIVED)
