"""Monthly inspections (专项督查): what the random draw says of the district and of each town."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from hanbin_lib.contract import labels
from hanbin_lib.indicators.scope import Scope
from hanbin_lib.indicators.table import (
    IN_MONTH,
    Definition,
    NoteCode,
    Pooling,
    Rows,
    Unit,
    by_label,
    count_rows,
    defines,
    number_rows,
    share_rows,
    with_interval,
)
from hanbin_lib.statistics.estimates import wilson
from hanbin_lib.statistics.survey import TwoStageDesign

VILLAGE, HOUSEHOLD, PROJECT = labels.INSPECTION_UNIT_KINDS
Drawn = tuple[pd.DataFrame, pd.DataFrame]  # units and findings of one month

_ITEMS, _SHARE = Unit.ITEMS, Unit.SHARE
_UNITS = "专项督查单元、专项督查问题"
_POOL = "专项督查单元、专项督查问题；月数见 rules.yaml（inspection_pool_months）"
_of_units = partial(Definition, as_of=IN_MONTH, source=_UNITS)
_INSPECTIONS = (
    _of_units("inspection_units", "专项督查抽查数", _ITEMS, "当月抽查的村、户、项目", ""),
    _of_units(
        "inspection_problem_units",
        "专项督查发现问题的抽查单元数",
        _ITEMS,
        "当月至少查出一个问题的村、户、项目",
        "",
    ),
    Definition(
        "inspection_problem_share",
        "专项督查问题发生率",
        _SHARE,
        "有问题的单元，全县（区）按抽样设计加权（层为镇，第一阶段村，第二阶段户；项目按镇分层）",
        "抽查的单元",
        IN_MONTH,
        "专项督查单元、专项督查问题；含有限总体校正的95%区间；镇的数不加权",
        pooling=Pooling.WEIGHTED,
    ),
    Definition(
        "inspection_pooled_share",
        "近几个月抽查户问题发生率",
        _SHARE,
        "近几个月抽查户中有问题的户，按抽样设计加权",
        "近几个月抽查的户",
        "统计月和以前几个月",
        _POOL,
        pooling=Pooling.WEIGHTED,
    ),
    _of_units(
        "inspection_findings", "专项督查查出问题数", _ITEMS, "当月查出的问题，按严重程度或类别分组", ""
    ),
)


def units_with_findings(drawn: Drawn) -> pd.DataFrame:
    """Units of one month with ``findings`` (number) and ``has_problem``; clean units have 0."""
    units, findings = drawn
    found = findings["unit_code"].value_counts()
    number = units["unit_code"].map(found).fillna(0).astype(int)
    return units.assign(findings=number, has_problem=number > 0)


@defines(*_INSPECTIONS)
def inspection_indicators(
    months: Sequence[Drawn], homes: pd.DataFrame, projects: pd.DataFrame | None, scope: Scope
) -> Iterator[Rows]:
    """Units, findings, design-based shares, and the pooled share of the last months.

    Parameters
    ----------
    months
        Units and findings of the reporting month first, then of the months before it.
    homes
        Counts the households of a village where the sheet does not.
    projects
        All projects, of which five a town were drawn. Where it is not known how many a town has, units of
        that town have no weight that is known, nor has the county a share.
    """
    units = scope.counted(units_with_findings(months[0]))
    for kind in labels.INSPECTION_UNIT_KINDS:
        own = units[units["unit_kind"].eq(kind)]
        group = f"unit={kind}"
        yield count_rows("inspection_units", scope.month, scope.select(own, villages=True), group)
        problem = own[own["has_problem"]]
        yield count_rows("inspection_problem_units", scope.month, scope.select(problem, villages=True), group)
        own = scope.in_towns(own)
        drawn = design(own, kind, homes, projects, scope)
        yield from _shares("inspection_problem_share", own, drawn, scope, group)
    yield from _findings(units, months[0][1], scope)
    yield pooled_shares(months, homes, scope)


def design(
    units: pd.DataFrame, kind: str, homes: pd.DataFrame, projects: pd.DataFrame | None, scope: Scope
) -> TwoStageDesign:
    """How the units of one kind were drawn; several rounds are independent draws.

    Villages: towns are strata. Households: towns, then two villages, then households within.
    Projects: towns are strata. NaN where the number in a stratum is not known.
    """
    rounds = units["round"].to_numpy() if "round" in units else np.zeros(len(units), dtype=int)
    stratum = rounds * len(scope.upper_places) + units["town_code"].cat.codes.to_numpy()
    villages = scope.register.villages["place_code"].str[:9].value_counts()
    if kind == HOUSEHOLD:
        cluster = rounds * len(scope.all_places) + units["village_code"].cat.codes.to_numpy()
        clusters = units["town_code"].astype("str").map(villages).to_numpy(float)
        return TwoStageDesign(stratum, cluster, clusters, _households(units, cluster, homes))
    frame = villages if kind == VILLAGE else _projects(projects)
    clusters = units["town_code"].astype("str").map(frame).to_numpy(float)
    drawn = units.groupby(stratum)["unit_code"].transform("size").to_numpy(float)
    clusters = np.maximum(clusters, drawn)
    return TwoStageDesign(stratum, np.arange(len(units)), clusters, np.ones(len(units)))


def _households(units: pd.DataFrame, cluster: np.ndarray, homes: pd.DataFrame) -> np.ndarray:
    """Households of each unit's village, never fewer than one round drew there."""
    counted = units["village_code"].astype("str").map(homes["village_code"].value_counts())
    stated = units["village_households"].astype("Float64").astype(float)
    drawn = units.groupby(cluster)["unit_code"].transform("size")
    known = stated.mask(stated.isna(), counted).mask(stated.isna() & counted.isna(), drawn.astype(float))
    return np.maximum(known.to_numpy(dtype=float), drawn.to_numpy(dtype=float))


