#!/usr/bin/env bash
# What is pasted into one cell from a table of a text often holds a tab: 5408⇥18392, households and persons. An .ods keeps it
# as an element of its own in the cell's paragraph, text:tab (ODF 1.3, 6.1.4), as it keeps runs of blanks in text:s.
#
# pandas 3.1.1 (odfpy 1.4.1) and python-calamine 0.9.1 read the runs of blanks and leave the tab out: 540818392, a text of
# digits that a column of numbers takes for one. ezodf 0.3.2 and pyexcel-ods3 0.6.1 have the tab, and so do both of the
# others in the same table saved as .xlsx. No error, no word.
#
# Seen: pandas, calamine 540818392 and 大河  镇    ezodf, pyexcel-ods3 5408⇥18392
# The script fails when that changes. It needs soffice (libreoffice-calc).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    XlsxWriter==3.3.1 pandas==3.1.1 odfpy==1.4.1 python-calamine==0.9.1 ezodf==0.3.2 pyexcel-ods3==0.6.1 lxml==6.1.3
cd "$work"
env/bin/python - << 'PYTHON'
import xlsxwriter

book = xlsxwriter.Workbook("a.xlsx")
sheet = book.add_worksheet("S")
for row, text in enumerate(("text", "5408\t18392", "大河  镇")):
    sheet.write_string(row, 0, text)
book.close()
PYTHON
soffice "-env:UserInstallation=file://$work/profile" --headless --convert-to ods a.xlsx > /dev/null 2>&1
env/bin/python -W ignore - << 'PYTHON' | tee seen
import ezodf
import pandas as pd
import pyexcel_ods3


def shown(name, cells):
    print(name, *(str(cell).replace("\t", "⇥") for cell in cells), sep="|")


shown("odfpy", pd.read_excel("a.ods", engine="odf")["text"])
shown("calamine", pd.read_excel("a.ods", engine="calamine")["text"])
shown("ezodf", [row[0].value for row in ezodf.opendoc("a.ods").sheets[0].rows()][1:3])
shown("pyexcel-ods3", [row[0] for row in pyexcel_ods3.get_data("a.ods")["S"] if row][1:])
shown("calamine, .xlsx", pd.read_excel("a.xlsx", engine="calamine")["text"])
print(pd.to_numeric(pd.read_excel("a.ods", engine="odf")["text"][:1]).tolist())
PYTHON
diff seen - << 'SEEN'
odfpy|540818392|大河  镇
calamine|540818392|大河  镇
ezodf|5408⇥18392|大河  镇
pyexcel-ods3|5408⇥18392|大河  镇
calamine, .xlsx|5408⇥18392|大河  镇
[540818392]
SEEN
