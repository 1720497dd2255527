"""JupyterLab as a person meets it: every notebook runs as it is, a moved control changes what is shown."""

import os
import shutil
import socket
import subprocess
import time
import urllib.request

import pytest
from browser import browser, page  # noqa: F401
from support import REPOSITORY

from hanbin_lib.bulletin import open_bulletin
from hanbin_lib.bulletin.chapters import front_page
from hanbin_lib.cli.lab import lab_command, lab_environment
from hanbin_lib.display import plain_text
from hanbin_lib.workspace import Workspace

TOWN = "610902110"
FIRST = "monitoring"
START = "index"
NAMES = sorted(path.stem for path in (REPOSITORY / "notebooks").glob("*.ipynb"))
# Only the start page is quick enough for every test run.
ALL = [n if n == START else pytest.param(n, marks=pytest.mark.slow) for n in NAMES]
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("lab")]

OUTPUTS = """() => [...jupyterapp.shell.currentWidget.content.widgets]
  .filter(cell => cell.model.type === "code" && cell.model.sharedModel.source.trim())
  .map(cell => ({count: cell.model.executionCount, outputs: cell.model.outputs.toJSON()}))"""


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
        "--allow-root",
        "--IdentityProvider.token=test",
        "--LabApp.expose_app_in_browser=True",
    ]
    settings = {"JUPYTERLAB_SETTINGS_DIR": str(root / "settings"), "JUPYTER_CONFIG_DIR": str(root / "config")}
    log = (root / "jupyter.txt").open("wb")
    server = subprocess.Popen(command, env=lab_environment(space) | settings, stdout=log, stderr=log)
    try:
        _wait_for(f"http://127.0.0.1:{port}/api?token=test")
        yield f"http://127.0.0.1:{port}", space
    finally:
        server.terminate()
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
    page.set_default_timeout(120_000)
    page.goto(f"{lab[0]}/lab/tree/{name}.ipynb?token=test&reset")
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


@pytest.mark.parametrize("name", ALL)
def test_it_opens_and_runs_all_without_an_edit(page, lab, name):  # noqa: F811
    _run_all(page, lab, name)
    cells = page.evaluate(OUTPUTS)
    assert _errors(cells) == []
    assert sum(bool(cell["outputs"]) for cell in cells) >= 5
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
