"""JupyterLab as a person meets it: every notebook runs as it is, a moved control changes what is shown."""

import os
import re
import shutil
import socket
import subprocess
import time
import urllib.request

import openpyxl
import pytest
from browser import browser, page  # noqa: F401
from support import MONTH, REPOSITORY

from hanbin_lib import audit
from hanbin_lib import bulletin as hb
from hanbin_lib.bulletin import open_bulletin
from hanbin_lib.bulletin.chapters import front_page
from hanbin_lib.cli.serving import lab_command, lab_environment
from hanbin_lib.display import Figure, plain_text
from hanbin_lib.release import release_month
from hanbin_lib.workspace import Workspace

COUNTY, TOWN = "610902", "610902110"
FIRST = "monitoring"
START = "index"
NAMES = sorted(path.stem for path in (REPOSITORY / "notebooks").glob("*.ipynb"))
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("lab")]

OUTPUTS = """() => [...jupyterapp.shell.currentWidget.content.widgets]
  .filter(cell => cell.model.type === "code" && cell.model.sharedModel.source.trim())
  .map(cell => ({count: cell.model.executionCount, outputs: cell.model.outputs.toJSON()}))"""

# The outlines of every drawing, in both its forms, as the browser has them, in the order of the cells.
OUTLINES = """() => [...jupyterapp.shell.currentWidget.content.widgets]
  .flatMap(cell => [...cell.node.querySelectorAll("figure.hb-chart")])
  .map(chart => [...chart.querySelectorAll("path")].map(path => path.getAttribute("d").trim()).join("|"))"""

# Exhibits with a drawing, in the order of the notebook's cells.
DRAWN = {
    "monitoring": lambda issue: [hb.monitoring.status_flow(issue), hb.monitoring.movement(issue)],
    "simulate_inspection": lambda issue: [hb.power.curves(issue)],
    "simulate_risk_flow": lambda issue: [hb.risk_flow.fan(issue)],
    "simulate_shock": lambda issue: [hb.shocks.scenario_chart(issue)],
    "simulate_target": lambda issue: _of_plan(hb.plans.study(issue, "")),
}


@pytest.fixture(scope="module")
def lab(demo_workspace, tmp_path_factory):
    """A running JupyterLab on a copy of the demonstration workspace, and that workspace."""
    if shutil.which("chromium") is None:
        pytest.skip("chromium is not installed")
    root = tmp_path_factory.mktemp("lab") / "workspace"
    shutil.copytree(demo_workspace.root, root)
    space = Workspace(root)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        *lab_command(space, port, opens_browser=False),
        "--IdentityProvider.token=test",
    ]
    settings = {"JUPYTERLAB_SETTINGS_DIR": str(root / "settings"), "JUPYTER_CONFIG_DIR": str(root / "config")}
    log = (root / "jupyter.txt").open("wb")
    server = subprocess.Popen(command, env=lab_environment(space) | settings, stdout=log, stderr=log)
    try:
        _wait_for(f"http://127.0.0.1:{port}/api?token=test")
        yield f"http://127.0.0.1:{port}", space
    finally:
        server.terminate()
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:  # it waits for its kernels, which end with it
            server.kill()
            server.wait(30)
        log.close()


def _wait_for(address):
    for _ in range(240):
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.5)
    pytest.fail("JupyterLab did not start")


def _run_all(page, lab, name):  # noqa: F811
    _open(page, lab, name)
    _run(page)


def _open(page, lab, name):  # noqa: F811
    page.set_default_timeout(120_000)
    page.goto(f"{lab[0]}/lab/tree/{name}.ipynb?token=test&reset")


def _run(page):  # noqa: F811
    page.wait_for_function(
        "() => window.jupyterapp && jupyterapp.shell.currentWidget"
        " && jupyterapp.shell.currentWidget.context && jupyterapp.shell.currentWidget.context.isReady"
        " && jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'"
    )
    page.evaluate("() => jupyterapp.commands.execute('notebook:run-all-cells')")
    page.wait_for_function(
        f"() => {{ const cells = ({OUTPUTS})(); return cells.every(cell => cell.count !== null)"
        " || cells.some(cell => cell.outputs.some(one => one.output_type === 'error')) }"
    )


def _errors(cells):
    return [o for cell in cells for o in cell["outputs"] if o["output_type"] in {"error", "stream"}]


def _html(cells):
    shown = [o["data"] for cell in cells for o in cell["outputs"] if "data" in o]
    return "".join("".join(data.get("text/html", "")) for data in shown)


