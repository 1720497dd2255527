"""Scenario files: what shocks may come, how hard, whom they reach, and what is in force against them.

A file in ``params/scenarios/`` is one scenario. Shocks combine; every number says its source or
that it is an assumption, and what the exports do not hold (how much of 生产经营性收入 is planting) is
such a number too. An unknown key, an unknown town, a share above one or a negative price is refused.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from pydantic import Field, ValidationInfo, field_validator, model_validator
from scipy.special import ndtri

from hanbin_lib.areas import town_key
from hanbin_lib.contract import MEASURES, TABLES
from hanbin_lib.parameter_files import Params, read_params
from hanbin_lib.places import AreaRegister
from hanbin_lib.simulate.quantities import MonthsOfYear, Name, Quantity, Share, Stated
from hanbin_lib.workspace import Workspace

PLANTING = "种植"
_PRICES = Annotated[float, Field(gt=0, le=10_000)]
_NINETIETH = 0.9


class Correlation(Stated):
    """How alike the luck of two households of one town is: correlation of the normal scores behind it.

    0: each on its own; near 1: the whole town or nobody (Vasicek 2002).
    """

    value: Annotated[float, Field(ge=0, lt=1)]


class SkewedYuan(Stated):
    """A sum with a long tail: lognormal by its median and its 90 % quantile, cut off at `most`."""

    median: Annotated[float, Field(gt=0, le=1e7)]
    ninetieth: Annotated[float, Field(gt=0, le=1e7)]
    most: Annotated[float, Field(gt=0, le=1e7)]

    @model_validator(mode="after")
    def _order(self) -> "SkewedYuan":
        if not self.median <= self.ninetieth <= self.most:
            raise ValueError("应为 median ≤ ninetieth ≤ most")
        return self

    def quantile(self, share: np.ndarray) -> np.ndarray:
        """Values below which `share` of the distribution lies."""
        spread = np.log(self.ninetieth / self.median) / ndtri(_NINETIETH)
        if spread == 0:  # infinitely many of no standard deviation, at a share of 1, are no number
            return np.full(np.shape(share), self.median)
        return np.asarray(np.minimum(self.median * np.exp(spread * ndtri(share)), self.most))


class FixedYuan(Stated):
    """A known sum in yuan."""

    yuan: Annotated[float, Field(gt=0, le=1e6)]


class Shock(Params):
    """One shock.

    Parameters
    ----------
    name
        Names the cause in the results and the random streams: shocks of the same name in two
        scenarios share their luck.
    towns
        Names of the towns it may reach; left out, all counted towns.
    exposed
        Share of the households that have something at stake which it hits.
    within_town
        How alike the luck of two households of one town is.
    """

    name: Name
    towns: tuple[str, ...] = ()
    exposed: Share
    within_town: Correlation

    @field_validator("towns", mode="after")
    @classmethod
    def _known(cls, towns: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        known: Mapping[str, str] | None = (info.context or {}).get("towns")
        unknown = [town for town in towns if known is not None and town_key(town) not in known]
        if unknown:
            allowed = "、".join((info.context or {})["names"])
            raise ValueError(f"没有计入统计的镇（街道）“{'、'.join(unknown)}”（应为 {allowed}）")
        return towns


class Illness(Shock):
    """Somebody falls badly ill: what the household pays itself after insurance, yuan a year."""

    kind: Literal["大病自付"]
    self_pay_yuan: SkewedYuan


class PlantingDisaster(Shock):
    """Flood or drought: a share of the year's planting receipts is lost; how hard varies by town."""

    kind: Literal["种植灾害"]
    share_of_receipts: Share  # planting's part of 生产经营性收入
    lost: Share


class JobLoss(Shock):
    """Workshops or factories close: months without the pay earned at the places or employers named.

    Parameters
    ----------
    work_places, employers
        Parts of 务工所在地 and 务工企业名称; a worker of either is at risk.
    months
        Months of a year's pay that are lost.
    """

    kind: Literal["务工中断"]
    work_places: tuple[Annotated[str, Field(min_length=2)], ...] = ()
    employers: tuple[Annotated[str, Field(min_length=2)], ...] = ()
    months: MonthsOfYear

    @model_validator(mode="after")
    def _somewhere(self) -> "JobLoss":
        if not self.work_places and not self.employers:
            raise ValueError("work_places 和 employers 至少填一项")
        return self


class Price(Quantity):
    """An uncertain price, above 0."""

    low: _PRICES
    likely: _PRICES
    high: _PRICES


class PriceChange(Shock):
    """The price of a product moves from what is usual, for all who sell it, in one draw alike.

    `exposed` is the share of the households with 生产经营性收入 that sell it. A price above the
    usual one is a gain.
    """

    kind: Literal["价格变动"]
    product: Name
    branch: Literal["种植", "养殖"]
    share_of_receipts: Share  # the product's part of the receipts of a household that sells it
    usual_yuan: Price
    price_yuan: Price


class SubsidyDelay(Shock):
    """Subsidies come late: what of 转移性收入 does not come within the year."""

    kind: Literal["补贴推迟"]
    share_of_transfers: Share  # the subsidies' part of 转移性收入
    months: MonthsOfYear


AnyShock = Annotated[
    Illness | PlantingDisaster | JobLoss | PriceChange | SubsidyDelay, Field(discriminator="kind")
]
_HEADINGS = {c.heading: c.name for c in TABLES["monitored_persons"].columns if c.name in MEASURES}


