#!/usr/bin/env bash
# datacompy 1.1.0: two tables in which every code of 18 digits differs are equal in all values, with a tolerance of 0.
#
# A register exported twice is compared to see that nothing changed. Codes that were read as whole numbers (int64 keeps all
# 18 digits) are compared as floating-point numbers, tolerance or none, which tell numbers apart up to 2**53 only: the last
# one or two digits may be anything. The report says "Default Absolute Tolerance: 0" and "values which compare unequal: 0".
# Codes as text are compared as they are; for polars it is the same. As a key of the comparison the same codes are kept apart.
#
# Seen: whole numbers True (polars True), 15 digits False, text False; as a key: none of two rows in common
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    datacompy==1.1.0 pandas==2.3.3 numpy==2.4.6 polars==1.44.2
cd "$work"
env/bin/python -W ignore - << 'PYTHON' | tee seen
import datacompy
import pandas as pd
import polars as pl

first = pd.DataFrame({"household": ["A", "B"], "code": [610902000000000017, 610902000000000025]})
second = first.assign(code=first["code"] + 1)


def same(left, right, kind=datacompy.PandasCompare, key="household"):
    return kind(left, right, join_columns=key)


print("differ:", int((first["code"] != second["code"]).sum()), "of 2")
print("whole numbers", same(first, second).matches())
print("polars", same(pl.DataFrame(first.to_dict("list")), pl.DataFrame(second.to_dict("list")), datacompy.PolarsCompare).matches())
short, other = first.assign(code=[123456789012345, 5]), first.assign(code=[123456789012346, 5])
print("15 digits", same(short, other).matches())
print("text", same(first.astype({"code": "str"}), second.astype({"code": "str"})).matches())
print("as a key", len(same(first, second, key="code").intersect_rows), "rows in common")
PYTHON
diff seen - << 'SEEN'
differ: 2 of 2
whole numbers True
polars True
15 digits False
text False
as a key 0 rows in common
SEEN
