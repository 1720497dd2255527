"""Parameters of the notebooks; the tagged cell of each must agree with its model."""

from typing import Annotated

from pydantic import Field

from hanbin_lib.params import MonthText, Params, PlaceCode

Edition = Annotated[str, Field(pattern="^(internal|public)$")]


class BulletinParameters(Params):
    """Parameters of `bulletin`.

    `revision` counts the editions of a month from 1; `reason` says why there is another one.
    `edition` is ``internal``, or ``public`` with small counts suppressed.
    """

    month: MonthText
    area: PlaceCode
    snapshot: str
    revision: Annotated[int, Field(ge=1, le=999)]
    reason: Annotated[str, Field(max_length=300, pattern=r"^[^\x00-\x1f\x7f]*$")]
    edition: Edition


class MonitoringParameters(Params):
    """Parameters of the interactive notebooks `monitoring` and `checks`."""

    month: MonthText
    area: PlaceCode
    snapshot: str


class WeeklyParameters(Params):
    """Parameters of `weekly`: a month and the day up to which it counts."""

    month: MonthText
    area: PlaceCode
    snapshot: str
    as_of: str


class IncomeGoalsParameters(Params):
    """Parameters of `income_goals`: the goal, the prior, and levers on the components.

    `composition` are shares of income, `scenario` changes of a component's yearly log growth.
    """

    month: MonthText
    area: PlaceCode
    snapshot: str
    place: str
    indicator: str
    target: float
    year: int
    prior: str
    composition: dict[str, float]
    scenario: dict[str, float]


class DispatchParameters(Params):
    """Parameters of `dispatch`: weights to try out, by name of the part."""

    month: MonthText
    area: PlaceCode
    snapshot: str
    weights: dict[str, float]


class IndexParameters(Params):
    """Parameters of `index`, the lab's start page: the month to look into, empty for the newest."""

    month: Annotated[str, Field(pattern=r"^([0-9]{4}-(0[1-9]|1[0-2]))?$")]


class SimulateInspectionParameters(Params):
    """Parameters of `simulate_inspection`: the design to try, and the share that ought to be found."""

    month: MonthText
    area: PlaceCode
    snapshot: str
    villages: int
    households: int
    months: int
    bad_share: float


class SimulateRiskFlowParameters(Params):
    """Parameters of `simulate_risk_flow`: other rates to try; see `chapters.risk_flow.trial`."""

    month: MonthText
    area: PlaceCode
    snapshot: str
    entries: float
    leaving: float
    relapse_chance: float


class SimulateShockParameters(Params):
    """Parameters of `simulate_shock`: the scenario, and exposed shares to try, by name of the shock."""

    month: MonthText
    area: PlaceCode
    snapshot: str
    scenario: str
    exposed: dict[str, float]


class SimulateTargetParameters(Params):
    """Parameters of `simulate_target`: the plan (empty for the place's first), and what to try.

    `units` are numbers of units by lever, `factors` what quantities are multiplied by, by lever and field.
    """

    month: MonthText
    area: PlaceCode
    snapshot: str
    plan: str
    units: dict[str, int]
    factors: dict[str, dict[str, float]]


class GalleryParameters(Params):
    """Parameters of `gallery`: with whose eyes the charts are seen."""

    vision: Annotated[str, Field(pattern="^(normal|deuteranopia|protanopia|grey)$")]


NOTEBOOK_PARAMETERS: dict[str, type[Params]] = {
    "bulletin": BulletinParameters,
    "checks": MonitoringParameters,
    "dispatch": DispatchParameters,
    "gallery": GalleryParameters,
    "income_goals": IncomeGoalsParameters,
    "index": IndexParameters,
    "monitoring": MonitoringParameters,
    "simulate_inspection": SimulateInspectionParameters,
    "simulate_risk_flow": SimulateRiskFlowParameters,
    "simulate_shock": SimulateShockParameters,
    "simulate_target": SimulateTargetParameters,
    "weekly": WeeklyParameters,
}
