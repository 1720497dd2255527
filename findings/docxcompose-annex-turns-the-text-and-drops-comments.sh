#!/usr/bin/env bash
# docxcompose puts a bulletin together from a text and the annexes of others. Seen with docxcompose 2.2.0, an annex in
# landscape with a comment in it, appended to a text in portrait; nothing is said:
#   page      an annex of one section comes out in portrait, its broad table as well. An annex of two sections (its table,
#             and an empty page) turns the text before it: the annex's first section reaches back to the beginning of the
#             bulletin, all of which is landscape, and what is left in portrait is the empty page
#   comments  the mark of the comment stays in the text, the comment does not come: a reference to nothing
# The script fails when one of these changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q docxcompose==2.2.0 python-docx==1.2.0
"$folder/venv/bin/python" -W ignore - <<'PY'
import io

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docxcompose.composer import Composer


def annex(with_break):
    made = docx.Document()
    page = made.sections[0]
    page.orientation = WD_ORIENT.LANDSCAPE
    page.page_width, page.page_height = page.page_height, page.page_width
    paragraph = made.add_paragraph("分镇情况表")
    made.add_comment(paragraph.runs, text="请核对", author="审核")
    assert [one.text for one in made.comments] == ["请核对"]
    if with_break:
        made.add_section(WD_SECTION.NEW_PAGE)
    return made


def composed(with_break):
    text = docx.Document()
    text.add_paragraph("正文")
    whole, buffer = Composer(text), io.BytesIO()
    whole.append(annex(with_break))
    whole.save(buffer)
    made = docx.Document(buffer)
    pages, body = [], made.element.body
    for page in made.sections:
        pages.append("landscape" if page.page_width > page.page_height else "portrait")
    held = [paragraph.text for paragraph in body.xpath("./w:p[following-sibling::w:p/w:pPr/w:sectPr or w:pPr/w:sectPr]")]
    marks = len(made.element.body.xpath(".//w:commentReference"))
    return pages, held, marks, [one.text for one in made.comments]


seen = {with_break: composed(with_break) for with_break in (False, True)}
print(seen)
assert seen[False] == (["portrait"], [], 1, []), seen
assert seen[True] == (["landscape", "portrait"], ["正文", "分镇情况表", ""], 1, []), seen
PY
