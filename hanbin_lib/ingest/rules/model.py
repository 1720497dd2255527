"""What a rule is, what it may look at, and how rules are applied to the stored tables."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from hanbin_lib.contract import MEASURES
from hanbin_lib.contract.labels import ABLE_LABOUR, LABOUR_SKILLS
from hanbin_lib.ingest.findings import Fault, Finding, Severity, as_table, at_rows
from hanbin_lib.ingest.grid import Mask
from hanbin_lib.ingest.rows import as_text
from hanbin_lib.months import Month, ordinals
from hanbin_lib.params import HouseRules
from hanbin_lib.policy import EntryLimit
from hanbin_lib.snapshots import Source
from hanbin_lib.store.tables import is_among
from hanbin_lib.yearly_documents import MonitoringLine

Numbers = np.ndarray[Any, np.dtype[np.float64]]
RISK_CAUSES = tuple(f"risk_cause_{number}" for number in range(1, 6))


@dataclass(frozen=True)
class Context:
    """What a rule may look at besides its own rows.

    Parameters
    ----------
    month
        The month of the import.
    rules, line
        House rules, and the year's line or None.
    tables
        All stored tables of the import.
    household
        Household-level sums over monitored persons, by household code.
    entry_limit
        Income beyond which an entry is looked at again, None where no document sets one.
    """

    month: Month
    rules: HouseRules
    line: MonitoringLine | None
    tables: dict[str, pd.DataFrame]
    household: pd.DataFrame = field(default_factory=pd.DataFrame)
    entry_limit: EntryLimit | None = None


@dataclass(frozen=True)
class Cases:
    """The rows a rule judges, seen column by column; a missing cell breaks no rule by itself."""

    rows: pd.DataFrame
    context: Context

    def yes(self, name: str) -> Mask:
        """Whether a flag is 是."""
        return self.rows[name].fillna(False).to_numpy(bool)

    def no(self, name: str) -> Mask:
        """Whether a flag is 否; missing is not 否."""
        return ~self.rows[name].fillna(True).to_numpy(bool)

    def given(self, *names: str) -> Mask:
        """Whether any of the columns holds something."""
        return self.rows[list(names)].notna().any(axis=1).to_numpy(bool)

    def labelled(self, name: str, *labels: str) -> Mask:
        """Whether a choice is one of the labels."""
        return self.rows[name].isin(labels).to_numpy(bool)

    def is_other(self, name: str, known: tuple[str, ...], *labels: str) -> Mask:
        """Whether a choice is a known label and none of these: what is not known (HB-I-301) is no other."""
        return self.labelled(name, *(label for label in known if label not in labels))

    def mentions(self, name: str, word: str) -> Mask:
        """Whether a text holds the word."""
        return self.rows[name].str.contains(word, regex=False).fillna(False).to_numpy(bool)

    def number(self, name: str) -> Numbers:
        """Numbers, NaN where missing, so that every comparison is False there."""
        values: Numbers = self.rows[name].to_numpy(dtype=float, na_value=np.nan)
        return values

    def month(self, name: str) -> Numbers:
        """Months since year 0 (`Month.ordinal`), NaN where missing."""
        values: Numbers = ordinals(self.rows[name]).to_numpy(dtype=float, na_value=np.nan)
        return values

    def day(self, name: str) -> np.ndarray:
        """Dates; a comparison with a missing one is False."""
        return self.rows[name].to_numpy()

    def is_in(self, name: str, table: str) -> Mask:
        """Whether the value stands in the same column of another table."""
        other = self.context.tables.get(table)
        if other is None:
            return np.zeros(len(self.rows), dtype=bool)
        return is_among(self.rows[name], other[name]).to_numpy(bool)

    def total(self, name: str) -> Numbers:
        """Sum over the members of each monitored household (`Context.household`)."""
        sums = self.context.household
        if sums.empty:
            return np.zeros(len(self.rows))
        return sums[name].reindex(as_text(self.rows["household_code"])).fillna(0).to_numpy()

    @property
    def line_yuan(self) -> float:
        """The year's monitoring line, NaN where there is none."""
        line = self.context.line
        return float(line.value_yuan) if line and line.value_yuan is not None else float("nan")

    @property
    def eliminated(self) -> Mask:
        """Whether the household's risk is marked as eliminated."""
        return self.yes("is_risk_eliminated")

    @property
    def measured(self) -> Mask:
        """Whether any kind of measure is filled in."""
        return self.given(*MEASURES)

    @property
    def months_since_identified(self) -> Numbers:
        """Months from identification to the month of the import."""
        return self.context.month.ordinal - self.month("identified_month")

    @property
    def months_to_elimination(self) -> Numbers:
        """Months from identification to elimination."""
        return self.month("eliminated_month") - self.month("identified_month")

    def has_cause(self, cause: str) -> Mask:
        """Whether one of the five risks is `cause`."""
        named: Mask = np.logical_or.reduce([self.labelled(name, cause) for name in RISK_CAUSES])
        return named


