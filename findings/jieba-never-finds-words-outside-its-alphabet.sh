#!/usr/bin/env bash
# jieba 0.42.1: words of one's own are taken, counted, and never found, if one sign of them lies outside its alphabet.
#
# cut() first parts the text at everything that is not U+4E00 to U+9FD5, a Latin letter, a digit or one of +#&._%- and looks
# for words in the pieces alone. add_word() and load_userdict() take names with other signs without a word, and get_FREQ()
# answers 1 for them: the official name of a town with a rare character (㵲阳镇), of a person (a list of names to be left
# out of a text misses 李㛃), a column's heading with its unit in brackets, a name with a point between.
#
# Seen: 镇远县/㵲/阳镇    李/㛃/同志    人均/纯收入/（/元/）    阿依/·/古丽    but 雨露计划+/就业
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --no-compile --disable-pip-version-check jieba==0.42.1 setuptools==80.9.0
cd "$work"
env/bin/python -W ignore - 2> /dev/null << 'PYTHON' | tee seen
import jieba

words = ("㵲阳镇", "李㛃", "人均纯收入（元）", "阿依·古丽", "雨露计划+")
for word in words:
    jieba.add_word(word)
for text in ("镇远县㵲阳镇", "李㛃同志", "人均纯收入（元）", "阿依·古丽", "雨露计划+就业"):
    print("/".join(jieba.cut(text)))
print(*(jieba.get_FREQ(word) > 0 for word in words))
PYTHON
diff seen - << 'SEEN'
镇远县/㵲/阳镇
李/㛃/同志
人均/纯收入/（/元/）
阿依/·/古丽
雨露计划+/就业
True True True True True
SEEN
