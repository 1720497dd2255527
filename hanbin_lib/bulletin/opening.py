"""Opening a bulletin: one month, one place, one snapshot, and the figures seen from there."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import cached_property, wraps
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from hanbin_lib import audit, snapshots
from hanbin_lib.area_changes import FILE
from hanbin_lib.area_comparison import misread, since_import
from hanbin_lib.bulletin.figures import Figures
from hanbin_lib.bulletin.flowing import Flow, flow
from hanbin_lib.bulletin.handed_out import HandedOut, handed_out
from hanbin_lib.bulletin.inspecting import recorded_clustering
from hanbin_lib.bulletin.models import Models
from hanbin_lib.bulletin.outlook import Outlook, assess, forecasts_before, placed_goals
from hanbin_lib.bulletin.parameters import BulletinParameters, checked
from hanbin_lib.bulletin.planning import Study, put_together
from hanbin_lib.bulletin.shaking import Shaken, shaken
from hanbin_lib.bulletin.tested import compared
from hanbin_lib.disclosure import Rounding, cached_public_table
from hanbin_lib.errors import ExitCode, HanbinError, Unavailable
from hanbin_lib.forecasting import Entry
from hanbin_lib.indicators import Scope, Sources, cached_disagreements, cached_indicator_table, scope_of
from hanbin_lib.months import Month
from hanbin_lib.params import Issue, Settings, load_issue
from hanbin_lib.places import AreaRegister
from hanbin_lib.simulate.exposure import Exposure, exposure
from hanbin_lib.simulate.inspection_study import InspectionStudy, inspection_study
from hanbin_lib.snapshots import Snapshot
from hanbin_lib.state import Anchor
from hanbin_lib.statistics.comparisons import Discoveries
from hanbin_lib.workspace import INTERNAL, PUBLIC, Workspace

ANNEX = "附册"


def annexed_key(key: str) -> str:
    """What a chapter's part of the annex is called in references and links."""
    return f"annex-{key}"


@dataclass(frozen=True)
class Basis:
    """What a month's bulletins are made from, before any figure: enough to plan them.

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
    """

    sources: Sources
    settings: Settings
    issue: Issue
    scope: Scope
    forecasts: tuple[Entry, ...]
    models: Models
    handed_out: HandedOut | None

    @property
    def snapshot(self) -> Snapshot:
        """The month's data."""
        return self.sources.current

    @property
    def month(self) -> Month:
        """The reporting month."""
        return self.scope.month


_MONTH_WIDE: "list[Callable[[Bulletin], Any]]" = []
Value = TypeVar("Value")


def of_month(compute: "Callable[[Bulletin], Value]") -> "Callable[[Bulletin], Value]":
    """A value that is the same for county and towns: bulletins that share a month compute it once.

    Nobody may change it: the other bulletins have the same one.
    """
    name = f"{compute.__module__}.{compute.__qualname__}"

    @wraps(compute)
    def value(bulletin: "Bulletin") -> Value:
        if name not in bulletin._of_month:
            bulletin._of_month[name] = compute(bulletin)
        found: Value = bulletin._of_month[name]
        return found

    _MONTH_WIDE.append(value)
    return value


