#!/usr/bin/env bash
# povertyInequalityMeasures 1.1.1: the Gini index of equal incomes is not 0, and one table has two indices.
#
# `get_gini` adds up the area under the Lorenz curve from the first row on instead of from the origin, so the triangle of
# the poorest row is missing. Nobody sees it in a survey of thousands of rows; in a table of groups with weights (towns,
# income fifths) it is the share of the poorest group times that group's share of income. The same persons, one row each,
# have another index. The poverty measures beside it write their working column into the caller's table.
#
# Seen: five equal fifths: 0.04    two towns of 900 and 100 persons, equal incomes: 0.81 or 0.01, by the order of rows
#       1000 equal persons: 0.0    columns after the poverty gap: income, persons, poverty_gap
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --no-compile --disable-pip-version-check povertyInequalityMeasures==1.1.1 numpy==2.4.6 pandas==3.1.1
cd "$work"
env/bin/python -W ignore - << 'PYTHON' | tee seen
import pandas as pd
from povertyInequalityMeasures import inequality, poverty


def gini(persons):
    table = pd.DataFrame({"income": [100.0] * len(persons), "persons": persons})
    return float(inequality.get_gini(table, "income", "persons"))


print("five equal fifths:", gini([20] * 5))
print("two towns:", gini([900, 100]), gini([100, 900]))
print("1000 persons:", gini([1] * 1000))
table = pd.DataFrame({"income": [80.0, 120.0], "persons": [1, 1]})
poverty.get_poverty_gap_index(100, table, "income", "persons")
print("columns:", *table.columns)
PYTHON
diff seen - << 'SEEN'
five equal fifths: 0.04
two towns: 0.81 0.01
1000 persons: 0.0
columns: income persons poverty_gap
SEEN
