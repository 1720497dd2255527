"""The boundary tables of the rules, which the documentation prints, are what the rules tell."""

from collections import Counter
from pathlib import Path

import case_tables
import pytest

from hanbin_lib.ingest.rules import RULES, Context, apply_rules, household_sums
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
    told = Counter()
    for findings in apply_rules(RULES, context, [_SOURCE]):
        told.update(zip(findings["rule_id"], findings["town_code"], strict=True))
    for one in block.expected:
        found = [n for (rule, town), n in told.items() if rule == one.indicator
                 and (one.place == "全县" or town == codes[one.place])]  # fmt: skip
        assert sum(found) == int(one.text), f"{one}, got {sum(found)}"


def test_every_rule_has_a_boundary_table():
    covered = {one.indicator for block in _BLOCKS for one in block.expected}
    assert {rule.id for rule in RULES} == covered
