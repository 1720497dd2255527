"""The boundary tables that the documentation prints are what the library computes."""

from inspect import isfunction

import case_tables
import pytest

from hanbin_lib.indicators import DEFINITIONS, compute, indicator_table
from hanbin_lib.indicators.table import defined_by

_BLOCKS = [block for path in case_tables.files()[1:] for block in case_tables.merged(path)]


def _is_asked(function, asked):
    """A function that defines nothing helps others."""
    try:
        return not asked.isdisjoint(one.id for one in defined_by(function))
    except KeyError:
        return True


@pytest.fixture
def computing_only(monkeypatch):
    """Function (ids): leave out what computes none of these; the ranking is made of all."""

    def leave_out(asked):
        if _is_asked(compute.dispatch_indicators, asked):
            return
        for name, function in list(vars(compute).items()):
            if isfunction(function) and not _is_asked(function, asked):
                monkeypatch.setattr(compute, name, lambda *_args, **_named: iter(()))

    return leave_out


@pytest.mark.parametrize("block", _BLOCKS, ids=[block.title for block in _BLOCKS])
def test_the_boundary_tables_hold(block, rules_as_shipped, ranking, computing_only):
    world, codes = block.world(rules_as_shipped)
    assert block.expected
    computing_only({one.indicator for one in block.expected})
    small = ranking.model_copy(update={"tier_size": 2})
    table = indicator_table(world.sources, world.scope, small)
    faults = case_tables.faults(block, table, codes)
    assert not faults, "\n".join(faults)


def test_every_indicator_has_a_boundary_table():
    covered = {one.indicator for block in _BLOCKS for one in block.expected}
    assert set(DEFINITIONS) - covered == set()
