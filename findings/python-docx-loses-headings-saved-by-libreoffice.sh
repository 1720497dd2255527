#!/usr/bin/env bash
# Word writes the names of its own styles in small letters (heading 1, toc 1) and takes no heed of capitals in reading;
# LibreOffice writes "Heading 1". python-docx 1.2.0 translates "Heading 1" to "heading 1" before it looks, and compares
# letter by letter: after a document went through LibreOffice once, document.styles["Heading 1"] raises KeyError although a
# style that calls itself "Heading 1" is in the list, and add_heading() or add_paragraph(style="Heading 1") fails with it.
# Seen with LibreOffice 7.4: before, the style is found; after, its name is "Heading 1" and it is not.
# The script fails when that changes. It needs soffice (libreoffice-writer).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q python-docx==1.2.0
"$folder/venv/bin/python" - "$folder/a.docx" <<'PY'
import sys

import docx

document = docx.Document()
document.add_heading("第一章", 1)
assert document.styles["Heading 1"].name == "Heading 1"
document.save(sys.argv[1])
PY
soffice --version
soffice "-env:UserInstallation=file://$folder/home" --headless --convert-to "docx:MS Word 2007 XML" \
  --outdir "$folder/saved" "$folder/a.docx" >/dev/null 2>&1
"$folder/venv/bin/python" - "$folder/saved/a.docx" <<'PY'
import sys

import docx

document = docx.Document(sys.argv[1])
names = [style.name for style in document.styles]
assert "Heading 1" in names, names
assert [p.style.name for p in document.paragraphs if p.text == "第一章"] == ["Heading 1"]
try:
    document.styles["Heading 1"]
except KeyError as error:
    print("in the list of styles, and yet", error)
else:
    raise AssertionError("found")
PY
