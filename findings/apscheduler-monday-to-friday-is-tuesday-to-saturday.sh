#!/usr/bin/env bash
# APScheduler 3.11.3: CronTrigger.from_crontab("0 8 * * 1-5") rings from Tuesday to Saturday, and "0 8 1 * 1" hardly ever.
#
# from_crontab takes a line of crontab, where 1 is Monday and where a day of the month or a day of the week is enough. Its
# numbers count from Monday = 0, so that a daily job of the office's days comes on Saturday and not on Monday; and both days
# must hold: the first of the month if it is a Tuesday. croniter 7.0.0 and cron itself ring on each first and each Monday.
# Names (mon-fri) are right.
#
# Seen: 1-5: Wed Thu Fri Sat Tue    mon-fri: Wed Thu Fri Mon Tue    0 8 1 * 1: 2022-11-01, 2023-08-01; croniter 2022-10-01, 10-03
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --no-compile --disable-pip-version-check APScheduler==3.11.3 tzlocal==5.4.5 croniter==7.0.0
env/bin/python - << 'PYTHON' | tee seen
import datetime as dt

from apscheduler.triggers.cron import CronTrigger
from croniter import croniter

START = dt.datetime(2022, 9, 28, tzinfo=dt.timezone.utc)  # a Wednesday


def rings(line, number):
    trigger, found, now = CronTrigger.from_crontab(line, timezone="UTC"), [], START
    while len(found) < number:
        found.append(trigger.get_next_fire_time(found[-1] if found else None, now))
        now = found[-1] + dt.timedelta(seconds=1)
    return found


for line in ("0 8 * * 1-5", "0 8 * * mon-fri"):
    print(*(day.strftime("%a") for day in rings(line, 5)))
known = croniter("0 8 1 * 1", START)
print(*(day.date() for day in rings("0 8 1 * 1", 2)), *(known.get_next(dt.datetime).date() for _ in range(2)))
PYTHON
diff seen - << 'SEEN'
Wed Thu Fri Sat Tue
Wed Thu Fri Mon Tue
2022-11-01 2023-08-01 2022-10-01 2022-10-03
SEEN
