"""Recounts of projects, collective income, weekly rounds, tasks and the dispatch ranking."""

import math
import random
from calendar import isleap
from collections.abc import Iterator
from functools import cache

from recount_checks import end_of
from recount_register import band
from recounting import NUMBERS, SHARES, Numbers, One, counts, numbers, shares
from scipy.special import betainc
from support import REPOSITORY
from worlds import COUNTY, Row, World

from hanbin_lib.months import Month
from hanbin_lib.parameter_files import read_params
from hanbin_lib.params import Ranking

RANKING = read_params(REPOSITORY / "params" / "ranking.yaml", Ranking).model_copy(
    update={"draws": 2000, "tier_size": 1, "least_cases": 2}
)

PROJECTS, ROUNDS, TASKS, DUTIES = "衔接资金项目", "周下沉督帮记录", "部门任务", "责任清单"


def elapsed(month: Month) -> float:
    """Part of the year that has passed at the month's end."""
    return end_of(month).timetuple().tm_yday / (366 if isleap(month.year) else 365)


# --- projects ---------------------------------------------------------------------------------


def projects(w: World, month: Month) -> Iterator[tuple[Row, list[str]]]:
    for row in w.rows(PROJECTS, month):
        if row["镇"] is None or row["镇"] in w.towns:
            groups = ["all"]
            groups += [f"fund_source={row['资金来源']}"] if row.get("资金来源") else []
            groups += [f"project_kind={row['项目类别']}"] if row.get("项目类别") else []
            yield row, groups


def _finished(row: Row, month: Month) -> bool:
    return row.get("完工时间") is not None and row["完工时间"] <= end_of(month)


def _started(row: Row, month: Month) -> bool:
    return _finished(row, month) or (row.get("开工时间") is not None and row["开工时间"] <= end_of(month))


def _late(w: World, row: Row, month: Month) -> bool:
    progress = row.get("形象进度（%）")
    if progress is None:
        return False  # nobody knows how far it is
    return not _finished(row, month) and progress <= 100 * elapsed(month) - w.rules.project_lag_points


def _underpaid(w: World, row: Row, month: Month) -> bool:
    planned, paid = row["计划资金（万元）"], row.get("支出资金（万元）") or 0
    progress = row.get("形象进度（%）") or 0
    return planned > 0 and 100 * paid / planned <= progress - w.rules.project_lag_points


def _idle(w: World, row: Row, month: Month) -> float:
    begun = _started(row, month) or (row.get("支出资金（万元）") or 0) > 0
    return 0 if begun else row["计划资金（万元）"]


def _project_count(name: str, amount) -> None:
    @counts(name)
    def _(w: World, month: Month) -> Iterator[One]:
        for row, groups in projects(w, month):
            for group in groups:
                yield One(row["镇"], None, amount(w, row, month), group=group)


_project_count("projects", lambda w, row, month: 1)
_project_count("project_planned", lambda w, row, month: row["计划资金（万元）"])
_project_count("project_paid", lambda w, row, month: row.get("支出资金（万元）") or 0)
_project_count("projects_finished", lambda w, row, month: _finished(row, month))
_project_count("projects_not_started", lambda w, row, month: not _started(row, month))
_project_count("projects_late", _late)
_project_count("projects_underpaid", _underpaid)
_project_count("project_idle_planned", _idle)


@shares("project_paid_share")
def _(w: World, month: Month) -> Iterator[One]:
    for row, groups in projects(w, month):
        for group in groups:
            paid = row.get("支出资金（万元）") or 0
            yield One(row["镇"], None, paid, row["计划资金（万元）"], group=group)


@counts("project_households")
def _(w: World, month: Month) -> Iterator[One]:
    for row, _ in projects(w, month):
        yield One(row["镇"], None, row.get("带动户数") or 0)


# --- villages ---------------------------------------------------------------------------------

COLLECTIVE = "村级集体经济收入（万元）"


