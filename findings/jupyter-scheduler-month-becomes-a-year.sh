#!/usr/bin/env bash
# jupyter-scheduler 2.12.1 writes a job's parameters into the notebook as source text, not as values.
#
# papermill, with which a notebook's `parameters` tag is shared, writes repr(value): month "2022-10" is text.
# Here the text of the dialog becomes Python: month 2022-10 is a subtraction, and the notebook silently
# runs for 2012; month 2022-09 does not compile. A text must be typed with its quotes: "2022-10".
#
# Seen: 2022-10 -> 2012; 2022-09 -> SyntaxError; "2022-10" -> '2022-10'; papermill: 2022-10 -> '2022-10'
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --disable-pip-version-check jupyter-scheduler==2.12.1 papermill==2.7.0
"$work/env/bin/python" -W ignore - << 'PYTHON' | tee "$work/seen"
import nbformat
from jupyter_scheduler.parameterize import add_parameters
from papermill.parameterize import parameterize_notebook

KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}, "papermill": {}}


def notebook():
    cell = nbformat.v4.new_code_cell("month = ''", metadata={"tags": ["parameters"]})
    return nbformat.v4.new_notebook(cells=[cell], metadata=KERNEL)


def came(prepared):
    seen = {}
    try:
        exec(prepared.cells[1].source, seen)
    except SyntaxError as error:
        return type(error).__name__
    return repr(seen["month"])


for typed in ("2022-10", "2022-09", '"2022-10"'):
    print("scheduler", typed, "->", came(add_parameters(notebook(), {"month": typed})))
print("papermill", "2022-10", "->", came(parameterize_notebook(notebook(), {"month": "2022-10"})))
PYTHON
diff "$work/seen" - << 'SEEN'
scheduler 2022-10 -> 2012
scheduler 2022-09 -> SyntaxError
scheduler "2022-10" -> '2022-10'
papermill 2022-10 -> '2022-10'
SEEN
