#!/usr/bin/env bash
# recognizers-text 1.0.2a2, Chinese: 上半年, the first half of the year, is the whole of last year.
#
# Asked in October 2022. 上半年 is found as a span of time and resolved to 2021-01-01 up to 2022-01-01: 上 in front of 年 is
# "last", and the half between them is passed over. 去年上半年 is last year as well, of 2022年1-9月 the year is one span
# and September another, and a date that is said to be one of the lunar calendar (农历八月十五, which was 10 September 2022)
# is resolved as one of the common calendar, 15 August. 上月 and 2022年9月 are right.
#
# Seen: 上半年 2021-01-01 to 2022-01-01    农历八月十五 2022-08-15    2022年1-9月 all of 2022, and 9月
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    recognizers-text==1.0.2a2 recognizers-text-number==1.0.2a2 recognizers-text-number-with-unit==1.0.2a2 \
    recognizers-text-date-time==1.0.2a2 emoji==1.7.0
cd "$work"
env/bin/python -W ignore - << 'PYTHON' | tee seen
import datetime

from recognizers_date_time import recognize_datetime
from recognizers_text import Culture

for text in ("上半年", "去年上半年", "2022年1-9月", "农历八月十五", "上月", "2022年9月"):
    for found in recognize_datetime(text, Culture.Chinese, reference=datetime.datetime(2022, 10, 8)):
        first = found.resolution["values"][0]
        print(text, "->", found.text, first.get("value") or f"{first['start']} to {first['end']}")
PYTHON
diff seen - << 'SEEN'
上半年 -> 上半年 2021-01-01 to 2022-01-01
去年上半年 -> 去年上半年 2021-01-01 to 2022-01-01
2022年1-9月 -> 2022 2022-01-01 to 2023-01-01
2022年1-9月 -> 9月 2022-09-01 to 2022-10-01
农历八月十五 -> 农历八月十五 2022-08-15
上月 -> 上月 2022-09-01 to 2022-10-01
2022年9月 -> 2022年9月 2022-09-01 to 2022-10-01
SEEN
