"""What was done for them: coverage by measures, and how soon the first one came."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from hanbin_lib.areas import COUNTY
from hanbin_lib.indicators.register import has_measure, month_number, states
from hanbin_lib.indicators.scope import Scope
from hanbin_lib.indicators.table import (
    AT_END,
    AT_EXPORT,
    REGISTER,
    Definition,
    NoteCode,
    Pooling,
    Rows,
    Unit,
    count_rows,
    defines,
    note_rows,
    number_rows,
    share_rows,
)
from hanbin_lib.months import Month
from hanbin_lib.statistics.estimates import median_duration

_WINDOW_MONTHS = 12

_COVERAGE = (
    Definition(
        "households_without_measure",
        "超期无帮扶措施户数",
        Unit.HOUSEHOLDS,
        "未消除风险、识别后已满规定时限、十二类帮扶措施均为空的户",
        "",
        "本期登记簿导出时；以前各月按首次帮扶时间倒推",
        "监测对象信息；时限见 rules.yaml（measure_deadline_months）",
    ),
    Definition(
        "measure_coverage_share",
        "帮扶措施覆盖率",
        Unit.SHARE,
        "未消除风险且至少有一项帮扶措施的户",
        "未消除风险户",
        AT_EXPORT,
        REGISTER,
    ),
)
_TIMELINESS = (
    Definition(
        "timely_measure_share",
        "帮扶措施按期落实率",
        Unit.SHARE,
        "识别后在规定时限内有首次帮扶的户",
        "近一年识别、且时限已到的户",
        AT_END,
        "监测对象信息（首次帮扶时间）；时限见 rules.yaml（measure_deadline_months）",
    ),
    Definition(
        "median_months_to_measure",
        "识别到首次帮扶的中位时长",
        Unit.MONTHS,
        "近一年识别的户从识别月到首次帮扶月的月数，尚无措施的按删失处理（Kaplan–Meier）",
        "近一年识别的户",
        AT_END,
        "监测对象信息（首次帮扶时间）",
        pooling=Pooling.PERSONS,
    ),
)


@defines(*_COVERAGE, *_TIMELINESS)
def support_indicators(households: pd.DataFrame, scope: Scope) -> Iterator[Rows]:
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
    yield count_rows("households_without_measure", scope.month, scope.select(without, villages=True))
    yield share_rows(
        "measure_coverage_share",
        scope.month,
        scope.select(open_now[has_measure(open_now)]),
        scope.select(open_now),
    )
    if rows["first_measure_month"].notna().any():
        yield from _history(rows, scope)
        yield from timeliness(rows, scope)
    else:
        yield from _not_received(scope)


def overdue_without_measure(open_households: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Open households past the deadline (months since identification) with no measure."""
    age = scope.month.ordinal - month_number(open_households["identified_month"])
    late = age.ge(scope.rules.measure_deadline_months).fillna(False).astype(bool)
    return open_households[late & ~has_measure(open_households)]


def _history(rows: pd.DataFrame, scope: Scope) -> Iterator[Rows]:
    """Households past the deadline without a measure at the end of the earlier months."""
    identified = month_number(rows["identified_month"]).to_numpy(float, na_value=np.nan)
    first = month_number(rows["first_measure_month"]).to_numpy(float, na_value=np.nan)
    # A measure without a month is taken as given in time: it must not make a false delay.
    first = np.where(np.isnan(first) & has_measure(rows).to_numpy(), -np.inf, first)
    for month in scope.months[:-1]:
        is_open = states(rows, month, is_current=False)["open_risk"].to_numpy()
        late = month.ordinal - identified >= scope.rules.measure_deadline_months
        unmeasured = ~(first <= month.ordinal)
        counts = scope.select(rows[is_open & late & unmeasured])
        yield count_rows("households_without_measure", month, counts)


@defines(*_TIMELINESS)
def timeliness(households: pd.DataFrame, scope: Scope) -> Iterator[Rows]:
    """Share measured in time and median months to the first measure, as at the scope's month."""
    rows = scope.counted(households)
    recent = durations(rows, scope.month)
    deadline = scope.rules.measure_deadline_months
    due = recent[recent["age"] >= deadline]
    timely = due[due["is_measured"] & (due["months"] <= deadline)]
    yield share_rows("timely_measure_share", scope.month, scope.select(timely), scope.select(due))
    counts = scope.by_place(recent)
    medians = [
        median_duration(own["months"].to_numpy(), own["is_measured"].to_numpy())
        for own in (
            recent if len(code) == COUNTY else recent[recent["town_code"] == code] for code in counts.index
        )
    ]
    numbers = pd.DataFrame({"denominator": counts, "value": medians})
    yield number_rows("median_months_to_measure", scope.month, numbers)


def durations(rows: pd.DataFrame, month: Month) -> pd.DataFrame:
    """Households identified in the twelve months to `month`, with months to the first measure.

    Their columns and ``age`` (months since identification), ``months`` (to the first measure, or to `month`
    where there was none yet) and ``is_measured``.
    """
    age = month.ordinal - month_number(rows["identified_month"])
    waited = month_number(rows["first_measure_month"]) - month_number(rows["identified_month"])
    known = rows.assign(age=age, waited=waited.clip(lower=0))
    known = known[known["age"].between(0, _WINDOW_MONTHS - 1).fillna(False).astype(bool)]
    # Measured, but the month was not recorded: neither early nor late, so it is left out.
    known = known[~(has_measure(known) & known["waited"].isna())]
    measured = (known["waited"] <= known["age"]).fillna(False).astype(bool)
    months = known["waited"].where(measured, known["age"])
    return known.assign(months=months.astype(float), is_measured=measured)


def _not_received(scope: Scope) -> Iterator[Rows]:
    places = scope.upper_places
    for name in ("timely_measure_share", "median_months_to_measure"):
        yield note_rows(name, scope.month, places, NoteCode.NOT_RECEIVED)
    for month in scope.months[:-1]:
        yield note_rows("households_without_measure", month, places, NoteCode.NOT_RECEIVED)
