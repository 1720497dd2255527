"""What a month's bulletins are made from: tables, parameters and models, opened before any figure."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from hanbin_lib import snapshots
from hanbin_lib.area_changes import FILE
from hanbin_lib.area_comparison import misread, since_import
from hanbin_lib.bulletin.handed_out import HandedOut, handed_out
from hanbin_lib.bulletin.income_goals import forecasts_before, placed_goals
from hanbin_lib.errors import Unavailable, refused_params
from hanbin_lib.forecasting import Entry
from hanbin_lib.indicators import Scope, Sources, cached_disagreements, scope_of
from hanbin_lib.months import Month
from hanbin_lib.params import Issue, Settings, load_issue
from hanbin_lib.places import AreaRegister
from hanbin_lib.simulate import Scenario, load_scenarios
from hanbin_lib.simulate.inspection_study import InspectionStudy, inspection_study
from hanbin_lib.simulate.plans import TargetPlan, load_plans
from hanbin_lib.simulate.risk_model import RiskFlowRules
from hanbin_lib.simulate.risk_study import RiskStudy, risk_study
from hanbin_lib.simulate.sampling import SamplingRules
from hanbin_lib.simulate.shock_study import ShockStudy, shock_study
from hanbin_lib.simulate.shocks import Exposure, exposure
from hanbin_lib.snapshots import Snapshot
from hanbin_lib.workspace import Workspace

_MONTH_WIDE: list[Callable[[Any], Any]] = []
Inputs = TypeVar("Inputs", bound="MonthInputs")
Value = TypeVar("Value")


def of_month(compute: Callable[[Inputs], Value]) -> Callable[[Inputs], Value]:
    """A value that is the same for county and towns: bulletins that share a month compute it once.

    Nobody may change it: the other bulletins have the same one.
    """
    name = f"{compute.__module__}.{compute.__qualname__}"

    @wraps(compute)
    def value(inputs: Inputs) -> Value:
        if name not in inputs._of_month:
            inputs._of_month[name] = compute(inputs)
        found: Value = inputs._of_month[name]
        return found

    _MONTH_WIDE.append(value)
    return value


@dataclass(frozen=True)
class Models:
    """Parameters of all simulations of a workspace.

    Parameters
    ----------
    plans
        Levers towards income goals (``params/plans/``).
    scenarios
        Shocks (``params/scenarios/``).
    sampling
        How the month's inspection is drawn, and what it ought to see (``params/sampling.yaml``).
    risk_flow
        How the risk flow is estimated, and its alarm (``params/risk_flow.yaml``).
    """

    plans: tuple[TargetPlan, ...]
    scenarios: tuple[Scenario, ...]
    sampling: SamplingRules
    risk_flow: RiskFlowRules

    @classmethod
    def load(cls, workspace: Workspace, register: AreaRegister) -> "Models":
        """Read them; raise ``HB-PAR-002`` naming file, line and field."""
        return cls(
            tuple(_placed(plan, register) for plan in load_plans(workspace)),
            load_scenarios(workspace, register),
            SamplingRules.load(workspace),
            RiskFlowRules.load(workspace),
        )

    @property
    def as_text(self) -> str:
        """Everything in them, for the keys of what depends on them."""
        return "\x00".join(
            one.model_dump_json() for one in (*self.plans, *self.scenarios, self.sampling, self.risk_flow)
        )


@dataclass(frozen=True)
class MonthInputs:
    """A month before any figure: enough to plan its bulletins.

    Parameters
    ----------
    sources
        Tables of the month and of the months before it.
    settings, issue
        Parameters of the county, and what the officer filled in for this month.
    scope
        Month, counted places and rules.
    forecasts
        What was forecast in earlier months.
    models
        Parameters of the simulations.
    handed_out
        Last month's action lists with what came back; None where none were made.
    cache
        Folder of kept results; None to compute everything anew.
    """

    sources: Sources
    settings: Settings
    issue: Issue
    scope: Scope
    forecasts: tuple[Entry, ...]
    models: Models
    handed_out: HandedOut | None
    cache: Path | None
    _of_month: dict[str, Any] = field(default_factory=dict, repr=False, kw_only=True)

    @property
    def snapshot(self) -> Snapshot:
        """The month's data."""
        return self.sources.current

    @property
    def month(self) -> Month:
        """The reporting month."""
        return self.scope.month

    @property
    @of_month
    def clues(self) -> pd.DataFrame:
        """Households of the county whose answers differ from the register (`safeguards.disagreements`)."""
        return cached_disagreements(self.sources, self.scope, self.cache)

    @property
    @of_month
    def inspection(self) -> InspectionStudy:
        """What the month's inspection can see."""
        return inspection_study(self.sources, self.scope, self.models.sampling, self.cache)

    @property
    @of_month
    def shocks(self) -> tuple[ShockStudy | Unavailable, ...]:
        """The scenarios, drawn for county and towns."""
        return tuple(shock_study(self.sources, self.scope, one, self.cache) for one in self.models.scenarios)

    @property
    @of_month
    def flow(self) -> RiskStudy | Unavailable:
        """The risk flow of the month, estimated and drawn for county and towns."""
        return risk_study(self.sources, self.scope, self.models.risk_flow, self.cache)

    def exposure(self, households: str) -> Exposure:
        """Whose income is at stake, as a scenario names them; read once."""
        lifted = households != "监测对象"
        key = f"exposure {lifted}"
        if key not in self._of_month:
            self._of_month[key] = exposure(self.sources, self.scope, lifted=lifted)
        found: Exposure = self._of_month[key]
        return found


