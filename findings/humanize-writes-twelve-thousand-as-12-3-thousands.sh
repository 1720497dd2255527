#!/usr/bin/env bash
# humanize 4.17.0 in Chinese: 12,300 posts are "12.3 千", 103,000 workers "103.0 千".
#
# There is a Chinese translation, so that 1.2 万 and 10.3 万 would be expected: Chinese counts in ten thousands, and no
# reader says 103 thousands. The translation replaces the words of the English steps of a thousand only. The third of a
# list becomes 3第 (第3), and the month of a date stays English in the midst of a Chinese page.
#
# Seen: 1.8 千  12.3 千  103.0 千  5.4 百万    3第    Sep 30 2022
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --no-compile --disable-pip-version-check humanize==4.17.0
env/bin/python - << 'PYTHON' | tee seen
import datetime as dt

import humanize

humanize.i18n.activate("zh_CN")
for number in (1828, 12300, 103000, 5408000):
    print(humanize.intword(number))
print(humanize.ordinal(3))
print(humanize.naturaldate(dt.date(2022, 9, 30)))
PYTHON
diff seen - << 'SEEN'
1.8 千
12.3 千
103.0 千
5.4 百万
3第
Sep 30 2022
SEEN
