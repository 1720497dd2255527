#!/usr/bin/env bash
# A lookup that finds nothing gives 0, which a date format shows as 1900/1/0; offices hide it with a section for zero:
# [=0]"";yyyy/m/d. Excel shows 2022/9/30 by the second section, and nothing for 0.
# Seen: openpyxl 3.1.5 and python-calamine 0.9.1 look at the first section alone, which has no letter of a date in it:
#   44834 and 44834.0, the serial number, as number; the same date under yyyy/m/d;;"" is a date to both.
# A whole column of dates arrives as numbers from a sheet that shows dates. The script fails when one of them changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q XlsxWriter==3.3.1 python-calamine==0.9.1 openpyxl==3.1.5
"$folder/venv/bin/python" - "$folder/a.xlsx" <<'PY'
import datetime
import sys

import openpyxl
import python_calamine
import xlsxwriter

path = sys.argv[1]
book = xlsxwriter.Workbook(path)
sheet = book.add_worksheet()
for row, code in enumerate(('[=0]"";yyyy/m/d', 'yyyy/m/d;;""')):
    sheet.write_number(row, 0, 44834, book.add_format({"num_format": code}))
book.close()
cells = [row[0] for row in openpyxl.load_workbook(path).active.iter_rows()]
calamine = [row[0] for row in python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()]
print([(cell.value, cell.is_date) for cell in cells], calamine)
assert (cells[0].value, cells[0].is_date) == (44834, False), cells[0].value
assert (cells[1].value, cells[1].is_date) == (datetime.datetime(2022, 9, 30), True), cells[1].value
assert calamine == [44834.0, datetime.date(2022, 9, 30)] and isinstance(calamine[0], float), calamine
PY
