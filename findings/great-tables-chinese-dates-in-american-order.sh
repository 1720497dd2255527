#!/usr/bin/env bash
# great_tables 1.1.0 with locale="zh": a date is 星期五, 九月 30, 2022, and 12,300 in short 12.30K.
#
# The words are Chinese, the order is American: 2022年9月30日星期五 is what Babel writes for the same style and locale. The other
# named styles follow other languages' orders (30 9月 2022) or are ISO's, and compact numbers keep K and M where Chinese
# counts in 万.
#
# Seen: 星期五, 九月 30, 2022    九月 30, 2022    12.30K    103.00K
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --no-compile --disable-pip-version-check great-tables==1.1.0 polars==2.1.0 Babel==2.18.0
env/bin/python - << 'PYTHON' | tee seen
import datetime as dt

from babel.dates import format_date
from great_tables.vals import fmt_date, fmt_number

for style in ("wday_month_day_year", "month_day_year", "day_m_year", "iso"):
    print(style, *fmt_date(["2022-09-30"], date_style=style, locale="zh"))
print(*fmt_number([12300, 103000], compact=True, locale="zh"))
print(format_date(dt.date(2022, 9, 30), "full", locale="zh"))
PYTHON
diff seen - << 'SEEN'
wday_month_day_year 星期五, 九月 30, 2022
month_day_year 九月 30, 2022
day_m_year 30 9月 2022
iso 2022-09-30
12.30K 103.00K
2022年9月30日星期五
SEEN
