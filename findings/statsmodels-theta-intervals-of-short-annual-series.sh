#!/usr/bin/env bash
# statsmodels 0.15.0: the 95 % prediction intervals of ThetaModel hold two of five values at five years ahead.
#
# Twelve annual values that grow by 5 a year with independent steps (standard deviation 3), 300 such series: the
# interval is that of exponential smoothing with the estimated gain, as if neither the gain nor the trend had been
# estimated from twelve values. One year ahead it holds three of four, five years ahead two of five.
#
# Seen: 1 year ahead 0.74, 3 years 0.58, 5 years 0.40
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --disable-pip-version-check statsmodels==0.15.0 numpy==2.4.6 scipy==1.17.1 pandas==3.1.1
cd "$work"
env/bin/python -W ignore - << 'PYTHON' | tee seen
import numpy as np
import pandas as pd
from statsmodels.tsa.forecasting.theta import ThetaModel

rng = np.random.default_rng(7)
held = np.zeros(5)
for _ in range(300):
    whole = 100 + np.cumsum(rng.normal(5, 3, 17))
    years = pd.period_range("2006", periods=12, freq="Y")
    made = ThetaModel(pd.Series(whole[:12], years), period=1, deseasonalize=False).fit()
    limits = made.prediction_intervals(5, alpha=0.05)
    held += (limits["lower"].to_numpy() <= whole[12:]) & (whole[12:] <= limits["upper"].to_numpy())
for ahead in (1, 3, 5):
    print(f"{ahead} years ahead: 95 % intervals hold {held[ahead - 1] / 300:.2f}")
PYTHON
grep -qE "^1 years ahead: 95 % intervals hold 0.7[0-9]$" seen
grep -qE "^3 years ahead: 95 % intervals hold 0.(5[5-9]|6[01])$" seen
grep -qE "^5 years ahead: 95 % intervals hold 0.(3[89]|4[01])$" seen