@dataclass(frozen=True)
class Bulletin(Basis):
    """Everything a chapter needs to say what it says.

    Parameters
    ----------
    figures
        The month's indicators, seen from the bulletin's place.
    cache
        Folder of kept results; None to compute everything anew.
    revision, reason
        Which revision of the month it is, and why there is another one.
    edition
        ``internal``, or ``public``: small counts are suppressed, lists are left out.
    numerals
        Numeral of each chapter of either volume, for references to it; `contents.report` enters them.
    record
        Head of the record of runs before the edition's first publication, as the imprint prints it.
    """

    figures: Figures
    cache: Path | None = None
    revision: int = 1
    reason: str = ""
    edition: str = INTERNAL
    numerals: dict[str, str] = field(default_factory=dict, repr=False)
    _of_month: dict[str, Any] = field(default_factory=dict, repr=False)
    record: Anchor = audit.NOTHING

    @cached_property
    def area_series(self) -> pd.DataFrame | None:
        """历年数据, in which a goal's place has one name in all years; None where it did not come in."""
        series = self.sources.table("area_series")
        if series is None or not self.goal_names:
            return series
        return series.assign(area_name=series["area_name"].replace(dict(self.goal_names)))

    @cached_property
    def goal_names(self) -> Mapping[str, str]:
        """Other names that goals' places have had -> the name that the goal calls the place by."""
        register = self.scope.register
        goals = self.settings.goals.goals if register.past else ()
        known = ((goal.area, register.names_of(goal.place)) for goal in goals)
        return {name: area for area, names in known if area in names for name in names - {area}}

    @cached_property
    def outlooks(self) -> tuple[Outlook, ...]:
        """The income goals of the place and of what lies below it, assessed."""
        series = self.area_series
        own = [goal for goal in self.settings.goals.goals if goal.place.startswith(self.place)]
        growth = self.settings.growth
        return tuple(
            assess(goal, series, self.month, official=growth.known(goal.place, self.month)) for goal in own
        )

    @cached_property
    def studies(self) -> tuple[Study | Unavailable, ...]:
        """The plans of the place and of what lies below it."""
        own = [plan for plan in self.models.plans if plan.place.startswith(self.place)]
        villages = self.sources.table("villages")
        return tuple(put_together(plan, self.outlooks, villages, self.cache) for plan in own)

    @property
    @of_month
    def clues(self) -> pd.DataFrame:
        """Households of the county whose answers differ from the register (`safeguards.disagreements`)."""
        return cached_disagreements(self.sources, self.scope, self.cache)

    @property
    @of_month
    def inspection(self) -> InspectionStudy:
        """What the month's inspection can see."""
        record = recorded_clustering(self.sources, self.scope, self.cache)
        return inspection_study(record, self.models.sampling)

    @property
    @of_month
    def shocks(self) -> tuple[Shaken | Unavailable, ...]:
        """The scenarios, drawn for county and towns."""
        return tuple(shaken(self.sources, self.scope, one, self.cache) for one in self.models.scenarios)

    @property
    @of_month
    def flow(self) -> Flow | Unavailable:
        """The risk flow of the month, estimated and drawn for county and towns."""
        return flow(self.sources, self.scope, self.models.risk_flow, self.cache)

    @cached_property
    def tested(self) -> Discoveries:
        """What the bulletin may say to differ, of all that it compares this month."""
        return compared(self.figures, self.scope, self.settings.ranking)

    def seen_from(self, area: str, revision: int, reason: str, record: Anchor = audit.NOTHING) -> "Bulletin":
        """The bulletin of another place of the same month; what is month-wide is shared."""
        self.scope.register.name(area)
        figures = self.figures.seen_from(area)
        return replace(self, figures=figures, revision=revision, reason=reason, record=record, numerals={})

    def exposure(self, households: str) -> Exposure:
        """Whose income is at stake, as a scenario names them; read once."""
        lifted = households != "监测对象"
        key = f"exposure {lifted}"
        if key not in self._of_month:
            self._of_month[key] = exposure(self.sources, self.scope, lifted=lifted)
        found: Exposure = self._of_month[key]
        return found

    def chapter(self, key: str) -> tuple[str, str]:
        """Numeral and anchor of a chapter; of its part of the annex where the bulletin has none of it."""
        at = key if key in self.numerals else annexed_key(key)
        return self.numerals.get(at, ""), at

    @property
    def is_public(self) -> bool:
        """Whether the bulletin may leave the bureau."""
        return self.edition == PUBLIC

    @property
    def place(self) -> str:
        """Code of the county or town the bulletin is about."""
        return self.figures.place

    @property
    def is_county(self) -> bool:
        """Whether the bulletin is the county's own."""
        return len(self.place) == 6

    @cached_property
    def place_name(self) -> str:
        """Official name of the place."""
        return self.scope.register.name(self.place)

    @cached_property
    def whole(self) -> str:
        """全区, 全镇, 全街道: how the text calls the whole place."""
        kinds = self.scope.register.table.set_index("place_code")["kind"]
        kind = self.settings.county.kind if self.is_county else str(kinds[self.place])
        return f"全{kind}"

    @property
    def children_word(self) -> str:
        """What the places below are called."""
        return "镇（街道）" if self.is_county else "村（社区）"


