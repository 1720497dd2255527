"""Opening a bulletin: one month, one place, one snapshot, and the figures seen from there."""

from dataclasses import dataclass
from functools import cached_property

from hanbin_lib import snapshots
from hanbin_lib.bulletin.figures import Figures
from hanbin_lib.bulletin.parameters import BulletinParameters
from hanbin_lib.indicators import Scope, cached_indicator_table, scope_of
from hanbin_lib.months import Month
from hanbin_lib.params import Issue, Settings, load_issue, validated
from hanbin_lib.places import AreaRegister
from hanbin_lib.snapshots import Snapshot
from hanbin_lib.workspace import Workspace


@dataclass(frozen=True)
class Bulletin:
    """Everything a chapter needs to say what it says.

    Parameters
    ----------
    snapshot
        The month's data.
    settings, issue
        Parameters of the county, and what the officer filled in for this month.
    scope
        Month, counted places and rules.
    figures
        The month's indicators, seen from the bulletin's place.
    """

    snapshot: Snapshot
    settings: Settings
    issue: Issue
    scope: Scope
    figures: Figures

    @property
    def month(self) -> Month:
        """The reporting month."""
        return self.scope.month

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
    month: str, area: str, snapshot: str = "", *, workspace: Workspace | None = None
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
    workspace
        Where the data are; found from the working directory if not given.

    Raises
    ------
    HanbinError
        A parameter is not valid, the area is unknown, or the month was not imported.
    """
    validated(
        BulletinParameters,
        {"month": month, "area": area, "snapshot": snapshot},
        source="参数",
    )
    space = workspace or Workspace.find()
    settings = Settings.load(space)
    register = AreaRegister.read(space.params / "areas.csv")
    register.name(area)
    wanted = Month.parse(month)
    data = snapshots.open_version(space, wanted, snapshot) if snapshot else snapshots.latest(space, wanted)
    scope = scope_of(data, settings, register)
    table = cached_indicator_table(data, scope, space.cache)
    return Bulletin(data, settings, load_issue(space, wanted), scope, Figures(table, wanted, area))
