"""Phone checks (电话抽查): who was reached, what they said, and what silence may hide."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeVar

import numpy as np
import pandas as pd

from hanbin_lib.contract import labels
from hanbin_lib.indicators.register import STRATA
from hanbin_lib.indicators.safeguards import ANSWERED
from hanbin_lib.indicators.scope import Scope
from hanbin_lib.indicators.table import (
    ALL,
    AT_END,
    IN_MONTH,
    Definition,
    Pooling,
    Rows,
    Unit,
    count_rows,
    defines,
    number_rows,
    share_rows,
)
from hanbin_lib.statistics.survey import Overlap, SurveyShare, change

REACHED = labels.CALL_DISPOSITIONS[0]
_PROBLEM = "有问题"
_SATISFIED = ("满意", "基本满意")
ANY = "any_problem"
Made = TypeVar("Made")
Estimates = tuple[SurveyShare, SurveyShare]  # of the county, and of each town

_HH, _SHARE = Unit.HOUSEHOLDS, Unit.SHARE
_CALLS = "电话抽查记录"
_of_calls = partial(Definition, as_of=IN_MONTH, source=_CALLS)
_PHONE = (
    Definition(
        "phone_base_households",
        "电话抽查应访户数",
        _HH,
        "在册监测户和脱贫户",
        "",
        AT_END,
        "监测对象信息、脱贫户信息",
    ),
    _of_calls("phone_called_households", "电话抽查已拨户数", _HH, "当月至少拨打一次的应访户", ""),
    _of_calls(
        "phone_reached_households", "电话抽查有效接通户数", _HH, "当月最好一次结果为有效接通的应访户", ""
    ),
    _of_calls("phone_contact_share", "电话抽查有效接通率", _SHARE, "有效接通户", "已拨户"),
    _of_calls(
        "phone_disposition_households",
        "电话抽查结果",
        _HH,
        "已拨户按最好一次接通情况分组（本局另写的接通情况各成一组，排在已知的以后）",
        "",
    ),
    _of_calls("phone_problem_households", "电话反映有问题户数", _HH, "有效接通户中该项答“有问题”的户", ""),
    Definition(
        "phone_problem_share",
        "电话反映有问题比例",
        _SHARE,
        "有效接通户中该项答“有问题”的户，按镇、监测状态加权到全部应访户",
        "有效接通且该项有回答的户",
        IN_MONTH,
        "电话抽查记录；95%区间为分层不放回抽样的得分区间（只有一层时即威尔逊区间）",
        pooling=Pooling.WEIGHTED,
    ),
    _of_calls(
        "phone_problem_bound_share",
        "电话反映有问题比例的上下限",
        _SHARE,
        "数为加权后的比例；下限：没有回答的都没有问题；上限：没有回答的都有问题",
        "应访户",
        pooling=Pooling.BOUNDS,
    ),
    Definition(
        "phone_problem_change",
        "电话反映有问题比例较上月变化",
        Unit.POINTS,
        "本月减上月的电话反映有问题比例（都加权到全部应访户），两月都接通的户按同一户处理",
        "",
        "统计月和上月",
        "电话抽查记录；95%区间由两月的区间合成，含零即不能认定有变化",
        pooling=Pooling.CHANGE,
    ),
    _of_calls(
        "phone_visited_share",
        "电话核实责任人走访率",
        _SHARE,
        "答责任人走访过的户，按镇、监测状态加权",
        "有效接通且有回答的户",
        pooling=Pooling.WEIGHTED,
    ),
    _of_calls(
        "phone_satisfied_share",
        "电话核实满意率",
        _SHARE,
        "答满意或基本满意的户，按镇、监测状态加权",
        "有效接通且有回答的户（由被评价一方拨打，偏高）",
        pooling=Pooling.WEIGHTED,
    ),
)


def outcomes(calls: pd.DataFrame, homes: pd.DataFrame, end: pd.Timestamp) -> pd.DataFrame:
    """Best call of each household, in the order of `homes`; later calls than `end` do not count.

    Columns ``disposition`` (NaN: not called), ``is_reached``, one for each of `ANSWERED` and
    ``any_problem`` (1 a problem, 0 none, NaN no answer), ``is_visited``, ``is_satisfied``. Words that
    are none of the sheet's own (说不清) are no answer.
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
        answered = reached & best[name].isin(labels.SAFEGUARD_ANSWERS)
        found[name] = best[name].eq(_PROBLEM).astype(float).where(answered)
    found[ANY] = found[list(ANSWERED)].max(axis=1)
    found["is_visited"] = best["is_visited"].astype("Float64").astype(float).where(reached)
    answered = reached & best["satisfaction"].isin(labels.SATISFACTION)
    found["is_satisfied"] = best["satisfaction"].isin(_SATISFIED).astype(float).where(answered)
    return found


@defines(*_PHONE)
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
        counts = scope.select(homes, now[name].eq(1), villages=True)
        yield count_rows("phone_problem_households", scope.month, counts, group)
        shares = _estimate(homes, now[name], scope)
        yield _weighted("phone_problem_share", shares, scope, group)
        yield _bounds(shares, scope, group)
        if before is not None:
            then = _estimate(homes, before[name], scope)
            yield _change(homes, (now[name], before[name]), (shares, then), scope, group)
    yield _weighted("phone_visited_share", _estimate(homes, now["is_visited"], scope), scope)
    yield _weighted("phone_satisfied_share", _estimate(homes, now["is_satisfied"], scope), scope)