@counts("collective_income_villages")
def _(w: World, month: Month) -> Iterator[One]:
    for row in w.inside("行政村信息"):
        if row.get(COLLECTIVE) is not None:
            label = band(row[COLLECTIVE], w.rules.collective_income_bands_10k, "万元")
            yield One(row["镇"], None, 1, group=f"band={label}")


@counts("collective_income_unknown_villages")
def _(w: World, month: Month) -> Iterator[One]:
    for row in w.inside("行政村信息"):
        yield One(row["镇"], None, row.get(COLLECTIVE) is None)


@counts("collective_income")
def _(w: World, month: Month) -> Iterator[One]:
    for row in w.inside("行政村信息"):
        yield One(row["镇"], row["村"], row.get(COLLECTIVE) or 0)


# --- weekly rounds ----------------------------------------------------------------------------


def visits(w: World, month: Month, until: Month) -> Iterator[Row]:
    for row in w.inside(ROUNDS, month):
        if row.get("到访日期") is None or row["到访日期"] <= end_of(until):
            yield row


def _round_count(name: str, amount) -> None:
    @counts(name)
    def _(w: World, month: Month) -> Iterator[One]:
        for row in visits(w, month, month):
            yield One(row["镇"], row["村"], amount(row))


_round_count("round_visits", lambda row: 1)
_round_count("round_problems_found", lambda row: row.get("发现问题数") or 0)
_round_count("round_problems_settled", lambda row: row.get("现场解决数") or 0)
_round_count("round_problems_passed_on", lambda row: row.get("转办问题数") or 0)


@counts("round_villages")
def _(w: World, month: Month) -> Iterator[One]:
    for village in sorted({row["村"] for row in visits(w, month, month) if row["村"] is not None}):
        yield One(village[:9], None, 1)


def _weeks(w: World, month: Month, town: str) -> int | None:
    days = [
        row["到访日期"]
        for back in range(7)
        for row in visits(w, month.shift(-back), month)
        if row["镇"] == town and row.get("到访日期") is not None
    ]
    return (end_of(month) - max(days)).days // 7 if days else None


@numbers("weeks_since_visit")
def _(w: World, month: Month) -> Numbers:
    weeks = {town: _weeks(w, month, town) for town in w.towns}
    return {("all", t): {"value": math.nan if n is None else n} for t, n in weeks.items()}


@counts("towns_unvisited")
def _(w: World, month: Month) -> Iterator[One]:
    for town in w.towns:
        weeks = _weeks(w, month, town)
        yield One(town, None, weeks is None or weeks > w.rules.unvisited_weeks)


# --- tasks ------------------------------------------------------------------------------------


def _completion(row: Row) -> float | None:
    """Done over target, at most one; a task without a target has none."""
    if not row.get("目标值"):
        return None
    return min((row.get("完成值") or 0) / row["目标值"], 1)


def _is_done(row: Row) -> bool:
    return _completion(row) is not None and _completion(row) >= 1


def _is_past(row: Row, month: Month) -> bool:
    return row.get("时限") is not None and row["时限"] <= end_of(month)


def _behind(w: World, row: Row, month: Month) -> bool:
    completion = _completion(row)
    if completion is None or _is_done(row) or _is_past(row, month):
        return False
    return completion <= elapsed(month) - w.rules.project_lag_points / 100


def _late_task(w: World, row: Row, month: Month) -> bool:
    completion = _completion(row)
    return completion is not None and completion < 1 and _is_past(row, month)


def _task_groups(row: Row) -> tuple[str, ...]:
    return "all", f"department={row['部门']}", f"work_item={row['事项']}"


def _task_count(name: str, amount) -> None:
    @counts(name)
    def _(w: World, month: Month) -> Iterator[One]:
        for row in w.rows(TASKS, month):
            for group in _task_groups(row):
                yield One(None, None, amount(w, row, month), group=group)


_task_count("tasks", lambda w, row, month: 1)
_task_count("tasks_done", lambda w, row, month: _is_done(row))
_task_count("tasks_late", _late_task)
_task_count("tasks_behind", _behind)


