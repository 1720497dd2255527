#!/usr/bin/env bash
# xlsx2csv 0.8.6: dates as Chinese offices format them come out with quotation marks in them, or as 44834.
#
# In yyyy"年"m"月" the quotation marks say that 年 is plain text: Excel, LibreOffice and SheetJS show 2022年9月. xlsx2csv
# knows that it is a date and keeps the marks, which no program reads as a month. Under [DBNum1] (Chinese numerals) the
# same day is its serial number. Exit code 0, no warning.
#
# Seen: 2022"年"09"月"    2022"年"09"月"30"日"    44834    2022-09-30 (of yyyy-mm-dd)
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --no-compile --disable-pip-version-check xlsx2csv==0.8.6 XlsxWriter==3.3.1
env/bin/python - << 'PYTHON'
import xlsxwriter

book = xlsxwriter.Workbook("a.xlsx")
sheet = book.add_worksheet()
for row, form in enumerate(('yyyy"年"m"月"', 'yyyy"年"m"月"d"日"', '[DBNum1][$-804]yyyy"年"m"月"', "yyyy-mm-dd")):
    sheet.write_number(row, 0, 44834, book.add_format({"num_format": form}))
book.close()
PYTHON
env/bin/xlsx2csv a.xlsx a.csv
env/bin/python -c 'import csv; print(*(row[0] for row in csv.reader(open("a.csv", encoding="utf-8"))), sep="\n")' | tee seen
diff seen - << 'SEEN'
2022"年"09"月"
2022"年"09"月"30"日"
44834
2022-09-30
SEEN
