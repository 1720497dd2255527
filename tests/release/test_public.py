"""The public edition: a folder of its own, no small count, no list, no notebook."""

import re
import shutil
from dataclasses import replace

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from support import MONTH

from hanbin_lib import audit
from hanbin_lib.indicators import NoteCode
from hanbin_lib.release import release_month
from hanbin_lib.release.excerpts import MOST_BYTES, read_message
from hanbin_lib.release.ledger import entries
from hanbin_lib.workspace import PUBLIC

pytestmark = pytest.mark.slow  # at two hundredths of a district nearly every count is small


@pytest.fixture(scope="module")
def public(demo_workspace, tmp_path_factory):
    root = tmp_path_factory.mktemp("public") / "workspace"
    shutil.copytree(demo_workspace.root, root)
    workspace = replace(demo_workspace, root=root, edition=PUBLIC)
    outcome = release_month(workspace, MONTH, ("610902", "610902110"))
    assert not outcome.failed
    return workspace, outcome.folder


def test_it_has_a_folder_of_its_own_without_internal_files(public):
    workspace, folder = public
    assert folder == workspace.root / "reports" / "public" / str(MONTH)
    endings = {path.suffix for path in folder.iterdir()}
    assert {".pdf", ".html", ".docx", ".xlsx", ".csv"} <= endings
    assert not {".ipynb", ".zip"} & endings
    assert not (workspace.root / "reports" / str(MONTH)).exists()


def test_the_county_has_a_page_of_text_for_the_public(public):
    """Five counts or more, none that is not in the public table, and nothing but page one's paragraph."""
    _, folder = public
    names = {path.name for path in folder.glob("*_公开稿.*")}
    assert names == {"610902_汉滨区_公开稿.html", "610902_汉滨区_公开稿.docx"}
    page = BeautifulSoup((folder / "610902_汉滨区_公开稿.html").read_text(encoding="utf-8"), "html.parser")
    counts = [one.get_text() for one in page.select("data")]
    assert len(counts) >= 5
    assert not page.select("table, svg")
    assert "演示数据" in page.get_text()


def test_the_message_says_nothing_that_the_public_table_has_not(public):
    workspace, folder = public
    told = read_message(workspace, MONTH, "610902")
    page = BeautifulSoup((folder / "610902_汉滨区_公开稿.html").read_text(encoding="utf-8"), "html.parser")
    assert told.summary in page.get_text()
    table = pd.read_csv(folder / "indicators.csv", dtype={"place_code": "str"})
    known = set(table.loc[table["place_code"].eq("610902"), "value"].dropna())
    counts = [float(one) for one in re.findall(r"(\d+)[户人]", told.summary)]
    assert len(counts) >= 5
    assert {one for one in counts if one not in known} <= {one for one in counts if -one in known}
    assert all(len(content) <= MOST_BYTES for content in told.files().values())
    assert "演示数据" in told.text


def test_its_figures_are_suppressed(public):
    _, folder = public
    table = pd.read_csv(folder / "indicators.csv", dtype={"place_code": "str"})
    counts = table[table["unit"].isin(["户", "人"]) & table["value"].notna()]
    assert not counts["value"].between(1, 2).any()
    assert table["note_code"].eq(NoteCode.SUPPRESSED).any()
    assert "不公布" in (folder / "610902110_流水镇.html").read_text(encoding="utf-8")


def test_no_household_code_leaves(public):
    workspace, folder = public
    stored = next((workspace.store / str(MONTH)).glob("*/monitored_households.parquet"))
    codes = pd.read_parquet(stored, columns=["household_code"])["household_code"]
    for path in (*folder.glob("*.html"), *folder.glob("*.csv")):
        text = path.read_text(encoding="utf-8")
        assert not [code for code in codes if code in text], path.name
    workbook = pd.read_excel(folder / "610902_汉滨区.xlsx", sheet_name=None, header=None, engine="calamine")
    cells = {str(cell) for sheet in workbook.values() for cell in sheet.to_numpy().ravel()}
    assert not cells & {"户编号", *codes}


def test_the_schedule_goes_by_the_internal_edition(public):
    workspace, _ = public
    assert [entry.month for entry in entries(workspace)] == [MONTH]
    assert entries(replace(workspace, edition="internal")) == []
    assert any(record.action == f"public-bulletin {MONTH}" for record in audit.records(workspace.audit))
