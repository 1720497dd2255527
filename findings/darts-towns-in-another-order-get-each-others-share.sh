#!/usr/bin/env bash
# darts 0.48.1: components of a series have names, and reconciliation and errors take them by their place.
#
# A county of two towns; 甲 had 4 to 9 of its 10 to 20, 乙 6 to 11. A forecast of 25 for the county is divided top-down by the
# shares of the years on record: 甲 10.83, 乙 14.17. Where the forecast's columns stand in another order (it comes from another
# table; its hierarchy says which town is whose), 乙 is given the share of 甲 and the other way about, under their right names.
# A forecast that is right for both towns has a mean absolute error of 2 in another order. No error, no warning;
# pandas, whose columns are named too, subtracts by name.
#
# Seen: 县 25 甲 10.83 乙 14.17    in another order 县 25 乙 10.83 甲 14.17    error of the same values 0.0, in another order 2.0
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    darts==0.48.1 numpy==2.4.6 pandas==2.3.3 scikit-learn==1.9.1 scipy==1.17.1
cd "$work"
env/bin/python -W error::UserWarning - << 'PYTHON' | tee seen
import numpy as np
import pandas as pd
from darts import TimeSeries, metrics
from darts.dataprocessing.transformers import TopDownReconciliator

TOWNS = {"甲": ["县"], "乙": ["县"]}
years = pd.date_range("2016-01-01", periods=6, freq="YS")
values = np.array([[10, 4, 6], [12, 5, 7], [14, 6, 8], [16, 7, 9], [18, 8, 10], [20, 9, 11]], dtype=float)
record = TimeSeries.from_times_and_values(years, values, columns=["县", "甲", "乙"], hierarchy=TOWNS)
divide = TopDownReconciliator().fit(record)
for columns, forecast in ((["县", "甲", "乙"], [25.0, 10, 12]), (["县", "乙", "甲"], [25.0, 12, 10])):
    next_year = pd.date_range("2022-01-01", periods=1, freq="YS")
    series = TimeSeries.from_times_and_values(next_year, np.array([forecast]), columns=columns, hierarchy=TOWNS)
    divided = divide.transform(series)
    print(*(f"{name} {value:.2f}" for name, value in zip(divided.components, divided.values()[0], strict=True)))
towns = record[["甲", "乙"]]
print(metrics.mae(towns, towns), metrics.mae(towns, record[["乙", "甲"]]))
PYTHON
diff seen - << 'SEEN'
县 25.00 甲 10.83 乙 14.17
县 25.00 乙 10.83 甲 14.17
0.0 2.0
SEEN
