"""Every number that a chart draws is the number of ``indicators.csv`` that its label names.

Native charts hold the data of the drawing (tests/rendering/test_slides.py), tooltips and the alternative text
are made from it (tests/charts): what is compared here is compared in every format.
"""

import math

import pandas as pd
import pytest
from support import MONTH

from hanbin_lib import bulletin as hb
from hanbin_lib.display import Chart, Columns
from hanbin_lib.indicators import ALL
from hanbin_lib.release.assembly import write_indicators
from hanbin_lib.workspace import INDICATORS

LAST = str(MONTH.shift(-1))
PLACES = ("610902", "610902110", "610902002")


def _charts(display):
    if isinstance(display, Chart):
        yield display
    for one in display.items if isinstance(display, Columns) else ():
        yield from _charts(one)


def _by_group(indicator, dimension, at=0, month=str(MONTH), column="value"):
    """Cells of one series, whose categories are the labels of a dimension."""

    def cells(chart):
        values = getattr(chart.data.series[at], "values" if column == "value" else column)
        for label, value in zip(chart.data.categories, values, strict=True):
            yield value, (indicator, month, f"{dimension}={label}", column)

    return cells


def _trend(chart):
    for series, indicator in zip(
        chart.data.series,
        ("open_risk_households", "newly_eliminated_households", "new_households"),
        strict=False,
    ):
        for month, value in zip(chart.data.categories, series.values, strict=True):
            yield value, (indicator, month, ALL, "value")


def _flow(chart):
    kinds = [n for n, value in enumerate(chart.data.series[0].values) if value is not None]
    names = ("monitored_households", "risk_eliminated_households", "open_risk_households")
    for series, indicator in zip(chart.data.series, names, strict=True):
        for at in kinds:
            yield series.values[at], (indicator, str(MONTH), f"category={chart.data.categories[at]}", "value")
    totals = dict(chart.data.limits)
    for name, indicator in (
        ("在册人数", "monitored_persons"), ("已消除风险人数", "risk_eliminated_persons"),
        ("未消除风险人数", "open_risk_persons"), ("已消除风险", "risk_eliminated_households"),
        ("未消除风险", "open_risk_households"),
    ):  # fmt: skip
        yield totals[name], (indicator, str(MONTH), ALL, "value")


def _ages(chart):
    for series in chart.data.series:
        for source, value in zip(chart.data.categories, series.values, strict=True):
            yield value, ("problems_open", str(MONTH), f"source_and_age={source}/{series.name}", "value")


def _intervals(indicator, dimension):
    parts = [_by_group(indicator, dimension, column=one) for one in ("value", "lower", "upper")]
    before = _by_group(indicator, dimension, at=1, month=LAST)
    return lambda chart: (cell for one in (*parts, before) for cell in one(chart))


# Exhibit, kind of its chart, and where its numbers stand.
RESULTS = (
    (hb.monitoring.status_flow, "flow", _flow),
    (hb.monitoring.movement, "lines", _trend),
    (hb.monitoring.movement, "bars", _by_group("open_risk_households", "cause")),
    (hb.phone.answers, "dots", _intervals("phone_problem_share", "answer")),
    (hb.phone.silence, "bars", _by_group("phone_disposition_households", "disposition")),
    (hb.inspections.estimates, "dots", _intervals("inspection_problem_share", "unit")),
    (hb.inspections.towns_and_kinds, "bars", _by_group("inspection_findings", "kind")),
    (hb.rectification.ages_and_speed, "stacked", _ages),
    (hb.livelihood.income_bands, "columns", _by_group("income_band_households", "band")),
    (hb.projects.collective, "bars", _by_group("collective_income_villages", "band")),
)
# What is drawn of towns, of a survival curve, of a forecast or of a simulation is compared below, or is no
# number of the month: a model's, with tests of its own.
OTHERS = (
    (hb.inspections.towns_and_kinds, "dots"),
    (hb.rectification.ages_and_speed, "curves"),
)


@pytest.fixture(scope="module")
def district(demo_workspace):
    return hb.open_bulletin(str(MONTH), PLACES[0], workspace=demo_workspace)


@pytest.fixture(scope="module")
def published(district, tmp_path_factory):
    """Rows of the published table by address, as a reader of the file has them."""
    folder = tmp_path_factory.mktemp("table")
    write_indicators(district, folder)
    table = pd.read_csv(folder / INDICATORS, dtype={"place_code": str})
    return table.set_index(["place_code", "indicator", "month", "group"]).sort_index()


def _of(published, place, indicator, month, group, column):
    """The number there; a group that counts nothing has no row."""
    try:
        value = published.loc[(place, indicator, month, group), column]
    except KeyError:
        return None
    return float(value.iloc[0] if hasattr(value, "iloc") else value)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("exhibit", "kind", "cells"), RESULTS, ids=lambda one: getattr(one, "__name__", ""))
def test_every_number_of_a_chart_is_the_result_it_is_labelled_with(
    district, published, place, exhibit, kind, cells
):
    charts = _charts(exhibit(district.seen_from(place, 1, "")))
    chart, compared = next((one for one in charts if one.data.kind == kind), None), 0
    for value, address in cells(chart) if chart else ():
        result = _of(published, place, *address)
        if value is None or (result is None and value == 0):
            continue
        assert math.isclose(value, result, rel_tol=1e-12), (address, value, result)
        compared += 1
    assert compared or place != PLACES[0], "nothing of the county's was compared"


def test_the_towns_shares_and_the_changes_of_causes_are_results(district, published):
    chart = next(_charts(hb.inspections.towns_and_kinds(district)))
    names = district.scope.register.towns.set_index("place_name")["place_code"]
    for at, label in enumerate(chart.data.categories):
        code = names[label.partition("　")[0]]
        for column in ("value", "lower", "upper"):
            drawn = getattr(chart.data.series[0], "values" if column == "value" else column)[at]
            result = _of(published, code, "inspection_pooled_share", str(MONTH), ALL, column)
            assert math.isclose(drawn, result, rel_tol=1e-12)
    causes = list(_charts(hb.monitoring.movement(district)))[1].data
    for label, change in zip(causes.categories, causes.series[1].values, strict=True):
        now, then = (
            _of(published, PLACES[0], "open_risk_households", month, f"cause={label}", "value")
            for month in (str(MONTH), LAST)
        )
        assert change is None if then is None else change == now - then


def test_no_chart_of_the_bulletin_is_left_out(district, undrawn):
    """A chart that is new stands in a table above, or is a model's."""
    compared = {exhibit.__name__ for exhibit, *_ in (*RESULTS, *OTHERS)}
    drawn = {
        exhibit.__name__
        for chapter in hb.CONTENTS
        for exhibit in (*chapter.exhibits, *chapter.annex)
        if (shown := exhibit(district)) is not None and any(_charts(shown))
    }
    assert drawn - compared <= {"fan", "curves", "scenario_chart", "tornado_chart"}
