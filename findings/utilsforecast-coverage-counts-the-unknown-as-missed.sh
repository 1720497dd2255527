#!/usr/bin/env bash
# utilsforecast 0.2.17: `coverage` counts a value that is not known yet as one outside of the interval.
#
# Four places have a forecast with a 95 % interval; one of them has not reported. The three that have lie within. `mae`
# and the other errors pass over the row without a value; `coverage`, in the same call of `evaluate` over the same
# table, divides by four. Every report that is missing makes the intervals look too narrow; `calibration` does the same.
#
# Seen: mae 1.0, coverage of 95 % 0.75, calibration 0.75    without the row: 1.0, 1.0 and 1.0
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --no-compile --disable-pip-version-check utilsforecast==0.2.17 numpy==2.4.6 pandas==3.1.1
cd "$work"
env/bin/python -W ignore - << 'PYTHON' | tee seen
import pandas as pd
from utilsforecast.evaluation import evaluate
from utilsforecast.losses import calibration, coverage, mae

table = pd.DataFrame({"unique_id": "county", "ds": range(4), "y": [9.0, 11.0, 11.0, None], "model": 10.0})
table["model-lo-95"], table["model-hi-95"] = 5.0, 15.0
for rows in (table, table.dropna()):
    found = evaluate(rows, metrics=[mae, coverage], level=[95])
    print(*found["model"], *calibration(rows, {"model": "model-hi-95"})["model"])
PYTHON
diff seen - << 'SEEN'
1.0 0.75 0.75
1.0 1.0 1.0
SEEN
