#!/usr/bin/env bash
# papermill 2.7.0: a parameter whose comment has an equals sign is none, for its help and for its warning.
#
# rate = 0.5  # 0.5 = 50% is a valid line of the parameters cell. --help-notebook leaves it out (one line on stderr, exit
# code 0), and a run that is given -p rate 0.4 warns of a parameter that the notebook does not know, though it sets and uses
# it. A # within a text is taken for the comment: the default of place = "1# 楼" is shown as "1. Without = and # all are listed.
#
# Seen: names place, month; default of place: "1    rate: missing, and warned of
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --no-compile --disable-pip-version-check papermill==2.7.0 ipykernel==7.1.0 nbformat==5.10.4
env/bin/python - << 'PYTHON'
import nbformat

cell = nbformat.v4.new_code_cell('rate = 0.5  # 0.5 = 50%\nplace = "1# 楼"\nmonth = "2022-09"  # 月份')
cell.metadata["tags"] = ["parameters"]
kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
book = nbformat.v4.new_notebook(metadata={"kernelspec": kernel})
book.cells = [cell, nbformat.v4.new_code_cell("print(rate)")]
nbformat.write(book, "a.ipynb")
PYTHON
export PATH=$work/env/bin:$PATH
papermill --help-notebook a.ipynb 2> /dev/null | grep default | sed 's/  */ /g' > seen
papermill a.ipynb b.ipynb -p rate 0.4 -p month 2022-08 2>&1 | grep -o "Passed unknown parameter.*" >> seen
python -c 'import nbformat; print(nbformat.read("b.ipynb", 4).cells[-1].outputs[0].text, end="")' >> seen
cat seen
diff seen - << 'SEEN'
 place: Unknown type (default "1)
 month: Unknown type (default "2022-09")
Passed unknown parameter: rate
0.4
SEEN
