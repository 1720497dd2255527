#!/usr/bin/env bash
# mpitb 0.2 (multidimensional poverty): a household with one indicator unknown is counted as not poor.
#
# Three dimensions of equal weight, poor is who lacks half of them. Four households: one lacks two dimensions, one lacks
# the same two and its third is not on record, two lack none. The second is poor whatever the third is. Its score is not
# a number, no number is above the line, so it stays in the denominator as not poor: the share of the poor is 1/4. Both
# known answers differ: without the household 1/3, with it 1/2. The rate of each single indicator leaves unknowns out.
#
# At the line itself the sums of the weights decide: with ten indicators of weight 0.1 who lacks eight is not poor at 80 %,
# and who lacks all ten is not poor at 100 % (the sum is 0.9999999999999999).
#
# Seen: H 0.25, M0 0.167    the same with the third dimension on record as 0: H 0.5, M0 0.333    without the row: H 0.333
#       ten of ten at 100 %: H 0.0
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --no-compile --disable-pip-version-check mpitb==0.2 numpy==2.4.6 pandas==3.1.1 scipy==1.17.1
cd "$work"
env/bin/python -W error::UserWarning - << 'PYTHON' | tee seen
import pandas as pd
from mpitb import MPIToolbox

table = pd.DataFrame({"health": [1.0, 1, 0, 0], "school": [1.0, 1, 0, 0], "house": [0, None, 0, 0]})
toolbox = MPIToolbox()
toolbox.set("three", dimensions=[([name], name) for name in table])
for rows in (table, table.fillna(0), table.dropna()):
    found = {one["measure"]: one["b"] for one in toolbox.est(rows.copy(), "three", klist=[50])[:3]}
    print(*(f"{name} {found[name]:.3f}" for name in ("H", "M0")))
ten = [f"i{number}" for number in range(10)]
toolbox.set("ten", dimensions=[([name], name) for name in ten])
for lacked in (5, 8, 10):
    row = pd.DataFrame([[1] * lacked + [0] * (10 - lacked)], columns=ten)
    print(f"lacks {lacked} of 10, line {lacked * 10}: H", toolbox.est(row, "ten", klist=[lacked * 10])[0]["b"])
PYTHON
diff seen - << 'SEEN'
H 0.250 M0 0.167
H 0.500 M0 0.333
H 0.333 M0 0.222
lacks 5 of 10, line 50: H 1.0
lacks 8 of 10, line 80: H 0.0
lacks 10 of 10, line 100: H 0.0
SEEN
