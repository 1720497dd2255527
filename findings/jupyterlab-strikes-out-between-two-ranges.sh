#!/usr/bin/env bash
# A Markdown cell with two ranges, 5000~6000元的120户，6000~7000元的80户, is struck out between the two signs in
# JupyterLab: it draws with marked (16.4.2 in JupyterLab 4.6.6, as here with gfm), to which one ~ on either side is a
# deletion as two are. nbconvert 7.17.2 (mistune 3.4.0) and markdown-it-py 4.3.0 leave the text as it is, so that what an
# analyst sees crossed out goes into the printed document as valid. With one range in a paragraph all agree.
# The other way about: #小结 without a space is a heading to nbconvert and plain text with its sign to JupyterLab.
#
# Seen: marked     <p>5000<del>6000元的120户，6000</del>7000元的80户</p>    <p>#小结</p>
#       nbconvert  <p>5000~6000元的120户，6000~7000元的80户</p>             <h1 ...
# Needs node and npm.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --no-compile --disable-pip-version-check nbconvert==7.17.2 mistune==3.4.0 markdown-it-py==4.3.0
npm install --silent --no-audit --no-fund marked@16.4.2 > /dev/null
cat > draw.mjs << 'NODE'
import { marked } from "marked";
for (const text of process.argv.slice(2)) console.log("marked    ", marked.parse(text, { gfm: true }).trim());
NODE
cat > draw.py << 'PYTHON'
import sys

from markdown_it import MarkdownIt
from nbconvert.filters.markdown_mistune import markdown2html_mistune

for text in sys.argv[1:]:
    print("nbconvert ", markdown2html_mistune(text).strip()[:60])
    print("markdown-it", MarkdownIt("gfm-like", {"linkify": False}).render(text).strip())
PYTHON
texts=("5000~6000元的120户，6000~7000元的80户" "#小结" "5000~6000元")
{
    node draw.mjs "${texts[@]}"
    env/bin/python -W ignore draw.py "${texts[@]}"
} | tee seen
grep -qxF 'marked     <p>5000<del>6000元的120户，6000</del>7000元的80户</p>' seen
grep -qxF 'marked     <p>#小结</p>' seen
grep -qxF 'marked     <p>5000~6000元</p>' seen
grep -qxF 'nbconvert  <p>5000~6000元的120户，6000~7000元的80户</p>' seen
grep -q '^nbconvert  <h1' seen
grep -qxF 'markdown-it <p>5000~6000元的120户，6000~7000元的80户</p>' seen
