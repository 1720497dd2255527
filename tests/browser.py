"""Debian's chromium, driven by Playwright, for tests that must see a page.

``from browser import browser, page`` makes both fixtures known to a test module. A browser lives
as long as its module: Playwright's event loop would stand in the way of other tests' own.
"""

import shutil
from contextlib import contextmanager

import pytest

USUAL = {"width": 1440, "height": 900}

QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip


@pytest.fixture(scope="module")
def browser():
    """A headless chromium; the test is skipped where there is none."""
    executable = shutil.which("chromium")
    if executable is None:
        pytest.skip("chromium is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=executable, args=list(QUIET))
        yield running
        running.close()


@pytest.fixture
def page(browser):
    """A fresh page of 1,440 × 900, Chinese; ``page.faults`` lists errors of its scripts and policy."""
    with _opened(browser) as fresh:
        yield fresh


@pytest.fixture(scope="module")
def window(browser):
    """A page as `page` that all tests of a module load anew: five times as quick as a fresh one each."""
    with _opened(browser) as shared:
        yield shared


@contextmanager
def _opened(browser):
    context = browser.new_context(viewport=USUAL, locale="zh-CN")
    opened = context.new_page()
    opened.faults = []
    opened.on("pageerror", lambda error: opened.faults.append(str(error)))
    opened.on("console", lambda m: opened.faults.append(m.text) if m.type == "error" else None)
    yield opened
    context.close()


def serious(page) -> list[str]:
    """What axe-core calls a serious or critical fault of the page, with the elements."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {one['help']}: {[node['target'] for node in one['nodes'][:3]]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


def width_of_content(page) -> int:
    """How wide the page's content is, in CSS pixels: more than the window scrolls sideways."""
    return page.evaluate("document.documentElement.scrollWidth")
