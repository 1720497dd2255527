#!/usr/bin/env bash
# balance 0.23.0: post-stratification and raking to the towns of a county change no weight, and nobody is told.
#
# A county of 26 towns with 100 households each; the sample has five households of every other town and fifteen of the
# rest. `adjust(method="rake", variables=["town"])` is to give each town the weight 100. By default categories of less
# than 5 % are first put together as one, and of 26 equal towns none has 5 %: there is one stratum left, and the weights
# are those of no adjustment (50 or 150 a town). With transformations=None they are right. Nothing names the merging.
#
# Seen: default: weights of a town from 50 to 150, design effect 1.000
#       transformations=None: 100 to 100, design effect 1.333
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --no-compile --disable-pip-version-check balance==0.23.0 pandas==3.0.6
cd "$work"
env/bin/python -W ignore - 2> said << 'PYTHON' | grep "^weights" | tee seen
import numpy as np
import pandas as pd
from balance import Sample

towns = [f"town {number:02d}" for number in range(26)]


def sample(taken):
    names = np.repeat(towns, taken)
    return Sample.from_frame(pd.DataFrame({"id": [str(n) for n in range(len(names))], "town": names}), id_column="id")


for given in ({}, {"transformations": None}):
    drawn = sample([5, 15] * 13).set_target(sample([100] * 26))
    adjusted = drawn.adjust(method="rake", variables=["town"], **given)
    weights = adjusted.df.groupby("town")["weight"].sum()
    effect = len(adjusted.df) * (adjusted.df["weight"] ** 2).sum() / adjusted.df["weight"].sum() ** 2
    print(f"weights {given} {weights.min():.0f} {weights.max():.0f} {effect:.3f}")
PYTHON
diff seen - << 'SEEN'
weights {} 50 150 1.000
weights {'transformations': None} 100 100 1.333
SEEN
if grep -iE "lump|merg|rare|5 ?%|0\.05" said; then exit 1; fi
