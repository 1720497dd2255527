#!/usr/bin/env bash
# A report in which a figure was corrected with changes tracked (修订): 5400 is deleted, 5408 inserted in its place.
#
# LibreOffice 7.4 converts it to text and to a web page with both figures, one after the other and nothing between or around
# them that says which was deleted: 54005408户. Its PDF strikes one out, and the text taken from the PDF has both again. Of
# readers, docx2txt 0.9, docx2python 3.7.1 and mammoth 1.13.0 have the report as it will be, python-docx 1.2.0 neither
# figure. Exit code 0, no word. The changes must be accepted before.
#
# Seen: text and web page 户数54005408户, docx2txt and mammoth 户数5408户, python-docx 户数户
# The script fails when that changes. It needs soffice (libreoffice-writer).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    docx2txt==0.9 docx2python==3.7.1 mammoth==1.13.0 python-docx==1.2.0
cd "$work"
env/bin/python - << 'PYTHON'
import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

CHANGE = '<w:{0} {1} w:id="{2}" w:author="甲" w:date="2022-09-30T09:00:00Z"><w:r><w:{3}>{4}</w:{3}></w:r></w:{0}>'
document = docx.Document()
paragraph = document.add_paragraph("户数")
paragraph._p.append(parse_xml(CHANGE.format("del", nsdecls("w"), 1, "delText", "5400")))
paragraph._p.append(parse_xml(CHANGE.format("ins", nsdecls("w"), 2, "t", "5408")))
paragraph.add_run("户")
document.save("a.docx")
PYTHON
export HOME="$work"
for kind in txt:Text html; do
    soffice -env:UserInstallation="file://$work/profile" --headless --convert-to "$kind" a.docx > /dev/null 2>&1
done
{
    echo "text $(tr -cd '0-9户数' < a.txt)"
    echo "web page $(sed -n '/<body/,$p' a.html | sed 's/<[^>]*>//g' | tr -cd '0-9户数')"
    env/bin/python -W ignore - << 'PYTHON'
import docx
import docx2txt
import mammoth
from docx2python import docx2python

print("docx2txt", docx2txt.process("a.docx").strip())
print("docx2python", docx2python("a.docx").text.strip())
with open("a.docx", "rb") as file:
    print("mammoth", mammoth.extract_raw_text(file).value.strip())
print("python-docx", docx.Document("a.docx").paragraphs[0].text)
PYTHON
} | tee seen
diff seen - << 'SEEN'
text 户数54005408户
web page 户数54005408户
docx2txt 户数5408户
docx2python 户数5408户
mammoth 户数5408户
python-docx 户数户
SEEN
