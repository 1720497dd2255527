#!/usr/bin/env bash
# The Chinese Word of 2003 and 2007 marks every date that is typed as a smart tag (element chsdate), places and names of
# persons likewise; templates handed on since then keep the marks, and Word shows nothing of them.
# Seen with python-docx 1.2.0: paragraph.text and paragraph.runs leave out what stands in such a mark, so that a document
# is read without its dates; a replacement of text run by run never meets them. docxtpl 0.20.2 does fill a placeholder
# that stands in a mark (it works on the XML), and reading back what it made with python-docx shows an empty place.
# Text in a hyperlink does come. The script fails when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q python-docx==1.2.0 docxtpl==0.20.2
"$folder/venv/bin/python" - <<'PY'
import io

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docxtpl import DocxTemplate

MARKS = {
    "smart tag": ('<w:smartTag {} w:uri="urn:schemas-microsoft-com:office:smarttags" w:element="chsdate">', "</w:smartTag>"),
    "hyperlink": ('<w:hyperlink {} w:anchor="a">', "</w:hyperlink>"),
}


def document(mark, text):
    made = docx.Document()
    paragraph = made.add_paragraph("截至")
    opened, closed = MARKS[mark]
    paragraph._p.append(parse_xml(opened.format(nsdecls("w")) + f"<w:r><w:t>{text}</w:t></w:r>" + closed))
    paragraph.add_run("在册5408户")
    buffer = io.BytesIO()
    made.save(buffer)
    buffer.seek(0)
    return buffer


def read(buffer):
    (paragraph,) = docx.Document(buffer).paragraphs
    return paragraph.text, "2022年9月30日" in "".join(paragraph._p.itertext())


seen = {mark: read(document(mark, "2022年9月30日")) for mark in MARKS}
template, filled = DocxTemplate(document("smart tag", "{{ day }}")), io.BytesIO()
template.render({"day": "2022年9月30日"})
template.save(filled)
seen["filled"] = read(filled)
print(seen)
assert seen["smart tag"] == ("截至在册5408户", True), seen
assert seen["hyperlink"] == ("截至2022年9月30日在册5408户", True), seen
assert seen["filled"] == ("截至在册5408户", True), seen
PY
