"""Opening a bulletin: one month, one place, one snapshot, and the figures seen from there."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path

import pandas as pd

from hanbin_lib import audit
from hanbin_lib.areas import COUNTY, told_kind
from hanbin_lib.bulletin.figures import Figures
from hanbin_lib.bulletin.income_goals import AssessedGoal, assess
from hanbin_lib.bulletin.month_inputs import MonthInputs, compute_month_wide, open_inputs
from hanbin_lib.bulletin.parameters import BulletinParameters, checked
from hanbin_lib.bulletin.tested import compared
from hanbin_lib.disclosure import Rounding, cached_public_table, earlier_editions
from hanbin_lib.display import Figure
from hanbin_lib.errors import Unavailable
from hanbin_lib.indicators import cached_indicator_table
from hanbin_lib.simulate.target_study import TargetStudy, target_study
from hanbin_lib.state import Anchor
from hanbin_lib.statistics.comparisons import Discoveries
from hanbin_lib.workspace import INTERNAL, PUBLIC, Workspace

ANNEX = "附册"


def annexed_key(key: str) -> str:
    """What a chapter's part of the annex is called in references and links."""
    return f"annex-{key}"


@dataclass(frozen=True)
class Bulletin(MonthInputs):
    """Everything a chapter needs to say what it says.

    Parameters
    ----------
    figures
        The month's indicators, seen from the bulletin's place.
    revision, reason
        Which revision of the month it is, and why there is another one.
    edition
        ``internal``, or ``public``: small counts are suppressed, lists are left out.
    numerals
        Numeral of each chapter of either volume, for references to it; `contents.report` enters them.
    record
        Head of the record of runs before the revision's first publication, as the imprint prints it.
    """

    figures: Figures
    revision: int = 1
    reason: str = ""
    edition: str = INTERNAL
    numerals: dict[str, str] = field(default_factory=dict, repr=False)
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
    def assessed_goals(self) -> tuple[AssessedGoal, ...]:
        """The income goals of the place and of what lies below it, assessed."""
        series = self.area_series
        own = [goal for goal in self.settings.goals.goals if goal.place.startswith(self.place)]
        growth = self.settings.growth
        return tuple(
            assess(goal, series, self.month, official=growth.known(goal.place, self.month)) for goal in own
        )

    @cached_property
    def studies(self) -> tuple[TargetStudy | Unavailable, ...]:
        """The plans of the place and of what lies below it."""
        own = [plan for plan in self.models.plans if plan.place.startswith(self.place)]
        goals = [(one.goal, one.assessment) for one in self.assessed_goals]
        villages = self.sources.table("villages")
        return tuple(target_study(plan, goals, villages, self.cache) for plan in own)

    @cached_property
    def tested(self) -> Discoveries:
        """What the bulletin may say to differ, of all that it compares this month."""
        return compared(self.figures, self.scope, self.settings.ranking)

    def seen_from(self, area: str, revision: int, reason: str, record: Anchor = audit.NOTHING) -> "Bulletin":
        """The bulletin of another place of the same month; what is month-wide is shared."""
        self.scope.register.name(area)
        figures = self.figures.seen_from(area)
        return replace(self, figures=figures, revision=revision, reason=reason, record=record, numerals={})

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
        return len(self.place) == COUNTY

    @cached_property
    def place_name(self) -> str:
        """Official name of the place."""
        return self.name(self.place)

    def name(self, code: str) -> str:
        """Official name of a place of the register."""
        return self.scope.register.name(code)

    def row_name(self, code: str) -> str:
        """What a table calls the row of a place: the whole is the total."""
        return "合计" if code == self.place else self.name(code)

    @cached_property
    def names(self) -> pd.Series:
        """Official name of every place, by its code."""
        return self.scope.register.table.set_index("place_code")["place_name"]

    @cached_property
    def towns(self) -> list[str]:
        """Codes of the counted towns."""
        return [str(code) for code in self.scope.register.towns["place_code"]]

    @cached_property
    def children(self) -> list[str]:
        """Codes of the places below: towns, or villages of a town."""
        return [str(code) for code in self.scope.register.children(self.place)["place_code"]]

    def own(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Of rows of the county with ``town_code``, those of the place."""
        return rows if self.is_county else rows[rows["town_code"].eq(self.place)]

    def received(self, table: str) -> pd.DataFrame:
        """A table of the month that an exhibit `needs`."""
        found = self.sources.table(table)
        assert found is not None  # the exhibit needs it
        return found

    def number_of_places(self, count: int, what: str, unit: str = "个") -> Figure:
        """How many places, in print."""
        return Figure(count, unit, f"places|{what}|{self.month}|{self.place}")

    @cached_property
    def whole(self) -> str:
        """全区, 全镇, 全街道, 全辖区: how the text calls the whole place."""
        kinds = self.scope.register.table.set_index("place_code")["kind"]
        kind = self.settings.county.kind if self.is_county else str(kinds[self.place])
        return f"全{told_kind(kind)}"

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
        held.scope.register.check_reported(area)
        return held.seen_from(area, revision, reason, printed)
    inputs = open_inputs(month, snapshot, as_of=as_of, workspace=space)
    inputs.scope.register.check_reported(area)
    table = cached_indicator_table(inputs.sources, inputs.scope, inputs.settings.ranking, space.cache)
    if edition == PUBLIC:
        coarse = inputs.settings.disclosure
        rounding = Rounding(coarse.threshold, coarse.base)
        earlier = earlier_editions(space, inputs.scope.months)
        table = cached_public_table(table, month, rounding, space.cache, earlier)
    known = {one.name: getattr(inputs, one.name) for one in fields(MonthInputs)}
    figures = Figures(table, inputs.month, area)
    return Bulletin(
        **known,
        figures=figures,
        revision=revision,
        reason=reason,
        edition=edition,
        record=printed,
    )


_held: dict[tuple[Path, str, str, str, str], Bulletin] = {}


def hold_month(month: str, area: str, snapshot: str, *, edition: str, workspace: Workspace) -> None:
    """Open a month once for all bulletins that this process and its children open with the same arguments.

    What is written to the disk afterwards is not looked at: only for a process that makes the documents of
    one run.

    Raises
    ------
    HanbinError
        As `open_bulletin`.
    """
    bulletin = open_bulletin(month, area, snapshot, edition=edition, workspace=workspace)
    compute_month_wide(bulletin)
    # Seen from somewhere, so that the rows of its figures are looked up before anybody forks.
    _held[workspace.root, month, snapshot, "", edition] = bulletin.seen_from(area, 1, "")
