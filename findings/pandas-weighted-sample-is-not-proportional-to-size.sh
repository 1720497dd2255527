#!/usr/bin/env bash
# pandas 3.1.1: DataFrame.sample(n, weights=size) does not draw with chances proportional to size, once n is more than one.
#
# Two of four villages with 10, 20, 30 and 40 households are to be drawn proportional to size: chances of 0.2, 0.4, 0.6 and
# 0.8, by which households are weighted up later. It draws one after the other from what is left: the largest village is
# in the sample in 72 of 100 draws, the smallest in 23. Weighted up by 1/0.2 ... 1/0.8, as for such a design,
# the smallest counts 17 % too much and the largest 11 % too little. numpy.random.Generator.choice(p=..., replace=False) is the same.
#
# Exactly: 0.2345 0.4413 0.6083 0.7159 (by all orders)    Seen in 5000 draws: within 0.02 of it
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --no-compile --disable-pip-version-check pandas==3.1.1 numpy==2.4.6
cd "$work"
env/bin/python -W error::UserWarning - << 'PYTHON' | tee seen
import numpy as np
import pandas as pd

households = np.array([10.0, 20, 30, 40])
share = households / households.sum()
exact = [p + sum(q * p / (1 - q) for k, q in enumerate(share) if k != n) for n, p in enumerate(share)]
print(*np.round(exact, 4), "wanted", *(2 * share))

villages, random = pd.DataFrame({"households": households}), np.random.default_rng(1)
drawn = np.zeros(4)
for _ in range(5000):
    drawn[villages.sample(2, weights="households", random_state=random).index] += 1
chances = drawn / 5000
print(np.abs(chances - exact).max() < 0.02, np.abs(chances - 2 * share).max() > 0.06)
PYTHON
diff seen - << 'SEEN'
0.2345 0.4413 0.6083 0.7159 wanted 0.2 0.4 0.6 0.8
True True
SEEN
