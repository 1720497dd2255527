"""Weekly rounds (周下沉督帮): who was visited, what was found and settled, who was not."""

from collections.abc import Iterator

import pandas as pd

from hanbin_lib.indicators.definition import Definition, Unit, defines
from hanbin_lib.indicators.scope import Scope
from hanbin_lib.indicators.table import Rows, count_rows, number_rows

_SUMS = {
    "round_problems_found": "problems_found",
    "round_problems_settled": "problems_settled",
    "round_problems_passed_on": "problems_passed_on",
}

_END, _MONTH = "统计月月末", "统计月当月"
_ROUNDS, _ITEMS = "周下沉督帮记录", Unit.ITEMS
_WEEKLY = (
    Definition("round_visits", "周督帮到访次数", Unit.VISITS, "当月到访记录", "", _MONTH, _ROUNDS),
    Definition("round_villages", "周督帮到访村数", _ITEMS, "当月到访过的村（不重复）", "", _MONTH, _ROUNDS),
    Definition(
        "round_problems_found", "周督帮发现问题数", _ITEMS, "当月到访发现的问题合计", "", _MONTH, _ROUNDS
    ),
    Definition(
        "round_problems_settled",
        "周督帮现场解决问题数",
        _ITEMS,
        "当月到访现场解决的问题合计",
        "",
        _MONTH,
        _ROUNDS,
    ),
    Definition(
        "round_problems_passed_on", "周督帮转办问题数", _ITEMS, "当月到访转办的问题合计", "", _MONTH, _ROUNDS
    ),
    Definition(
        "weeks_since_visit",
        "距上次周督帮周数",
        Unit.WEEKS,
        "月末距最近一次到访的整周数",
        "",
        _END,
        "本月和以前几个月的周下沉督帮记录",
        is_additive=False,
    ),
    Definition(
        "towns_unvisited",
        "多周未到访镇数",
        _ITEMS,
        "超过规定周数没有到访的镇（街道）",
        "",
        _END,
        "周下沉督帮记录；周数见 rules.yaml（unvisited_weeks）",
    ),
)


@defines(*_WEEKLY)
def round_indicators(visits: pd.DataFrame, earlier: pd.DataFrame | None, scope: Scope) -> Iterator[Rows]:
    """Visits of the month, and the weeks since the last one.

    Parameters
    ----------
    visits
        ``weekly_rounds`` of the month; a visit without a date counts in its month.
    earlier
        Visits of the months before, None where there are none.
    """
    rows, month = _until(visits, scope), scope.month
    yield count_rows("round_visits", month, scope.select(rows, villages=True))
    places = rows[rows["village_code"].notna()].drop_duplicates("village_code")
    yield count_rows("round_villages", month, scope.select(places))
    for name, column in _SUMS.items():
        numbers = rows[column].astype("Float64").fillna(0).astype(float)
        yield count_rows(name, month, scope.select(rows, numbers, villages=True))
    known = rows if earlier is None else pd.concat([_until(earlier, scope), rows])
    yield from _since(known, scope)


def _until(visits: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Visits in counted towns; one dated after the scope's end has not happened yet, in any sheet."""
    return scope.counted(visits[~(visits["visited_date"] > scope.end)])


def _since(visits: pd.DataFrame, scope: Scope) -> Iterator[Rows]:
    """Weeks since the last visit; a town without any visit on record has no number."""
    towns = scope.register.towns["place_code"]
    last = visits.groupby("town_code")["visited_date"].max().reindex(towns)
    weeks = ((scope.end - last).dt.days // 7).astype(float)
    yield number_rows("weeks_since_visit", scope.month, pd.DataFrame({"value": weeks}))
    unvisited = ~(weeks <= scope.rules.unvisited_weeks)
    counts = pd.Series([float(unvisited.sum()), *unvisited.astype(float)], index=scope.upper_places)
    yield count_rows("towns_unvisited", scope.month, counts)
