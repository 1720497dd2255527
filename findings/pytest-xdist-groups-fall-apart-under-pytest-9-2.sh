#!/usr/bin/env bash
# `pytest -n 2 --dist loadgroup` keeps tests of one xdist_group on one worker, which is how a suite pays for an expensive
# module fixture once. Under pytest 9.2.0 pytest-xdist 3.8.0 spreads them over all workers, without a word and with exit
# code 0: it marks the group in a field of the node's id that pytest no longer reads. pip finds no conflict. All tests pass,
# only later, as each worker makes the fixture. (Upstream: pytest-xdist issue 1386.)
# Seen: one group of eight tests, two workers: pytest 9.1.1 makes the module's fixture once, pytest 9.2.0 twice.
# The script fails when one of these changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/tests"
cat > "$folder/tests/test_groups.py" <<'PY'
import os
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.xdist_group("expensive")


@pytest.fixture(scope="module")
def made():
    with Path(os.environ["MADE"]).open("a") as log:
        log.write("made\n")


@pytest.mark.parametrize("number", range(8))
def test_it(made, number):
    time.sleep(0.2)
PY
for version in 9.1.1 9.2.0; do
    python3 -m venv "$folder/$version"
    "$folder/$version/bin/pip" install -q "pytest==$version" pytest-xdist==3.8.0
    "$folder/$version/bin/pip" check > /dev/null
    export MADE="$folder/made-$version"
    (cd "$folder/tests" && "$folder/$version/bin/python" -m pytest -q -n 2 --dist loadgroup > /dev/null)
    echo "pytest $version: the fixture of the one group was made $(wc -l < "$MADE") time(s)"
done
[ "$(wc -l < "$folder/made-9.1.1")" = 1 ]
[ "$(wc -l < "$folder/made-9.2.0")" = 2 ]
