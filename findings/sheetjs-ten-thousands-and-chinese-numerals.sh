#!/usr/bin/env bash
# Chinese offices show money in ten thousands by a format with a point between two digits as mere text, 0\.0,"万", and
# write 5408 in Chinese numerals under [DBNum1][$-804]General. Excel and LibreOffice show 4.5万 for 44834, 10.3万 for 103000.
#
# SheetJS (xlsx 0.18.5), with which pages preview workbooks and turn them into CSV, gives the text of each cell: .45万 and
# 1.03万, a tenth of both; and $5408 instead of Chinese numerals, with a dollar sign that no part of the format has. No
# error, exit code 0. A format in millions with a real point is right.
#
# Seen: .45万  1.03万  $5408  123.46百万    Needs node and npm.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --no-compile --disable-pip-version-check XlsxWriter==3.3.1
npm install --silent --no-audit --no-fund xlsx@0.18.5 > /dev/null
env/bin/python - << 'PYTHON'
import xlsxwriter

book = xlsxwriter.Workbook("a.xlsx")
sheet = book.add_worksheet()
cells = (('0\\.0,"万"', 44834), ('0\\.0,"万"', 103000), ("[DBNum1][$-804]General", 5408), ('0.00,,"百万"', 123456789))
for row, (code, number) in enumerate(cells):
    sheet.write_number(row, 0, number, book.add_format({"num_format": code}))
book.close()
PYTHON
node -e '
const X = require("xlsx");
const book = X.readFile("a.xlsx");
console.log(X.utils.sheet_to_csv(book.Sheets[book.SheetNames[0]]).trim());
' | tee seen
diff seen - << 'SEEN'
.45万
1.03万
$5408
123.46百万
SEEN
