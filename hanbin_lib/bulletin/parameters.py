"""Parameters of the notebooks; the tagged cell of each must agree with its model.

``papermill -p`` makes a number of what looks like one: a code of a place arrives as a whole number and
is taken for what it is; any other text that arrives as a number may have lost digits, and is refused.
"""

import re
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, Field, field_validator

from hanbin_lib.parameter_files import Params, PlaceCode, validated
from hanbin_lib.state import MonthText

Parameters = TypeVar("Parameters", bound=Params)
_CODE = re.compile(r"[0-9]{6}(?:[0-9]{3}){0,2}")
_CHINESE = re.compile("[\u4e00-\u9fff]")
_OF_A_WHOLE = 0.0051  # shares are typed with two or three digits
_ACTION = (
    "改正笔记本的参数；在命令行用 papermill 时，编码、数据版本等文字用 -r 代替 -p，整理成对的用 -y；"
    "在 JupyterLab 的任务对话框里，文字要带引号"
)


def _code(value: Any) -> Any:
    """A code of 6, 9 or 12 digits, also where it was typed as a whole number; no name."""
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    if isinstance(value, str) and _CHINESE.search(value):
        raise ValueError("应为区划代码，不是名称：用 hanbin areas 查代码")
    return str(value) if is_whole and _CODE.fullmatch(str(value)) else _text(value)


def _text(value: Any) -> Any:
    """Text as it is; what was made a number, true, false or nothing on its way here is refused."""
    if value is None or isinstance(value, int | float):
        raise ValueError("应为文字，但传来的是数、真假值或空值，可能丢了位数：用 -r 代替 -p")
    return value


Code = Annotated[PlaceCode, BeforeValidator(_code)]
Text = Annotated[str, BeforeValidator(_text)]
Month = Annotated[MonthText, BeforeValidator(_text)]
MonthOrNothing = Annotated[Text, Field(pattern=r"^([0-9]{4}-(0[1-9]|1[0-2]))?$", examples=["2022-09"])]
Amount = Annotated[float, Field(allow_inf_nan=False)]
Share = Annotated[float, Field(gt=0, lt=1)]
# Per year, in logarithms: 0.02 is about two points. What is meant as per cent lies outside.
GrowthChange = Annotated[float, Field(ge=-0.3, le=0.3)]
Edition = Annotated[
    str, Field(pattern="^(internal|public)$", examples=["internal", "public"]), BeforeValidator(_text)
]


class MonthParameters(Params):
    """A month, a place, and a version of the data; `monitoring` and `checks` have no other parameters."""

    month: Month
    area: Code
    snapshot: Text


class BulletinParameters(MonthParameters):
    """Parameters of `bulletin`.

    `revision` counts the revisions of a month from 1; `reason` says why there is another one.
    `edition` is ``internal``, or ``public`` with small counts suppressed. `record` is the head of the
    record of runs that the imprint prints, ``57:<sha256>``; empty for none.
    """

    revision: Annotated[int, Field(ge=1, le=999)]
    reason: Annotated[
        Text, Field(max_length=300, pattern=r"^[^\x00-\x1f\x7f]*$", examples=["一行文字，不换行"])
    ]
    edition: Edition
    record: Annotated[
        str, Field(pattern=r"^([0-9]+:[0-9a-f]{64})?$", examples=["57:操作记录的64位校验值"])
    ] = ""


class VillageChoice(Params):
    """A village of the bulletin's town; empty for the whole town."""

    village: Annotated[
        str, Field(pattern=r"^([0-9]{12})?$", examples=["610902110201"]), BeforeValidator(_code)
    ]


class VillagesParameters(MonthParameters, VillageChoice):
    """Parameters of `villages`: a village of the town (empty for all), and the month to compare with."""

    other_month: MonthOrNothing


class WeeklyParameters(MonthParameters):
    """Parameters of `weekly`: a month and the day up to which it counts."""

    as_of: Text


class GoalChoice(Params):
    """An income goal to assess (`chapters.goals.outlook`)."""

    place: Annotated[Text, Field(min_length=1)]
    indicator: Annotated[Text, Field(min_length=1)]
    target: Annotated[float, Field(ge=1000, le=1_000_000)]  # yuan: 3.0 is meant as 万元
    year: Annotated[int, Field(ge=2015, le=2060)]
    prior: Annotated[Text, Field(pattern="^(income|auto|generic)$", examples=["income", "auto", "generic"])]


