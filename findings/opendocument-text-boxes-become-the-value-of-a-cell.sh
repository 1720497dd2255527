#!/usr/bin/env bash
# A text box, stamp or arrow that is drawn over a sheet in LibreOffice is anchored to a cell and kept inside of it in the
# .ods (ODF 1.3, 9.1.4: shapes are allowed in table-cell), with text of its own. Readers take that for the cell's text.
#
# Over the cell 甲某 lies a box that says 核对过, over an empty cell one that says 待补. pandas 3.1.1 (odfpy) reads the name
# 甲某核对过, python-calamine 0.9.1 has it on two lines. A cell with a number keeps its number, an empty one stays empty.
# Notes on cells, which lie there as well, are left out by both.
#
# Seen: 甲某核对过    甲某\n核对过
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    odfpy==1.4.1 pandas==3.1.1 numpy==2.4.6 python-calamine==0.9.1
cd "$work"
env/bin/python -W ignore - << 'PYTHON' | tee seen
import pandas as pd
from odf.draw import CustomShape
from odf.office import Annotation
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P
from python_calamine import CalamineWorkbook

document = OpenDocumentSpreadsheet()
table = Table(name="S")


def holding(element, text):
    element.addElement(P(text=text))
    return element


def box(text):
    return holding(CustomShape(width="2cm", height="1cm", x="0cm", y="0cm"), text)


def cell(value="", *above):
    kind = {"valuetype": "float", "value": str(value)} if isinstance(value, int) else {"valuetype": "string"} if value else {}
    made = TableCell(**kind)
    if value != "":
        made.addElement(P(text=str(value)))
    for part in above:
        made.addElement(part)
    return made


for cells in (
    (cell("name"), cell("persons"), cell("remark")),
    (cell("甲某", box("核对过")), cell(5, box("数错")), cell("", box("待补"))),
    (cell("乙某", holding(Annotation(), "批注")), cell(4), cell("无")),
):
    row = TableRow()
    for one in cells:
        row.addElement(one)
    table.addElement(row)
document.spreadsheet.addElement(table)
document.save("a.ods")

print("pandas   ", pd.read_excel("a.ods", engine="odf").fillna("").values.tolist())
print("calamine ", CalamineWorkbook.from_path("a.ods").get_sheet_by_index(0).to_python()[1:])
PYTHON
diff seen - << 'SEEN'
pandas    [['甲某核对过', 5, ''], ['乙某', 4, '无']]
calamine  [['甲某\n核对过', 5.0, ''], ['乙某', 4.0, '无']]
SEEN
