#!/usr/bin/env bash
# OpenCC 1.4.2: "t2s" changes official names of places that are written in simplified characters already.
#
# Some simplified names keep a character that elsewhere is the traditional form of another one: 乾 (of 干), 於 (of 于),
# 藉 (of 借), 濛 (of 蒙). Phrases are to protect them, and protect 乾陵 and 乾州, but not the county that both lie in.
# A register that is "made simplified" to be safe renames a county of Shaanxi and towns of four provinces.
#
# Seen: 乾县 -> 干县   乾安县 -> 干安县   乾佑街道 -> 干佑街道   乾务镇 -> 干务镇   於潜镇 -> 于潜镇   藉口镇 -> 借口镇
#       濛阳镇 -> 蒙阳镇   乾陵 -> 乾陵   乾州 -> 乾州
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --disable-pip-version-check opencc==1.4.2
cd "$work"
env/bin/python - << 'PYTHON' | tee seen
from opencc import OpenCC

to_simplified = OpenCC("t2s")
for name in ("乾县", "乾安县", "乾佑街道", "乾务镇", "於潜镇", "藉口镇", "濛阳镇", "乾陵", "乾州"):
    print(f"{name} -> {to_simplified.convert(name)}")
PYTHON
diff seen - << 'SEEN'
乾县 -> 干县
乾安县 -> 干安县
乾佑街道 -> 干佑街道
乾务镇 -> 干务镇
於潜镇 -> 于潜镇
藉口镇 -> 借口镇
濛阳镇 -> 蒙阳镇
乾陵 -> 乾陵
乾州 -> 乾州
SEEN
