#!/usr/bin/env bash
# Two small readers of .xlsx and the number formats that Chinese offices use. Excel shows 5408 under [DBNum1][$-804]General
# in Chinese numerals, under 0"户 (d)" as 5408户 (d), and 44834 under yyyy"年"m"月" as 2022年9月.
#
# pylightxl 1.61 takes every format with a d in it, be it in a word in quotes or in [DBNum1], for a date: the number of
# households 5408 arrives as the text 1914/10/21. xlsx2csv 0.8.6 writes a date as the format says, its quotation marks
# as part of the text and the month with a nought: 2022"年"09"月", and one under [DBNum1] as the bare number 44834.
#
# Seen: as below; python-calamine 0.9.1: 5408, 5408, 2022-09-30, 2022-09-30
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    XlsxWriter==3.3.1 pylightxl==1.61 xlsx2csv==0.8.6 python-calamine==0.9.1
cd "$work"
env/bin/python -W ignore - << 'PYTHON' | tee seen
import csv
import io

import pylightxl
import xlsxwriter
from python_calamine import CalamineWorkbook
from xlsx2csv import Xlsx2csv

formats = {
    "[DBNum1][$-804]General": 5408,
    '0"户 (d)"': 5408,
    'yyyy"年"m"月"': 44834,
    '[DBNum1][$-804]yyyy"年"m"月"': 44834,
}
book = xlsxwriter.Workbook("a.xlsx")
sheet = book.add_worksheet("S")
for row, (code, number) in enumerate(formats.items()):
    sheet.write_number(row, 0, number, book.add_format({"num_format": code}))
book.close()
written = io.StringIO()
Xlsx2csv("a.xlsx").convert(written)
print("pylightxl ", *pylightxl.readxl("a.xlsx").ws("S").col(1))
print("xlsx2csv  ", *(row[0] for row in csv.reader(io.StringIO(written.getvalue()))))
cells = (row[0] for row in CalamineWorkbook.from_path("a.xlsx").get_sheet_by_index(0).to_python())
print("calamine  ", *(f"{cell:g}" if isinstance(cell, float) else cell for cell in cells))
PYTHON
diff seen - << 'SEEN'
pylightxl  1914/10/21 1914/10/21 2022/09/30 2022/09/30
xlsx2csv   5408 0"户 (21)" 2022"年"09"月" 44834
calamine   5408 5408 2022-09-30 2022-09-30
SEEN
