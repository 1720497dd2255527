#!/usr/bin/env bash
# typst 0.15.2: str(-5) is not "-5" but "−5", with the minus sign U+2212; so are all negative numbers that are printed.
#
# repr(-5) has the hyphen, and so has what csv() and json() read, so that text from a table and text made of the same
# number differ: the comparison with "-5" is false, the pattern -\d does not match, starts-with("-") is no test of sign.
# int() takes both back. Whoever searches the finished PDF for -5 does not find it.
#
# Seen: "−5" (U+2212)  repr "-5"  equal to "-5": false  matches -\d: false  int of both: -5 -5
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --no-compile --disable-pip-version-check typst==0.15.2
cd "$work"
cat > a.typ << 'TYPST'
#let change = -5
#let row = csv(bytes("town,change\na,-5\n")).at(1).at(1)
#metadata((
  text: str(change), repr: repr(change), equal: str(change) == row, sign: str(change).starts-with("-"),
  pattern: str(change).match(regex("^-\d$")) != none, back: (int(str(change)), int(row)),
)) <found>
TYPST
env/bin/python - << 'PYTHON' | tee seen
import json

import typst

(found,) = json.loads(typst.query("a.typ", "<found>", field="value"))
print({name: value if name != "text" else ascii(value) for name, value in found.items()})
PYTHON
diff seen - << 'SEEN'
{'text': "'\\u22125'", 'repr': '-5', 'equal': False, 'sign': False, 'pattern': False, 'back': [-5, -5]}
SEEN
