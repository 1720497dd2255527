"""Policy by period (政策包): ``params/policy/*/policy.yaml``, every item with the document that says it.

A month has the pack of its time, for ever. What no document says is left out and has no default: a figure
that needs it says that it was not entered. Beside it stands what a county calls its columns, labels, codes
and places (``params/columns.yaml``), which counts before the pack.
"""

import re
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from hanbin_lib.errors import HanbinError
from hanbin_lib.months import Month
from hanbin_lib.parameter_files import Params, invalid, read_params
from hanbin_lib.state import MonthText

FOLDER, FILE = "policy", "policy.yaml"
WORKING = "工作日"
# Headings of the columns that hold a work item and a kind of household.
WORK_ITEM, HOUSEHOLD_TYPE = "事项", "户类型"
# Terms of the field that the program writes, and that a period may call otherwise.
TERMS = (
    "监测对象信息", "监测对象类别", "监测对象", "监测收入范围", "监测范围", "监测线", "防返贫动态监测",
    "防返贫监测收入范围", "防返贫监测", "衔接资金",
)  # fmt: skip
# House rule (``rules.yaml``) whose place a term of a pack takes.
RULE_OF = {
    "measure_deadline": "measure_deadline_months",
    "least_to_elimination": "least_months_to_elimination",
}
Lists = Mapping[str, tuple[str, ...]]
_TERM = re.compile("|".join(sorted(TERMS, key=len, reverse=True)))


class Clock(Params):
    """So many days for a step. The day on which it begins does not count, the last day is in time.

    Parameters
    ----------
    days
        How many.
    unit
        Natural days (``日``) or working days (``工作日``).
    document
        What sets it.
    """

    days: Annotated[int, Field(ge=1, le=366)]
    unit: Literal["日", "工作日"]
    document: Annotated[str, Field(min_length=1)]


class Term(Params):
    """So many months for a step, where the period has others than the house rules (``rules.yaml``)."""

    months: Annotated[int, Field(ge=0, le=36)]
    document: Annotated[str, Field(min_length=1)]


class Clocks(Params):
    """The clocks of a pack; one that is not entered is None.

    Parameters
    ----------
    clue_decision, clue_notice
        From a clue to its decision; of the notice before an entry.
    measure_deadline, least_to_elimination
        Until the first measure; from identification to elimination. They take the place of
        ``measure_deadline_months`` and ``least_months_to_elimination`` of the house rules.
    """

    clue_decision: Clock | None = None
    clue_notice: Clock | None = None
    measure_deadline: Term | None = None
    least_to_elimination: Term | None = None

    @property
    def counts_working_days(self) -> bool:
        """Whether any of them needs the calendar of holidays."""
        return any(
            clock is not None and clock.unit == WORKING for clock in (self.clue_decision, self.clue_notice)
        )

    @property
    def of_rules(self) -> dict[str, int]:
        """What takes the place of house rules, by their names."""
        terms = {rule: getattr(self, name) for name, rule in RULE_OF.items()}
        return {rule: term.months for rule, term in terms.items() if term is not None}


class PackColumns(Params):
    """How exports of the period are written, all by official heading (as ``columns.yaml`` has it).

    Parameters
    ----------
    aliases
        Table -> column -> headings of the period.
    labels
        Column -> label as the period writes it -> the label of the data dictionary.
    values
        Column -> labels that the period has besides.
    """

    takes_any_text: ClassVar[bool] = True
    aliases: dict[str, dict[str, tuple[str, ...]]] = Field(default_factory=dict)
    labels: dict[str, dict[str, str]] = Field(default_factory=dict)
    values: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class WorkItems(Params):
    """The work items (工作事项) of the period, under the headings that they are shown by.

    Parameters
    ----------
    title
        What they are called together.
    heading
        What a heading is called.
    headings
        Heading -> items, in the order in which they are shown.
    document
        What lists them.
    """

    title: Annotated[str, Field(min_length=1)]
    heading: Annotated[str, Field(min_length=1)]
    headings: dict[str, tuple[str, ...]]
    document: Annotated[str, Field(min_length=1)]

    @property
    def items(self) -> tuple[str, ...]:
        """All of them, in order."""
        return tuple(item for items in self.headings.values() for item in items)

    def heading_of(self, item: str) -> str:
        """The heading of a work item, empty where the bureau has not filed it."""
        return next((heading for heading, items in self.headings.items() if item in items), "")


class Word(Params):
    """What the period calls a term, and the document that does."""

    word: Annotated[str, Field(min_length=1)]
    document: Annotated[str, Field(min_length=1)]


class Names(Params):
    """Names of the period, where they are not those of ``county.yaml``."""

    bureau_name: Annotated[str, Field(min_length=1)] | None = None
    bulletin_name: Annotated[str, Field(min_length=1)] | None = None
    document: Annotated[str, Field(min_length=1)]


class Base(Params):
    """Whom the work is for beside the monitored: lifted households but for those of these kinds (户类型)."""

    leaves_out: Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(min_length=1)]
    document: Annotated[str, Field(min_length=1)]


class EntryLimit(Params):
    """Income per head beyond which an entry is looked at again, for entries from `first_month` on."""

    yuan: Annotated[float, Field(gt=0)]
    first_month: MonthText
    document: Annotated[str, Field(min_length=1)]