def test_the_start_page_shows_the_months_without_a_key_and_runs_all_without_an_edit(page, lab):  # noqa: F811
    """It alone is quick enough for every test run; menus are Chinese."""
    _open(page, lab, START)
    page.get_by_text("已导入的月份").wait_for()
    assert page.locator(".hb-table", has_text="2022年9月").count() >= 1
    assert page.locator(".lm-MenuBar-itemLabel").all_inner_texts()[:4] == ["文件", "编辑", "查看", "运行"]
    # Only the parameters are open; JupyterLab attaches a cell when it comes near the window, so
    # how many folded ones there are at once depends on the machine's speed.
    page.locator(".jp-InputPlaceholder").first.wait_for()
    assert page.locator(".jp-CodeCell .jp-InputArea-editor:visible").count() == 1
    kept = (lab[1].notebooks / f"{START}.ipynb").read_text(encoding="utf-8")
    assert "已导入的月份" not in kept
    _run(page)
    _is_well(page, START)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in NAMES if name != START])
def test_it_opens_and_runs_all_without_an_edit(page, lab, name):  # noqa: F811
    _run_all(page, lab, name)
    _is_well(page, name)


def _is_well(page, name):  # noqa: F811
    cells = page.evaluate(OUTPUTS)
    assert _errors(cells) == []
    assert sum(bool(cell["outputs"]) for cell in cells) >= (2 if name == "bulletin" else 5)  # one report
    assert page.locator(".Toastify__toast").count() == 0
    if os.environ.get("HANBIN_PICTURES"):
        page.screenshot(path=f"{os.environ['HANBIN_PICTURES']}/lab-{name}.png")


@pytest.mark.slow
def test_a_moved_control_shows_what_the_batch_prints_and_tables_sort(page, lab):  # noqa: F811
    """The town chosen in the list: every exhibit is the town's, word for word."""
    _run_all(page, lab, FIRST)
    page.evaluate("() => jupyterapp.shell.currentWidget.content.node.querySelector('.jp-WindowedPanel-outer')"
                  "?.scrollTo(0, 0)")  # fmt: skip
    before = _html(page.evaluate(OUTPUTS))
    page.locator(".widget-dropdown select").nth(1).select_option(label=f"{TOWN} 流水镇")
    page.get_by_text("已按所选重算").wait_for()
    cells = page.evaluate(OUTPUTS)
    assert _errors(cells) == []
    after = _html(cells)
    assert after != before
    printed = front_page.summary(open_bulletin("2022-09", TOWN, workspace=lab[1]))
    shown = page.evaluate("html => new DOMParser().parseFromString(html, 'text/html').body.innerText", after)
    assert plain_text(printed.parts) in shown
    if os.environ.get("HANBIN_PICTURES"):
        page.screenshot(path=f"{os.environ['HANBIN_PICTURES']}/lab-town.png")
    _sorts(page)


@pytest.mark.slow
@pytest.mark.parametrize("name", DRAWN)
def test_a_moved_control_redraws_the_charts_as_the_batch_draws_them(page, lab, name):  # noqa: F811
    """Line by line: the county's drawing, the town's where there is one, and the county's again."""
    county, town = (
        _outlines(name, open_bulletin("2022-09", area, workspace=lab[1])) for area in (COUNTY, TOWN)
    )
    assert county != town
    _run_all(page, lab, name)
    _waits_for(page, county)
    _choose(page, f"{TOWN} 流水镇")
    _waits_for(page, town)
    _choose(page, f"{COUNTY} 汉滨区")
    _waits_for(page, county)


PARAMETERS = """() => [...jupyterapp.shell.currentWidget.content.widgets]
  .find(cell => (cell.model.getMetadata("tags") ?? []).includes("parameters")).model.sharedModel.getSource()"""


@pytest.mark.slow
def test_a_village_chosen_is_written_down_shown_and_taken_along(page, lab, tmp_path):  # noqa: F811
    """The parameter cell has the choice, the download the annex's numbers, the saved notebook no household."""
    _, space = lab
    issue = open_bulletin("2022-09", TOWN, workspace=space)
    village = _fullest(issue)
    name = issue.scope.register.name(village)
    annex = release_month(space, MONTH, (TOWN,)).folder / f"{TOWN}_流水镇.xlsx"
    _run_all(page, lab, "villages")
    page.locator(".widget-dropdown select").nth(2).select_option(label=f"{village} {name}")
    page.get_by_text("已按所选重算").wait_for()
    page.wait_for_function(f"() => ({PARAMETERS})().includes('village = \"{village}\"')")
    assert f'area = "{TOWN}"' in page.evaluate(PARAMETERS)
    link = page.locator(f'.hb-downloads a[download^="{name}各项指标"]').first
    link.scroll_into_view_if_needed()
    with page.expect_download() as waited:
        link.click()
    waited.value.save_as(tmp_path / "village.xlsx")
    taken = {
        row[0]: row[1] for row in _cells(openpyxl.load_workbook(tmp_path / "village.xlsx").worksheets[1])
    }
    printed = next(row for row in _all_cells(annex) if row[0] == name)
    assert printed[1:3] == (taken["在册监测对象户数"], taken["未消除风险户数"])
    assert taken["未消除风险户数"] > 0
    _looks_at_households(page, space, issue, village)


