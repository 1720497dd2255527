#!/usr/bin/env bash
# jionlp 1.5.31: 1-9月, January to September, is the ninth of January to parse_time, and the year's own span is the whole year.
#
# Reports of a running year speak of 1-9月 and, with the year, of 2022年1-9月 or 2022年1至9月. The first is read as month and
# day: a moment in time ("time_point"), 9 January; 10-12月 is 12 October. With the year in front the months are dropped, and
# the answer is 1 January to 31 December, "accurate". extract_time, which looks through a text, finds both at once:
# 2022年 and 1-9, the 9th of January. 前三季度 and 三季度 are right.
#
# Seen: 1-9月 01-09    10-12月 10-12    2022年1-9月, 2022年1至9月 01-01 to 12-31    前三季度 01-01 to 09-30
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --no-compile --disable-pip-version-check jionlp==1.5.31
cd "$work"
env/bin/python -W ignore - 2> /dev/null << 'PYTHON' | grep -v '^#' | tee seen
import time

import jionlp

now = time.mktime((2022, 10, 8, 10, 0, 0, 0, 0, 0))
for text in ("1-9月", "10-12月", "2022年1-9月", "2022年1至9月", "前三季度"):
    span = jionlp.parse_time(text, time_base=now)
    print(text, span["type"], span["definition"], *(day[:10] for day in span["time"]))
for span in jionlp.ner.extract_time("2022年1-9月全区收入增长", time_base=now):
    print(span["text"], *(day[:10] for day in span["detail"]["time"]))
PYTHON
diff seen - << 'SEEN'
1-9月 time_point accurate 2022-01-09 2022-01-09
10-12月 time_point accurate 2022-10-12 2022-10-12
2022年1-9月 time_point accurate 2022-01-01 2022-12-31
2022年1至9月 time_point accurate 2022-01-01 2022-12-31
前三季度 time_span accurate 2022-01-01 2022-09-30
2022年 2022-01-01 2022-12-31
1-9 2022-01-09 2022-01-09
SEEN