class Policy(Params):
    """One pack, in force from `first_month` to `last_month` (both included; without a last one: still)."""

    first_month: MonthText
    last_month: MonthText | None = None
    names: Names | None = None
    words: dict[str, Word] = Field(default_factory=dict)
    columns: PackColumns = PackColumns()
    clocks: Clocks = Clocks()
    work_items: WorkItems | None = None
    entry_limit: EntryLimit | None = None
    base: Base | None = None

    @model_validator(mode="after")
    def _forwards(self) -> "Policy":
        if self.last_month is not None and self.last_month < self.first_month:
            raise ValueError("last_month 早于 first_month")
        return self

    @model_validator(mode="after")
    def _known_terms(self) -> "Policy":
        unknown = [term for term in self.words if term not in TERMS]
        if unknown:
            raise ValueError(f"words 里的“{'”“'.join(unknown)}”不是程序用的词；可以写：{'、'.join(TERMS)}")
        return self

    @property
    def values(self) -> dict[str, tuple[str, ...]]:
        """Labels of the period by column, its work items among them."""
        items = {WORK_ITEM: self.work_items.items} if self.work_items else {}
        kinds = {HOUSEHOLD_TYPE: self.base.leaves_out} if self.base else {}
        return merged(merged(self.columns.values, items), kinds)

    def spoken(self, text: str) -> str:
        """A text of the program in the words of the period; never what stands in data."""
        return _TERM.sub(
            lambda found: self.words[found[0]].word if found[0] in self.words else found[0], text
        )

    def holds_in(self, month: Month) -> bool:
        """Whether it is the pack of that month."""
        return self.first_month <= str(month) and (self.last_month is None or str(month) <= self.last_month)


class Policies(Params):
    """All packs, the earliest first."""

    packs: tuple[Policy, ...] = ()

    def of(self, month: Month) -> Policy | None:
        """The pack of a month; None where the bureau has entered none."""
        return next((pack for pack in self.packs if pack.holds_in(month)), None)

    def at(self, month: Month) -> "Policies":
        """Only that pack: what is entered for another time changes nothing of the month."""
        return Policies(packs=tuple(pack for pack in self.packs if pack.holds_in(month)))


def merged(more: Lists, own: Lists) -> dict[str, tuple[str, ...]]:
    """Both lists under each key, each element once."""
    return {key: tuple(dict.fromkeys((*more.get(key, ()), *own.get(key, ())))) for key in {**more, **own}}


def read_policies(folder: Path) -> Policies:
    """The packs of a workspace; none where it has no folder of them.

    Parameters
    ----------
    folder
        The workspace's ``params``.

    Raises
    ------
    HanbinError
        ``HB-PAR-002`` naming every fault, and packs that are in force in the same month.
    """
    faults: list[str] = []
    found: list[tuple[str, Policy]] = []
    for path in sorted((folder / FOLDER).glob(f"*/{FILE}")):
        try:
            found.append((path.parent.name, read_params(path, Policy)))
        except HanbinError as error:
            faults += [f"{FOLDER}/{path.parent.name}/{line}" for line in error.message.splitlines()]
    found.sort(key=lambda one: one[1].first_month)
    for (name, one), (other, after) in pairwise(found):
        if one.last_month is None or one.last_month >= after.first_month:
            faults.append(f"{FOLDER}：{name} 和 {other} 的月份重叠，前一个要写 last_month")
    if faults:
        raise invalid("\n".join(faults))
    return Policies(packs=tuple(pack for _, pack in found))


class CodeForm(Params):
    """Form of a code: how many digits, and how many of them are those of the county's own code."""

    digits: Annotated[int, Field(ge=1, le=30)]
    area_digits: Annotated[int, Field(ge=0, le=6)] = 0


class CountyColumns(Params):
    """A county's own headings, labels and codes (``params/columns.yaml``), all by official heading.

    Parameters
    ----------
    aliases
        Table -> column -> headings that the county's files have for it.
    extra
        Table -> headings of columns that the county knows of and that are not used.
    labels
        Column -> the county's spelling of a label -> the label of the data dictionary; one that is no
        label there is a label of the county's own.
    values
        Column -> labels that it has besides those of the data dictionary.
    codes
        Column -> form of its codes.
    places
        Written name of a town (``镇``) or of a village (``镇/村``) -> its name in the register.
    area_codes
        Table -> month whose codes of places its files have.
    """

    takes_any_text: ClassVar[bool] = True
    aliases: dict[str, dict[str, tuple[str, ...]]] = Field(default_factory=dict)
    extra: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    labels: dict[str, dict[str, str]] = Field(default_factory=dict)
    values: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    codes: dict[str, CodeForm] = Field(default_factory=dict)
    places: dict[str, str] = Field(default_factory=dict)
    area_codes: dict[str, MonthText] = Field(default_factory=dict)

    def under(self, policy: Policy) -> "CountyColumns":
        """With the headings and labels of a period; where both say something the county's own counts."""
        period = policy.columns
        aliases = {
            table: merged(period.aliases.get(table, {}), self.aliases.get(table, {}))
            for table in {**period.aliases, **self.aliases}
        }
        labels = {
            heading: {**period.labels.get(heading, {}), **self.labels.get(heading, {})}
            for heading in {**period.labels, **self.labels}
        }
        values = merged(policy.values, self.values)
        return self.model_copy(update={"aliases": aliases, "labels": labels, "values": values})
