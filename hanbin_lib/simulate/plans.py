"""Plans of measures towards an income goal: what a lever is made of, and where each number comes from.

A file in ``params/plans/`` is one plan. Every quantity is uncertain and says its source or that
it is an assumption; an unknown key is refused.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, model_validator

from hanbin_lib.parameter_files import Params, PlaceCode, read_params
from hanbin_lib.simulate.quantities import Money, MonthsOfYear, Name, Quantity, Share, Stated
from hanbin_lib.state import MonthText
from hanbin_lib.workspace import Workspace


class Lever(Params):
    """One measure, decided in whole units.

    Parameters
    ----------
    name, unit
        What it is, and what one unit of it is called (个, 家, 户, 人, 亩).
    planned, most, step
        Units in the plan as it stands, the most that are possible, and the least change.
    basis
        Where the two numbers of units come from.
    cost_once_yuan, cost_year_yuan
        Public money for one unit: once, and for each year in operation.
    take_up
        Share of jobs, land or households that the place's own households take up in the end.
    delay_months
        From the plan's start to the first income.
    """

    name: Name
    unit: Annotated[str, Field(min_length=1, max_length=4)]
    planned: Annotated[int, Field(ge=0)]
    most: Annotated[int, Field(ge=1, le=100_000)]
    step: Annotated[int, Field(ge=1)] = 1
    basis: Annotated[str, Field(min_length=1)]
    cost_once_yuan: Quantity
    cost_year_yuan: Quantity
    take_up: Share
    delay_months: Quantity

    @model_validator(mode="after")
    def _units(self) -> "Lever":
        if self.planned > self.most or self.step > self.most:
            raise ValueError("planned、step 不能超过 most")
        return self

    @property
    def quantities(self) -> dict[str, Quantity]:
        """Its uncertain quantities by field."""
        values = ((name, getattr(self, name)) for name in type(self).model_fields)
        return {name: value for name, value in values if isinstance(value, Quantity)}

    @property
    def uses(self) -> dict[str, float]:
        """What one unit takes of each of `LIMITS`, on the average."""
        raise NotImplementedError


class WorkLever(Lever):
    """Paid work: public posts, a workshop, more months away.

    Parameters
    ----------
    jobs
        Jobs of one unit.
    wage_month_yuan, months
        Pay, and months of work a year that the lever adds.
    displaced
        Share of the pay that the worker would have earned elsewhere all the same.
    is_post
        Whether the jobs are public posts, of which the place has so many.
    """

    kind: Literal["务工"]
    jobs: Quantity
    wage_month_yuan: Quantity
    months: MonthsOfYear
    displaced: Share
    is_post: bool = False

    @property
    def uses(self) -> dict[str, float]:
        """Workers of the place's own by the months they work; posts."""
        jobs = self.jobs.mean
        return {
            "land_mu": 0.0,
            "workers": jobs * self.take_up.mean * self.months.mean / 12,
            "posts": jobs if self.is_post else 0.0,
        }


class LandLever(Lever):
    """Planting or raising on land: a base, greenhouses, better yields and prices of what stands.

    Parameters
    ----------
    mu
        Land of one unit, mu.
    yield_kg, price_yuan_kg, inputs_yuan
        A mu's yield, the price, and what growing it costs, once in full bearing.
    forgone_yuan
        What the same mu earned before, net, a year.
    farmers_share
        Share of the net income that goes to households (rent, wages, dividends).
    workers_per_mu
        Workers of the place's own that a mu takes, all year; needed where the plan limits workers.
    """

    kind: Literal["种养"]
    mu: Quantity
    yield_kg: Quantity
    price_yuan_kg: Quantity
    inputs_yuan: Quantity
    forgone_yuan: Quantity
    farmers_share: Share
    workers_per_mu: Quantity | None = None

    @property
    def uses(self) -> dict[str, float]:
        """Mu, and workers as far as they are known."""
        mu = self.mu.mean
        return {
            "land_mu": mu,
            "workers": mu * self.workers_per_mu.mean if self.workers_per_mu else 0.0,
            "posts": 0.0,
        }


AnyLever = Annotated[WorkLever | LandLever, Field(discriminator="kind")]


