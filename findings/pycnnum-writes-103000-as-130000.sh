#!/usr/bin/env bash
# pycnnum 2.1.1: 103000, written out in Chinese, is read as 130000, by the same library as by any reader.
#
# A thousand that follows a full ten thousand needs its unit: 十万三千. num2cn leaves off the last unit wherever the rest
# is noughts, as one says 一千六 for 1600 (its documentation shows that one), and writes 十万三, which means 130000; so
# 101000, 1001000 and 20001000. cn2num reads 一百一十万 (1100000), which num2cn writes rightly, as 10100000, and a year
# written digit by digit, 二〇二二, as 2. cn2an 0.5.24 has all of them as they are.
#
# Seen: 103000 十万三 130000    1001000 一百万一 1100000    1100000 一百一十万 10100000    二〇二二 2
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --no-compile --disable-pip-version-check pycnnum==2.1.1 cn2an==0.5.24
cd "$work"
env/bin/python -W ignore - << 'PYTHON' | tee seen
import cn2an
import pycnnum

for number in (1600, 103000, 1001000, 1100000):
    text, other = pycnnum.num2cn(number), cn2an.an2cn(number)
    print(number, text, pycnnum.cn2num(text), other, cn2an.cn2an(other))
print("二〇二二", pycnnum.cn2num("二〇二二"), cn2an.cn2an("二〇二二", "normal"))
PYTHON
diff seen - << 'SEEN'
1600 一千六 1600 一千六百 1600
103000 十万三 130000 十万三千 103000
1001000 一百万一 1100000 一百万一千 1001000
1100000 一百一十万 10100000 一百一十万 1100000
二〇二二 2 2022
SEEN
