#!/usr/bin/env bash
# formulas 1.3.4 and xlcalculator 0.5.0 calculate workbooks without Excel. Exports keep many numbers as text (the green
# corner of a cell), and SUM over cells passes over text, in Excel as in LibreOffice: of the text 5 and the number 6 it
# is 6. Both libraries add the text up: a file that everybody saw with the total 6 is recalculated to 11. They differ on
# what else they take for a number: AVERAGE of the same cells is an error to formulas and 5.5 to xlcalculator.
# pycel 1.0b30 passes over text in all four.
#
# Seen: SUM, COUNT, AVERAGE, SUMPRODUCT of the text 5 and the number 6
#       formulas 11 2 #VALUE! 11    xlcalculator 11 1 5.5 11    pycel 6 1 6 6
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    formulas==1.3.4 xlcalculator==0.5.0 pycel==1.0b30 openpyxl==3.1.5
cd "$work"
env/bin/python -W ignore - 2> /dev/null << 'PYTHON' | tee seen
import formulas
import openpyxl
from pycel import ExcelCompiler
from xlcalculator import Evaluator, ModelCompiler

book = openpyxl.Workbook()
sheet = book.active
sheet.title = "S"
sheet["A1"], sheet["A2"] = "5", 6
for row, function in enumerate(("SUM", "COUNT", "AVERAGE", "SUMPRODUCT"), 1):
    sheet.cell(row, 2, f"={function}(A1:A2)")
book.save("a.xlsx")

solved = formulas.ExcelModel().loads("a.xlsx").finish().calculate()
by_formulas = {str(key).rsplit("!", 1)[-1]: value.value[0, 0] for key, value in solved.items() if "!B" in str(key)}
evaluator = Evaluator(ModelCompiler().read_and_parse_archive("a.xlsx"))
compiler = ExcelCompiler("a.xlsx")


def shown(value):
    return str(value) if str(value).startswith("#") else f"{float(value):g}"


print("formulas", *(shown(by_formulas[f"B{row}"]) for row in range(1, 5)))
print("xlcalculator", *(shown(evaluator.evaluate(f"S!B{row}")) for row in range(1, 5)))
print("pycel", *(shown(compiler.evaluate(f"S!B{row}")) for row in range(1, 5)))
PYTHON
diff seen - << 'SEEN'
formulas 11 2 #VALUE! 11
xlcalculator 11 1 5.5 11
pycel 6 1 6 6
SEEN
