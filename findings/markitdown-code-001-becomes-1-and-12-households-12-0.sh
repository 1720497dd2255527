#!/usr/bin/env bash
# MarkItDown 0.1.9, which makes text of a workbook (for search and language models): the code 001, a cell of text, is 1, and
# 12 households are 12.0 because the town below has none on record; that one's cell says NaN.
#
# The workbook is read with pandas' guesses, which make numbers of text, and of whole numbers with a gap decimal ones; the
# text that an office sees (001, 12, empty) is not used, nor is the format 0.0%: 98.5% is 0.985 and its neighbour 0.500.
#
# Seen: | 流水镇 | 12.0 | 1 | 0.985 |    | 大竹园镇 | NaN | 2 | 0.500 |
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --no-compile --disable-pip-version-check 'markitdown[xlsx]==0.1.9' pandas==3.1.1 numpy==2.4.6 openpyxl==3.1.5
env/bin/python -W ignore - << 'PYTHON' | tee seen
from markitdown import MarkItDown
from openpyxl import Workbook

book = Workbook()
sheet = book.active
for row in (["镇", "户数", "代码", "比例"], ["流水镇", 12, "001", 0.985], ["大竹园镇", None, "002", 0.5]):
    sheet.append(row)
for row in ("2", "3"):
    sheet["D" + row].number_format = "0.0%"
book.save("a.xlsx")
print(MarkItDown().convert("a.xlsx").text_content)
PYTHON
diff seen - << 'SEEN'
## Sheet
| 镇 | 户数 | 代码 | 比例 |
| --- | --- | --- | --- |
| 流水镇 | 12.0 | 1 | 0.985 |
| 大竹园镇 | NaN | 2 | 0.500 |
SEEN
