#!/usr/bin/env bash
# gggdtparser 0.1.6: 2022.9.30 is read as 3 September 2022, and so are 2022/9/30 and 2022-9-30.
#
# Dates without noughts are how people type them and how Excel shows them. Where the month has one digit, the day loses its
# second one: the 30th is the 3rd, the 12th the 1st. With a two-digit month (2022.10.30), with a nought (2022.09.30), with
# a time of day behind it or in characters (2022年9月30日) the same parser is right, so that a column mixes both. A month
# without separator, 202209, is February of the year 2209. Nothing says that a digit was left over.
#
# Seen: 2022.9.30, 2022/9/30, 2022-9-30 2022-09-03    2022.9.12 2022-09-01    2022/9/30 12:30 2022-09-30    202209 2209-02-01
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --no-compile --disable-pip-version-check gggdtparser==0.1.6
cd "$work"
env/bin/python -W ignore - << 'PYTHON' | tee seen
from gggdtparser import parse

for text in (
    "2022.9.30",
    "2022/9/30",
    "2022-9-30",
    "2022.9.12",
    "2022.10.30",
    "2022.09.30",
    "2022/9/30 12:30",
    "2022年9月30日",
    "202209",
):
    print(text, parse(text).date())
PYTHON
diff seen - << 'SEEN'
2022.9.30 2022-09-03
2022/9/30 2022-09-03
2022-9-30 2022-09-03
2022.9.12 2022-09-01
2022.10.30 2022-10-30
2022.09.30 2022-09-30
2022/9/30 12:30 2022-09-30
2022年9月30日 2022-09-30
202209 2209-02-01
SEEN
