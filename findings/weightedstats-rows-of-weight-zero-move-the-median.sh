#!/usr/bin/env bash
# weightedstats 0.4.1: rows of weight zero move the weighted median.
#
# A table of a survey keeps households that stand for nobody (not reached, not of the group that is asked about) with
# weight 0. Where half of the weight lies on either side, the median is taken half way to the next row of the table, be
# its weight zero or not: of incomes 10 and 40 with equal weights it is 25; with two rows of weight 0 between them 35.
# numpy_weighted_median of the same package does the same.
#
# Seen: 10 and 40: 25.0    10, 20, 30, 40 with weights 1, 0, 0, 1: 35.0    pure Python and numpy alike
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --no-compile --disable-pip-version-check weightedstats==0.4.1 numpy==2.4.6
cd "$work"
env/bin/python -W ignore - << 'PYTHON' | tee seen
from weightedstats import numpy_weighted_median, weighted_median

for values, weights in (([10, 40], [1, 1]), ([10, 20, 30, 40], [1, 0, 0, 1])):
    print(values, weights, weighted_median(values, weights), float(numpy_weighted_median(values, weights)))
PYTHON
diff seen - << 'SEEN'
[10, 40] [1, 1] 25.0 25.0
[10, 20, 30, 40] [1, 0, 0, 1] 35.0 35.0
SEEN
