#!/usr/bin/env bash
# nbclient 0.11.0: a cell that has 0 seconds left may run for ever.
#
# To give a whole notebook a limit, timeout_func returns what is left of it: max(0, end - now). The documentation names
# None and -1 as what disables the limit. 0 does so as well: the cell after the one that used the time up, and every
# cell behind it, runs without any limit, and the notebook ends well. papermill --execution-timeout 0 hands on the same.
#
# Seen: 0.5 seconds left: CellTimeoutError    0 seconds left: a cell of 2 seconds runs to its end
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --no-compile --disable-pip-version-check nbclient==0.11.0 ipykernel==7.4.0
cd "$work"
env/bin/python -W ignore - 2> /dev/null << 'PYTHON' | tee seen
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError

for left in (0.5, 0):
    cell = nbformat.v4.new_code_cell("import time\ntime.sleep(2)\nprint('to its end')")
    notebook = nbformat.v4.new_notebook(cells=[cell])
    try:
        NotebookClient(notebook, kernel_name="python3", timeout_func=lambda cell, left=left: left).execute()
        said = cell.outputs[0].text.strip()
    except CellTimeoutError as error:
        said = type(error).__name__
    print(f"{left} seconds left: {said}")
PYTHON
diff seen - << 'SEEN'
0.5 seconds left: CellTimeoutError
0 seconds left: to its end
SEEN
