"""The start page: one file that loads nothing, says what is published and what is not."""

import base64
import hashlib
import json
import re
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from hanbin_lib.errors import HanbinError
from hanbin_lib.site import index_page, read_tiles


@pytest.fixture(scope="module")
def soup(index_html):
    return BeautifulSoup(index_html.read_text(encoding="utf-8"), "html.parser")


def test_nothing_is_loaded_from_outside(soup):
    addresses = [tag[a] for tag in soup.find_all(True) for a in ("src", "href") if tag.has_attr(a)]
    assert addresses
    assert all(re.match(r"#|[0-9]{4}-[0-9]{2}/", address) for address in addresses)
    assert not soup.find_all(["link", "img", "iframe"])


def test_the_policy_allows_this_script_and_style_alone(soup):
    policy = soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    for tag in (soup.find_all("script")[-1], soup.style):
        digest = base64.b64encode(hashlib.sha256(tag.string.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert "unsafe" not in policy
    assert not soup.find_all(style=True)


def test_each_month_tells_its_state(soup):
    states = {
        tag["data-month"]: tag.find(class_="status").get_text() for tag in soup.find_all(class_="month")
    }
    assert list(states) == ["2022-09", "2022-08", "2022-07"]
    assert "第2版（修订：补录）" in states["2022-09"]
    assert "1份没有生成" in states["2022-09"]
    assert "缺" in states["2022-08"]
    assert "修订" not in states["2022-07"]


def test_links_lead_to_the_files_of_the_manifest(soup, months):
    links = {a["href"] for a in soup.select("td.links a")}
    assert "2022-09/610902110_%E6%B5%81%E6%B0%B4%E9%95%87.pdf" in links
    assert len(links) == sum(len(files) for one in months for files in one.files.values())


def test_an_area_without_document_says_so(months, county):
    one = replace(months[1], files={})
    page = BeautifulSoup(index_page((one,), county, {}), "html.parser")
    assert {cell.get_text(strip=True) for cell in page.find_all(class_="links")} == {"没有生成"}


def test_demonstration_data_are_marked(months, county, soup):
    assert "演示数据" in soup.header.get_text()
    real = tuple(replace(one, is_demonstration=False) for one in months)
    assert "演示数据" not in BeautifulSoup(index_page(real, county, {}), "html.parser").get_text()


def test_the_same_months_give_the_same_page_in_any_order(months, county):
    assert index_page(months, county, {}) == index_page(months[::-1], county, {})


def test_without_a_publication_the_page_says_so(county):
    assert "还没有发布月报" in index_page((), county, {})


def test_a_name_is_text_and_ends_no_script(months, county):
    bad = '</script><script>alert(1)</script><b id="x">'
    one = months[1]
    figures = one.figures.assign(place_name=bad)
    page = BeautifulSoup(index_page((replace(one, figures=figures),), county, {}), "html.parser")
    assert len(page.find_all("script")) == 2
    assert page.find(id="x") is None
    assert json.loads(page.find(id="data").string)["places"][0][1] == bad


def test_a_grid_of_tiles_becomes_style(months, county):
    assert ".t-610902110{grid-area:2/3}" in index_page(months, county, {"610902110": (2, 3)})


def test_no_file_of_tiles_is_no_fault(tmp_path):
    assert read_tiles(tmp_path / "tiles.csv") == {}


def test_faults_of_the_tiles_are_told_at_once(tmp_path):
    path = tmp_path / "tiles.csv"
    path.write_text("place_code,row,column\n610902110,1,1\n610902111,1,1\n610902111,0,x\n", encoding="utf-8")
    with pytest.raises(HanbinError) as caught:
        read_tiles(path)
    assert caught.value.code == "HB-PAR-008"
    assert [line.split("：", 1)[1] for line in caught.value.message.splitlines()] == [
        "第4行：row 应为1至40的整数", "第4行：column 应为1至40的整数", "第4行：代码重复", "第3行：位置重复"
    ]  # fmt: skip
