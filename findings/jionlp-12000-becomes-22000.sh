#!/usr/bin/env bash
# jionlp 1.5.31: the amount 1万2千元 is 22000 yuan to parse_money, "accurate"; 10万3千元 is 113000.
#
# Income and aid are written with digits and units, 1万2千元 (12000), 3万5 (35000). The digit behind 万 is taken twice: as
# a thousand, which is right, and as so many ten thousands more (as so many ones and ten thousands, where it has no unit).
# The same amount in Chinese numerals, 一万二千元, is right, and so are those whose first digit was typed full width.
# Amounts without 万 (3千5百元) are right. extract_money, which looks through a text, hands on what parse_money says.
#
# Seen: 1万2千元 22000    3万5千元 65000    10万3千元 113000    3万5 60010    一万二千元, １万2千元 12000    3千5百元 3500
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --no-compile --disable-pip-version-check jionlp==1.5.31
cd "$work"
env/bin/python -W ignore - 2> /dev/null << 'PYTHON' | grep -v '^#' | tee seen
import jionlp

for text in ("1万2千元", "3万5千元", "10万3千元", "3万5", "一万二千元", "１万2千元", "3千5百元"):
    amount = jionlp.parse_money(text)
    print(text, amount["num"], amount["definition"])
found = jionlp.ner.extract_money("人均纯收入1万2千元。")
print(*(money["text"] + " " + money["detail"]["num"] for money in found))
PYTHON
diff seen - << 'SEEN'
1万2千元 22000.00 accurate
3万5千元 65000.00 accurate
10万3千元 113000.00 accurate
3万5 60010.00 accurate
一万二千元 12000.00 accurate
１万2千元 12000.00 accurate
3千5百元 3500.00 accurate
1万2千元 22000.00
SEEN
