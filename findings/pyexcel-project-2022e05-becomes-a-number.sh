#!/usr/bin/env bash
# pyexcel 0.7.6 (pyexcel-io reads its CSV): the code of a project, 2022E05, becomes 202200000.0; that of another, 001, stays.
#
# Leading zeros are looked after (001 stays text), so that codes seem safe. A code with an E between digits is a number in
# scientific notation all the same, and 1,200 is 1200. Two projects,
# 2022E05 and 20220E4, are one afterwards. auto_detect_float=False keeps both.
#
# Seen: 001  202200000.0  202200000.0  1200
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --no-compile --disable-pip-version-check pyexcel==0.7.6 pyexcel-io==0.6.7
printf 'code\n001\n2022E05\n20220E4\n"1,200"\n' > a.csv
env/bin/python - << 'PYTHON' | tee seen
import pyexcel

for options in ({}, {"auto_detect_float": False}):
    print(*(repr(row[0]) for row in pyexcel.get_array(file_name="a.csv", **options)[1:]))
PYTHON
diff seen - << 'SEEN'
'001' 202200000.0 202200000.0 1200
'001' '2022E05' '20220E4' 1200
SEEN
