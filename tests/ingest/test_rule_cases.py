"""The boundary tables of the rules, which the documentation prints, are what the rules tell."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import case_tables
import pandas as pd
import pytest

from hanbin_lib.ingest.rules import RULES, Context, apply_rules, household_sums
from hanbin_lib.months import Month
from hanbin_lib.snapshots import Source

_BLOCKS = case_tables.blocks(Path(__file__).parent / "cases" / "rules.md")
_SOURCE = Source(
    file="a.xlsx",
    sheet="a",
    sha256="",
    table="",
    rows=0,
    columns=(),
    unknown_columns=(),
    is_demonstration=True,
)


@pytest.mark.parametrize("block", _BLOCKS, ids=[block.title for block in _BLOCKS])
def test_the_boundary_table_holds(block, shipped_rules):
    world, codes = block.world(shipped_rules)
    tables = {name: table for name, table in world.sources.current.tables.items() if len(table)}
    sums = {}
    if "monitored_persons" in tables:
        sums["household"] = household_sums(tables["monitored_persons"], tables.get("migrant_work"))
    context = Context(world.month, world.rules, world.line, tables, entry_limit=block.entry_limit, **sums)
    row_by_row = [replace(rule, is_told_once=False) for rule in RULES]
    told = Counter()
    for findings in apply_rules(row_by_row, context, [_SOURCE]):
        told.update(zip(findings["rule_id"], findings["town_code"], strict=True))
    for one in block.expected:
        found = [n for (rule, town), n in told.items() if rule == one.indicator
                 and (one.place == "全县" or town == codes[one.place])]  # fmt: skip
        assert sum(found) == int(one.text), f"{one}, got {sum(found)}"


def test_every_rule_has_a_boundary_table():
    covered = {one.indicator for block in _BLOCKS for one in block.expected}
    assert {rule.id for rule in RULES} == covered


def test_a_rule_of_the_file_is_told_once_with_its_number(shipped_rules):
    rule = next(rule for rule in RULES if rule.id == "HB-R-446")
    called = pd.to_datetime(["2022-08-31", "2022-09-01", "2022-10-01"])
    calls = pd.DataFrame({"called_at": called, "source_row": [2, 3, 4], "source_file": 0})
    context = Context(Month(2022, 9), shipped_rules, None, {"phone_checks": calls})
    (found,) = apply_rules([rule], context, [_SOURCE])
    assert found["row"].tolist() == [2]
    assert found["message"].tolist() == ["拨打时间不在抽查月份内，共2行，此为第一处"]