def compute_month_wide(inputs: MonthInputs) -> None:
    """Compute all values `of_month` that these inputs suffice for.

    What a chapter cannot compute is left to that chapter to say.
    """
    for compute in _MONTH_WIDE:
        with suppress(Exception):
            compute(inputs)


def open_inputs(month: str, snapshot: str = "", *, as_of: str = "", workspace: Workspace) -> MonthInputs:
    """Open a month without computing a figure; raises what `opening.open_bulletin` raises."""
    wanted = Month.parse(month)
    register = AreaRegister.read(workspace.areas, wanted)
    settings = placed_goals(Settings.load(workspace).at(wanted), register)
    register.require(settings.county.code)
    given = snapshots.open_version(workspace, wanted, snapshot) if snapshot else None
    data = given or snapshots.latest(workspace, wanted)
    scope = scope_of(data, settings, register, _day(as_of, wanted))
    earlier = snapshots.earlier(workspace, scope.months[:-1], register)
    sources = Sources(data, *earlier, left_out=scope.left_out)
    _check_areas(sources, register)
    return MonthInputs(
        sources,
        settings,
        load_issue(workspace, wanted),
        scope,
        forecasts_before(workspace.forecasts, wanted),
        Models.load(workspace, register),
        handed_out(workspace, wanted.shift(-1)),
        workspace.cache,
    )


def _check_areas(sources: Sources, register: AreaRegister) -> None:
    """Raise ``HB-PAR-012`` where a code of a month's data means another place in the register now."""
    faults = [
        f"{one.month.label}的数据：{difference.text}"
        for one in (sources.current, *sources.earlier.values())
        if (kept := one.areas) is not None
        for difference in misread(since_import(kept, one.month, register), register)
    ]
    if faults:
        raise refused_params(
            "HB-PAR-012",
            "\n".join(["区划名册与导入数据时的不同：", *faults]),
            f"params/areas.csv 改回原样，变更写进 params/{FILE}；名册原来就写错的，重新导入这些月份",
        )


def _day(text: str, month: Month) -> date | None:
    """The day asked for; raise ``HB-PAR-006`` where it is no day of the month."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except (TypeError, ValueError):  # typed as a number
        day = None
    if day is None or (day.year, day.month) != (month.year, month.number):
        raise refused_params(
            "HB-PAR-006",
            f"统计截止日应是{month.label}的某一天，形如 {month}-16",
            "改正参数 as_of，或留空（即月末）",
        )
    return day


def _placed(plan: TargetPlan, register: AreaRegister) -> TargetPlan:
    """The plan with the code that its place has in the month."""
    code = register.placed(plan.place)
    return plan if code == plan.place else plan.model_copy(update={"place": code})
