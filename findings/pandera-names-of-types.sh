#!/usr/bin/env bash
# pandera is often the last gate before a table is stored, also against a type that cannot tell missing from NaN.
# Seen with pandera 0.35.0 and pandas 3.0.0: a column declared by name as a nullable type ("Float64", "Int64") takes
# numpy's type of that family too and the other way about, and one declared as "datetime64[s]" takes any unit. Of
# "boolean" and "bool", of sizes ("Int64", "Int32") and of a float where whole numbers are declared it is strict.
# A schema so written does not promise what a Parquet file's types will be. The script fails when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q pandera==0.35.0 pandas==3.0.0
"$folder/venv/bin/python" - <<'PY'
import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors


def passes(declared, given):
    moment = declared.startswith("datetime")
    rows = pd.DataFrame({"a": pd.Series(["2022-09-30"] if moment else [1]).astype(given)})
    try:
        pa.DataFrameSchema({"a": pa.Column(declared)}).validate(rows, lazy=True)
    except SchemaErrors:
        return False
    return True


alike = [("Float64", "float64"), ("float64", "Float64"), ("Int64", "int64"), ("int64", "Int64")]
alike += [("datetime64[s]", "datetime64[ns]"), ("datetime64[ns]", "datetime64[s]")]
apart = [("boolean", "bool"), ("bool", "boolean"), ("Int64", "Int32"), ("Int64", "Float64")]
for pair in (*alike, *apart):
    print(*pair, passes(*pair))
assert all(passes(*pair) for pair in alike)
assert not any(passes(*pair) for pair in apart)
PY
