#!/usr/bin/env bash
# statsforecast 2.0.3: AutoETS never tries a trend where a series has fewer than nine values, and says nothing.
#
# An income per head that grows 8 % a year, eight values on record: the forecast of the third year ahead is the last
# value, the 95 % interval reaches a third below it. With one value more the same series is forecast to grow on. Model
# "ZAZ", which asks for an additive trend, is refused for eight values ("tiny datasets"), "ZZZ" is cut down silently.
#
# Seen: 8 values: last 15526, third year ahead 15526, interval from 9815
#       9 values: last 16823, third year ahead 19582, interval from 17969
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --disable-pip-version-check statsforecast==2.0.3 numpy==2.4.6 pandas==3.1.1 numba==0.68.1
cd "$work"
env/bin/python -W ignore - << 'PYTHON' | tee seen
import numpy as np
from statsforecast.models import AutoETS

for count in (8, 9):
    years = np.arange(count)
    income = 9000 * 1.08**years * (1 + 0.01 * np.sin(years))
    made = AutoETS(season_length=1).forecast(y=income, h=3, level=[95])
    print(f"{count} values: last {income[-1]:.0f}, third year ahead {made['mean'][-1]:.0f}, "
          f"interval from {made['lo-95'][-1]:.0f}")
try:
    AutoETS(season_length=1, model="ZAZ").forecast(y=income[:8], h=3)
except NotImplementedError as refused:
    print("ZAZ:", refused)
PYTHON
grep -qxF "8 values: last 15526, third year ahead 15526, interval from 9815" seen
grep -qxE "9 values: last 16823, third year ahead 195[0-9]{2}, interval from 1[0-9]{4}" seen
grep -qxF "ZAZ: tiny datasets" seen
