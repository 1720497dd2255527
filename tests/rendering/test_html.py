"""The page: one file, nothing from outside, the same figures as the PDF."""

import re

from bs4 import BeautifulSoup

from hanbin_lib.display import Decision, Decisions
from hanbin_lib.rendering import HtmlExporter


def _page(notebook) -> str:
    return HtmlExporter(typography=None).from_notebook_node(notebook)[0]


def test_nothing_is_loaded_from_outside(sample):
    soup = BeautifulSoup(_page(sample), "html.parser")
    addresses = [tag[a] for tag in soup.find_all(True) for a in ("src", "href") if tag.has_attr(a)]
    assert all(address.startswith("#") for address in addresses)
    assert not soup.find_all("script")
    style = "".join(tag.get_text() for tag in soup.find_all("style"))
    assert not [u for u in re.findall(r"url\(([^)]{0,12})", style) if not u.startswith("data:font")]
    policy = soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    assert "default-src 'none'" in policy


def test_language_title_and_order_of_headings(sample):
    soup = BeautifulSoup(_page(sample), "html.parser")
    assert soup.html["lang"] == "zh-CN"
    assert [tag.name for tag in soup.find_all(re.compile("^h[1-6]$"))][:2] == ["h1", "h2"]
    assert soup.title.get_text() == "9月份监测帮扶工作情况"


def test_a_decision_leads_to_its_chapter(make_notebook):
    decisions = Decisions("事项", (Decision(("清零。",), ("限期。",), "一"),), "无")
    soup = BeautifulSoup(_page(make_notebook(decisions, "## 一、监测动态")), "html.parser")
    target = soup.find("a", class_="hb-see")["href"].removeprefix("#")
    assert soup.find(id=target).get_text() == "一、监测动态"


def test_the_same_notebook_gives_the_same_page(sample):
    assert _page(sample) == _page(sample)


def test_raw_html_in_a_markdown_cell_is_text(make_notebook):
    soup = BeautifulSoup(_page(make_notebook("## 一、x <script>alert(1)</script>")), "html.parser")
    assert not soup.find_all("script")
