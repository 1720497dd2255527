#!/usr/bin/env bash
# statsmodels 0.15.0: households that no inspector has rated count as perfect agreement of the inspectors.
#
# Fleiss' kappa says whether three inspectors rate alike, so that their findings may be added up. aggregate_raters, which
# prepares the table for it, makes what is missing a category of its own, as it does with any value that occurs: two
# households without any rating are two on which all agree, and kappa of four rated households rises from 0.33 to 0.67.
# One inspector who did not come disagrees with the two who did. Neither function has a word of warning; the documentation
# says that data which are no whole numbers raise an error.
# cohens_kappa takes a table of pandas.crosstab by place as well, whatever its rows and columns are called: of one inspector
# who says 1 and 2 and another who says 2 and 3 the kappa is 1, though they never say the same.
#
# Seen: kappa 0.333 of four households, 0.667 with two that nobody rated    cohens_kappa 1.0 of two who never agree
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    statsmodels==0.15.0 numpy==2.4.6 pandas==3.1.1 scipy==1.17.1
cd "$work"
env/bin/python -W error - << 'PYTHON' | tee seen
import numpy as np
import pandas as pd
from statsmodels.stats.inter_rater import aggregate_raters, cohens_kappa, fleiss_kappa

nobody = [np.nan] * 3
rated = [[1, 1, 1], [2, 2, 2], [1, 2, 1], [2, 1, 2]]
for households in (rated, [*rated, nobody, nobody]):
    counts, categories = aggregate_raters(np.array(households))
    print(len(households), "households:", *categories, f"{fleiss_kappa(counts):.3f}")
first, second = pd.Series([1, 1, 2, 2]), pd.Series([2, 2, 3, 3])
print("alike:", int((first == second).sum()), "of 4; kappa:", cohens_kappa(pd.crosstab(first, second)).kappa)
PYTHON
diff seen - << 'SEEN'
4 households: 1 2 0.333
6 households: 1.0 2.0 nan 0.667
alike: 0 of 4; kappa: 1.0
SEEN
