#!/usr/bin/env bash
# Number formats 27-36 and 50-58 of ECMA-376 (18.8.30) are dates in the Chinese edition of Excel: 57 shows 44805 as
# 2022年9月, 31 as 2022年9月1日. The file names only the number, no format code. Seen, one and the same cell:
#   fastexcel 0.21.0         '44805', the serial number, as text or number
#   openpyxl 3.1.5           44805, is_date False
#   python-calamine 0.9.1    datetime.date(2022, 9, 1)
# fastexcel and python-calamine are both made of the Rust crate calamine. The script fails when one of them changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q XlsxWriter==3.3.1 fastexcel==0.21.0 pyarrow==26.0.1 python-calamine==0.9.1 openpyxl==3.1.5
"$folder/venv/bin/python" - "$folder/a.xlsx" <<'PY'
import datetime, sys
import fastexcel, openpyxl, python_calamine, xlsxwriter

path = sys.argv[1]
book = xlsxwriter.Workbook(path)
sheet = book.add_worksheet()
for row, number in enumerate((57, 31, 14)):
    sheet.write_number(row, 0, 44805, book.add_format({"num_format": number}))
book.close()
fast = fastexcel.read_excel(path).load_sheet(0, header_row=None, dtypes="string").to_arrow().column(0).to_pylist()
cells = [row[0] for row in openpyxl.load_workbook(path).active.iter_rows()]
calamine = [row[0] for row in python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()]
print(fast, [cell.value for cell in cells], calamine)
day = datetime.date(2022, 9, 1)
assert fast[:2] == ["44805", "44805"] and fast[2].startswith("2022-09-01"), fast
assert [cell.value for cell in cells[:2]] == [44805, 44805] and cells[2].is_date, cells
assert calamine == [day, day, day], calamine
PY