class Amount(Stated):
    """How much of something there is at the place."""

    amount: Annotated[float, Field(ge=0)]


class Limits(Params):
    """What the place has, however much money there is; what is not known is not limited.

    Parameters
    ----------
    land_mu
        Land that the levers may take together.
    workers
        Full-time workers of the place's own who are free for them.
    posts
        Public posts that the place can be given.
    """

    land_mu: Amount | None = None
    workers: Amount | None = None
    posts: Amount | None = None

    @property
    def known(self) -> dict[str, Amount]:
        """Those that are entered, by name."""
        found = {name: getattr(self, name) for name in LIMITS}
        return {name: amount for name, amount in found.items() if amount is not None}


LIMITS = ("land_mu", "workers", "posts")


class TargetPlan(Params):
    """Levers towards one income goal of ``params/goals.yaml`` (``params/plans/*.yaml``).

    Parameters
    ----------
    place, indicator, year
        Which goal.
    start
        Month in which the plan begins; delays count from it.
    persons
        Persons of the place, over whom income is divided; left out, those of 村信息 count.
    additional
        Share of the levers' income that comes on top of what the record's growth holds already.
    limits
        Land, workers and posts of the place: no mix takes more.
    probabilities
        How sure one wants to be; the cheapest mix is sought for each.
    draws, seed, confidence
        Of the simulation; `confidence` is the probability of its intervals.
    """

    name: Name
    place: PlaceCode
    indicator: Annotated[str, Field(min_length=1)]
    year: Annotated[int, Field(ge=2015, le=2100)]
    start: MonthText
    source: Annotated[str, Field(min_length=1)]
    persons: Quantity | None = None
    additional: Share
    budget: Money
    limits: Limits = Limits()
    probabilities: Annotated[tuple[Annotated[float, Field(gt=0, lt=1)], ...], Field(min_length=1)]
    draws: Annotated[int, Field(ge=500, le=100_000)]
    seed: Annotated[int, Field(ge=0)]
    confidence: Annotated[float, Field(gt=0.5, lt=1)]
    levers: Annotated[tuple[AnyLever, ...], Field(min_length=1, max_length=12)]

    @model_validator(mode="after")
    def _names(self) -> "TargetPlan":
        names = [lever.name for lever in self.levers]
        if len(set(names)) < len(names):
            raise ValueError("levers 的 name 不能重复")
        land = [lever for lever in self.levers if isinstance(lever, LandLever)]
        without = "、".join(lever.name for lever in land if lever.workers_per_mu is None)
        if self.limits.workers is not None and without:
            raise ValueError(f"limits 写了 workers，{without}就要写 workers_per_mu")
        if int(self.start[:4]) > self.year:
            raise ValueError("start 应不晚于 year")
        return self


def scaled(plan: TargetPlan, factors: Mapping[str, Mapping[str, float]]) -> TargetPlan:
    """The plan with quantities of its levers multiplied, by lever and field; shares stop at one.

    Raises
    ------
    KeyError
        A lever or a field that the plan does not have.
    """
    changed = {lever.name: lever for lever in plan.levers}
    for name, fields in factors.items():
        quantities = {field: _times(changed[name].quantities[field], by) for field, by in fields.items()}
        changed[name] = changed[name].model_copy(update=quantities)
    return plan.model_copy(update={"levers": tuple(changed.values())})


def _times(quantity: Quantity, factor: float) -> Quantity:
    most = {Share: 1.0, MonthsOfYear: 12.0}.get(type(quantity), float("inf"))
    ends = (quantity.low, quantity.likely, quantity.high)
    corners = dict(zip(("low", "likely", "high"), (min(end * factor, most) for end in ends), strict=True))
    return quantity.model_copy(update=corners)


def load_plans(workspace: Workspace) -> tuple[TargetPlan, ...]:
    """All plans of the workspace, by file name.

    Raises
    ------
    HanbinError
        ``HB-PAR-002`` with file, field, and what was expected.
    """
    return tuple(
        read_params(path, TargetPlan) for path in sorted((workspace.params / "plans").glob("*.yaml"))
    )
