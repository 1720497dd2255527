#!/usr/bin/env bash
# Which days are worked in China is settled each November by a notice for the next year: days off are swapped for
# worked Saturdays and Sundays. Seen, of a year whose notice the library does not hold:
#   holidays 0.109          answers all the same: from the statutory days alone, no day swapped, no weekend worked,
#                           no error, and nothing in its names that says so (no "estimated")
#   chinesecalendar 1.11.0  raises NotImplementedError
# A term counted in working days over such a year is then off by the swapped days without a sign. The script fails
# when either of them changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q holidays==0.109 chinesecalendar==1.11.0
"$folder/venv/bin/python" - <<'PY'
from datetime import date, timedelta

import chinese_calendar
import holidays


def told(year):
    """Swapped days off, worked weekend days, and names that own up to a guess."""
    china = holidays.China(years=year)
    days = [date(year, 1, 1) + timedelta(n) for n in range(365)]
    swapped = [day for day in days if "substituted" in china.get(day, "")]
    worked = [day for day in days if day.weekday() > 4 and china.is_working_day(day)]
    return len(swapped), len(worked), [name for name in china.values() if "estimated" in name]


known, unknown = told(2026), told(2027)
print("2026", known, "2027", unknown)
assert known == (6, 6, []), known
assert unknown == (0, 0, []), unknown
assert holidays.China(years=2027).get_working_days_count(date(2027, 1, 1), date(2027, 12, 31)) == 248
assert chinese_calendar.is_workday(date(2026, 2, 14))
try:
    chinese_calendar.is_workday(date(2027, 2, 14))
except NotImplementedError as error:
    print(error)
else:
    raise AssertionError("chinesecalendar answers for 2027")
PY