def _looks_at_households(page, space, issue, village):  # noqa: F811
    """Seen on the page, entered in the record of runs, and nowhere in the notebook that is saved."""
    rows = issue.sources.table("monitored_households")
    code = rows.loc[rows["village_code"].eq(village) & ~rows["is_risk_eliminated"], "household_code"].iloc[0]
    page.evaluate("() => jupyterapp.shell.currentWidget.content.scrollToItem(15)")
    page.get_by_text(code).first.wait_for()
    if os.environ.get("HANBIN_PICTURES"):
        page.screenshot(path=f"{os.environ['HANBIN_PICTURES']}/lab-households.png")
    page.evaluate("() => jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_function("() => !jupyterapp.shell.currentWidget.context.model.dirty")
    saved = (space.notebooks / "villages.ipynb").read_text(encoding="utf-8")
    assert f'village = \\"{village}\\"' in saved
    assert code not in saved
    looks = [one for one in audit.records(space.audit) if one.action == "look 2022-09"]
    assert looks[-1].inputs["place"] == village


def _fullest(issue):
    """The village of the town with most open households."""
    codes = issue.scope.register.children(TOWN)["place_code"]
    return max(codes, key=lambda code: issue.figures.value("open_risk_households", place=code) or 0)


def _cells(sheet):
    return list(sheet.iter_rows(values_only=True))


def _all_cells(path):
    return [row for sheet in openpyxl.load_workbook(path).worksheets for row in _cells(sheet) if len(row) > 3]


def _choose(page, area):  # noqa: F811
    page.locator(".widget-dropdown select").nth(1).select_option(label=area)


def _of_plan(study):
    return [hb.plans.frontier_chart(study), hb.plans.tornado_chart(study)]


def _outlines(name, issue):
    """The outlines of what the batch draws, each drawing's in one text."""
    pages = [shown._repr_mimebundle_()["text/html"] for shown in DRAWN[name](issue) if shown is not None]
    charts = re.findall(r'<figure class="hb-chart">.*?</figure>', "".join(pages), re.DOTALL)
    return [
        "|".join(one.strip() for one in re.findall(r'<path[^>]*? d="([^"]*)"', chart)) for chart in charts
    ]


def _waits_for(page, drawings):  # noqa: F811
    """Until the browser shows these drawings and no other."""
    page.wait_for_function(
        f"wanted => JSON.stringify(({OUTLINES})()) === JSON.stringify(wanted)", arg=drawings
    )


def _sorts(page):  # noqa: F811
    """Sort by the second column twice: falling, then rising; the totals stay last."""
    table = page.locator("table.hb-table[data-sorts]").first
    head = table.locator("thead th").nth(1)
    column = (
        "table => [...table.tBodies[0].rows].filter(r => !r.classList.contains('hb-total'))"
        ".map(r => parseFloat(r.cells[1].innerText)).filter(n => !Number.isNaN(n))"
    )
    head.click()
    falling = table.evaluate(column)
    head.press("Enter")
    rising = table.evaluate(column)
    assert len(falling) > 1
    assert falling == sorted(falling, reverse=True)
    assert rising == sorted(falling)
    totals = table.evaluate("table => [...table.tBodies[0].rows].map(r => r.classList.contains('hb-total'))")
    assert totals == sorted(totals)


@pytest.mark.slow
def test_an_exhibit_is_downloaded_with_the_numbers_that_it_shows(page, lab, tmp_path):  # noqa: F811
    _run_all(page, lab, FIRST)
    link = page.locator('.hb-downloads a[download^="各镇"]').first
    link.scroll_into_view_if_needed()
    with page.expect_download() as waited:
        link.click()
    waited.value.save_as(tmp_path / "table.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "table.xlsx").worksheets[1]
    table = hb.places.place_table(open_bulletin("2022-09", COUNTY, workspace=lab[1]))
    counts = [[cell.value for cell in row if isinstance(cell, Figure)] for row in table.rows[:-1]]
    shown = [[c for c in row if isinstance(c, int | float)] for row in sheet.iter_rows(4, values_only=True)]
    assert [row[:2] for row in shown][: len(counts)] == [row[:2] for row in counts]
    assert page.locator('.hb-downloads a[download$=".png"]').count() >= 2
