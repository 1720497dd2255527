#!/usr/bin/env bash
# IneqPy 0.4.1: the Hoover index, a share between 0 and 1, comes out as 6, and a weighted Gini index is not that of the
# persons that the weights stand for.
#
# Four households of 5, 4, 3 and 1 persons; income per head 8, 10, 12 and 30 thousand. Counted person by person the
# Hoover index is 0.1444 and the Gini index 0.1939 (0.2100 with n/(n-1), which IneqPy uses). `hoover` subtracts the mean
# from income times weight instead of from income, so that it grows with the number of persons; `gini` corrects by the
# number of rows, so that a table of households and the same table written out by persons have two indices.
#
# Seen: households and weights: Hoover 1.5000 Gini 0.2213
#       13 persons, no weights: Hoover 6.0000 Gini 0.2100
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --no-compile --disable-pip-version-check IneqPy==0.4.1 numpy==2.4.6 pandas==3.1.1
cd "$work"
env/bin/python -W ignore - << 'PYTHON' | tee seen
import numpy as np
from ineqpy.inequality import gini, hoover

income, persons = np.array([8.0, 10.0, 12.0, 30.0]), np.array([5.0, 4.0, 3.0, 1.0])
each = np.repeat(income, persons.astype(int))
apart = np.abs(each[:, None] - each).mean() / each.mean() / 2
print(f"by hand: Hoover {np.abs(each - each.mean()).sum() / each.sum() / 2:.4f} Gini {apart:.4f} or {apart * 13 / 12:.4f}")
print(f"households and weights: Hoover {hoover(income, persons):.4f} Gini {gini(income, persons):.4f}")
print(f"13 persons, no weights: Hoover {hoover(each):.4f} Gini {gini(each):.4f}")
PYTHON
diff seen - << 'SEEN'
by hand: Hoover 0.1444 Gini 0.1939 or 0.2100
households and weights: Hoover 1.5000 Gini 0.2213
13 persons, no weights: Hoover 6.0000 Gini 0.2100
SEEN
