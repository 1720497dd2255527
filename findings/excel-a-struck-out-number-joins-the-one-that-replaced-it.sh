#!/usr/bin/env bash
# Whoever keeps a ledger by hand strikes a number out and writes the new one behind it in the same cell, or sets the mark of a
# footnote above the line: rich text, whose runs have fonts of their own (ECMA-376, 18.4.4 rPr: strike, vertAlign). Readers join the
# runs. 12 struck out before 15 is 1215, and 12 with a raised 2 is 122: texts of digits alone, that a column of numbers takes in.
#
# pandas 3.1.1 with openpyxl 3.1.5 and with python-calamine 0.9.1, and tablib 3.9.0 say so without
# a word; openpyxl has the runs where it is asked for them (rich_text=True), and pandas does not ask. LibreOffice keeps both in
# .xls and .ods, and writes 1215 and 122 into a .csv and into a web page, which has <s> and <sup> for them.
#
# Seen: as below. The script fails when that changes. It needs soffice (libreoffice-calc).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    XlsxWriter==3.3.1 pandas==3.1.1 openpyxl==3.1.5 python-calamine==0.9.1 tablib==3.9.0
cd "$work"
env/bin/python - << 'PYTHON'
import xlsxwriter

book = xlsxwriter.Workbook("a.xlsx")
sheet = book.add_worksheet("S")
struck, raised = book.add_format({"font_strikeout": True}), book.add_format({"font_script": 1})
sheet.write_string(0, 0, "persons")
sheet.write_rich_string(1, 0, struck, "12", "15")
sheet.write_rich_string(2, 0, "12", raised, "2")
book.close()
PYTHON
for form in csv html; do
    soffice "-env:UserInstallation=file://$work/profile" --headless --convert-to "$form" a.xlsx > /dev/null 2>&1
done
env/bin/python -W ignore - << 'PYTHON' | tee seen
import re
from pathlib import Path

import openpyxl
import pandas as pd
import tablib

for engine in ("openpyxl", "calamine"):
    cells = pd.read_excel("a.xlsx", engine=engine)["persons"]
    print(engine, *cells, *pd.to_numeric(cells))
print("tablib", *(row[0] for row in tablib.Dataset().load(open("a.xlsx", "rb").read(), format="xlsx")))
runs = openpyxl.load_workbook("a.xlsx", rich_text=True)["S"]
print("asked", *([(str(part), bool(getattr(part, "font", None) and part.font.strike)) for part in runs[f"A{n}"].value][0] for n in (2, 3)))
print("csv", *Path("a.csv").read_text().split()[1:])
print("page", *re.findall(r">(\d+)<", Path("a.html").read_text()))
PYTHON
diff seen - << 'SEEN'
openpyxl 1215 122 1215 122
calamine 1215 122 1215 122
tablib 1215 122
asked ('12', True) ('12', False)
csv 1215 122
page 1215 122
SEEN
