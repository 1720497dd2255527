#!/usr/bin/env bash
# csvkit 2.2.0: sorting or joining a file rewrites its cells, and a time of day is made minutes and seconds.
#
# A table of visits with the time of day. csvcut, csvgrep and csvstack hand cells on as they are; csvsort, csvjoin and
# csvjson first guess a type for each column: 12:30, half past twelve, is written back as 0:12:30, twelve minutes and
# thirty seconds; 98.5% as 98.5; a code loses its first nought. With -I (no inference) all stays. Exit code 0, no word.
#
# Seen: csvsort 10203,0:12:30,98.5 of 010203,12:30,98.5%    csvjson "0:12:30"    csvcut, csvsort -I as it is
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --no-compile --disable-pip-version-check csvkit==2.2.0 agate==1.14.2
cd "$work"
printf 'code,time,share\n010203,12:30,98.5%%\n010204,9:05,1%%\n' > visits.csv
{
    env/bin/csvsort -c share visits.csv
    env/bin/csvsort -I -c share visits.csv
    env/bin/csvcut -c code,time,share visits.csv
    env/bin/csvjson visits.csv
    echo
} | tee seen
diff seen - << 'SEEN'
code,time,share
10204,0:09:05,1
10203,0:12:30,98.5
code,time,share
010204,9:05,1%
010203,12:30,98.5%
code,time,share
010203,12:30,98.5%
010204,9:05,1%
[{"code": 10203.0, "time": "0:12:30", "share": 98.5}, {"code": 10204.0, "time": "0:09:05", "share": 1.0}]
SEEN
