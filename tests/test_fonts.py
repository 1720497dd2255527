"""The installed faces: known, licensed, covering what names need."""

import hashlib
import subprocess
import sys

from fontTools.ttLib import TTFont

from hanbin_lib import fonts


def test_the_inventory_is_true():
    for face in fonts.faces():
        assert hashlib.sha256(face.path.read_bytes()).hexdigest() == face.sha256
        assert face.licence
        assert face.source


def test_what_the_faces_cover_is_what_another_library_reads():
    points = set()
    for face in fonts.faces():
        with TTFont(face.path, lazy=True) as font:
            points |= set(font.getBestCmap())
    assert fonts.covered() == points


def test_rare_name_characters_are_covered():
    assert fonts.missing("垚㛃旻晞堃赟龑㎡²½—“”‘’…①") == []


def test_what_no_face_has_is_named_once_in_order():
    assert fonts.missing("甲\ua66e乙🙂\ua66e") == ["\ua66e", "🙂"]


def test_every_village_name_is_covered(register):
    assert fonts.missing("".join(register.table["place_name"])) == []


# In a process of its own: the faces are read once a process.
_WITHOUT_APT = """
import pathlib, sys
from hanbin_lib import fonts
from hanbin_lib.fonts import install

target = pathlib.Path(sys.argv[1])
fonts.folder = install.folder = lambda: target
import os
os.environ["PATH"] = ""
install.install()
from hanbin_lib.display import Masthead, Paragraph
from hanbin_lib.params import Typography
from hanbin_lib.rendering import PdfExporter
import nbformat
typography = Typography(
    fangsong=("FandolFang R", "Noto Serif SC"), kaiti=("FandolKai", "Noto Serif SC"),
    headline=("FandolSong", "Noto Serif SC"), sans=("Noto Sans SC",),
    serif=("Libertinus Serif", "Noto Serif SC"))
head = Masthead("月报", "某局", "期", "日", "题", "草稿", "2022-09-30")
cells = []
for item in (head, Paragraph(("正文一二三。",))):
    cell = nbformat.v4.new_code_cell("x", execution_count=1)
    cell.outputs = [nbformat.v4.new_output("execute_result", data=item._repr_mimebundle_())]
    cells.append(cell)
pdf, _ = PdfExporter(typography=typography).from_notebook_node(nbformat.v4.new_notebook(cells=cells))
assert pdf.startswith(b"%PDF")
"""


def test_without_apt_the_page_still_prints_and_says_what_differs(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT_APT, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "由思源宋体代替" in done.stderr