def _projects(projects: pd.DataFrame | None) -> pd.Series:
    return pd.Series(dtype=float) if projects is None else projects["town_code"].value_counts()


def _shares(
    indicator: str, units: pd.DataFrame, drawn: TwoStageDesign, scope: Scope, group: str
) -> Iterator[Rows]:
    """The county by its design; towns as counted, with an interval that shows how little it is.

    Where it is not known how many units a town has, the county's share did not come in.
    """
    cases = scope.by_place(units[units["has_problem"]])
    size = scope.by_place(units)
    counted = with_interval(share_rows(indicator, scope.month, cases, size))
    numbers = pd.DataFrame(counted.numbers, index=cases.index)
    if len(units):
        estimate = drawn.mean(units["has_problem"].to_numpy(float))
        county = str(scope.register.county["place_code"])
        numbers.loc[county, ["value", "lower", "upper"]] = (
            estimate.value, *estimate.share_interval(len(units)),
        )  # fmt: skip
        if np.isnan(estimate.value):
            whole = number_rows(indicator, scope.month, numbers.loc[[county]], group)
            yield replace(whole, note=NoteCode.NOT_RECEIVED)
            numbers = numbers.drop(county)
    yield number_rows(indicator, scope.month, numbers, group)


def pooled_shares(months: Sequence[Drawn], homes: pd.DataFrame, scope: Scope) -> Rows:
    """Households drawn in the last months, by the design of each month.

    A town's few villages say little of how alike their households are: all towns together give
    the design effect that each town's interval counts with.
    """
    rounds = [scope.counted(units_with_findings(drawn)).assign(round=n) for n, drawn in enumerate(months)]
    units = pd.concat(rounds, ignore_index=True)
    units = scope.in_towns(units[units["unit_kind"].eq(HOUSEHOLD)])
    columns = ["numerator", "denominator", "value", "lower", "upper", "variance"]
    found = pd.DataFrame(np.nan, index=scope.upper_places, columns=columns)
    has_problem = units["has_problem"].to_numpy(float)
    drawn = design(units, HOUSEHOLD, homes, None, scope)
    town = units["town_code"].cat.codes.to_numpy()
    for number, code in enumerate(scope.upper_places, start=-1):
        here = town == number if number >= 0 else town >= number
        found.loc[code, ["numerator", "denominator"]] = has_problem[here].sum(), here.sum()
        if here.any():
            estimate = drawn.of(here).mean(has_problem[here])
            found.loc[code, ["value", "variance"]] = estimate.value, estimate.standard_error**2
            if number < 0:
                found.loc[code, ["lower", "upper"]] = estimate.share_interval(len(units))
    towns = found.index[1:]
    size = found.loc[towns, "denominator"] / _design_effect(found.loc[towns])
    lower, upper = wilson(found.loc[towns, "value"].fillna(0) * size, size)
    found.loc[towns, "lower"], found.loc[towns, "upper"] = lower, upper
    return number_rows("inspection_pooled_share", scope.month, found.drop(columns="variance"))


def _design_effect(towns: pd.DataFrame) -> float:
    """Variance of the towns' shares over that of simple samples of the same size; at least 1."""
    drawn = towns[towns["denominator"] > 0]
    simple = (drawn["value"] * (1 - drawn["value"]) / drawn["denominator"]).sum()
    return max(1.0, float(drawn["variance"].sum() / simple)) if simple > 0 else 1.0


def _findings(units: pd.DataFrame, findings: pd.DataFrame, scope: Scope) -> Iterator[Rows]:
    places = units.drop_duplicates("unit_code").set_index("unit_code")[["town_code", "village_code"]]
    located = findings.join(places, on="unit_code", how="inner")
    yield count_rows("inspection_findings", scope.month, scope.select(located))
    for dimension, column in (("severity", "severity"), ("kind", "problem_kind")):
        for group, own in by_label(located, column, dimension):
            yield count_rows("inspection_findings", scope.month, scope.select(own), group)