class ComponentChoice(Params):
    """What income is made of, as shares, and changes of a component's yearly log growth."""

    composition: dict[str, Amount]
    scenario: dict[str, GrowthChange]

    @field_validator("composition")
    @classmethod
    def _makes_a_whole(cls, parts: dict[str, float]) -> dict[str, float]:
        if abs(sum(parts.values()) - 1) > _OF_A_WHOLE:
            raise ValueError(f"各项占比应合计为1，现在合计{sum(parts.values()):g}")
        return parts


class IncomeGoalsParameters(MonthParameters, GoalChoice, ComponentChoice):
    """Parameters of `income_goals`: the goal, the prior, and levers on the components."""


class WeightChoice(Params):
    """Weights to try out, by name of the part (`chapters.dispatch.what_if`)."""

    weights: dict[str, Annotated[float, Field(le=1_000_000, allow_inf_nan=False)]]


class DispatchParameters(MonthParameters, WeightChoice):
    """Parameters of `dispatch`."""


class IndexParameters(Params):
    """Parameters of `index`, the lab's start page: the month to look into, empty for the newest."""

    month: MonthOrNothing


class DesignChoice(Params):
    """The design of an inspection to try, and the share that ought to be found (`chapters.power.trial`)."""

    villages: Annotated[int, Field(ge=1, le=100)]
    households: Annotated[int, Field(ge=1, le=1000)]
    months: Annotated[int, Field(ge=1, le=24)]
    bad_share: Share


class SimulateInspectionParameters(MonthParameters, DesignChoice):
    """Parameters of `simulate_inspection`."""


class RateChoice(Params):
    """Other rates to try; see `chapters.risk_flow.trial`."""

    entries: Annotated[float, Field(ge=0, le=100)]
    leaving: Annotated[float, Field(gt=0, le=100)]
    relapse_chance: Annotated[float, Field(ge=0, le=1)]


class SimulateRiskFlowParameters(MonthParameters, RateChoice):
    """Parameters of `simulate_risk_flow`."""


class ExposureChoice(Params):
    """The scenario, and exposed shares to try, by name of the shock (`chapters.shocks.trial`)."""

    scenario: Text
    exposed: dict[str, Amount]


class SimulateShockParameters(MonthParameters, ExposureChoice):
    """Parameters of `simulate_shock`."""


class UnitChoice(Params):
    """Numbers of units by lever, and what quantities are multiplied by, by lever and field."""

    units: dict[str, int]
    factors: dict[str, dict[str, Amount]]


class SimulateTargetParameters(MonthParameters, UnitChoice):
    """Parameters of `simulate_target`: the plan (empty for the place's first), and what to try."""

    plan: Text


class GalleryParameters(Params):
    """Parameters of `gallery`: with whose eyes the charts are seen."""

    vision: Annotated[
        str,
        Field(
            pattern="^(normal|deuteranopia|protanopia|grey)$",
            examples=["normal", "deuteranopia", "protanopia", "grey"],
        ),
    ]


NOTEBOOK_PARAMETERS: dict[str, type[Params]] = {
    "bulletin": BulletinParameters,
    "checks": MonthParameters,
    "dispatch": DispatchParameters,
    "gallery": GalleryParameters,
    "income_goals": IncomeGoalsParameters,
    "index": IndexParameters,
    "monitoring": MonthParameters,
    "simulate_inspection": SimulateInspectionParameters,
    "simulate_risk_flow": SimulateRiskFlowParameters,
    "simulate_shock": SimulateShockParameters,
    "simulate_target": SimulateTargetParameters,
    "villages": VillagesParameters,
    "weekly": WeeklyParameters,
}


def checked(model: type[Parameters], given: dict[str, Any], source: str) -> Parameters:
    """The parameters of a notebook as its model has them; `source` names it in the message.

    Raises
    ------
    HanbinError
        ``HB-PAR-002`` with all faults at once.
    """
    return validated(model, given, source=source, action=_ACTION)
