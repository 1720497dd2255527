#!/usr/bin/env bash
# mapclassify 2.10.0: one town whose value is not known puts the highest towns of a map into the lowest class.
#
# Seven towns with a value, one without. With Quantiles the town of 20, the highest of all, falls into class 0 together with
# the unknown one and those of 3 and 5; with FisherJenks all eight towns are one class; EqualInterval puts the unknown town
# into the lowest class. A value that is not a number is above no limit, the last limit itself becomes not a number, and a
# place that was never assigned keeps its first content, 0. No error and no warning; geopandas takes missing values out
# before it asks, whoever colours a map or a table with the classes themselves does not. (Upstream: mapclassify issue 212.)
#
# Seen, 12 5 8 unknown 20 3 15 9: Quantiles 2 0 1 0 0 0 2 1, without the unknown one 2 0 1 3 0 3 1
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    mapclassify==2.10.0 numpy==2.4.6 pandas==2.3.3 scipy==1.17.1
cd "$work"
env/bin/python -W error -W "ignore:Numba" - << 'PYTHON' | tee seen
import mapclassify
import numpy as np

towns = np.array([12.0, 5, 8, np.nan, 20, 3, 15, 9])
known = towns[~np.isnan(towns)]
for scheme in (mapclassify.Quantiles, mapclassify.FisherJenks, mapclassify.EqualInterval):
    print(scheme.__name__, *scheme(towns, k=4).yb, "known alone:", *scheme(known, k=4).yb)
PYTHON
diff seen - << 'SEEN'
Quantiles 2 0 1 0 0 0 2 1 known alone: 2 0 1 3 0 3 1
FisherJenks 0 0 0 0 0 0 0 0 known alone: 2 0 1 3 0 2 1
EqualInterval 2 0 1 0 3 0 2 1 known alone: 2 0 1 3 0 2 1
SEEN
