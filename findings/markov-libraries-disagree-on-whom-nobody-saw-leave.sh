#!/usr/bin/env bash
# Households go from stable to at risk to lifted, and nobody was seen to leave "lifted": two libraries that estimate
# transitions from such a record (each by its own default) give two answers, and neither says that it knows nothing.
#
# pydtmc 8.7.0 lets the lifted go to every state with equal chances: one third relapses each month, which nobody has seen.
# giddy 2.3.8 gives "lifted" a row of zeros: of a hundred stable households 56 are left after three months, the others are nowhere.
# An error, an unknown row, or staying where they are would be expected; giddy does the last where fill_empty_classes is set.
#
# Seen: pydtmc lifted: 0.333 0.333 0.333    giddy lifted: 0 0 0, 55.6 of 100 households left
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --no-compile --disable-pip-version-check pydtmc==8.7.0 matplotlib==3.7.3 numpy==1.26.4
env/bin/python - << 'PYTHON' | tee seen
import pydtmc

seen = ["risk", "risk", "stable", "risk", "lifted"]
chain = pydtmc.MarkovChain.fit_sequence("mle", ["stable", "risk", "lifted"], seen)
print("pydtmc", chain.p[2].round(3))
PYTHON
python3 -m venv other
other/bin/pip install --quiet --no-compile --disable-pip-version-check giddy==2.3.8 quantecon==0.11.4 numpy==2.4.6
other/bin/python - << 'PYTHON' | tee -a seen
import contextlib
import io

import numpy as np
from giddy.markov import Markov

with contextlib.redirect_stdout(io.StringIO()):  # it tells of classes as it goes
    chain = Markov(np.array([["a", "a", "b", "c"], ["a", "b", "b", "c"]]))  # stable, at risk, lifted
    whole = Markov(np.array([["a", "a", "b", "c"], ["a", "b", "b", "c"]]), fill_empty_classes=True)
print("giddy", chain.p[2], "after three months", (100 * np.linalg.matrix_power(chain.p, 3)[0].sum()).round(1))
print("giddy, filled", whole.p[2], (100 * np.linalg.matrix_power(whole.p, 3)[0].sum()).round(1))
PYTHON
diff seen - << 'SEEN'
pydtmc [0.333 0.333 0.333]
giddy [0. 0. 0.] after three months 55.6
giddy, filled [0. 0. 1.] 100.0
SEEN
