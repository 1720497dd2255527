#!/usr/bin/env bash
# svy 0.35.0: SampleSize.allocate(min_n=1), a minimum for every stratum, leaves strata without any sample.
#
# Fifty households are to be drawn in a town of 1000 and three settlements of 30, 3 and 2; four times one is no more than
# fifty. The shares are rounded down and raised to the floor (47 + 1 + 1 + 1 would do, 48 + 1 + 1 + 1 are one too many), and
# then the floor is given up for all instead of taking one from the largest. The warning says that the floors exceed the
# total, which they do not. With 100 to give the floor of 1 holds, that of 2 does not.
#
# Seen: 50 households, min_n=1: 48 2 0 0    100, min_n=1: 96 2 1 1    100, min_n=2: 97 3 0 0
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --no-compile --disable-pip-version-check svy==0.35.0 numpy==2.4.6
cd "$work"
env/bin/python - 2> said << 'PYTHON' | tee seen
import svy

households = {"town": 1000, "far side": 30, "hamlet": 3, "hut": 2}
for total, floor in ((50, 1), (100, 1), (100, 2)):
    shares = svy.SampleSize().allocate(total, pop_size=households, min_n=floor).allocation
    print(total, floor, *(share.n for share in shares))
PYTHON
diff seen - << 'SEEN'
50 1 48 2 0 0
100 1 96 2 1 1
100 2 97 3 0 0
SEEN
grep -q "min_n=1 floors exceed n_total=50" said
