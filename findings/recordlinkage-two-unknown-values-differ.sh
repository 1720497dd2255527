#!/usr/bin/env bash
# recordlinkage 0.16, with which lists of households of two bureaus are matched: what is unknown counts as different.
#
# exact and string compare an empty cell as 0, as two values that differ: a pair whose birthday is missing on one side scores as
# one whose birthdays contradict each other, and falls below the threshold with it. Two empty cells differ as well. NaN
# would be expected ("unknown"), which each method gives only where it is asked for by missing_value=float("nan").
#
# Seen (exact): same 1, other 0, unknown on one side 0, on both 0; with missing_value NaN for the last two
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --no-compile --disable-pip-version-check recordlinkage==0.16 pandas==2.3.3 numpy==2.3.5
env/bin/python -W ignore - << 'PYTHON' | tee seen
import pandas as pd
import recordlinkage

ours = pd.DataFrame({"village": ["中成村"] * 4, "born": ["1980-01-01", "1980-01-01", None, None]})
theirs = pd.DataFrame({"village": ["中成村"] * 4, "born": ["1980-01-01", "1991-05-05", "1980-01-01", None]})
pairs = pd.MultiIndex.from_tuples([(row, row) for row in range(4)])
for options in ({}, {"missing_value": float("nan")}):
    compare = recordlinkage.Compare()
    compare.exact("born", "born", label="exact", **options)
    compare.string("born", "born", label="string", **options)
    print(compare.compute(pairs, ours, theirs).round(1).T.to_string(header=False))
PYTHON
diff seen - << 'SEEN'
exact   1.0  0.0  0.0  0.0
string  1.0  0.6  0.0  0.0
exact   1.0  0.0 NaN NaN
string  1.0  0.6 NaN NaN
SEEN