Check = Callable[[Cases], Mask]


@dataclass(frozen=True)
class Rule:
    """One logic rule over the rows of one stored table.

    Parameters
    ----------
    id, title
        ``HB-R-…`` and what is wrong, in Chinese.
    table
        Stored table whose rows are judged.
    heading
        Chinese heading of the column to look at.
    check
        Cases -> boolean per row, True where the rule is broken.
    reference
        Number of the provincial rule it states, where there is one.
    action
        What to do, in Chinese.
    needs
        Columns (``table.column``) of which one must hold something: a column that was not
        exported is no fault of the households.
    needs_line
        Not checked, and said so, where the year's line was not entered.
    is_told_once
        A fault of the file rather than of its rows: told at the first, with their number.
    """

    id: str
    title: str
    table: str
    heading: str
    check: Check
    reference: str = ""
    action: str = "入户核实后在系统中更正"
    needs: tuple[str, ...] = ()
    needs_line: bool = False
    is_told_once: bool = False


def apply_rules(rules: Iterable[Rule], context: Context, sources: list[Source]) -> Iterator[pd.DataFrame]:
    """Yield the findings of every rule whose table came in."""
    for rule in rules:
        rows = context.tables.get(rule.table)
        if rows is None or rows.empty or not _received(rule.needs, context):
            continue
        if rule.needs_line and (context.line is None or context.line.value_yuan is None):
            yield as_table([_not_checked(rule, context)])
            continue
        broken = rule.check(Cases(rows, context))
        if broken.any():
            yield _findings(rule, rows[broken], sources)


def _received(needs: tuple[str, ...], context: Context) -> bool:
    """Whether any of the columns holds something (or none is needed)."""
    names = [need.split(".") for need in needs]
    return not needs or any(
        table in context.tables and context.tables[table][column].notna().any() for table, column in names
    )


def household_sums(persons: pd.DataFrame, migrant_work: pd.DataFrame | None = None) -> pd.DataFrame:
    """Per household: persons, disabled, ill, able to work, in school, working, uninsured.

    Parameters
    ----------
    persons
        ``monitored_persons``.
    migrant_work
        Spells of work away; who has one counts as working.
    """
    health = persons["health"].astype("str").fillna("")
    skill = persons["labour_skill"]
    able = skill.isin(ABLE_LABOUR)
    working = persons["work_months"].fillna(0).gt(0) | persons["work_place"].notna()
    if migrant_work is not None:
        working |= is_among(persons["person_key"], migrant_work["person_key"])
    flags = pd.DataFrame(
        {
            "persons": 1,
            "disabled": health.str.contains("残疾"),
            "ill": health.str.contains("大病|慢性病"),
            "able": able,
            # Missing is nobody able; of a label that is not known it is not known.
            "perhaps_able": able | (skill.notna() & ~skill.isin(LABOUR_SKILLS)),
            "pupils": persons["school_status"].notna(),
            "workers": working,
            # Unknown is not uninsured.
            "uninsured": persons["has_resident_insurance"].eq(False).fillna(False)
            & ~persons["has_employee_insurance"].fillna(False),
        }
    )
    return flags.astype("int32").groupby(as_text(persons["household_code"])).sum()


def _findings(rule: Rule, rows: pd.DataFrame, sources: list[Source]) -> pd.DataFrame:
    files = np.array([source.file for source in sources], dtype=object)
    sheets = np.array([source.sheet for source in sources], dtype=object)
    number = rows["source_file"].to_numpy()
    reference = f"（省级核查规则 {rule.reference}）" if rule.reference else ""
    text = rule.title + reference
    if rule.is_told_once:
        text, rows, number = f"{text}，共{len(rows)}行，此为第一处", rows.head(1), number[:1]
    fault = Fault(rule.id, rule.title, text, rule.heading, Severity.WARNING, rule.action)
    return at_rows(rows, fault, rule.table, files[number], sheets[number])


def _not_checked(rule: Rule, context: Context) -> Finding:
    return Finding(
        Severity.WARNING,
        rule.id,
        f"未检查：{rule.title}",
        "params/monitoring_lines.yaml",
        f"{context.month.year}年{'标准没有收入值' if context.line else '监测线未录入'}，本项未检查",
        "不需要处理" if context.line else "录入当年监测线和文号后重新导入",
        table=rule.table,
    )