class Measure(Params):
    """A measure in force, for the households whose register says so.

    Parameters
    ----------
    heading, holding
        Heading of the measures' column, and the words one of which it holds; none: anything.
    """

    name: Name
    heading: str
    holding: tuple[str, ...] = ()

    @field_validator("heading", mode="after")
    @classmethod
    def _is_a_column(cls, heading: str) -> str:
        if heading not in _HEADINGS:
            raise ValueError(f"不是帮扶措施的列（应为 {'、'.join(_HEADINGS)}）")
        return heading

    @property
    def column(self) -> str:
        """Name of the column in the register."""
        return _HEADINGS[self.heading]


class ShareOfLoss(Measure):
    """Pays back a share of what a shock cost (医疗救助, 防贫保险), up to a sum a household and shock."""

    kind: Literal["按比例"]
    against: Annotated[tuple[Name, ...], Field(min_length=1)]
    share: Share
    most_yuan: FixedYuan


class TopUp(Measure):
    """Pays what is missing to a standard a head (低保), never more than was lost."""

    kind: Literal["补差"]
    standard_yuan: Quantity


AnyMeasure = Annotated[ShareOfLoss | TopUp, Field(discriminator="kind")]


class Scenario(Params):
    """Shocks of one year, drawn together (``params/scenarios/*.yaml``).

    Parameters
    ----------
    trial_line
        Monitoring line for a trial, used only where the bureau has not entered the year's own.
    households
        Whose households: 监测对象, or the lifted ones as well.
    draws, seed, confidence
        Of the simulation; see `engine.SimulationSettings`.
    """

    name: Name
    purpose: Annotated[str, Field(min_length=1)]
    households: Literal["监测对象", "监测对象和脱贫户"] = "监测对象"
    trial_line: FixedYuan | None = None
    draws: Annotated[int, Field(ge=100, le=1_000_000)]
    seed: Annotated[int, Field(ge=0)]
    confidence: Annotated[float, Field(gt=0.5, lt=1)]
    shocks: Annotated[tuple[AnyShock, ...], Field(min_length=1, max_length=12)]
    measures: Annotated[tuple[AnyMeasure, ...], Field(max_length=12)] = ()

    @model_validator(mode="after")
    def _fits(self) -> "Scenario":
        faults = list(_mismatches(self))
        if faults:
            raise ValueError("；".join(faults))
        return self


def _mismatches(scenario: Scenario) -> Iterator[str]:
    names = [shock.name for shock in scenario.shocks]
    named = names + [measure.name for measure in scenario.measures]
    if len(set(named)) < len(named):
        yield "shocks、measures 的 name 不能重复"
    against = {n for m in scenario.measures if isinstance(m, ShareOfLoss) for n in m.against}
    if not against <= set(names):
        yield f"against 里的“{'、'.join(sorted(against - set(names)))}”不是本情景的冲击"
    if not math.fsum(_receipts_at_stake(scenario).values()) <= 1:
        yield "种植和养殖（同一类各产品相加）的 share_of_receipts 最高值合计应≤1"
    delays = [shock.share_of_transfers.high for shock in scenario.shocks if isinstance(shock, SubsidyDelay)]
    if not math.fsum(delays) <= 1:
        yield "各项补贴的 share_of_transfers 最高值合计应≤1"


def _receipts_at_stake(scenario: Scenario) -> dict[str, float]:
    """The most that each branch may be of 生产经营性收入.

    A household may sell all the products of a branch; those of planting are part of planting.
    """
    products: dict[tuple[str, str], float] = {}
    planting = [0.0]
    for shock in scenario.shocks:
        if isinstance(shock, PriceChange):
            key = shock.branch, shock.product
            products[key] = max(products.get(key, 0.0), shock.share_of_receipts.high)
        elif isinstance(shock, PlantingDisaster):
            planting.append(shock.share_of_receipts.high)
    most = {PLANTING: max(planting)}
    for branch in {branch for branch, _ in products}:
        sold = math.fsum(share for (own, _), share in products.items() if own == branch)
        most[branch] = max(most.get(branch, 0.0), sold)
    return most


def load_scenarios(workspace: Workspace, register: AreaRegister) -> tuple[Scenario, ...]:
    """All scenarios of the workspace, by file name.

    Raises
    ------
    HanbinError
        ``HB-PAR-002`` with file, line, field and allowed range, all faults of a file at once.
    """
    towns = register.towns
    context = {
        "towns": dict.fromkeys(towns["place_name"].map(town_key), ""),
        "names": list(towns["place_name"]),
    }
    files = sorted((workspace.params / "scenarios").glob("*.yaml"))
    return tuple(read_params(path, Scenario, context=context) for path in files)


@dataclass(frozen=True, slots=True)
class Assumption:
    """A number of a scenario and where it comes from.

    Parameters
    ----------
    part
        Name of the shock or measure, empty for the scenario's own.
    field
        Which of its parameters.
    numbers
        Least to most, each once.
    origin
        Source, or assumption.
    is_assumption
        Whether it has no source.
    """

    part: str
    field: str
    numbers: tuple[float, ...]
    origin: str
    is_assumption: bool


def assumptions(scenario: Scenario) -> tuple[Assumption, ...]:
    """Every number of a scenario, in its order."""
    parts: list[tuple[str, Params]] = [("", scenario)]
    parts += [(part.name, part) for part in (*scenario.shocks, *scenario.measures)]
    return tuple(
        Assumption(name, field, _numbers(value), value.origin, bool(value.assumption))
        for name, part in parts
        for field in type(part).model_fields
        if isinstance(value := getattr(part, field), Stated)
    )


def _numbers(value: Stated) -> tuple[float, ...]:
    fields = (name for name in type(value).model_fields if name not in Stated.model_fields)
    return tuple(dict.fromkeys(float(getattr(value, name)) for name in fields))
