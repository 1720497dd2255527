"""Parameters of the notebooks; the tagged cell of each must agree with its model.

``papermill -p`` makes a number of what looks like one: a code of a place arrives as a whole number and
is taken for what it is; any other text that arrives as a number may have lost digits, and is refused.
"""

import re
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, Field

from hanbin_lib.parameter_files import Params, PlaceCode, validated
from hanbin_lib.state import MonthText

Parameters = TypeVar("Parameters", bound=Params)
_CODE = re.compile(r"[0-9]{6}(?:[0-9]{3}){0,2}")
_ACTION = (
    "改正笔记本的参数；在命令行用 papermill 时，编码、数据版本等文字用 -r 代替 -p，整理成对的用 -y；"
    "在 JupyterLab 的任务对话框里，文字要带引号"
)


def _code(value: Any) -> Any:
    """A code of 6, 9 or 12 digits, also where it was typed as a whole number."""
    is_whole = isinstance(value, int) and not isinstance(value, bool)
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
    reason: Annotated[Text, Field(max_length=300, pattern=r"^[^\x00-\x1f\x7f]*$")]
    edition: Edition
    record: Annotated[str, Field(pattern=r"^([0-9]+:[0-9a-f]{64})?$")] = ""


class VillagesParameters(MonthParameters):
    """Parameters of `villages`: a village of the town (empty for all), and the month to compare with."""

    village: Annotated[
        str, Field(pattern=r"^([0-9]{12})?$", examples=["610902110201"]), BeforeValidator(_code)
    ]
    other_month: MonthOrNothing


class WeeklyParameters(MonthParameters):
    """Parameters of `weekly`: a month and the day up to which it counts."""

    as_of: Text


class IncomeGoalsParameters(MonthParameters):
    """Parameters of `income_goals`: the goal, the prior, and levers on the components.

    `composition` are shares of income, `scenario` changes of a component's yearly log growth.
    """

    place: Text
    indicator: Text
    target: float
    year: int
    prior: Text
    composition: dict[str, float]
    scenario: dict[str, float]


class DispatchParameters(MonthParameters):
    """Parameters of `dispatch`: weights to try out, by name of the part."""

    weights: dict[str, float]


class IndexParameters(Params):
    """Parameters of `index`, the lab's start page: the month to look into, empty for the newest."""

    month: MonthOrNothing


class SimulateInspectionParameters(MonthParameters):
    """Parameters of `simulate_inspection`: the design to try, and the share that ought to be found."""

    villages: int
    households: int
    months: int
    bad_share: float


class SimulateRiskFlowParameters(MonthParameters):
    """Parameters of `simulate_risk_flow`: other rates to try; see `chapters.risk_flow.trial`."""

    entries: float
    leaving: float
    relapse_chance: float


class SimulateShockParameters(MonthParameters):
    """Parameters of `simulate_shock`: the scenario, and exposed shares to try, by name of the shock."""

    scenario: Text
    exposed: dict[str, float]


class SimulateTargetParameters(MonthParameters):
    """Parameters of `simulate_target`: the plan (empty for the place's first), and what to try.

    `units` are numbers of units by lever, `factors` what quantities are multiplied by, by lever and field.
    """

    plan: Text
    units: dict[str, int]
    factors: dict[str, dict[str, float]]


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
