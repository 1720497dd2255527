#!/usr/bin/env bash
# python-stdnum 2.2: stdnum.cn.ric refuses a resident identity number whose county did not exist yet when its holder
# was born.
#
# The first six digits name the county where the number was given, and numbers were given to adults for years after
# 1985: in a district made in 2000 of a city made in 1988 of a county, many numbers carry a code that is younger than
# the person. `validate` looks the code up, takes the county as the place of birth and asks for one of the birth year;
# the check digit, the date and the length of such a number are right. The same code is accepted for a younger person.
# (Numbers below end in serial 000, which is given to nobody.)
#
# Seen: 610902 born 1970: InvalidComponent     610902 born 2001: accepted
#       612401 born 1970: InvalidComponent     612401 born 1990: accepted     612421 born 1970: accepted
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --disable-pip-version-check python-stdnum==2.2
cd "$work"
env/bin/python - << 'PYTHON' | tee seen
from stdnum.cn import ric
from stdnum.exceptions import ValidationError

for county, born in (("610902", 1970), ("610902", 2001), ("612401", 1970), ("612401", 1990), ("612421", 1970)):
    number = f"{county}{born}0115000"
    number += ric.calc_check_digit(number + "0")  # it leaves the last character out
    try:
        said = "accepted" if ric.validate(number) == number else "changed"
    except ValidationError as refused:
        said = type(refused).__name__
    print(f"{county} born {born}: {said}")
PYTHON
diff seen - << 'SEEN'
610902 born 1970: InvalidComponent
610902 born 2001: accepted
612401 born 1970: InvalidComponent
612401 born 1990: accepted
612421 born 1970: accepted
SEEN
