"""Weekly rounds (周下沉督帮): who was visited, what was found and settled, who was not."""

from collections.abc import Iterator

import pandas as pd

from hanbin_lib.indicators.scope import Scope
from hanbin_lib.indicators.table import Rows, count_rows, number_rows

_SUMS = {
    "round_problems_found": "problems_found",
    "round_problems_settled": "problems_settled",
    "round_problems_passed_on": "problems_passed_on",
}


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
    yield count_rows("round_visits", month, scope.by_place(rows, villages=True))
    places = rows[rows["village_code"].notna()].drop_duplicates("village_code")
    yield count_rows("round_villages", month, scope.by_place(places))
    for name, column in _SUMS.items():
        numbers = rows[column].astype("Float64").fillna(0).astype(float)
        yield count_rows(name, month, scope.by_place(rows, numbers, villages=True))
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
