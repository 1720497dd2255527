#!/usr/bin/env bash
# lifelines 0.30.0: from 30 September to 30 September of the next year datetimes_to_durations counts 11 months, 0 years.
#
# Months and years are fixed lengths there (30.44 and 365.24 days), and what is begun is cut off. A period that ends on
# the day of the month on which it began therefore loses its last month, unless a 29 February lies in it; three months
# from the end of a year are two. A follow-up "after twelve months" never meets those who were entered a year ago.
#
# Seen: 2021-09-30 to 2022-09-30: 11 months, 0 years    2020-01-01 to 2021-01-01 (366 days): 12 months, 1 year
#       2021-12-31 to 2022-03-31: 2 months              2019-09-30 to 2022-09-30 (1096 days): 36 months, 3 years
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --no-compile --disable-pip-version-check lifelines==0.30.0 numpy==2.4.6 pandas==3.1.1
cd "$work"
env/bin/python -W error::UserWarning - << 'PYTHON' | tee seen
import pandas as pd
from lifelines.utils import datetimes_to_durations

begun = pd.to_datetime(["2021-09-30", "2021-12-31", "2020-01-01", "2019-09-30"])
ended = pd.to_datetime(["2022-09-30", "2022-03-31", "2021-01-01", "2022-09-30"])
for unit in ("M", "Y"):
    durations, _ = datetimes_to_durations(begun, ended, freq=unit)
    print(unit, *durations.astype(int))
PYTHON
diff seen - << 'SEEN'
M 11 2 12 36
Y 0 0 1 3
SEEN
