#!/usr/bin/env bash
# Terms of a county's work list are formulas: EDATE(day, months) of the day a risk was found, DATEDIF(from, to, "m") of
# how long it is open. Calculated without Excel they come out otherwise, as numbers that look like dates.
#
# pycel 1.0b30: EDATE of the 31st runs over into the month after: one month after 31 January 2022 is 3 March; Excel,
# and EOMONTH of pycel itself, say 28 February. xlcalculator 0.5.0: EDATE is right, DATEDIF counts the months without
# their years: 31 January 2021 to 30 September 2022 are 11 months instead of 19.
#
# Seen: pycel EDATE 2022-03-03, EOMONTH 2022-02-28    xlcalculator EDATE 2022-02-28, DATEDIF 11
#       (LibreOffice 7.4 and formulas 1.3.4: 2022-02-28 and 19)
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    formulas==1.3.4 xlcalculator==0.5.0 pycel==1.0b30 openpyxl==3.1.5
cd "$work"
env/bin/python -W ignore - 2> /dev/null << 'PYTHON' | tee seen
import datetime

import formulas
import openpyxl
from pycel import ExcelCompiler
from xlcalculator import Evaluator, ModelCompiler

book = openpyxl.Workbook()
sheet = book.active
sheet.title = "S"
for row, formula in enumerate(
    ("EDATE(DATE(2022,1,31),1)", "EOMONTH(DATE(2022,1,31),1)", 'DATEDIF(DATE(2021,1,31),DATE(2022,9,30),"m")'), 1
):
    sheet.cell(row, 1, f"={formula}")
book.save("a.xlsx")


def day(serial):
    if hasattr(serial, "value"):
        serial = serial.value
    if isinstance(serial, datetime.datetime):
        return serial.date()
    return datetime.date(1899, 12, 30) + datetime.timedelta(days=int(serial))


solved = formulas.ExcelModel().loads("a.xlsx").finish().calculate()
by_formulas = {str(key).rsplit("!", 1)[-1]: value.value[0, 0] for key, value in solved.items() if "!A" in str(key)}
print("formulas", day(by_formulas["A1"]), day(by_formulas["A2"]), int(by_formulas["A3"]))
compiler = ExcelCompiler("a.xlsx")
print("pycel", day(compiler.evaluate("S!A1")), day(compiler.evaluate("S!A2")))
evaluator = Evaluator(ModelCompiler().read_and_parse_archive("a.xlsx"))
print("xlcalculator", day(evaluator.evaluate("S!A1")), int(evaluator.evaluate("S!A3")))
PYTHON
diff seen - << 'SEEN'
formulas 2022-02-28 2022-02-28 19
pycel 2022-03-03 2022-02-28
xlcalculator 2022-02-28 11
SEEN
