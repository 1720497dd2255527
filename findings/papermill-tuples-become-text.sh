#!/usr/bin/env bash
# papermill 2.7.0: a parameter given as a tuple arrives in the notebook as text, and the record says that it is a list.
#
# execute_notebook(..., {"towns": ("大河", "流水")}): a list arrives as a list; of a tuple the notebook gets the text
# "('大河', '流水')", over which a loop goes letter by letter. The parameters kept in the notebook's metadata, by which one
# would find out, show a list. Whole numbers as keys, {16: 1}, arrive as text "16". And a parameter declared the way
# Python has it since 3.10, `reviewer: str | None = None`, is not seen: it is not in inspect_notebook, and giving it logs
# "Passed unknown parameter"; of colour = "#C00000" the default is told as one quotation mark.
#
# Seen: towns = "('大河', '流水')"  ages = {"16": 1}   in the metadata ['大河', '流水']
#       inspect_notebook: month, towns, ages, colour with default "
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --no-compile --disable-pip-version-check papermill==2.7.0 nbformat==5.11.1
cd "$work"
env/bin/python -W ignore - 2> said << 'PYTHON' | tee seen
import nbformat
import papermill

source = 'month: str = "2022-09"\nreviewer: str | None = None\ntowns = ()\nages = {}\ncolour = "#C00000"'
cell = nbformat.v4.new_code_cell(source)
cell.metadata["tags"] = ["parameters"]
kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
nbformat.write(nbformat.v4.new_notebook(cells=[cell], metadata=kernel), "in.ipynb")
given = {"towns": ("大河", "流水"), "ages": {16: 1}, "reviewer": "甲"}
papermill.execute_notebook("in.ipynb", "out.ipynb", given, prepare_only=True, progress_bar=False)
made = nbformat.read("out.ipynb", as_version=4)
arrived = {}
exec(made.cells[1].source, arrived)
print(repr(arrived["towns"]), arrived["ages"], made.metadata.papermill.parameters["towns"])
print({name: about["default"] for name, about in papermill.inspect_notebook("in.ipynb").items()})
PYTHON
diff seen - << 'SEEN'
"('大河', '流水')" {'16': 1} ['大河', '流水']
{'month': '"2022-09"', 'towns': '()', 'ages': '{}', 'colour': '"'}
SEEN
grep -q "Passed unknown parameter: reviewer" said