def open_bulletin(
    month: str,
    area: str,
    snapshot: str = "",
    *,
    as_of: str = "",
    revision: int = 1,
    reason: str = "",
    edition: str = INTERNAL,
    record: str = "",
    workspace: Workspace | None = None,
) -> Bulletin:
    """Open the bulletin of `area` for `month`, as the notebooks do in their second cell.

    Parameters
    ----------
    month
        ``2022-09``.
    area
        Code of the county (6 digits) or of a counted town (9 digits).
    snapshot
        First characters of a snapshot's id; empty for the current one.
    as_of
        Day up to which checks and ledgers count (``2022-09-16``, a week's end); empty for the
        month's last day. The register knows months only.
    revision, reason
        Which revision of the month it is (1 for the first), and why there is another one.
    edition
        ``internal`` or ``public``.
    record
        Head of the record of runs that the imprint prints (`BulletinParameters`).
    workspace
        Where the data are; found from the working directory if not given.

    Raises
    ------
    HanbinError
        A parameter is not valid, the area is unknown, or the month was not imported.
    """
    given = {"month": month, "area": area, "snapshot": snapshot}
    given_edition = {"revision": revision, "reason": reason, "edition": edition, "record": record}
    area = checked(BulletinParameters, given | given_edition, "参数").area
    space = workspace or Workspace.find()
    count, _, digest = record.partition(":")
    printed = Anchor(records=int(count), sha256=digest) if record else audit.NOTHING
    held = _held.get((space.root, month, snapshot, as_of, edition))
    if held is not None:
        return held.seen_from(area, revision, reason, printed)
    basis = open_basis(month, snapshot, as_of=as_of, workspace=space)
    basis.scope.register.name(area)
    table = cached_indicator_table(basis.sources, basis.scope, basis.settings.ranking, space.cache)
    if edition == PUBLIC:
        coarse = basis.settings.disclosure
        table = cached_public_table(table, month, Rounding(coarse.threshold, coarse.base), space.cache)
    known = {one.name: getattr(basis, one.name) for one in fields(Basis)}
    figures = Figures(table, basis.month, area)
    return Bulletin(
        **known,
        figures=figures,
        cache=space.cache,
        revision=revision,
        reason=reason,
        edition=edition,
        record=printed,
    )


_held: dict[tuple[Path, str, str, str, str], Bulletin] = {}


def hold_month(month: str, area: str, snapshot: str, *, edition: str, workspace: Workspace) -> None:
    """Open a month once for all bulletins that this process and its children open with the same arguments.

    What is written to the disk afterwards is not looked at: only for a process that makes the documents of
    one run. What a chapter cannot compute is left to that chapter to say.

    Raises
    ------
    HanbinError
        As `open_bulletin`.
    """
    bulletin = open_bulletin(month, area, snapshot, edition=edition, workspace=workspace)
    for compute in _MONTH_WIDE:
        with suppress(Exception):
            compute(bulletin)
    # Seen from somewhere, so that the rows of its figures are looked up before anybody forks.
    _held[workspace.root, month, snapshot, "", edition] = bulletin.seen_from(area, 1, "")


def open_basis(month: str, snapshot: str = "", *, as_of: str = "", workspace: Workspace) -> Basis:
    """Open a month without computing a figure; raises what `open_bulletin` raises."""
    wanted = Month.parse(month)
    register = AreaRegister.read(workspace.params / "areas.csv", wanted)
    settings = placed_goals(Settings.load(workspace).at(wanted), register)
    register.require(settings.county.code)
    given = snapshots.open_version(workspace, wanted, snapshot) if snapshot else None
    data = given or snapshots.latest(workspace, wanted)
    scope = scope_of(data, settings, register, _day(as_of, wanted))
    earlier = snapshots.earlier(workspace, scope.months[:-1], register)
    sources = Sources(data, *earlier, left_out=scope.left_out)
    _check_areas(sources, register)
    return Basis(
        sources,
        settings,
        load_issue(workspace, wanted),
        scope,
        forecasts_before(workspace.forecasts, wanted),
        Models.load(workspace, register),
        handed_out(workspace, wanted.shift(-1)),
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
        raise HanbinError(
            "HB-PAR-012",
            "\n".join(["区划名册与导入数据时的不同：", *faults]),
            action=f"params/areas.csv 改回原样，变更写进 params/{FILE}；名册原来就写错的，重新导入这些月份",
            exit_code=ExitCode.PARAMS_INVALID,
        )


def _day(text: str, month: Month) -> date | None:
    """The day asked for; raise ``HB-PAR-006`` where it is no day of the month."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or (day.year, day.month) != (month.year, month.number):
        raise HanbinError(
            "HB-PAR-006",
            f"统计截止日应是{month.label}的某一天，形如 {month}-16",
            action="改正参数 as_of，或留空（即月末）",
            exit_code=ExitCode.PARAMS_INVALID,
        )
    return day
