"""Workbooks that would unpack to more than they hold are refused before a reader opens them."""

import resource
import struct
import subprocess
import sys
import zipfile

import pytest

from hanbin_lib.ingest import xlsx
from hanbin_lib.ingest.containers import Container, HostileFileError

PREFIXED = """<x:worksheet xmlns:x="x"><x:sheetData><x:row r="1"><x:c r="A1"/></x:row>
<x:row r="9999999"><x:c r="ZZZ9999999"/></x:row></x:sheetData></x:worksheet>"""
RELATIONS = {
    "_rels/.rels": ("officeDocument", "xl/workbook.xml"),
    "xl/_rels/workbook.xml.rels": ("worksheet", "worksheets/sheet1.xml"),
}
WORKBOOK = '<workbook><sheets><sheet name="S" sheetId="1" r:id="a"/></sheets></workbook>'
WORKBOOK = WORKBOOK.replace("<workbook>", '<workbook xmlns:r="r">')
HEAD = '<?xml version="1.0"?><worksheet><sheetData>'
FOOT = "</sheetData></worksheet>"


def _book(path, sheet, *, others=None):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
        for name, content in _parts(others or {}).items():
            archive.writestr(name, content)
    return path


def _parts(others):
    relations = {
        name: f'<Relationships><Relationship Id="a" Type="x/{kind}" Target="{target}"/></Relationships>'
        for name, (kind, target) in RELATIONS.items()
    }
    if "xl/sharedStrings.xml" in others:
        shared = '<Relationship Id="b" Type="x/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
        book = "xl/_rels/workbook.xml.rels"
        relations[book] = relations[book].replace("</Relationships>", shared)
    return {"xl/workbook.xml": WORKBOOK} | relations | others


def check_container(path):
    return xlsx.read_xlsx(Container(path.read_bytes()), path.name)


def _rows(cells):
    return HEAD + "".join(f'<row r="{n}">{row}</row>' for n, row in enumerate(cells, 1)) + FOOT


def test_a_sound_workbook_passes(tmp_path):
    cells = [f'<c r="A{n}" t="s"><v>1</v></c><c r="CV{n}"/>' for n in range(1, 20_001)]
    cells = [cell.replace('t="s"', "") for cell in cells]
    (grid,) = check_container(_book(tmp_path / "a.xlsx", _rows(cells)))
    assert (grid.height, grid.row(19_999)[0]) == (20_000, "1")


@pytest.mark.parametrize(
    "sheet",
    [
        _rows(['<c r="A1"/>', '<c r="XFD2"/>']).replace('r="2"', 'r="1048576"').replace("XFD2", "XFD1048576"),
        _rows(['<c r="XFD1"/>', '<c r="A2"/>']).replace('r="2"', 'r="1048576"').replace("A2", "A1048576"),
        PREFIXED,
    ],
)
def test_a_sheet_that_is_almost_all_void(tmp_path, sheet):
    with pytest.raises(HostileFileError, match="范围太大"):
        check_container(_book(tmp_path / "a.xlsx", sheet))


@pytest.mark.parametrize("cell", ["<c><v>1</v></c>", '<c t="n"><v>1</v></c>', "<x:c><x:v>1</x:v></x:c>"])
def test_cells_without_a_place_stand_behind_one_another(tmp_path, cell):
    head = HEAD.replace("<worksheet>", '<worksheet xmlns:x="x">')
    sheet = f"{head}<row>{cell}{cell}</row><row>{cell}</row>{FOOT}"
    (grid,) = check_container(_book(tmp_path / "a.xlsx", sheet))
    assert [grid.row(0), grid.row(1)] == [["1", "1"], ["1", None]]


@pytest.mark.parametrize("bomb", ['<!DOCTYPE a [<!ENTITY b "c">]>', '<!ENTITY % x SYSTEM "file:///etc/x">'])
@pytest.mark.parametrize("name", ["xl/sharedStrings.xml", "xl/workbook.xml", "_rels/.rels"])
def test_entities(tmp_path, bomb, name):
    with pytest.raises(HostileFileError, match="实体"):
        check_container(_book(tmp_path / "a.xlsx", _rows([""]), others={name: bomb + "<a>&b;</a>"}))


def test_an_entity_cut_by_the_edge_of_a_piece(tmp_path):
    """Wherever the piece ends, the declaration is seen."""
    for length in range((1 << 20) - 12, (1 << 20) + 2, 3):
        path = _book(tmp_path / "a.xlsx", "<a>" + "x" * (length - 3) + '<!ENTITY b "c">')
        with pytest.raises(HostileFileError, match="实体"):
            check_container(path)


def test_what_unpacks_to_gigabytes_is_refused_early_and_in_little_memory(tmp_path):
    """In a process of its own with 700 MB, and again with a header that says 10 bytes."""
    honest = tmp_path / "a.xlsx"
    with zipfile.ZipFile(honest, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _parts({}).items():
            archive.writestr(name, content)
    with (
        zipfile.ZipFile(honest, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as member,
    ):
        for _ in range(200):
            member.write(b"<c>" * (1 << 18))
    lying = tmp_path / "b.xlsx"
    content = bytearray(honest.read_bytes())
    directory = content.rfind(b"PK\x01\x02")
    content[directory + 24 : directory + 28] = struct.pack("<I", 10)
    lying.write_bytes(content)
    for path in (honest, lying):
        with pytest.raises(HostileFileError, match="解压"):
            check_container(path)
    program = (
        "from pathlib import Path; from hanbin_lib.ingest.exports import read_grids; "
        f"read_grids(Path({str(honest)!r}))"
    )
    limit = lambda: resource.setrlimit(resource.RLIMIT_DATA, (700 << 20, 700 << 20))  # noqa: E731
    done = subprocess.run(
        [sys.executable, "-c", program], preexec_fn=limit, capture_output=True, text=True, check=False
    )
    assert "UnreadableFileError: 解压后大得不合常理" in done.stderr


def test_too_many_parts(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        for number in range(4_001):
            archive.writestr(str(number), b"")
    with pytest.raises(HostileFileError, match="部件"):
        check_container(tmp_path / "a.xlsx")


def test_damage_is_damage(tmp_path):
    path = _book(tmp_path / "a.xlsx", _rows(['<c r="A1"/>'] * 500))
    content = bytearray(path.read_bytes())
    content[26:28] = b"\xff\xff"  # the name of the first part runs over the end
    path.write_bytes(content)
    with pytest.raises(zipfile.BadZipFile, match="cut off"):
        check_container(path)


def test_the_process_that_reads_an_old_file_loads_no_pandas():
    """Half a second of every .xls: it runs once a file."""
    program = "import sys, hanbin_lib.ingest.old_excel; sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
