#!/usr/bin/env bash
# A cell that shows #N/A or #DIV/0! is read as empty by the fastest readers, so that a failed lookup and a blank cell
# are the same thing to whoever counts. Seen, the cells "#N/A", blank, 3:
#   python-calamine 0.9.1    ['', '', 3.0]      (openpyxl 3.1.5: '#N/A', None, 3)
#   fastexcel 0.21.0         [None, None, '3']; only to_arrow_with_errors() tells
# The script fails when one of them changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q XlsxWriter==3.3.1 fastexcel==0.21.0 pyarrow==26.0.1 python-calamine==0.9.1 openpyxl==3.1.5
"$folder/venv/bin/python" - "$folder/a.xlsx" <<'PY'
import sys
import fastexcel, openpyxl, python_calamine, xlsxwriter

path = sys.argv[1]
book = xlsxwriter.Workbook(path)
sheet = book.add_worksheet()
sheet.write_formula(0, 0, "=NA()", None, "#N/A")
sheet.write(1, 1, "x")
sheet.write(2, 0, 3)
book.close()
calamine = [row[0] for row in python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()]
sheet = fastexcel.read_excel(path).load_sheet(0, header_row=None, dtypes="string")
fast = sheet.to_arrow().column(0).to_pylist()
_, errors = sheet.to_arrow_with_errors()
other = [row[0].value for row in openpyxl.load_workbook(path, data_only=True).active.iter_rows()]
print(calamine, fast, errors, other)
assert calamine == ["", "", 3.0], calamine
assert fast == [None, None, "3"], fast
assert errors is not None
assert other == ["#N/A", None, 3], other
PY
