#!/usr/bin/env bash
# cpca 0.5.5 (and its fork cpca-new 0.1.2): an address of Ankang in Shaanxi, written short, is put into the city of Xi'an.
#
# 陕西安康 is province and city as people and registers write them, without 省 and 市. Between the two stand the characters
# 西安, and the longest-match search for names takes those: the first character of 安康 is gone, what is left of the place,
# 康汉滨区..., goes into the rest of the address, and the code is 610100 instead of 610902. All of Shaanxi's places that
# begin with 安 go this way (陕西安塞区, of Yan'an); with 省, or without the province, all is right, and so is 陕西汉中.
#
# Seen: 陕西安康汉滨区大河镇 西安市 610100    陕西省安康市汉滨区大河镇, 安康汉滨区大河镇 610902    陕西汉中 610700
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    cpca==0.5.5 cpca-new==0.1.2 pandas==3.1.1 numpy==2.4.6
cd "$work"
env/bin/python -W ignore - << 'PYTHON' | tee seen
import cpca
import cpca_new

places = ["陕西安康汉滨区大河镇", "陕西安塞区", "陕西省安康市汉滨区大河镇", "安康汉滨区大河镇", "陕西汉中"]
for library in (cpca, cpca_new):
    found = library.transform(places)
    for place, city, rest, code in zip(places, found["市"], found["地址"], found["adcode"], strict=True):
        print(library.__name__, place, city, rest or "-", code)
PYTHON
diff seen - << 'SEEN'
cpca 陕西安康汉滨区大河镇 西安市 康汉滨区大河镇 610100
cpca 陕西安塞区 西安市 塞区 610100
cpca 陕西省安康市汉滨区大河镇 安康市 大河镇 610902
cpca 安康汉滨区大河镇 安康市 大河镇 610902
cpca 陕西汉中 汉中市 - 610700
cpca_new 陕西安康汉滨区大河镇 西安市 康汉滨区大河镇 610100
cpca_new 陕西安塞区 西安市 塞区 610100
cpca_new 陕西省安康市汉滨区大河镇 安康市 大河镇 610902
cpca_new 安康汉滨区大河镇 安康市 大河镇 610902
cpca_new 陕西汉中 汉中市 - 610700
SEEN
