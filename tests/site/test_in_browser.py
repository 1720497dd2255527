"""The start page as a reader uses it: filters, tiles, definitions, keyboard, telephone, paper."""

import pytest
from browser import USUAL, browser, serious, width_of_content, window

__all__ = ["browser", "window"]
pytestmark = pytest.mark.browser


@pytest.fixture
def start(window, index_html):
    window.faults.clear()
    window.set_viewport_size(USUAL)
    window.goto("about:blank")  # else an address with another view is no other page
    window.goto(index_html.as_uri())
    yield window
    assert window.faults == []


def _course(page) -> str:
    return page.locator("#course svg").get_attribute("aria-label")


def test_a_tile_chosen_changes_the_course(start):
    before = _course(start)
    start.get_by_label("流水镇").first.check(force=True)
    assert start.locator("#course figcaption").inner_text().startswith("流水镇")
    assert _course(start) != before
    assert "流水镇" in _course(start)


def test_an_indicator_chosen_colours_the_tiles_anew_and_hatches_what_is_missing(start):
    start.select_option("#indicator", "phone_problem_share")
    town = start.locator("#tiles .tile", has_text="流水镇")
    assert "25.0%" in town.inner_text()
    assert "k4" in town.locator("span").get_attribute("class")  # the highest share is the darkest
    assert start.locator("#course svg line[stroke-width='3']").count() == 1  # its interval
    start.select_option("#indicator", "open_risk_households")
    town = start.locator("#tiles .tile", has_text="大竹园镇")
    assert "未收到" in town.inner_text()
    assert town.locator("span").get_attribute("class") == "none"


def test_a_month_chosen_changes_the_key_figures(start):
    figure = start.locator("#cards button[data-indicator=open_risk_households]")
    assert figure.inner_text() == "25户"
    start.select_option("#month", "2022-07")
    assert figure.inner_text() == "30户"
    assert start.locator("details.month[open]").get_attribute("data-month") == "2022-07"


def test_a_figure_opens_its_definition(start):
    start.locator("#cards button[data-indicator=open_risk_households]").click()
    dialog = start.locator("#definition")
    assert dialog.is_visible()
    assert "在册且风险未消除的户编号个数" in dialog.inner_text()
    assert "hanbin trace 2022-09 open_risk_households --area 610902" in dialog.inner_text()
    start.keyboard.press("Escape")
    assert not dialog.is_visible()


def test_the_search_filters_the_rows(start):
    start.locator("#search").fill("流水")
    assert start.locator("details[open] tr[data-area]:visible").count() == 1
    assert start.locator("#found").inner_text() == "找到2行"
    start.locator("#search").fill("")
    assert start.locator("details[open] tr[data-area]:visible").count() == 3


def test_arrow_keys_go_from_town_to_town(start):
    start.locator("#tiles input").first.focus()
    start.keyboard.press("ArrowRight")
    assert start.locator("#course figcaption").inner_text().startswith("流水镇")


def test_the_address_keeps_the_view(start):
    start.select_option("#indicator", "open_risk_households")
    start.get_by_label("流水镇").first.check(force=True)
    start.reload()
    assert start.locator("#course figcaption").inner_text().startswith("流水镇　未消除风险户数")


@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_scrolls_sideways_and_axe_finds_no_serious_fault(start, width):
    start.set_viewport_size({"width": width, "height": 900})
    assert width_of_content(start) <= width
    assert serious(start) == []
    start.locator("#meaning").click()
    assert serious(start) == []


def test_without_script_the_list_is_there(browser, index_html):
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(index_html.as_uri())
    assert not plain.locator("#explore").is_visible()
    assert plain.locator("details[open] td.links a:visible").count() == 9
    context.close()


def test_the_pages_own_face_loads(start):
    loaded = start.evaluate(
        "() => document.fonts.ready.then(() => [...document.fonts].map(one => one.status))"
    )
    assert loaded
    assert set(loaded) == {"loaded"}
