"""A figure of the page opens its definition; a key figure of the PDF leads to it."""

import io
from dataclasses import replace

import pikepdf
import pytest
from browser import browser, page, serious, width_of_content
from bs4 import BeautifulSoup
from support import TYPOGRAPHY

from hanbin_lib.display import (
    Column,
    DefinitionTable,
    Figure,
    KeyFigure,
    KeyFigures,
    Origin,
    Paragraph,
    Table,
)
from hanbin_lib.rendering import HtmlExporter, PdfExporter

__all__ = ["browser", "page"]
OPEN = "open_risk_households|2022-09|610902|all"
BY_CAUSE = "open_risk_households|2022-09|610902|cause=因病 <大病>"
DEFINITIONS = DefinitionTable(
    title="主要指标口径",
    columns=(Column("指标"), Column("怎么算")),
    rows=(("未消除风险户数", "在册且风险未消除的户"),),
    keys=("open_risk_households",),
    indicators=(Origin("open_risk_households", "未消除风险户数", (("怎么算", "在册且风险未消除的户"),)),),
    others=(Origin("rules", "规则参数", (("怎么来", "参数 rules.yaml"),)),),
    made_from=(("数据版本", "2022-09　e29114d0"), ("程序版本", "0.1.0")),
    month="2022-09",
)


def _page(notebook) -> BeautifulSoup:
    return BeautifulSoup(HtmlExporter(typography=None).from_notebook_node(notebook)[0], "html.parser")


def _opened(soup: BeautifulSoup, text: str):
    """What the link of a figure leads to."""
    link = next(one for one in soup.select("data a") if one.get_text() == text)
    return soup.find(id=link["href"].removeprefix("#"))


@pytest.fixture
def notebook(make_notebook):
    figures = [Figure(n, "户", OPEN.replace("610902", f"6109021{n}")) for n in range(10, 13)]
    return make_notebook(
        Paragraph(("未消除", Figure(25, "户", OPEN), "，满", Figure(1, "个月", "rules|deadline"), "。")),
        KeyFigures((KeyFigure("未消除风险", Figure(25, "户", OPEN)),)),
        Table("各镇", (Column("镇"), Column("户", "right")), tuple(("甲镇", one) for one in figures), "户"),
        Paragraph((Figure(3, "户", BY_CAUSE), Figure(7, "户", "unknown|x"))),
        "## 附：口径",
        DEFINITIONS,
    )


def test_a_figure_opens_command_definition_and_versions(notebook):
    line = _opened(_page(notebook), "25户")
    assert line.code.get_text() == "hanbin trace 2022-09 open_risk_households --area 610902"
    article = line.parent
    assert article["id"] == "is-open_risk_households"
    assert "在册且风险未消除的户" in article.get_text()
    assert "e29114d0" in article.get_text()
    assert line.a["href"] == "#f1"  # back to the figure


def test_what_is_no_indicator_opens_what_it_is(notebook):
    assert "rules.yaml" in _opened(_page(notebook), "1个月").get_text()


def test_also_where_its_address_is_as_long_as_an_indicators(make_notebook):
    figure = Figure(17, "个镇", "rules|open_risk_households|2022-09|610902")
    assert _opened(_page(make_notebook(Paragraph((figure,)), DEFINITIONS)), "17个镇")["id"] == "of-rules"


def test_an_address_that_nobody_explains_is_no_link(notebook):
    assert not [one for one in _page(notebook).select("data a") if one.get_text() == "7户"]


def test_a_group_is_quoted_for_the_shell_and_for_the_page(make_notebook):
    reference = "open_risk_households|2022-09|610902|cause=<b>;$(x)"
    line = _opened(_page(make_notebook(Paragraph((Figure(3, "户", reference),)), DEFINITIONS)), "3户")
    assert line.code.get_text().endswith("--group 'cause=<b>;$(x)'")
    assert line.find("b") is None


def test_the_keyboard_meets_a_kind_of_figure_once_a_page(notebook):
    met = {}
    for link in _page(notebook).select("data a"):
        kind = link.find_parent("data")["value"].partition("|")[0]
        met.setdefault(kind, []).append(link.get("tabindex"))
    assert len(met) > 1
    assert max(map(len, met.values())) > 1
    assert all(tabs[0] is None and set(tabs[1:]) <= {"-1"} for tabs in met.values())


def test_ids_are_there_once(notebook):
    ids = [tag["id"] for tag in _page(notebook).find_all(id=True)]
    assert len(ids) == len(set(ids))


def test_readers_without_the_command_get_the_definition(make_notebook):
    public = replace(DEFINITIONS, month="")
    soup = _page(make_notebook(Paragraph((Figure(25, "户", OPEN),)), public))
    assert _opened(soup, "25户").name == "article"
    assert "hanbin trace" not in soup.get_text()


def test_key_figures_of_the_pdf_lead_to_the_definition(notebook):
    pdf, _ = PdfExporter(typography=TYPOGRAPHY).from_notebook_node(notebook)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        last = opened.pages[-1].obj.objgen
        links = [link for one in opened.pages for link in one.get("/Annots", [])]
        targets = [link.get("/Dest") or link["/A"]["/D"] for link in links]
        assert len(links) >= 3  # twice in words, once on a card
        assert all(target[0].objgen == last for target in targets)
        assert all(str(link["/Contents"]) for link in links)


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1440])
def test_in_a_browser(page, notebook, tmp_path, width):
    path = tmp_path / "page.html"
    path.write_text(HtmlExporter(typography=None).from_notebook_node(notebook)[0], encoding="utf-8")
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(path.as_uri())
    definition = page.locator("#is-open_risk_households")
    command = definition.locator("code").first
    assert not command.is_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # past the link to the text, on the first figure
    assert definition.locator("dd").first.is_visible()
    assert not command.is_visible()  # folded: who recounts opens it
    definition.get_by_text("复核命令").click()
    assert command.is_visible()
    assert definition.evaluate("e => getComputedStyle(e).position") == "fixed"
    assert width_of_content(page) <= width
    assert serious(page) == []
    definition.get_by_text("回到原处").locator("visible=true").click()
    assert not command.is_visible()
    assert page.faults == []
