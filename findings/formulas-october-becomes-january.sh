#!/usr/bin/env bash
# formulas 1.3.4, which calculates workbooks without Excel: TEXT(DATE(2022,10,12),"yyyy年m月") is 2022年1月.
#
# Headings of monthly sheets are built with TEXT. Written without a leading nought, m and d lose one at their end: October is
# month 1, the 30th of September the 3rd, the 20th the 2nd. mm and dd are right. VALUE of a count with its separator,
# "5,408", is 149141: what is no plain number is read as a date, May of a year 408 after 1900. No error and no warning.
# LibreOffice 7.4 gives 2022年10月, 2022年9月30日 and 5408; pycel 1.0b30 the same dates, and an error for the count.
#
# Seen: 2022年1月  2022年9月3日  2022年09月30日  149141
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    formulas==1.3.4 pycel==1.0b30 openpyxl==3.1.5 numpy==2.4.6
cd "$work"
env/bin/python -W ignore - 2> /dev/null << 'PYTHON' | tee seen
import formulas
import openpyxl
from pycel import ExcelCompiler

book = openpyxl.Workbook()
sheet = book.active
sheet.title = "S"
cells = (
    'TEXT(DATE(2022,10,12),"yyyy年m月")',
    'TEXT(DATE(2022,9,30),"yyyy年m月d日")',
    'TEXT(DATE(2022,9,30),"yyyy年mm月dd日")',
    'VALUE("5,408")',
)
for row, formula in enumerate(cells, 1):
    sheet.cell(row, 1, f"={formula}")
book.save("a.xlsx")
solved = formulas.ExcelModel().loads("a.xlsx").finish().calculate()
by_formulas = {str(key).rsplit("!", 1)[-1]: value.value[0, 0] for key, value in solved.items() if "!A" in str(key)}
compiler = ExcelCompiler("a.xlsx")
for row in range(1, len(cells) + 1):
    print("formulas", by_formulas[f"A{row}"], "pycel", compiler.evaluate(f"S!A{row}"))
PYTHON
diff seen - << 'SEEN'
formulas 2022年1月 pycel 2022年10月
formulas 2022年9月3日 pycel 2022年9月30日
formulas 2022年09月30日 pycel 2022年09月30日
formulas 149141.0 pycel #VALUE!
SEEN
