#!/usr/bin/env bash
# tablib 3.10.0: records of a JSON or YAML file are put into columns by their place, not by their name.
#
# The members of a JSON object have no order (RFC 8259), and two services that write the same record write it in theirs.
# The names of the first record become the headings; of every other record the values are taken in the order in which they
# stand: households and persons change places in the second row, without a word. The example of Dataset.dict's own
# documentation has its second record in another order. A record with fewer members is refused, one with another name of
# the same number is taken. (Upstream: tablib pull request 663.)
#
# Seen: the record {"persons": 30, "town": "乙", "households": 8} is read as town 30, households 乙, persons 8
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --no-compile --disable-pip-version-check tablib==3.10.0 pyyaml==6.0.3
cd "$work"
env/bin/python -W error - << 'PYTHON' | tee seen
import tablib

RECORDS = """[{"town": "甲", "households": 5, "persons": 20},
 {"persons": 30, "town": "乙", "households": 8},
 {"town": "丙", "persons": 9, "households": 2},
 {"town": "丁", "households": 3, "workers": 7}]"""
for kind in ("json", "yaml"):
    table = tablib.Dataset().load(RECORDS, format=kind)
    print(kind, *table.headers)
    for row in table:
        print(*row)
PYTHON
diff seen - << 'SEEN'
json town households persons
甲 5 20
30 乙 8
丙 9 2
丁 3 7
yaml town households persons
甲 5 20
30 乙 8
丙 9 2
丁 3 7
SEEN
