#!/usr/bin/env bash
# scoringrules 0.10.0: the CRPS of a hypergeometric forecast is 0, a perfect score, whatever is observed, where most of the
# village is what is counted.
#
# How many of eight households drawn from a village of ten, seven of them monitored, are monitored is hypergeometric (5 to
# 7). The score is a sum over what can be observed, and it ends at the number of households that are NOT monitored: with
# three of those, nothing from 5 to 7 is ever added. Asked the other way round (three monitored, how many are not) the same
# forecast has its score. Where others are many, nothing is missing. logs_hypergeometric is right in all cases.
#
# Seen: seven of ten, drawn eight: 0 0 0 for 5, 6, 7 (by its definition 0.289, 0.222, 1.089); the other way round as defined
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    scoringrules==0.10.0 numpy==2.4.6 scipy==1.17.1
cd "$work"
env/bin/python -W error::UserWarning - << 'PYTHON' | tee seen
import numpy as np
import scoringrules
from scipy import stats


def defined(village, monitored, drawn, observed):
    counts = np.arange(drawn + 1)
    return np.sum((stats.hypergeom(village, monitored, drawn).cdf(counts) - (counts >= observed)) ** 2)


for monitored, others, drawn, observed in ((7, 3, 8, 5), (7, 3, 8, 6), (7, 3, 8, 7), (3, 7, 8, 2), (30, 70, 10, 3)):
    score = scoringrules.crps_hypergeometric(observed, monitored, others, drawn)
    print(f"{monitored}+{others}, {drawn} drawn, {observed}: {score:.3f} {defined(monitored + others, monitored, drawn, observed):.3f}")
PYTHON
diff seen - << 'SEEN'
7+3, 8 drawn, 5: 0.000 0.289
7+3, 8 drawn, 6: 0.000 0.222
7+3, 8 drawn, 7: 0.000 1.089
3+7, 8 drawn, 2: 0.222 0.222
30+70, 10 drawn, 3: 0.298 0.298
SEEN
