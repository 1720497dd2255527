"""Monthly dispatch ranking (月调度排名): a score, the ranks that the data allow, and tiers.

Every part is a share of counted cases. Its uncertainty is drawn from the posterior of a
beta-binomial model over all ranked units (`statistics.comparisons.share_draws`), so a town with few
cases is shrunk towards the others and gets a wide interval of ranks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from hanbin_lib.indicators.scope import Scope
from hanbin_lib.indicators.table import (
    ALL,
    AT_END,
    Definition,
    NoteCode,
    Pooling,
    Rows,
    Unit,
    defines,
    note_rows,
    number_rows,
)
from hanbin_lib.params import Ranking, ScorePart
from hanbin_lib.statistics.comparisons import rank_intervals, ranks, share_draws

_DEPARTMENT = "department="

_RANKING = "各组成指标；权重和界线见 ranking.yaml"
_ranked = partial(Definition, as_of=AT_END, source=_RANKING)
_DISPATCH = (
    _ranked("town_score", "调度得分", Unit.SCORE, "各组成指标折算成0至1后按权重相加（收缩估计）", ""),
    _ranked("town_rank", "调度位次", Unit.RANK, "得分由高到低的位次；区间为数据允许的位次范围", ""),
    _ranked(
        "town_front_share",
        "位于前段的概率",
        Unit.SHARE,
        "位次在前段的模拟次数",
        "模拟次数",
        pooling=Pooling.NONE,
    ),
    _ranked(
        "town_back_share",
        "位于后段的概率",
        Unit.SHARE,
        "位次在后段的模拟次数",
        "模拟次数",
        pooling=Pooling.NONE,
    ),
    _ranked(
        "department_score", "部门调度得分", Unit.SCORE, "各组成指标折算成0至1后按权重相加（收缩估计）", ""
    ),
    _ranked("department_rank", "部门调度位次", Unit.RANK, "得分由高到低的位次；区间为数据允许的位次范围", ""),
)


@dataclass(frozen=True)
class Ranked:
    """Scores of all units of one kind.

    Parameters
    ----------
    units
        Place codes or names of departments.
    parts
        The parts that could be scored.
    points
        Draws of each part's contribution to the score, shape (parts, draws, units).
    """

    units: tuple[str, ...]
    parts: tuple[ScorePart, ...]
    points: np.ndarray

    @property
    def scores(self) -> np.ndarray:
        """Draws of the score out of 100, shape (draws, units)."""
        return np.asarray(self.points.sum(axis=0) * 100 / sum(part.weight for part in self.parts))

    def contributions(self) -> pd.DataFrame:
        """Mean points of each unit (rows) and part (columns, by name)."""
        columns = [part.name for part in self.parts]
        return pd.DataFrame(self.points.mean(axis=1).T, index=list(self.units), columns=columns)


def rank_units(cases: Sequence[pd.DataFrame], parts: Sequence[ScorePart], ranking: Ranking) -> Ranked | None:
    """Draw the scores; None where no part has any case.

    Parameters
    ----------
    cases
        For each part a frame indexed by unit with ``numerator`` and ``denominator``.
    parts
        The parts, in the same order. A part without any case is left out, and the others
        make up the score.
    """
    usable = [(n, part, frame) for n, (part, frame) in enumerate(zip(parts, cases, strict=True))
              if frame["denominator"].sum() > 0]  # fmt: skip
    if not usable:
        return None
    points = []
    for number, part, frame in usable:
        # A part draws the same stream in every month: a change is never another draw's luck.
        rng = np.random.default_rng(np.random.SeedSequence([ranking.seed, number]))
        size = (frame["denominator"] / part.design_effect).to_numpy(float)
        share = share_draws(
            (frame["numerator"] / part.design_effect).to_numpy(float), size, ranking.draws, rng
        )
        points.append(part.weight * np.clip((share - part.worst) / (part.best - part.worst), 0, 1))
    units = tuple(map(str, cases[0].index))
    return Ranked(units, tuple(part for _, part, _ in usable), np.array(points))


@defines(*_DISPATCH)
def dispatch_indicators(table: pd.DataFrame, ranking: Ranking, scope: Scope) -> Iterator[Rows]:
    """Scores and ranks of the towns, and of the departments that handled enough.

    Parameters
    ----------
    table
        The month's indicators that the parts name.
    """
    yield from _towns(table, ranking, scope)
    yield from _departments(table, ranking, scope)


def town_cases(table: pd.DataFrame, part: ScorePart, scope: Scope) -> pd.DataFrame:
    """Numerator and denominator of a part by town; 0 of 0 where nothing is reported."""
    rows = table[
        table["indicator"].eq(part.indicator)
        & table["group"].eq(ALL)
        & table["month"].eq(str(scope.month))
        & table["note_code"].eq(NoteCode.REPORTED)
    ].set_index("place_code")
    return rows[["numerator", "denominator"]].reindex(scope.upper_places[1:]).fillna(0.0)


def _towns(table: pd.DataFrame, ranking: Ranking, scope: Scope) -> Iterator[Rows]:
    cases = [town_cases(table, part, scope) for part in ranking.towns]
    ranked = rank_units(cases, ranking.towns, ranking)
    if ranked is None:
        for name in ("town_score", "town_rank"):
            yield note_rows(name, scope.month, scope.upper_places[1:], NoteCode.NOT_RECEIVED)
        return
    scores, drawn = ranked.scores, ranks(ranked.scores)
    places = pd.Index(ranked.units)
    yield number_rows("town_score", scope.month, _summary(scores, ranking, places))
    for part, points in ranked.contributions().items():
        frame = pd.DataFrame({"value": points.to_numpy()}, index=places)
        yield number_rows("town_score", scope.month, frame, f"part={part}")
    yield number_rows("town_rank", scope.month, _rank_summary(scores, drawn, ranking, places))
    size = ranking.tier_of(len(places))
    last = len(places) - size + 1
    for name, hits in (
        ("town_front_share", drawn <= size),
        ("town_back_share", drawn >= last),
    ):
        frame = pd.DataFrame({"numerator": hits.sum(axis=0), "denominator": len(hits)}, index=places)
        yield number_rows(name, scope.month, frame.assign(value=frame["numerator"] / frame["denominator"]))


def _departments(table: pd.DataFrame, ranking: Ranking, scope: Scope) -> Iterator[Rows]:
    own = table[table["group"].str.startswith(_DEPARTMENT) & table["month"].eq(str(scope.month))]
    own = own.assign(unit=own["group"].str.removeprefix(_DEPARTMENT))
    cases = [
        own[own["indicator"].eq(part.indicator)].set_index("unit")[["numerator", "denominator"]]
        for part in ranking.departments
    ]
    if not any(len(frame) for frame in cases):
        return
    total = pd.concat(cases).groupby(level=0)["denominator"].sum()
    units = total.index[total >= ranking.least_cases]
    ranked = rank_units([frame.reindex(units).fillna(0.0) for frame in cases], ranking.departments, ranking)
    if ranked is None or len(units) == 0:
        return
    county = scope.upper_places[:1]
    scores = _summary(ranked.scores, ranking, units)
    placed = _rank_summary(ranked.scores, ranks(ranked.scores), ranking, units)
    for name, frame in (("department_score", scores), ("department_rank", placed)):
        for unit in units:
            row = pd.DataFrame([frame.loc[unit]], index=county)
            yield number_rows(name, scope.month, row, f"{_DEPARTMENT}{unit}")


def _summary(scores: np.ndarray, ranking: Ranking, units: pd.Index) -> pd.DataFrame:
    tail = (1 - ranking.confidence) / 2
    low, high = np.quantile(scores, [tail, 1 - tail], axis=0)
    return pd.DataFrame({"value": scores.mean(axis=0), "lower": low, "upper": high}, index=units)


def _rank_summary(scores: np.ndarray, drawn: np.ndarray, ranking: Ranking, units: pd.Index) -> pd.DataFrame:
    """Rank of the score that is printed beside it, with the interval of the ranks drawn."""
    low, high = rank_intervals(drawn, ranking.confidence)
    order = pd.Series(-scores.mean(axis=0)).rank(method="first").to_numpy()
    return pd.DataFrame({"value": order, "lower": low, "upper": high}, index=units)
