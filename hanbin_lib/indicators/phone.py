"""Phone checks (电话抽查): who was reached, what they said, and what silence may hide."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from hanbin_lib.contract import labels
from hanbin_lib.indicators.homes import STRATA
from hanbin_lib.indicators.safeguards import ANSWERED
from hanbin_lib.indicators.scope import Scope
from hanbin_lib.indicators.table import ALL, Rows, count_rows, number_rows, share_rows
from hanbin_lib.statistics.proportions import difference, weighted_share, wilson

REACHED = labels.CALL_DISPOSITIONS[0]
_PROBLEM = "有问题"
_SATISFIED = ("满意", "基本满意")
ANY = "any_problem"


def outcomes(calls: pd.DataFrame, homes: pd.DataFrame, end: pd.Timestamp) -> pd.DataFrame:
    """Best call of each household, in the order of `homes`; later calls than `end` do not count.

    Columns ``disposition`` (NaN: not called), ``is_reached``, one for each of `ANSWERED` and
    ``any_problem`` (1 a problem, 0 none, NaN no answer), ``is_visited``, ``is_satisfied``.
    """
    day = pd.to_datetime(calls["called_at"], errors="coerce", format="ISO8601").dt.normalize()
    known = calls[~(day > end).to_numpy()]
    order = {label: number for number, label in enumerate(labels.CALL_DISPOSITIONS)}
    rank = known["disposition"].map(order).fillna(len(order))
    best = known.assign(rank=rank).sort_values("rank", kind="stable").drop_duplicates("household_code")
    best = best.set_index("household_code").reindex(homes["household_code"]).set_index(homes.index)
    reached = best["disposition"].eq(REACHED)
    found = pd.DataFrame({"disposition": best["disposition"], "is_reached": reached})
    for name in ANSWERED:
        answered = reached & best[name].notna()
        found[name] = best[name].eq(_PROBLEM).astype(float).where(answered)
    found[ANY] = found[list(ANSWERED)].max(axis=1)
    found["is_visited"] = best["is_visited"].astype("Float64").astype(float).where(reached)
    answered = reached & best["satisfaction"].notna()
    found["is_satisfied"] = best["satisfaction"].isin(_SATISFIED).astype(float).where(answered)
    return found


def phone_indicators(
    homes: pd.DataFrame,
    now: pd.DataFrame,
    before: pd.DataFrame | None,
    head_ages: pd.Series,
    scope: Scope,
) -> Iterator[Rows]:
    """Calls, answers, bounds and change.

    Parameters
    ----------
    homes
        The households that should be called.
    now, before
        `outcomes` of this month and of last month (None where none came in).
    head_ages
        Age band of each household's head.
    """
    yield from _calls(homes, now, head_ages, scope)
    for name, label in {**ANSWERED, ANY: ALL}.items():
        group = ALL if name == ANY else f"answer={label}"
        counts = scope.by_place(homes, now[name].eq(1), villages=True)
        yield count_rows("phone_problem_households", scope.month, counts, group)
        yield _weighted("phone_problem_share", homes, now[name], scope, group)
        yield _bounds(homes, now[name], scope, group)
        if before is not None:
            yield _change(homes, now[name], before[name], scope, group)
    yield _weighted("phone_visited_share", homes, now["is_visited"], scope)
    yield _weighted("phone_satisfied_share", homes, now["is_satisfied"], scope)


def _calls(homes: pd.DataFrame, now: pd.DataFrame, head_ages: pd.Series, scope: Scope) -> Iterator[Rows]:
    called, reached = now["disposition"].notna(), now["is_reached"]
    yield count_rows("phone_base_households", scope.month, scope.by_place(homes, villages=True))
    yield count_rows("phone_called_households", scope.month, scope.by_place(homes, called, villages=True))
    yield count_rows("phone_reached_households", scope.month, scope.by_place(homes, reached, villages=True))
    for label in labels.CALL_DISPOSITIONS:
        counts = scope.by_place(homes, now["disposition"].eq(label))
        yield count_rows("phone_disposition_households", scope.month, counts, f"disposition={label}")
    groups = {ALL: pd.Series(True, index=homes.index)}
    groups |= {f"stratum={label}": homes["stratum"].eq(label) for label in STRATA}
    groups |= {f"age={label}": head_ages.eq(label) for label in sorted(head_ages.unique())}
    for group, chosen in groups.items():
        yield share_rows(
            "phone_contact_share",
            scope.month,
            scope.by_place(homes, reached & chosen),
            scope.by_place(homes, called & chosen),
            group,
        )


def _weighted(indicator: str, homes: pd.DataFrame, answer: pd.Series, scope: Scope, group: str = ALL) -> Rows:
    """Share among all households that should be called, by strata of town and state."""
    size = _strata(homes, answer.notna(), scope)
    cases = _strata(homes, answer.eq(1), scope)
    base = _strata(homes, pd.Series(True, index=homes.index), scope)
    share = cases / np.where(size > 0, size, np.nan)
    numbers = []
    for chosen in [slice(None), *range(len(base))]:  # the county, then each town
        parts = (np.nan_to_num(share[chosen]).ravel(), base[chosen].ravel(), size[chosen].ravel())
        value, effective = weighted_share(*parts)
        lower, upper = wilson(value * effective if effective else 0.0, effective)
        numbers.append((cases[chosen].sum(), size[chosen].sum(), value, float(lower), float(upper)))
    columns = ["numerator", "denominator", "value", "lower", "upper"]
    return number_rows(
        indicator, scope.month, pd.DataFrame(numbers, index=scope.upper_places, columns=columns), group
    )


def _strata(homes: pd.DataFrame, chosen: pd.Series, scope: Scope) -> np.ndarray:
    """Households by town (rows) and state (columns)."""
    towns = len(scope.register.towns)
    cell = homes["town_code"].cat.codes.to_numpy() * len(STRATA) + homes["stratum"].cat.codes.to_numpy()
    counts = np.bincount(cell, chosen.to_numpy(dtype=float), minlength=towns * len(STRATA))
    return np.asarray(counts.reshape(towns, -1))


def _bounds(homes: pd.DataFrame, answer: pd.Series, scope: Scope, group: str) -> Rows:
    """What the share would be if all who did not answer had no problem, or all had one."""
    base = scope.by_place(homes)
    problem, silent = scope.by_place(homes, answer.eq(1)), scope.by_place(homes, answer.isna())
    size = base.where(base > 0)
    numbers = {
        "numerator": problem, "denominator": base, "value": problem / (base - silent).where(base > silent),
        "lower": problem / size, "upper": (problem + silent) / size,
    }  # fmt: skip
    return number_rows("phone_problem_bound_share", scope.month, pd.DataFrame(numbers), group)


def _change(homes: pd.DataFrame, now: pd.Series, before: pd.Series, scope: Scope, group: str) -> Rows:
    """Difference to last month, knowing which households answered both times."""
    parts = {
        "x1": now.eq(1), "n1": now.notna(), "x2": before.eq(1), "n2": before.notna(),
        "both": now.notna() & before.notna(), "twice": now.eq(1) & before.eq(1),
    }  # fmt: skip
    counts = pd.DataFrame({name: scope.by_place(homes, chosen) for name, chosen in parts.items()})
    found = [
        difference((x1, n1), (x2, n2), (both, twice))
        for x1, n1, x2, n2, both, twice in counts.to_numpy(dtype=float).tolist()
    ]
    numbers = pd.DataFrame(found, index=counts.index, columns=["value", "lower", "upper"])
    return number_rows("phone_problem_change", scope.month, numbers, group)
