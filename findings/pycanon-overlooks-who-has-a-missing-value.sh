#!/usr/bin/env bash
# pyCANON 1.0.1.post2: whoever has a missing value in one of the quasi-identifiers is not looked at.
#
# A missing value sets a person apart (or, read as "any value", joins him to others); either way he counts. Here he is
# left out of the classes, as by pandas.groupby: a table of ten persons in two classes of five and an eleventh, 90 years
# old and the only one, whose town is missing, is reported as 5-anonymous and 2-diverse. The same table with the empty
# cell filled by a word is 1-anonymous.
#
# Seen: town missing: k 5, l 2    town "unknown": k 1, l 1
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --no-compile --disable-pip-version-check pycanon==1.0.1.post2 numpy==2.4.6 pandas==3.1.1
cd "$work"
env/bin/python -W ignore - << 'PYTHON' | tee seen
import pandas as pd
from pycanon import anonymity

rows = pd.DataFrame({
    "town": ["A"] * 5 + ["B"] * 5 + [None],
    "age": ["30"] * 10 + ["90"],
    "illness": ["x", "y", "x", "y", "x"] * 2 + ["z"],
})
for name, table in (("missing", rows), ("unknown", rows.fillna("unknown"))):
    k = anonymity.k_anonymity(table, ["town", "age"])
    diverse = anonymity.l_diversity(table, ["town", "age"], ["illness"])
    print(f"{name}: k {k}, l {diverse}")
PYTHON
diff seen - << 'SEEN'
missing: k 5, l 2
unknown: k 1, l 1
SEEN
