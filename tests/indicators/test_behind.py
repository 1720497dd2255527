"""Who is behind a figure: the rows come to the figure, at every place, of every count."""

import pytest
from support import MONTH

from hanbin_lib.bulletin import open_inputs
from hanbin_lib.contract.columns import SOURCE
from hanbin_lib.indicators import DEFINITIONS, Unit
from hanbin_lib.indicators.compute import _computed
from hanbin_lib.indicators.table import Definition, Pooling, defines, note_rows

# No sum of rows: how many towns, how long, and what a whole table says of another.
_NO_ROWS = {"problem_kind_towns", "towns_unvisited"}
_COUNTED = {Unit.HOUSEHOLDS, Unit.PERSONS, Unit.ITEMS, Unit.TASKS, Unit.VISITS, Unit.WORKSHOPS, Unit.FINDINGS}


@pytest.fixture(scope="module")
def computed(demo_workspace):
    basis = open_inputs(str(MONTH), workspace=demo_workspace)
    return [rows for rows in _computed(basis.sources, basis.scope) if rows.month == MONTH]


def test_the_rows_behind_come_to_the_figure_everywhere(computed):
    for rows in computed:
        if rows.behind is None:
            continue
        numerators = dict(zip(rows.places, rows.numbers["numerator"], strict=True))
        some = [
            *list(numerators)[:2],
            *[code for code in numerators if numerators[code] and len(code) > 6][:2],
        ]
        for place in some:
            found = rows.behind.at(place)
            assert found["weight"].sum() == pytest.approx(numerators[place]), (
                rows.indicator,
                rows.group,
                place,
            )


def test_every_count_can_be_listed_down_to_file_and_row(computed):
    listed = {rows.indicator for rows in computed if rows.behind is not None}
    counts = {one.id for one in DEFINITIONS.values() if one.unit in _COUNTED}
    reported = {rows.indicator for rows in computed if rows.note is None}
    assert (counts & reported) - listed == _NO_ROWS
    for rows in computed:
        if rows.behind is not None and rows.indicator != "data_warnings":
            assert set(SOURCE) <= set(rows.behind.rows.columns), rows.indicator


def test_a_function_computes_what_it_defines_and_nothing_else():
    own = Definition("own", "甲", Unit.HOUSEHOLDS, "户", "", "月末", "表")

    @defines(own)
    def compute(name):
        yield note_rows(name, MONTH, ["610902"], None)

    assert [rows.indicator for rows in compute("own")] == ["own"]
    with pytest.raises(ValueError, match="does not define other"):
        list(compute("other"))


def test_where_the_unit_does_not_say_how_to_pool_the_definition_must():
    days = Definition("own", "甲", Unit.DAYS, "天", "", "月末", "表")
    with pytest.raises(KeyError):
        _ = days.pooled
    assert all(one.pooled in Pooling for one in DEFINITIONS.values())
