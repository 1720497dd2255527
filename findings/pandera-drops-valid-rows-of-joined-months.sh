#!/usr/bin/env bash
# pandera 0.35.0: drop_invalid_rows=True drops valid rows as well where labels of the index repeat.
#
# Two months are put together by pandas.concat, which keeps each table's row labels 0, 1, ...; August's first row is
# wrong (an income below zero). Rows are dropped by their label: September's first row, which has the same one, goes
# with it, without a word. With ignore_index=True only the wrong row goes.
#
# Seen: of -1, 8200 | 9100, 9300 are left 8200, 9300    with ignore_index=True: 8200, 9100, 9300
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --no-compile --disable-pip-version-check pandera==0.35.0 numpy==2.4.6 pandas==3.1.1
cd "$work"
env/bin/python -W error::UserWarning - << 'PYTHON' | tee seen
import pandas as pd
import pandera.pandas as pa

months = [pd.DataFrame({"income": [-1, 8200]}), pd.DataFrame({"income": [9100, 9300]})]
schema = pa.DataFrameSchema({"income": pa.Column(int, pa.Check.ge(0))}, drop_invalid_rows=True)
for renumbered in (False, True):
    print(*schema.validate(pd.concat(months, ignore_index=renumbered), lazy=True)["income"])
PYTHON
diff seen - << 'SEEN'
8200 9300
8200 9100 9300
SEEN
