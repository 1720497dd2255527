#!/usr/bin/env bash
# SheetJS (xlsx 0.18.5) reads a workbook with a percentage, a date and a hidden sheet and writes it as .xlsx and as .ods.
# In the .xlsx all three stay. In the .ods the percentage is office:value-type="float" 0.985 without a style (shows
# 0.985 instead of 98.5%), the date is the plain number 44805, and the hidden sheet shows. The script fails when that
# changes. Needs node and npm.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund xlsx@0.18.5 >/dev/null
node -e '
const X = require("xlsx");
const sheet = X.utils.aoa_to_sheet([[0.985], [44805]]);
sheet.A1.z = "0.0%"; sheet.A2.z = "yyyy/m/d";
const book = X.utils.book_new();
X.utils.book_append_sheet(book, sheet, "shown");
X.utils.book_append_sheet(book, X.utils.aoa_to_sheet([["old"]]), "hidden");
book.Workbook = {Sheets: [{Hidden: 0}, {Hidden: 1}]};
X.writeFile(book, "a.xlsx");
const again = X.readFile("a.xlsx", {cellNF: true});
if (again.Sheets.shown.A1.z !== "0.0%" || again.Workbook.Sheets[1].Hidden !== 1) throw "the .xlsx lost them too";
X.writeFile(again, "a.ods", {bookType: "ods"});
'
python3 - <<'PY'
import re, zipfile

content = zipfile.ZipFile("a.ods").read("content.xml").decode()
cells = re.findall(r"<table:table-cell[^>]*office:value[^>]*>", content)
print(cells)
assert any('value-type="float"' in cell and 'value="0.985"' in cell for cell in cells), cells
assert any('value-type="float"' in cell and 'value="44805"' in cell for cell in cells), cells
assert "percentage" not in content and 'table:display="false"' not in content
PY
