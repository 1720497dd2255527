#!/usr/bin/env bash
# papermill 2.7.0: `-p NAME TEXT` takes for a number whatever Python's int() or float() takes: more than digits.
#
# A version or hash of digits with one e in it, 12e45678, arrives as infinity. A code typed with an input
# method's full-width digits, and one with an underscore in it, arrive as other numbers than the same text
# given by -r. A month 2022-09 stays text, so that the command looks right. `-r` keeps all of them as they are.
#
# Seen: {'code': 610902, 'part': 1202, 'version': inf, 'month': '2022-09'}
#   -r: {'code': '６１０９０２', 'part': '12_02', 'version': '12e45678', 'month': '2022-09'}
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --disable-pip-version-check papermill==2.7.0 ipykernel==7.4.0
cd "$work"
env/bin/python - << 'PYTHON'
import nbformat

cell = nbformat.v4.new_code_cell("code = part = version = month = ''")
cell.metadata["tags"] = ["parameters"]
kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
nbformat.write(nbformat.v4.new_notebook(cells=[cell], metadata=kernel), "in.ipynb")
PYTHON
given() { # the values that the prepared notebook assigns
    env/bin/papermill --prepare-only --no-progress-bar in.ipynb out.ipynb \
        "$1" code ６１０９０２ "$1" part 12_02 "$1" version 12e45678 "$1" month 2022-09 2> /dev/null
    env/bin/python - << 'PYTHON'
import nbformat

seen = {}
exec(nbformat.read("out.ipynb", as_version=4).cells[1].source, seen)
print({name: seen[name] for name in ("code", "part", "version", "month")})
PYTHON
}
given -p | tee typed
given -r | tee raw
grep -qxF "{'code': 610902, 'part': 1202, 'version': inf, 'month': '2022-09'}" typed
grep -qxF "{'code': '６１０９０２', 'part': '12_02', 'version': '12e45678', 'month': '2022-09'}" raw
