#!/usr/bin/env bash
# statsmodels 0.15.0: an odds ratio of a table with an empty cell is not the one that the documentation describes.
#
# Of 15 households with help 10 left the list, of 3 without none. "If True, 0.5 is added to all cells of the table if any
# cell is equal to zero" (shift_zeros, the default of Table2x2): that is the correction of Haldane and Anscombe, 10.5 * 3.5 /
# (5.5 * 0.5) = 13.4. Table2x2 puts 0.5 into the empty cell and leaves the others: 12.0, and its risk ratio, standard errors
# and intervals are of that table. StratifiedTable of the same module, with the same option, adds to all four: of this one
# table alone its pooled odds ratio is 13.4. Nothing is said; both answers stand in the same report.
#
# Seen: Table2x2 [10 5 0.5 3] 12.00    StratifiedTable of the same table [10.5 5.5 0.5 3.5] 13.36
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    statsmodels==0.15.0 numpy==2.4.6 pandas==3.1.1 scipy==1.17.1
cd "$work"
env/bin/python -W error - << 'PYTHON' | tee seen
import numpy as np
from statsmodels.stats.contingency_tables import StratifiedTable, Table2x2

table = np.array([[10, 5], [0, 3]])
print("documented:", "added to all cells" in " ".join(Table2x2.__doc__.split()))
alone = Table2x2(table)
print("Table2x2", *alone.table.ravel(), f"{alone.oddsratio:.2f}")
pooled = StratifiedTable([table], shift_zeros=True)
print("StratifiedTable", *pooled.table[:, :, 0].ravel(), f"{pooled.oddsratio_pooled:.2f}")
PYTHON
diff seen - << 'SEEN'
documented: True
Table2x2 10.0 5.0 0.5 3.0 12.00
StratifiedTable 10.5 5.5 0.5 3.5 13.36
SEEN
