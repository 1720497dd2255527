#!/usr/bin/env bash
# A workbook saved as a web page by LibreOffice 7.4 keeps the note on a cell (批注) inside of the cell, as an element
# "comment" that only its style sheet hides. Whoever reads the page as a table has the note in front of the value:
# pandas 3.1.1 (read_html) gives "核对过 甲某" for the name 甲某, and a column of numbers with one note is a column of text.
# Seen: 核对过 甲某 | 乙某 | 数错了 5 | 4    numeric: False
# The script fails when that changes. It needs soffice (libreoffice-calc).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q XlsxWriter==3.3.1 pandas==3.1.1 numpy==2.4.6 lxml==6.1.3
cd "$folder"
venv/bin/python - <<'PY'
import xlsxwriter

book = xlsxwriter.Workbook("a.xlsx")
sheet = book.add_worksheet()
for row, cells in enumerate((("户主", "人数"), ("甲某", 5), ("乙某", 4))):
    sheet.write_row(row, 0, cells)
sheet.write_comment("A2", "核对过")
sheet.write_comment("B2", "数错了")
book.close()
PY
soffice "-env:UserInstallation=file://$folder/profile" --headless --convert-to html a.xlsx >/dev/null 2>&1
venv/bin/python - <<'PY' | tee seen
import pandas as pd

table = pd.read_html("a.html", header=0)[0]
print(*(" ".join(str(value).split()) for value in (*table["户主"], *table["人数"])), sep=" | ")
print(pd.api.types.is_numeric_dtype(table["人数"]))
PY
diff seen - <<'SEEN'
核对过 甲某 | 乙某 | 数错了 5 | 4
False
SEEN