def _calls(homes: pd.DataFrame, now: pd.DataFrame, head_ages: pd.Series, scope: Scope) -> Iterator[Rows]:
    called, reached = now["disposition"].notna(), now["is_reached"]
    yield count_rows("phone_base_households", scope.month, scope.select(homes, villages=True))
    yield count_rows("phone_called_households", scope.month, scope.select(homes, called, villages=True))
    yield count_rows("phone_reached_households", scope.month, scope.select(homes, reached, villages=True))
    others = set(now["disposition"].dropna()) - set(labels.CALL_DISPOSITIONS)
    for label in (*labels.CALL_DISPOSITIONS, *sorted(others)):
        counts = scope.select(homes, now["disposition"].eq(label))
        yield count_rows("phone_disposition_households", scope.month, counts, f"disposition={label}")
    groups = {ALL: pd.Series(True, index=homes.index)}
    groups |= {f"stratum={label}": homes["stratum"].eq(label) for label in STRATA}
    groups |= {f"age={label}": head_ages.eq(label) for label in sorted(head_ages.unique())}
    for group, chosen in groups.items():
        yield share_rows(
            "phone_contact_share",
            scope.month,
            scope.select(homes, reached & chosen),
            scope.select(homes, called & chosen),
            group,
        )


def _estimate(homes: pd.DataFrame, answer: pd.Series, scope: Scope) -> Estimates:
    """The share of `answer` (1 a case, 0 none, NaN no answer) among all households to be called."""
    base = _strata(homes, pd.Series(True, index=homes.index), scope)
    return _by_place(
        SurveyShare, (base, _strata(homes, answer.notna(), scope), _strata(homes, answer.eq(1), scope))
    )


def _weighted(indicator: str, shares: Estimates, scope: Scope, group: str = ALL) -> Rows:
    """The level with its interval; numerator and denominator are the cases and answers as counted."""
    lower, upper = _joined(*(share.interval() for share in shares))
    numbers = {
        "numerator": _totals(*(share.cases for share in shares)),
        "denominator": _totals(*(share.size for share in shares)),
        "value": _joined(*((share.value,) for share in shares))[0], "lower": lower, "upper": upper,
    }  # fmt: skip
    return number_rows(indicator, scope.month, pd.DataFrame(numbers, index=scope.upper_places), group)


def _bounds(shares: Estimates, scope: Scope, group: str) -> Rows:
    """What the share would be if all who did not answer had no problem, or all had one."""
    lower, upper = _joined(*(share.bounds for share in shares))
    numbers = {
        "numerator": _totals(*(share.cases for share in shares)),
        "denominator": _totals(*(share.base for share in shares)),
        "value": _joined(*((share.value,) for share in shares))[0], "lower": lower, "upper": upper,
    }  # fmt: skip
    frame = pd.DataFrame(numbers, index=scope.upper_places)
    return number_rows("phone_problem_bound_share", scope.month, frame, group)


def _change(
    homes: pd.DataFrame, said: tuple[pd.Series, pd.Series], shares: tuple[Estimates, Estimates],
    scope: Scope, group: str,
) -> Rows:  # fmt: skip
    """Difference of the two levels, knowing which households answered both times."""
    now, before = said
    both = now.notna() & before.notna()
    cases = (both, both & now.eq(1), both & before.eq(1), now.eq(1) & before.eq(1))
    overlaps = _by_place(Overlap, tuple(_strata(homes, chosen, scope) for chosen in cases))
    found = _joined(*(change(*parts) for parts in zip(*shares, overlaps, strict=True)))
    columns = dict(zip(("value", "lower", "upper"), found, strict=True))
    frame = pd.DataFrame(columns, index=scope.upper_places)
    return number_rows("phone_problem_change", scope.month, frame, group)


def _by_place(kind: Callable[..., Made], parts: tuple[np.ndarray, ...]) -> tuple[Made, Made]:
    """The same of the county, whose strata are those of all towns, and of each town."""
    return kind(*(part.reshape(1, -1) for part in parts)), kind(*parts)


def _joined(*found: tuple[np.ndarray, ...]) -> list[np.ndarray]:
    """The county's numbers, then those of the towns."""
    return [np.concatenate(parts) for parts in zip(*found, strict=True)]


def _totals(*parts: np.ndarray) -> np.ndarray:
    return np.concatenate([part.sum(axis=-1) for part in parts])


def _strata(homes: pd.DataFrame, chosen: pd.Series, scope: Scope) -> np.ndarray:
    """Households by town (rows) and state (columns)."""
    towns = len(scope.register.towns)
    cell = homes["town_code"].cat.codes.to_numpy() * len(STRATA) + homes["stratum"].cat.codes.to_numpy()
    counts = np.bincount(cell, chosen.to_numpy(dtype=float), minlength=towns * len(STRATA))
    return np.asarray(counts.reshape(towns, -1))
