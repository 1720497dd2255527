"""The boundary tables that the documentation prints are what the library computes."""

import case_tables
import pytest

from hanbin_lib.indicators import DEFINITIONS, indicator_table

_BLOCKS = [block for path in case_tables.files()[1:] for block in case_tables.merged(path)]


@pytest.mark.parametrize("block", _BLOCKS, ids=[block.title for block in _BLOCKS])
def test_the_boundary_tables_hold(block, rules_as_shipped, ranking):
    world, codes = block.world(rules_as_shipped)
    assert block.expected
    small = ranking.model_copy(update={"tier_size": 2})
    table = indicator_table(world.sources, world.scope, small)
    faults = case_tables.faults(block, table, codes)
    assert not faults, "\n".join(faults)


def test_every_indicator_has_a_boundary_table():
    covered = {one.indicator for block in _BLOCKS for one in block.expected}
    assert set(DEFINITIONS) - covered == set()
