#!/usr/bin/env bash
# Two digits side by side are a range in Chinese: 三五户 are three to five households, 七八人 seven or eight persons,
# 一二三月 January to March. Libraries that turn the numerals of a text into figures string the digits together.
#
# cn2an 0.5.24 (transform) and chinese2digits 6.0.2 (takeNumberFromString) write 35户, 78人 and 123月, without a word.
# 二三十户, twenty to thirty households, is left as it is by cn2an and becomes 230户 by chinese2digits. Names of places
# go the same way: 六一村 is 61村.
#
# Seen: cn2an 35户 78人 123月 二三十户 61村    chinese2digits 35户 78人 123月 230户 61村
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --no-compile --disable-pip-version-check cn2an==0.5.24 chinese2digits==6.0.2
cd "$work"
env/bin/python -W ignore - << 'PYTHON' | tee seen
import chinese2digits
import cn2an

texts = ("三五户", "七八人", "一二三月", "二三十户", "六一村")
print("cn2an", *(cn2an.transform(text) for text in texts))
print("chinese2digits", *(chinese2digits.takeNumberFromString(text)["replacedText"] for text in texts))
PYTHON
diff seen - << 'SEEN'
cn2an 35户 78人 123月 二三十户 61村
chinese2digits 35户 78人 123月 230户 61村
SEEN
