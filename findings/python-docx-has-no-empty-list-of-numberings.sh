#!/usr/bin/env bash
# A Word document without any list has no part word/numbering.xml, and a program that wants to number its headings asks
# python-docx for one. The documentation of DocumentPart.numbering_part says "Creates an empty numbering part if one is
# not present"; python-docx 1.2.0 raises NotImplementedError, without a word. Comments, which are made the same way, do come.
# No test made with python-docx's own template sees it: that one has lists.
# The script fails when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q python-docx==1.2.0
"$folder/venv/bin/python" - <<'PY'
import io

import docx

document = docx.Document()
print("of its own template:", document.part.numbering_part.partname)
for key, relation in list(document.part.rels.items()):
    if relation.reltype.endswith("/numbering"):
        document.part.rels.pop(key)
buffer = io.BytesIO()
document.save(buffer)
without = docx.Document(buffer)
assert "Creates an empty numbering part" in type(without.part).__dict__["numbering_part"].__doc__
try:
    without.part.numbering_part
except NotImplementedError as error:
    print("without lists: NotImplementedError", repr(str(error)))
    assert str(error) == ""
else:
    raise AssertionError("a document without lists has numberings")
print("comments of the same document:", without.part._comments_part.partname)
PY
