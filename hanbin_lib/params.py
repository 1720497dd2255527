"""Typed, frozen parameters read from ``params/``; unknown keys are errors.

A county is parameters and files, never code. What policy decides (a year's monitoring line)
is a dated fact without a default: who needs it and does not find it says so.
"""

from collections.abc import Callable
from datetime import date
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, PrivateAttr, model_validator

from hanbin_lib.errors import HanbinError
from hanbin_lib.months import Month
from hanbin_lib.parameter_files import Params, PlaceCode, invalid, read_params
from hanbin_lib.policy import CountyColumns, Policies, read_policies
from hanbin_lib.state import MonthText
from hanbin_lib.workspace import Workspace, unread_files
from hanbin_lib.yearly_documents import GrowthOutlooks, MonitoringLines, WorkCalendar, read_calendar


def _rising(limits: tuple[float, ...]) -> tuple[float, ...]:
    if any(after <= before for before, after in pairwise(limits)):
        raise ValueError("界线应由小到大，不重复")
    return limits


def _a_day(text: str) -> str:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise ValueError("没有这一天") from None
    return text


class County(Params):
    """Who publishes, and what is counted (``params/county.yaml``)."""

    code: Annotated[str, Field(pattern=r"^[0-9]{6}$", examples=["110105"])]
    name: str
    kind: Literal["县", "区", "市", "旗"]
    bureau_name: str
    bulletin_name: str
    calibre: str


class HouseRules(Params):
    """Deadlines, tolerances and bands (``params/rules.yaml``), each with its source there."""

    measure_deadline_months: Annotated[int, Field(ge=1, le=12)]
    least_months_to_elimination: Annotated[int, Field(ge=0, le=36)]
    income_tolerance_yuan: Annotated[float, Field(ge=0)]
    income_bands_yuan: Annotated[tuple[Annotated[int, Field(gt=0)], ...], AfterValidator(_rising)]
    trend_months: Annotated[int, Field(ge=2, le=36)]
    income_fall_share: Annotated[float, Field(gt=0, le=1)]
    inspection_pool_months: Annotated[int, Field(ge=1, le=12)]
    unvisited_weeks: Annotated[int, Field(ge=1, le=26)]
    project_lag_points: Annotated[float, Field(ge=0, le=100)]
    collective_income_bands_10k: Annotated[tuple[Annotated[float, Field(gt=0)], ...], AfterValidator(_rising)]
    repeated_problem_towns: Annotated[int, Field(ge=2)]
    escalation: Annotated[tuple["EscalationStep", ...], Field(min_length=1)]
    action_months: Annotated[int, Field(ge=1, le=12)] = 1
    on_time_floor_share: Annotated[float, Field(gt=0, lt=1)] = 0.6
    on_time_least_cases: Annotated[int, Field(ge=1)] = 10
    special_months: tuple[Annotated[int, Field(ge=1, le=12)], ...] = (3, 6, 9, 12)


class EscalationStep(Params):
    """What happens from so many days after the deadline on."""

    days: Annotated[int, Field(ge=1)]
    step: Annotated[str, Field(min_length=1)]


class IncomeGoal(Params):
    """An income goal of a place, with its source (``params/goals.yaml``).

    `area` and `indicator` name the series in 历年数据; `breaks` are first years of a changed
    definition.
    """

    area: Annotated[str, Field(min_length=1)]
    place: PlaceCode
    indicator: Annotated[str, Field(min_length=1)]
    prices: Literal["现价", "可比价"]
    value_yuan: Annotated[float, Field(ge=1000, le=1_000_000)]  # 3 is meant as 万元
    year: Annotated[int, Field(ge=2015, le=2100)]
    source: Annotated[str, Field(min_length=1)]
    breaks: tuple[int, ...] = ()


class GrowthRule(Params):
    """One "not lower than" comparison of growth; the bureau states it."""

    label: Annotated[str, Field(min_length=1)]
    area: str
    indicator: str
    reference_area: str
    reference_indicator: str


class Goals(Params):
    """Income goals and comparisons (``params/goals.yaml``)."""

    goals: tuple[IncomeGoal, ...] = ()
    comparisons: tuple[GrowthRule, ...] = ()


class ScorePart(Params):
    """One part of a dispatch score, with its direction, bounds, weight and reason.

    `worst` scores 0 and `best` the full weight; in between it is linear. `design_effect`
    divides the cases of a clustered sample before the uncertainty is drawn.
    """

    indicator: str
    name: Annotated[str, Field(min_length=1, max_length=8)]
    worst: float
    best: float
    weight: Annotated[float, Field(gt=0, le=100)]
    reason: Annotated[str, Field(min_length=1)]
    design_effect: Annotated[float, Field(ge=1)] = 1.0

    @model_validator(mode="after")
    def _direction(self) -> "ScorePart":
        if self.worst == self.best:
            raise ValueError("worst 与 best 不能相等")
        if "risk_eliminated" in self.indicator or "newly_eliminated" in self.indicator:
            raise ValueError("风险消除不设比例要求，不能作为排名的组成")
        return self


