#!/usr/bin/env bash
# Patterns over columns are matched by RE2 in pyarrow 26.0.1 (pyarrow.compute) and DuckDB 2.0.1, to which \w, \d and \s are
# ASCII alone: \w+镇 does not match 大河镇, \d not the full-width １２, \s not the wide blank of 王　某. No error, the rows are
# merely missing. Python's re, polars 2.1.0 and their own tests of kind (is_alpha, is_decimal, trim) know all three.
#
# pandas 3.0.6 hands patterns of a column of text to pyarrow where pyarrow is installed and to re where it is not: the same
# program on the same table finds the town on one machine and not on the other. pandas 3.1.1 matches as re does on both.
#
# Seen: re, polars, pandas 3.1.1, pandas 3.0.6 without pyarrow: True True True    pyarrow, DuckDB, pandas 3.0.6: False False False
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat > match.py << 'PYTHON'
import re
import sys

TEXTS, PATTERNS = ("大河镇", "１２", "王　某"), (r"^\w+镇$", r"^\d+$", r"^王\s某$")


def with_re(text, pattern):
    return bool(re.search(pattern, text))


def with_polars(text, pattern):
    import polars

    return polars.Series([text]).str.contains(pattern)[0]


def with_pyarrow(text, pattern):
    import pyarrow
    import pyarrow.compute

    return pyarrow.compute.match_substring_regex(pyarrow.array([text]), pattern)[0].as_py()


def with_duckdb(text, pattern):
    import duckdb

    return duckdb.execute("SELECT regexp_matches(?, ?)", [text, pattern]).fetchall()[0][0]


def with_pandas(text, pattern):
    import pandas

    return bool(pandas.Series([text], dtype="str").str.contains(pattern)[0])


for name in sys.argv[1:]:
    print(name, *(globals()[f"with_{name}"](text, pattern) for text, pattern in zip(TEXTS, PATTERNS)))
PYTHON
pip() { "$1/bin/pip" install --quiet --no-compile --disable-pip-version-check "${@:2}"; }
python3 -m venv env
pip env numpy==2.4.6 pandas==3.0.6
{
    env/bin/python -W ignore match.py re pandas
    pip env pyarrow==26.0.1 duckdb==2.0.1 polars==2.1.0
    env/bin/python -W ignore match.py pandas pyarrow duckdb polars
    pip env pandas==3.1.1
    env/bin/python -W ignore match.py pandas
} | tee seen
diff seen - << 'SEEN'
re True True True
pandas True True True
pandas False False False
pyarrow False False False
duckdb False False False
polars True True True
pandas True True True
SEEN
