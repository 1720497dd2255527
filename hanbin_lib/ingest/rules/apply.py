"""Applying the rules to the stored tables."""

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from hanbin_lib.contract.labels import ABLE_LABOUR, LABOUR_SKILLS
from hanbin_lib.ingest.findings import COLUMNS, Finding, Severity, as_table, typed
from hanbin_lib.ingest.rules.model import Cases, Context, Rule
from hanbin_lib.ingest.spread import as_text
from hanbin_lib.snapshots import Source
from hanbin_lib.store.frames import is_among


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
    table = pd.DataFrame(
        {
            "severity": rule.severity.value,
            "rule_id": rule.id,
            "rule_title": rule.title,
            "table": rule.table,
            "file": files[number],
            "sheet": sheets[number],
            "row": rows["source_row"].to_numpy(),
            "column": rule.heading,
            "message": rule.title + reference,
            "action": rule.action,
            "town_code": rows["town_code"].to_numpy() if "town_code" in rows else None,
        },
        columns=list(COLUMNS),
    )
    return typed(table)


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
