#!/usr/bin/env bash
# samplics 0.6.1: SampleSize takes the size of the population with either method and uses it with one of them only.
#
# A share of about 10 % is to be known to 5 points in a village of 100 households. Method "wald" corrects for the finite
# population and asks for 59 of them; method "fleiss", which is the one for small shares, accepts the same pop_size and
# asks for 216 of 100 households, without a word: whatever size is given, the answer is that of an endless population.
#
# Seen: wald: none given 139, of 1000 122, of 100 59     fleiss: none given 216, of 1000 216, of 100 216
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --no-compile --disable-pip-version-check samplics==0.6.1 numpy==2.4.6 pandas==3.1.1
cd "$work"
env/bin/python -W ignore - << 'PYTHON' | tee seen
from samplics.sampling import SampleSize
from samplics.utils.types import PopParam, SizeMethod

for method in (SizeMethod.wald, SizeMethod.fleiss):
    asked = []
    for given in ({}, {"pop_size": 1000}, {"pop_size": 100}):
        size = SampleSize(param=PopParam.prop, method=method)
        size.calculate(half_ci=0.05, target=0.1, **given)
        asked.append(int(size.samp_size))
    print(method.name, *asked)
PYTHON
diff seen - << 'SEEN'
wald 139 122 59
fleiss 216 216 216
SEEN
