#!/usr/bin/env bash
# pydantic 2.14.3: a date written without separators, as forms and file names have it, is read as a number of seconds.
#
# 20220930 is a valid date of ISO 8601 (its basic form), and datetime.fromisoformat reads it. A field of type datetime takes
# it, text or number, for seconds since 1970: 23 August 1970. So it does with a year, 2022 (34 minutes past midnight), and
# with a date as Excel stores it, 44834: a moment of 1 January 1970. No error; a field of type date refuses all three.
#
# Seen: 20220930 1970-08-23 00:55:30    2022 1970-01-01 00:33:42    44834 1970-01-01 12:27:14
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --no-compile --disable-pip-version-check pydantic==2.14.3
cd "$work"
env/bin/python - << 'PYTHON' | tee seen
import datetime

from pydantic import BaseModel, ValidationError


class Visit(BaseModel):
    moment: datetime.datetime


class Day(BaseModel):
    day: datetime.date


for given in ("20220930", "2022", 44834):
    try:
        Day(day=given)
        refused = False
    except ValidationError:
        refused = True
    print(given, f"{Visit(moment=given).moment:%Y-%m-%d %H:%M:%S}", refused)
PYTHON
diff seen - << 'SEEN'
20220930 1970-08-23 00:55:30 True
2022 1970-01-01 00:33:42 True
44834 1970-01-01 12:27:14 True
SEEN
