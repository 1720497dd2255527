#!/usr/bin/env bash
# pmdarima 2.1.1: an income that grew by 8 % in each of ten years is forecast by auto_arima to be what it was on average.
#
# Whether a series is differenced is decided by one test (KPSS), which cannot reject anything in ten values or fewer: ndiffs
# is 0 for 1, 2, 3, ... 10 and for steady growth, no trend is tried, and the best model without either is the mean. The
# forecast of the eleventh year is 28 % below the tenth, with intervals around it, without a warning. With one value more
# the same series is differenced and grows on. Annual records of a county are hardly longer.
#
# Seen: 10 values, the last of them 9995: (0,0,0), 7243 for each of three years    11 values: (2,1,2), 11657 and on
#       a straight line 1 to 10: ndiffs 0, to 11: ndiffs 1
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    pmdarima==2.1.1 numpy==2.4.6 pandas==2.3.3 statsmodels==0.15.0 scipy==1.17.1 scikit-learn==1.8.0
cd "$work"
env/bin/python -W error::UserWarning - << 'PYTHON' | tee seen
import numpy as np
import pmdarima

for years in (10, 11):
    income = 5000 * 1.08 ** np.arange(years)
    model = pmdarima.auto_arima(income)
    print(years, "years, the last", int(income[-1]), "differenced", model.order[1], end=" ")
    print("next below the last" if model.predict(1)[0] < income[-1] else "next above the last")
    if years == 10:
        print(model.order, *model.predict(3).astype(int), "mean", int(income.mean()))
    print("a line of", years, "differenced", pmdarima.arima.ndiffs(np.arange(years) + 1.0))
PYTHON
diff seen - << 'SEEN'
10 years, the last 9995 differenced 0 next below the last
(0, 0, 0) 7243 7243 7243 mean 7243
a line of 10 differenced 0
11 years, the last 10794 differenced 1 next above the last
a line of 11 differenced 1
SEEN
