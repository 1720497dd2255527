#!/usr/bin/env bash
# A range whose hyphen may not break (Ctrl+Shift+hyphen in Word) has an element of its own in place of the sign,
# w:noBreakHyphen (ECMA-376, 17.3.3.18); Word shows and prints 5000-6000元 and QX-443.
#
# docx2txt 0.9 and docx2python 3.7.1 leave the element out and join what stands on its sides: 50006000元, fifty million,
# and QX443. python-docx 1.2.0 gives the hyphen, mammoth 1.13.0 the hyphen that does not break (U+2011). A tab, which is an
# element as well, comes with all of them.
#
# Seen: docx2txt, docx2python 50006000元 QX443    python-docx, mammoth with a hyphen
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    docx2txt==0.9 docx2python==3.7.1 mammoth==1.13.0 python-docx==1.2.0
cd "$work"
env/bin/python -W ignore - << 'PYTHON' | tee seen
import docx
import docx2txt
import mammoth
from docx.oxml import OxmlElement
from docx2python import docx2python

document = docx.Document()
paragraph = document.add_paragraph()
for before, behind in (("5000", "6000元 QX"), ("", "443")):
    run = paragraph.add_run(before)
    run._r.append(OxmlElement("w:noBreakHyphen"))
    paragraph.add_run(behind)
document.save("a.docx")
print("python-docx", docx.Document("a.docx").paragraphs[0].text)
with open("a.docx", "rb") as file:
    print("mammoth", mammoth.extract_raw_text(file).value.strip().replace("\N{NON-BREAKING HYPHEN}", "-"))
print("docx2txt", docx2txt.process("a.docx").strip())
print("docx2python", docx2python("a.docx").text.strip())
PYTHON
diff seen - << 'SEEN'
python-docx 5000-6000元 QX-443
mammoth 5000-6000元 QX-443
docx2txt 50006000元 QX443
docx2python 50006000元 QX443
SEEN
