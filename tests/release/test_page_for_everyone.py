"""The published page: without a serious fault, wide enough for a telephone, on paper the PDF."""

import shutil

import pypdfium2
import pytest
from browser import browser, page, serious, width_of_content
from support import MONTH

from hanbin_lib.release import release_month
from hanbin_lib.workspace import Workspace

__all__ = ["browser", "page"]
pytestmark = [pytest.mark.slow, pytest.mark.browser]
TAB_STOPS = """() => [...document.querySelectorAll("a[href], button, input, select, summary, [tabindex]")]
  .filter(one => one.tabIndex >= 0 && one.checkVisibility()).length"""


@pytest.fixture(scope="module")
def folder(demo_workspace, tmp_path_factory):
    root = tmp_path_factory.mktemp("pages") / "workspace"
    shutil.copytree(demo_workspace.root, root)
    outcome = release_month(Workspace(root), MONTH, ("610902", "610902110"))
    assert not outcome.failed
    return outcome.folder


@pytest.mark.parametrize(("name", "most"), [("610902_汉滨区", 8), ("610902110_流水镇", 4)])
def test_it_serves_everyone_and_prints_as_the_pdf(folder, page, name, most):
    page.goto((folder / f"{name}.html").as_uri())
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        assert width_of_content(page) <= width
        assert serious(page) == []
        assert page.evaluate(TAB_STOPS) < 300
    assert page.faults == []
    printed = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
    heads = [one.get_textpage().get_text_range().splitlines()[1] for one in printed]
    assert heads.index("附册") <= most  # the bulletin's own pages stand before it