class Ranking(Params):
    """Parts and tiers of the monthly dispatch ranking (``params/ranking.yaml``)."""

    confidence: Annotated[float, Field(gt=0.5, lt=1)]
    tier_size: Annotated[int, Field(ge=1)]
    tier_probability: Annotated[float, Field(gt=0.5, le=1)]
    least_cases: Annotated[int, Field(ge=1)]
    draws: Annotated[int, Field(ge=500, le=100_000)]
    seed: Annotated[int, Field(ge=0)]
    towns: Annotated[tuple[ScorePart, ...], Field(min_length=1)]
    departments: Annotated[tuple[ScorePart, ...], Field(min_length=1)]

    def tier_of(self, units: int) -> int:
        """How many of `units` are the front tier, and how many the back: no unit is of both."""
        return min(self.tier_size, units // 2)

    @model_validator(mode="after")
    def _weights(self) -> "Ranking":
        for kind, parts in (("towns", self.towns), ("departments", self.departments)):
            if abs(sum(part.weight for part in parts) - 100) > 1e-6:
                raise ValueError(f"{kind} 的权重合计应为 100")
        return self


class Disclosure(Params):
    """What the public edition withholds (``params/disclosure.yaml``)."""

    threshold: Annotated[int, Field(ge=2, le=20)]
    base: Annotated[int, Field(ge=7, le=100)]

    @model_validator(mode="after")
    def _room(self) -> "Disclosure":
        if self.base <= 3 * self.threshold:
            raise ValueError(f"base 应大于 threshold 的3倍（{3 * self.threshold}），不然小数藏不住")
        return self


class Typography(Params):
    """What the bulletin is set in, and in which files it comes (``params/typography.yaml``).

    Parameters
    ----------
    fangsong, kaiti, headline, sans, serif
        Typeface families, first choice first.
    extra_font_folders
        Where the office's own faces lie.
    town_slides
        Whether each town gets slides, too; the dispatch meeting shows the county's.
    word_template
        The office's own Word document, a file in ``params/``, that Word editions are made in; empty for the
        house's layout.
    slide_master
        The office's own deck (``.pptx``), whose master and layouts the slides have; empty for the house's.
    """

    fangsong: tuple[str, ...]
    kaiti: tuple[str, ...]
    headline: tuple[str, ...]
    sans: tuple[str, ...]
    serif: tuple[str, ...]
    extra_font_folders: tuple[str, ...] = ()
    town_slides: bool = False
    word_template: Annotated[str, Field(pattern=r"^([^/\\\\]+\.docx)?$")] = ""
    slide_master: Annotated[str, Field(pattern=r"^([^/\\\\]+\.pptx)?$")] = ""
    _word_document: bytes = PrivateAttr(b"")
    _slide_document: bytes = PrivateAttr(b"")

    @property
    def word_document(self) -> bytes:
        """The template itself, empty where there is none: it goes along to whoever writes."""
        return self._word_document

    @property
    def slide_document(self) -> bytes:
        """The master itself, empty where there is none."""
        return self._slide_document

    @property
    def documents(self) -> tuple[str, ...]:
        """Names of the office's own documents in use."""
        return tuple(filter(None, (self.word_template, self.slide_master)))

    @classmethod
    def read(cls, folder: Path) -> "Typography":
        """Read the file in `folder` and the documents that it names; raise ``HB-PAR-002``."""
        found = read_params(folder / "typography.yaml", cls)
        contents: dict[str, bytes] = {"": b""}
        faults = []
        for name in found.documents:
            try:
                contents[name] = (folder / name).read_bytes()
            except OSError:
                faults.append(f"typography.yaml：写的 {name} 不在 params 目录里")
        if faults:
            raise invalid("\n".join(faults))
        found._word_document = contents[found.word_template]
        found._slide_document = contents[found.slide_master]
        return found


class Acknowledgement(Params):
    """Who answers for a figure that moved far since last month, and why it did."""

    indicator: Annotated[str, Field(min_length=1)]
    area: PlaceCode
    by: Annotated[str, Field(min_length=1)]
    reason: Annotated[str, Field(min_length=1)]


class FalseAlarm(Params):
    """A word that the guard took for a person, who answers for its being none, and why."""

    word: Annotated[
        str,
        Field(pattern=r"^([^0-9]{2,12}|[0-9]{11,19})$", examples=["高明", "6205222022091500001"]),
    ]
    by: Annotated[str, Field(min_length=1)]
    reason: Annotated[str, Field(min_length=1)]


class Issue(Params):
    """What the officer fills for one month (``params/issues/2022-09.yaml``); may be absent."""

    issue_number: Annotated[int, Field(ge=1)] | None = None
    release_date: (
        Annotated[
            str,
            Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", examples=["2022-10-12"]),
            AfterValidator(_a_day),
        ]
        | None
    ) = None
    document_number: str | None = None
    acknowledgements: tuple[Acknowledgement, ...] = ()
    false_alarms: tuple[FalseAlarm, ...] = ()
    special: bool = False  # asks for the special on simulations (专报) outside of `special_months`


class ImportLimits(Params):
    """When an import stops although every cell can be read (``params/import.yaml``).

    Parameters
    ----------
    least_join_share
        Share of a ledger's rows that must lead to what they speak of; `join_shares` by ledger.
    mass_share, mass_least
        Faults of cells in more than this share of the households, and in at least so many rows, are a
        fault of the file.
    row_fall_share
        A table may lose this share of its rows since last month; `acknowledged_falls` lists those that
        somebody answers for.
    """

    least_join_share: Annotated[float, Field(ge=0, le=1)] = 0.9
    join_shares: dict[str, Annotated[float, Field(ge=0, le=1)]] = Field(default_factory=dict)
    mass_share: Annotated[float, Field(gt=0, le=1)] = 0.01
    mass_least: Annotated[int, Field(ge=1)] = 10
    row_fall_share: Annotated[float, Field(gt=0, le=1)] = 0.2
    acknowledged_falls: tuple["AcknowledgedFall", ...] = ()


class AcknowledgedFall(Params):
    """Who answers for a table that came with far fewer rows than last month, and why it did."""

    month: MonthText
    table: Annotated[str, Field(min_length=1)]
    by: Annotated[str, Field(min_length=1)]
    reason: Annotated[str, Field(min_length=1)]


class Settings(Params):
    """All parameters of a workspace."""

    county: County
    lines: MonitoringLines
    rules: HouseRules
    ranking: Ranking
    goals: Goals
    disclosure: Disclosure
    typography: Typography
    columns: CountyColumns = CountyColumns()
    limits: ImportLimits = ImportLimits()
    policies: Policies = Policies()
    calendar: WorkCalendar = WorkCalendar()
    growth: GrowthOutlooks = GrowthOutlooks()

    @classmethod
    def load(cls, workspace: Workspace) -> "Settings":
        """Read every parameter file; raise ``HB-PAR-002`` naming all faults at once."""
        folder = workspace.params
        readers: dict[str, Callable[[], Params]] = {
            name: partial(read_params, folder / file, model)
            for name, (file, model) in _FILES.items()
            if name not in _OPTIONAL or (folder / file).exists()
        }
        readers |= {
            "typography": partial(Typography.read, folder),
            "policies": partial(read_policies, folder),
            "calendar": partial(read_calendar, folder),
        }
        parts: dict[str, Params] = {}
        faults = [f"{name}：{where}" for name, where in _MOVED.items() if (folder / name).exists()]
        faults += unread_files(folder, {file for file, _ in _FILES.values()})
        for name, read in readers.items():
            try:
                parts[name] = read()
            except HanbinError as error:
                faults.append(error.message)
        if faults:
            raise invalid("\n".join(faults))
        return cls.model_validate(parts)

    def at(self, month: Month) -> "Settings":
        """As a month needs them: with the policy and names of its time, and the calendar up to its year."""
        policy = self.policies.of(month)
        columns = self.columns.under(policy) if policy else self.columns
        named = (
            policy.names.model_dump(exclude={"document"}, exclude_none=True)
            if policy and policy.names
            else {}
        )
        own = {
            "county": self.county.model_copy(update=named),
            "rules": self.rules.model_copy(update=policy.clocks.of_rules if policy else {}),
            "policies": self.policies.at(month),
            "calendar": self.calendar.until(month.year),
        }
        return self.model_copy(update={**own, "columns": columns})


_FILES: dict[str, tuple[str, type[Params]]] = {
    "county": ("county.yaml", County),
    "lines": ("monitoring_lines.yaml", MonitoringLines),
    "rules": ("rules.yaml", HouseRules),
    "ranking": ("ranking.yaml", Ranking),
    "goals": ("goals.yaml", Goals),
    "disclosure": ("disclosure.yaml", Disclosure),
    "columns": ("columns.yaml", CountyColumns),
    "limits": ("import.yaml", ImportLimits),
    "growth": ("growth_outlook.yaml", GrowthOutlooks),
}
# What stands elsewhere now: read by nobody, it would be changed in vain.
_MOVED = {"work_items.yaml": "事项已移到 params/policy/时期/policy.yaml 的 work_items，移过去后删掉这份文件"}
_OPTIONAL = frozenset({"columns", "limits", "growth"})  # every value has a default


def load_issue(workspace: Workspace, month: Month) -> Issue:
    """Read the officer's entries for `month`; all empty where there is no file.

    Raises
    ------
    HanbinError
        ``HB-PAR-002`` naming every fault of it, or a bulletin that was issued before its month began.
    """
    path = workspace.params / "issues" / f"{month}.yaml"
    issue = read_params(path, Issue) if path.is_file() else Issue()
    if (
        issue.release_date and issue.release_date < f"{month}-01"
    ):  # a year's first bulletin under the old year
        raise invalid(f"{path.name}：release_date {issue.release_date} 早于{month.label}，核对年份")
    return issue
