#!/usr/bin/env bash
# ipfn 1.4.4: raking (iterative proportional fitting) to margins that it cannot meet returns the flag of convergence.
#
# The flag is 1 for "converged" and 0 at the limit of iterations. It is 1 as well when the criterion no longer changes
# but stands far from the margins: where two margins have different totals (the result then has that of the margin named
# last), and where a town with a target of its own has nobody in the sample (its ten persons are left out).
# A margin of a place that the table does not hold is left out as well, with the same flag.
#
# Seen: margins of 30 and 40 persons: flag 1, 40 persons; in the other order 30 persons
#       a town of nobody: flag 1, rows 0 and 30 where 10 and 20 were asked for
#       a place that is not in the table: flag 1, 30 of 35 persons
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --no-compile --disable-pip-version-check ipfn==1.4.4 numpy==2.4.6 pandas==3.1.1
cd "$work"
env/bin/python -W ignore - << 'PYTHON' | grep -v "^ipfn converged" | tee seen
import numpy as np
import pandas as pd
from ipfn.ipfn import ipfn


def raked(table, margins, over):
    made, flag, _ = ipfn(table, margins, over, verbose=2).iteration()
    return made, flag


sample, empty = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[0.0, 0.0], [3.0, 4.0]])
towns, sexes, more = np.array([10.0, 20.0]), np.array([15.0, 15.0]), np.array([20.0, 20.0])
made, flag = raked(sample.copy(), [towns, more], [[0], [1]])
print(f"30 then 40: flag {flag}, {made.sum():.0f} persons")
made, flag = raked(sample.copy(), [more, towns], [[1], [0]])
print(f"40 then 30: flag {flag}, {made.sum():.0f} persons")
made, flag = raked(empty, [towns, sexes], [[0], [1]])
print(f"a town of nobody: flag {flag}, rows", *made.sum(axis=1).round(6))
rows = pd.DataFrame({"town": list("AABB"), "sex": list("fmfm"), "total": sample.ravel()})
asked = [pd.Series([10.0, 20.0, 5.0], pd.Index(list("ABC"), name="town")), pd.Series(sexes, pd.Index(list("fm"), name="sex"))]
made, flag = raked(rows, asked, [["town"], ["sex"]])
print(f"a place that is not there: flag {flag}, {made['total'].sum():.0f} of {asked[0].sum():.0f} persons")
PYTHON
diff seen - << 'SEEN'
30 then 40: flag 1, 40 persons
40 then 30: flag 1, 30 persons
a town of nobody: flag 1, rows 0.0 30.0
a place that is not there: flag 1, 30 of 35 persons
SEEN
