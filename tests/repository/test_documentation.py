"""The documentation as a site: no warning, no dead link, nothing from outside."""

import functools
import http.server
import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from browser import USUAL, browser, page, serious, width_of_content, window
from bs4 import BeautifulSoup
from support import REPOSITORY

__all__ = ["browser", "page", "window"]


def build(*arguments):
    """``mkdocs build`` as `make docs` calls it."""
    return subprocess.run(
        [str(Path(sys.executable).with_name("mkdocs")), "build", "--strict", *arguments],
        cwd=REPOSITORY,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    done = build("--site-dir", str(folder))
    assert done.returncode == 0, done.stderr
    assert re.findall(r"^(?:WARNING|ERROR).*", done.stderr, re.MULTILINE) == []
    return folder


@pytest.fixture(scope="module")
def address(site):
    """The site on this machine's own address, as its search asks for."""
    handler = functools.partial(_Silent, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class _Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


def test_every_page_of_the_documentation_is_built(site):
    pages = {p.relative_to(REPOSITORY / "docs").with_suffix(".html") for p in REPOSITORY.glob("docs/**/*.md")}
    assert pages <= {p.relative_to(site) for p in site.rglob("*.html")}


def test_nothing_is_loaded_from_outside(site):
    outside = re.compile(r"^(https?:)?//")
    found = []
    for path in site.rglob("*.html"):
        soup = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        loaded = [tag["src"] for tag in soup.select("[src]")]
        loaded += [tag["href"] for tag in soup.select("link[href]") if "canonical" not in tag.get("rel", [])]
        found += [f"{path.name}: {one}" for one in loaded if outside.match(one)]
    for path in site.rglob("*.css"):
        text = path.read_text(encoding="utf-8")
        found += [
            f"{path.name}: {one}"
            for one in re.findall(r"""(?:url\(|@import)\s*["']?(?:https?:)?//[^)]*""", text)
        ]
    assert found == []
    # Material would fetch the program that draws such a block.
    assert [p.name for p in site.rglob("*.html") if 'class="mermaid"' in p.read_text(encoding="utf-8")] == []


def test_each_dead_link_stops_the_build(tmp_path):
    dead = ("nowhere.md", "errors.md#nowhere", "pictures/nowhere.png")
    text = "\n\n".join([f"[x]({dead[0]})", f"[x]({dead[1]})", f"![x]({dead[2]})"])
    (tmp_path / "docs").mkdir()
    for name in ("index.md", "errors.md"):
        (tmp_path / "docs" / name).write_text(f"# {name}\n", encoding="utf-8")
    (tmp_path / "docs" / "index.md").write_text(f"# a\n\n{text}\n", encoding="utf-8")
    settings = (REPOSITORY / "mkdocs.yml").read_text(encoding="utf-8")
    settings = re.sub(r"^nav:.*", "", settings, flags=re.MULTILINE | re.DOTALL)
    settings = re.sub(r"^  custom_dir:.*", "", settings, flags=re.MULTILINE)
    (tmp_path / "mkdocs.yml").write_text(settings, encoding="utf-8")
    done = build("--config-file", str(tmp_path / "mkdocs.yml"), "--site-dir", str(tmp_path / "site"))
    assert done.returncode != 0
    assert [one for one in dead if f"'{one}'" not in done.stderr] == []
    assert "Aborted with 3 warnings" in done.stdout


@pytest.mark.browser
def test_the_search_finds_part_of_a_chinese_compound_and_asks_nobody_outside(page, address):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/index.html")
    page.locator("input.md-search__input").click()
    page.keyboard.type("假名")
    page.keyboard.press("End")  # characters put in whole send no key, and the search waits for one
    page.locator(".md-search-result__item a", has_text="换密钥").first.wait_for()
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
    assert page.faults == []


@pytest.mark.browser
def test_a_page_fits_a_telephone(window, address):
    window.set_viewport_size({"width": 390, "height": 844})
    window.goto(f"{address}/indicators.html")
    assert width_of_content(window) <= 390


@pytest.mark.browser
@pytest.mark.parametrize("name", ["index", "operations", "errors"])
def test_a_page_has_no_serious_fault_of_access(window, address, name):
    window.set_viewport_size(USUAL)
    window.goto(f"{address}/{name}.html")
    assert serious(window) == []
