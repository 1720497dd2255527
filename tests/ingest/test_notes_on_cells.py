"""A note on a cell (批注) is no part of what the cell holds, in whatever form the file keeps it."""

import io
import zipfile

import openpyxl
import pytest
from openpyxl.comments import Comment

from hanbin_lib.ingest.exports import grids_of
from hanbin_lib.ingest.grid import CellKind

ROWS = (("户主", "人数"), ("甲某", 5), ("乙某", 4))
NOTE = "核对过"
_SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"
_ODS = "urn:oasis:names:tc:opendocument:xmlns:"


def _xlsx(note):
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    for place in ("A2", "B2") if note else ():
        book.active[place].comment = Comment(note, "x")
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _cells(write):
    return "".join(
        "<row>" + "".join(write(value, n == 1) for value in row) + "</row>" for n, row in enumerate(ROWS)
    )


def _page(note):
    """As LibreOffice writes a sheet as a web page."""
    mark = f'<a class="comment-indicator"></a>\n<comment>{note}</comment>\n' if note else ""
    rows = _cells(lambda value, noted: f"<td>{mark if noted else ''}<font>{value}</font></td>")
    return f'<html><meta charset="utf-8"><table>{rows}</table></html>'.replace("row>", "tr>").encode()


def _xml_2003(note):
    """As Excel 2003 writes XML: the note has a Data of its own."""
    mark = (
        f'<Comment ss:Author="x"><ss:Data xmlns="http://www.w3.org/TR/REC-html40">{note}</ss:Data></Comment>'
    )

    def cell(value, noted):
        kind = "Number" if isinstance(value, int) else "String"
        return f'<Cell><Data ss:Type="{kind}">{value}</Data>{mark if noted and note else ""}</Cell>'

    table = f"<Table>{_cells(cell)}</Table>".replace("row>", "Row>")
    sheet = f'<Worksheet ss:Name="S">{table}</Worksheet>'
    return f'<?xml version="1.0"?><Workbook xmlns="{_SPREADSHEET}" xmlns:ss="{_SPREADSHEET}">{sheet}</Workbook>'.encode()


def _ods(note):
    return _ods_with(f"<office:annotation><text:p>{note}</text:p></office:annotation>" if note else "")


def _ods_with(mark, behind=""):
    def cell(value, noted):
        kind = f'float" office:value="{value}' if isinstance(value, int) else "string"
        inside = f"{mark if noted else ''}<text:p>{value}</text:p>{behind if noted else ''}"
        return f'<table:table-cell office:value-type="{kind}">{inside}</table:table-cell>'

    table = f'<table:table table:name="S">{_cells(cell)}</table:table>'.replace("row>", "table:table-row>")
    spaces = " ".join(f'xmlns:{name}="{_ODS}{name}:1.0"' for name in ("office", "table", "text"))
    spaces += f' xmlns:draw="{_ODS}drawing:1.0"'
    body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("content.xml", f"<office:document-content {spaces}>{body}</office:document-content>")
    return file.getvalue()


def _read(content):
    (grid,) = grids_of("a.xls", content)
    return [
        [
            (column.texts.to_pylist()[code], CellKind(0 if column.kinds is None else column.kinds[code]))
            for code in column.codes
        ]
        for column in grid.columns
    ]


@pytest.mark.parametrize("write", [_xlsx, _page, _xml_2003, _ods])
def test_a_note_changes_no_cell(write):
    noted = write(NOTE)
    names = _read(noted)[0]
    assert [text for text, _ in names] == ["户主", "甲某", "乙某"]
    assert _read(noted) == _read(write(""))
    assert noted != write("")


BOX = f"<draw:custom-shape><text:p>{NOTE}</text:p><text:p><text:s/></text:p></draw:custom-shape>"


@pytest.mark.parametrize(
    ("before", "behind"),
    [
        (BOX, ""),
        ("", BOX),
        (f"<draw:frame><draw:text-box>{BOX}</draw:text-box></draw:frame>", BOX),
        ("", f"<office:annotation><text:p>{NOTE}</text:p></office:annotation>"),
    ],
)
def test_what_is_drawn_over_a_cell_is_none_of_it(before, behind):
    assert _read(_ods_with(before, behind)) == _read(_ods(""))


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ("甲<text:tab/>乙", "甲 乙"),
        ("3<text:line-break/>4", "3\n4"),
        ('甲<text:s text:c="2"/>乙', "甲  乙"),
        (
            "<text:ruby><text:ruby-base>王</text:ruby-base><text:ruby-text>wáng</text:ruby-text></text:ruby>某",
            "王某",
        ),
    ],
)
def test_what_stands_within_a_paragraph(inside, text):
    assert _read(_ods_with(f"<text:p>{inside}</text:p>"))[0][1][0] == f"{text}\n甲某"
