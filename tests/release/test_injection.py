"""Names are data from the register to the last file: printed as text, or refused in Chinese."""

import zipfile
from pathlib import Path

import docx
import numpy as np
import openpyxl
import pandas as pd
import pikepdf
import pypdfium2
import pytest
from bs4 import BeautifulSoup
from support import MONTH, SCALE, import_into, new_workspace, word_text

from hanbin_demo.files import write_demo
from hanbin_lib.bulletin import open_bulletin
from hanbin_lib.bulletin.chapters.village_tasks import task_table
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.places import AreaRegister
from hanbin_lib.release import release_month

pytestmark = [pytest.mark.xdist_group("injection"), pytest.mark.usefixtures("kernel_parent")]
TOWN = "610902104"  # four of its villages have something to settle: the bulletin names them
# Each would leave this file, or the word 49, or a wide page, if anything took it for code.
MARKER = "hanbin-injected"
SHOWN = (
    "#set page(width: 9in)村",
    "<script>alert(1)</script>村",
    "{{ 7*7 }}村",
    f'"); import os; open("{MARKER}","w")#村',
    f"$(touch {MARKER})村",
    "甲*乙_丙`丁`村",
    "</data><img src=x onerror=alert(1)>村",
    "%s{0}\\n\\input村",
)
REFUSED = {
    '=HYPERLINK("http://x","y")': "开头",
    "@SUM(A1)": "开头",
    "\u202e村东": "控制字符",
    "东\x07村": "控制字符",
    "村" * 500: "超过",
    " ": "缺少名称",
}


def _rename(workspace, names, first=()):
    """Give the villages that the bulletin names, and then others, other names."""
    path = workspace.params / "areas.csv"
    areas = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    own = areas[areas["parent_code"].eq(TOWN)]
    villages = own.index[np.argsort(~own["place_name"].isin(first), kind="stable")][: len(names)]
    areas.loc[villages, "place_name"] = list(names)
    areas.to_csv(path, index=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory, demo_workspace):
    """A published town whose villages bear hostile names; first those that have something to settle."""
    workspace = new_workspace(tmp_path_factory.mktemp("injection"))
    listed = task_table(open_bulletin(str(MONTH), TOWN, workspace=demo_workspace))
    _rename(workspace, SHOWN, [row[0] for row in listed.rows])
    write_demo(workspace.root, AreaRegister.read(workspace.params / "areas.csv"), scale=SCALE)
    result = import_into(workspace, workspace.inbox(MONTH))
    assert result.snapshot is not None
    outcome = release_month(workspace, MONTH, (TOWN,))
    assert outcome.exit_code is ExitCode.OK, outcome.failed
    return outcome.folder


def _file(folder, ending):
    return next(folder.glob(f"{TOWN}_*镇{ending}"))


def _names_in(text):
    return {name for name in SHOWN if name in text}


def test_nothing_was_run(folder):
    roots = {Path.cwd(), folder, *folder.parents[1].rglob("*/")}
    assert [root for root in roots if (root / MARKER).exists()] == []


def test_the_page_shows_them_as_text(folder):
    page = BeautifulSoup(_file(folder, ".html").read_text(encoding="utf-8"), "html.parser")
    assert page.find_all("script", string=lambda text: "alert" in (text or "")) == []
    assert page.find_all("img", src="x") == []
    assert [tag for tag in page.find_all() if any(key.startswith("on") for key in tag.attrs)] == []
    assert _names_in(page.get_text()) == set(SHOWN)


@pytest.mark.parametrize(
    ("ending", "shown"),
    [
        (".pdf", ("#setpage(", "<script>", "{{7*7}}")),
        ("_附册.pdf", ("#setpage(", "<script>", "{{7*7}}")),
    ],
)
def test_the_pdf_shows_them_as_text(folder, ending, shown):
    path = _file(folder, ending)
    with pikepdf.open(path) as pdf:
        assert {tuple(round(float(x)) for x in page.mediabox) for page in pdf.pages} == {(0, 0, 595, 842)}
        assert not {"/JavaScript", "/EmbeddedFiles"} & set(pdf.Root.get("/Names", {}).keys())
        held = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary)]
        assert not [o for o in held if {"/JS", "/Launch", "/AA"} & set(o.keys())]
    document = pypdfium2.PdfDocument(path)
    text = "".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    joined = "".join(text.split())
    assert [text for text in shown if text not in joined] == []


def test_the_spreadsheet_shows_them_as_text(folder):
    path = _file(folder, ".xlsx")
    cells = [c for s in openpyxl.load_workbook(path) for row in s.iter_rows() for c in row]
    assert [c.coordinate for c in cells if c.data_type == "f"] == []
    assert _names_in("\n".join(str(c.value) for c in cells)) == set(SHOWN)
    with zipfile.ZipFile(path) as archive:
        assert not [n for n in archive.namelist() if "externalLink" in n or "vba" in n.lower()]


def test_the_word_edition_shows_them_as_text(folder):
    path = _file(folder, ".docx")
    document = docx.Document(path)
    assert [r.target_ref for r in document.part.rels.values() if r.is_external] == []
    with zipfile.ZipFile(path) as archive:
        assert "HYPERLINK" not in archive.read("word/document.xml").decode()
    # Word is of the bulletin, which names the villages that have something to settle.
    assert _names_in(word_text(document)) == set(SHOWN[:4])


@pytest.mark.parametrize(("name", "reason"), REFUSED.items(), ids=[f"{n[:6]!r}" for n in REFUSED])
def test_what_cannot_be_a_name_is_refused_before_anything_is_read(tmp_path, name, reason):
    workspace = new_workspace(tmp_path / "workspace")
    _rename(workspace, [name])
    with pytest.raises(HanbinError, match="HB-PAR-003") as refused:
        import_into(workspace, workspace.inbox(MONTH))
    assert reason in str(refused.value)
    assert name.strip() == "" or name not in str(refused.value)
    assert not workspace.store.exists()


def test_a_town_cannot_name_a_file_elsewhere(tmp_path):
    workspace = new_workspace(tmp_path / "workspace")
    path = workspace.params / "areas.csv"
    text = path.read_text(encoding="utf-8-sig")
    path.write_text(text.replace(f"{TOWN},五里镇", f"{TOWN},../../五里镇"), encoding="utf-8")
    with pytest.raises(HanbinError, match="文件名不能用的字符"):
        AreaRegister.read(path)
