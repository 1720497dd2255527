#!/usr/bin/env bash
# weightipy 0.4.2 (weights of surveys, successor of quantipy): a town of which nobody answered takes its share away.
#
# Shares of 30, 60 and 10 % are asked for; nobody in the town of 10 % was reached. No error and no warning: the weights of
# ten answers add up to 9, so that each weighted count is 10 % too low, and the share of each other town is right only if it
# is divided by the sum of weights. A refusal or shares made whole (33.3, 66.7) would be expected, as other raking programs do.
#
# Seen: weights 0.6 and 1.2, sum 9.0 of 10 answers; shares that add up to 90 are made whole: 10.0
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --no-compile --disable-pip-version-check weightipy==0.4.2 pandas==3.1.1 numpy==2.4.6
env/bin/python -W ignore - << 'PYTHON' | tee seen
import pandas as pd
import weightipy

answers = pd.DataFrame({"town": ["a"] * 5 + ["b"] * 5})
for shares in ({"a": 30, "b": 60, "c": 10}, {"a": 30, "b": 60}):
    scheme = weightipy.scheme_from_dict({"town": shares})
    weights = weightipy.weight_dataframe(answers, scheme, "weight")["weight"]
    print(shares, sorted(set(weights.round(3))), weights.sum().round(3))
PYTHON
diff seen - << 'SEEN'
{'a': 30, 'b': 60, 'c': 10} [0.6, 1.2] 9.0
{'a': 30, 'b': 60} [0.667, 1.333] 10.0
SEEN