@shares("task_completion_share")
def _(w: World, month: Month) -> Iterator[One]:
    for row in w.rows(TASKS, month):
        if _completion(row) is not None:
            for group in _task_groups(row):
                yield One(None, None, _completion(row), 1, group=group)


@counts("duties_without_task")
def _(w: World, month: Month) -> Iterator[One]:
    reported = {(row["部门"], row["事项"]) for row in w.rows(TASKS, month)}
    leading = {(row["责任单位"], row["事项"]) for row in w.rows(DUTIES) if row.get("牵头或配合") == "牵头"}
    for _duty in leading - reported:
        yield One(None, None, 1)


@counts("tasks_without_duty")
def _(w: World, month: Month) -> Iterator[One]:
    reported = {(row["部门"], row["事项"]) for row in w.rows(TASKS, month)}
    listed = {(row["责任单位"], row["事项"]) for row in w.rows(DUTIES)}
    for _task in reported - listed:
        yield One(None, None, 1)


# --- dispatch ranking -------------------------------------------------------------------------


def betaln(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def posterior(cases: dict[str, tuple[float, float]]) -> list[tuple[float, float, float]]:
    """Mean, size and weight of the beta distributions that the units' shares may come from."""
    return _posterior(tuple(cases.values()))


@cache
def _posterior(cases: tuple[tuple[float, float], ...]) -> list[tuple[float, float, float]]:
    bad, size = (sum(one[n] for one in cases) for n in (0, 1))
    centre = math.log((bad + 0.5) / (size + 1) / (1 - (bad + 0.5) / (size + 1)))
    grid = []
    for i in range(60):
        mean = 1 / (1 + math.exp(-(centre - 2.5 + 5 * i / 59)))
        for j in range(40):
            strength = 2.0 * 2000.0 ** (j / 39)
            a, b = mean * strength, (1 - mean) * strength
            level = sum(betaln(a + x, b + n - x) - betaln(a, b) for x, n in cases)
            grid.append((mean, strength, level))
    top = max(level for *_, level in grid)
    total = sum(math.exp(level - top) for *_, level in grid)
    return [(mean, strength, math.exp(level - top) / total) for mean, strength, level in grid]


def expected_points(cases: dict[str, tuple[float, float]], part) -> dict[str, float]:
    """Expected points of each unit: the clipped line between worst and best, by the beta's moments."""
    low, high = sorted((part.worst, part.best))
    found = dict.fromkeys(cases, 0.0)
    for mean, strength, weight in posterior(cases):
        if weight < 1e-5:
            continue
        for unit, (x, n) in cases.items():
            a, b = mean * strength + x, (1 - mean) * strength + n - x
            inner = betainc(a, b, high) - betainc(a, b, low)
            first = a / (a + b) * (betainc(a + 1, b, high) - betainc(a + 1, b, low))
            clipped = (first - low * inner) / (high - low) + 1 - betainc(a, b, high)
            found[unit] += weight * (clipped if part.best > part.worst else 1 - clipped)
    return {unit: part.weight * share for unit, share in found.items()}


def _part_cases(w: World, month: Month, part, units: list[str]) -> dict[str, tuple[float, float]]:
    cases = {}
    if part.indicator in NUMBERS:
        rows = NUMBERS[part.indicator](w, month)
        for unit in units:
            one = rows.get(("all", unit), {"numerator": 0, "denominator": 0})
            cases[unit] = one["numerator"], one["denominator"]
    else:
        ones = list(SHARES[part.indicator](w, month))
        for unit in units:
            own = [one for one in ones if one.town == unit and one.group == "all"]
            cases[unit] = sum(one.part for one in own), sum(one.whole for one in own)
    return {u: (x / part.design_effect, n / part.design_effect) for u, (x, n) in cases.items()}


def town_scores(w: World, month: Month) -> dict[str, dict[str, float]]:
    """Part (and all) -> town -> expected points out of the weights (out of 100 for all)."""
    parts, weight = {}, 0.0
    for part in RANKING.towns:
        cases = _part_cases(w, month, part, w.towns)
        if sum(n for _, n in cases.values()) > 0:
            parts[part.name] = expected_points(cases, part)
            weight += part.weight
    total = {t: sum(points[t] for points in parts.values()) * 100 / weight for t in w.towns}
    return {"all": total, **{f"part={name}": points for name, points in parts.items()}}


@numbers("town_score", tolerance=2.5)
def _(w: World, month: Month) -> Numbers:
    return {(g, t): {"value": n} for g, points in town_scores(w, month).items() for t, n in points.items()}


def department_scores(w: World, month: Month) -> dict[str, float]:
    """Department with enough cases -> expected score out of 100."""
    cases = []
    for part in RANKING.departments:
        found: dict[str, list[float]] = {}
        for one in SHARES[part.indicator](w, month):
            if one.group.startswith("department="):
                sums = found.setdefault(one.group, [0.0, 0.0])
                sums[0], sums[1] = sums[0] + one.part, sums[1] + one.whole
        cases.append(found)
    groups = sorted({group for found in cases for group in found})
    units = [g for g in groups if sum(found.get(g, (0, 0))[1] for found in cases) >= RANKING.least_cases]
    scores, weight = dict.fromkeys(units, 0.0), 0.0
    for part, found in zip(RANKING.departments, cases, strict=True):
        own = {unit: tuple(found.get(unit, (0.0, 0.0))) for unit in units}
        if sum(n for _, n in own.values()) > 0:
            weight += part.weight
            for unit, points in expected_points(own, part).items():
                scores[unit] += points
    return {unit: score * 100 / weight for unit, score in scores.items()}


@numbers("department_score", tolerance=3.0)
def _(w: World, month: Month) -> Numbers:
    return {(group, COUNTY): {"value": score} for group, score in department_scores(w, month).items()}


def _place(score: float, scores: list[float]) -> float:
    """Rank of a score, the highest first; equals share the mean of their ranks."""
    better, equal = sum(other > score for other in scores), scores.count(score)
    return better + (equal + 1) / 2


_SIMULATED: dict[tuple[int, Month], list[dict[str, float]]] = {}


def _tier(w: World) -> int:
    """Places of a tier; nobody is of both."""
    return min(RANKING.tier_size, len(w.towns) // 2)


def simulated_ranks(w: World, month: Month) -> list[dict[str, float]]:
    """Ranks of the towns, drawn again by another generator: a mixture of beta distributions."""
    if (id(w), month) not in _SIMULATED:
        _SIMULATED[id(w), month] = _simulate(w, month)
    return _SIMULATED[id(w), month]


def _simulate(w: World, month: Month, draws: int = 1500) -> list[dict[str, float]]:
    rng = random.Random(f"{w.month}{month}")
    scores = [dict.fromkeys(w.towns, 0.0) for _ in range(draws)]
    for part in RANKING.towns:
        cases = _part_cases(w, month, part, w.towns)
        if sum(n for _, n in cases.values()) == 0:
            continue
        grid = posterior(cases)
        picked = rng.choices(grid, weights=[weight for *_, weight in grid], k=draws)
        for score, (mean, strength, _) in zip(scores, picked, strict=True):
            for town, (x, n) in cases.items():
                share = rng.betavariate(mean * strength + x, (1 - mean) * strength + n - x)
                score[town] += part.weight * min(max((share - part.worst) / (part.best - part.worst), 0), 1)
    return [{town: _place(one[town], list(one.values())) for town in one} for one in scores]


@numbers("town_front_share", tolerance=0.09)
def _(w: World, month: Month) -> Numbers:
    drawn = simulated_ranks(w, month)
    return {("all", t): {"value": sum(one[t] <= _tier(w) for one in drawn) / len(drawn)} for t in w.towns}


@numbers("town_back_share", tolerance=0.09)
def _(w: World, month: Month) -> Numbers:
    drawn, last = simulated_ranks(w, month), len(w.towns) - _tier(w) + 1
    return {("all", t): {"value": sum(one[t] >= last for one in drawn) / len(drawn)} for t in w.towns}
