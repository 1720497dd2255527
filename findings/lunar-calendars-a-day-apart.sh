#!/usr/bin/env bash
# Birthdays of the old are often told by the lunar calendar. Three libraries that convert them do not agree on four
# whole months, two of them within the lives of many who are living: a day of the month is one day off, without a word.
#
# A lunar month begins on the day, in the time of 120 degrees east, on which the moon is new. lunardate 0.3.0 begins a
# month of 1933 and one of 1978 a day early and one of 1954 a day late; zhdate 0.1 and lunar_python 1.4.8 agree with the
# moon (ephem 4.2.1) in all three. The Mid-Autumn of 1978 is the known case: 17 September by the national calendar.
# Of 2057, where the moon is new within seconds of midnight, lunar_python says another day than the two others.
#
# Seen: first day of the month by lunardate, zhdate, lunar_python; new moon in Beijing time:
#       1933-07-22 1933-07-23 1933-07-23   1933-07-23 00:03
#       1954-11-26 1954-11-25 1954-11-25   1954-11-25 20:30
#       1978-09-02 1978-09-03 1978-09-03   1978-09-03 00:08
#       2057-09-28 2057-09-28 2057-09-29   2057-09-28 23:59
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --disable-pip-version-check lunardate==0.3.0 zhdate==0.1 lunar_python==1.4.8 ephem==4.2.1
cd "$work"
env/bin/python -W ignore - << 'PYTHON' | tee seen
from datetime import datetime, timedelta

import ephem
from lunardate import LunarDate
from lunar_python import Solar
from zhdate import ZhDate

SAID = (
    lambda day: LunarDate.from_solar_date(day.year, day.month, day.day).day,
    lambda day: ZhDate.from_datetime(day).lunar_day,
    lambda day: Solar.fromYmd(day.year, day.month, day.day).getLunar().getDay(),
)
for year, month, day in ((1933, 7, 20), (1954, 11, 23), (1978, 8, 31), (2057, 9, 26)):
    near = [datetime(year, month, day) + timedelta(n) for n in range(6)]
    first = [next(date for date in near if said(date) == 1) for said in SAID]
    moon = ephem.next_new_moon(near[0]).datetime() + timedelta(hours=8)
    print(*(f"{date:%Y-%m-%d}" for date in first), f"  {moon:%Y-%m-%d %H:%M}")
PYTHON
diff seen - << 'SEEN'
1933-07-22 1933-07-23 1933-07-23   1933-07-23 00:03
1954-11-26 1954-11-25 1954-11-25   1954-11-25 20:30
1978-09-02 1978-09-03 1978-09-03   1978-09-03 00:08
2057-09-28 2057-09-28 2057-09-29   2057-09-28 23:59
SEEN
