#!/usr/bin/env bash
# petl 1.7.30: a household whose income is not known lies below every line, one whose income is text above it.
#
# selectlt, selectle and selectgt compare as petl sorts: None comes before all numbers, text after them.
# "Select rows where the given field is less than the given value" says the documentation, and the households without an
# income are among those below 5000; an income that came as text is above 5000, be it "4000". Counts of the poor are too
# high by whom nobody has asked, with no error and no warning; in Python itself the comparison is a TypeError, in pandas
# and in SQL it is not true.
#
# Seen: below 5000: None and 4000    at most 5000: None, 4000, 5000    above 5000: text 4000, 9000
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --no-compile --disable-pip-version-check petl==1.7.30
cd "$work"
env/bin/python -W error - << 'PYTHON' | tee seen
import petl

incomes = [["household", "income"], ["A", None], ["B", 4000], ["C", 5000], ["D", 9000], ["E", "4000"]]
for name, selected in (
    ("below", petl.selectlt(incomes, "income", 5000)),
    ("at most", petl.selectle(incomes, "income", 5000)),
    ("above", petl.selectgt(incomes, "income", 5000)),
    ("lowest", petl.head(petl.sort(incomes, "income"), 1)),
):
    print(name, *petl.values(selected, "household"))
PYTHON
diff seen - << 'SEEN'
below A B
at most A B C
above D E
lowest A
SEEN
