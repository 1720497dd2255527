"""A place beside its town, two months, filters, and the households behind a figure."""

import re
from dataclasses import replace

import pytest
from support import new_workspace

from hanbin_lib import audit
from hanbin_lib.bulletin import open_bulletin, plans, shocks
from hanbin_lib.display import Missing, Table
from hanbin_lib.indicators import CHAPTERS, DEFINITIONS
from hanbin_lib.lab import drilling, figure_list, households, in_chinese, place_table, two_months
from hanbin_lib.lab.drilling import filtered
from hanbin_lib.workspace import PUBLIC

TOWN = "610902110"
_CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def issue(demo_workspace):
    return open_bulletin("2022-09", TOWN, workspace=demo_workspace)


@pytest.fixture(scope="module")
def village(issue):
    codes = issue.scope.register.children(TOWN)["place_code"]
    return max(codes, key=lambda code: issue.figures.value("open_risk_households", place=code) or 0)


def _said(table):
    return {row[0]: [getattr(cell, "text", cell) for cell in row[1:]] for row in table.rows}


def test_a_village_stands_beside_its_town_and_the_county(issue, village):
    table = place_table(issue, village)
    assert [one.heading for one in table.columns[2:]] == ["流水镇", "汉滨区"]
    figures = issue.figures
    wanted = [figures.figure("open_risk_households", place=code).text for code in (village, TOWN, "610902")]
    assert _said(table)["未消除风险户数"] == wanted
    assert len(place_table(issue).columns) == 3


def test_two_months_are_those_of_the_bulletin(issue):
    figures = issue.figures
    told = _said(two_months(issue))["未消除风险户数"]
    month = issue.month.shift(-1)
    then = figures.figure("open_risk_households", month=month).text
    assert told == [then, figures.plain("open_risk_households").text + "户",
                    figures.signed_change("open_risk_households").text]  # fmt: skip
    assert two_months(issue, "2021-12").columns[1].heading == "2021年12月"
    missing = two_months(issue, "2015-01")
    assert isinstance(missing, Missing)
    assert "2022-08" in missing.reason


def test_filters_keep_what_is_asked_for(issue):
    subject = "监测帮扶"
    own = {"subject": subject, "level": "own"}
    totals = filtered(issue, TOWN, group="all", note="", **own)
    known = filtered(issue, TOWN, group="all", note="known", **own)
    missing = filtered(issue, TOWN, group="all", note="missing", **own)
    names = {one.name for one in CHAPTERS[subject]}
    assert {row[1] for row in totals.rows} <= names
    rest = len(missing.rows) if isinstance(missing, Table) else 0
    assert len(totals.rows) == len(known.rows) + rest
    below = filtered(issue, TOWN, subject=subject, group="all", level="below", note="known")
    assert {row[0] for row in below.rows} <= set(issue.scope.register.children(TOWN)["place_name"])


@pytest.mark.parametrize("figure", drilling.FIGURES)
def test_as_many_households_as_the_figure_says(issue, village, figure):
    """Of a town and of a village: the list of a number is the number."""
    at = (figure, "all")
    behind = drilling.selections_behind(issue.sources, issue.scope, {at})[at]
    facts = drilling._facts(issue)
    for place in (TOWN, village):
        rows = drilling._rows(behind, facts, place)
        assert len(rows) == (issue.figures.value(figure, place=place) or 0)
        shown = drilling.household_table(issue, figure, place, rows)
        assert isinstance(shown, Missing if rows.empty else Table)


def test_who_looked_is_on_record_before_anything_is_shown(issue, village, tmp_path):
    workspace = new_workspace(tmp_path)
    box = drilling.household_panel(issue, village, workspace)
    figure, category, _ = box.children[:3]
    (look,) = audit.records(workspace.audit)
    assert (look.action, look.inputs["place"]) == ("look 2022-09", village)
    assert look.inputs["indicator"] == "open_risk_households"
    assert look.outputs["households"] == issue.figures.value("open_risk_households", place=village)
    category.value = category.options[-1][1]  # a filter shows nothing new
    figure.value = "monitored_households"
    assert [one.inputs["indicator"] for one in audit.records(workspace.audit)][1:] == ["monitored_households"]


def test_nobody_is_shown_to_a_batch_a_county_or_the_public(issue, monkeypatch):
    assert households(issue) is None
    monkeypatch.setattr(drilling, "is_attended", lambda: True)
    assert "公开版" in households(replace(issue, edition=PUBLIC)).reason
    county = issue.seen_from("610902", 1, "")
    assert "先在上面选" in households(county).reason


@pytest.mark.slow
def test_every_table_of_pandas_has_chinese_headings(issue, village):
    tables = [
        figure_list(issue, village),
        in_chinese(issue.inspection.curves, issue),
        in_chinese(issue.flow.projection, issue),
        in_chinese(shocks.scenario(issue, "多重冲击").table, issue),
        in_chinese(plans.results(plans.study(issue.seen_from("610902", 1, ""), "")), issue),
    ]
    for table in tables:
        assert [name for name in table.columns if not _CHINESE.search(name)] == []
    assert set(tables[0]["指标"]) <= {one.name for one in DEFINITIONS.values()}
    assert [one for one in tables[2]["结果"].unique() if not _CHINESE.search(one)] == []
