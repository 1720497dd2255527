#!/usr/bin/env bash
# A code such as QX-R-443 that a line of a PDF breaks at a hyphen cannot be found in the text that PDFium gives back.
# Seen with pypdfium2 5.15.2: a hyphen behind a letter at the end of a line is taken for a divided word. The line's end is
# gone, and in place of the hyphen, which was in the text and is seen on the page, stands a character that prints
# nothing: U+0002 by get_text_bounded(), U+FFFE by get_text_range(), so that the two differ on the same page. Behind a
# digit (610902-001) hyphen and line end stay. pdfminer.six 20260107 gives both as they are.
# The script fails when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q pypdfium2==5.15.2 pdfminer.six==20260107 reportlab==5.1.0
"$folder/venv/bin/python" - <<'PY'
import io

import pypdfium2
from pdfminer.high_level import extract_text
from reportlab.pdfgen import canvas


def texts(*lines):
    buffer = io.BytesIO()
    page = canvas.Canvas(buffer, pagesize=(300, 200))
    for number, line in enumerate(lines):
        page.drawString(20, 150 - 14 * number, line)
    page.save()
    text = pypdfium2.PdfDocument(buffer.getvalue())[0].get_textpage()
    return text.get_text_bounded(), text.get_text_range(), extract_text(buffer).strip()


letter, digit = texts("rule QX-R-", "443"), texts("unit 610902-", "001")
print(letter, digit)
assert letter == ("rule QX-R\x02443", "rule QX-R\ufffe443", "rule QX-R-\n443"), letter
assert digit == ("unit 610902-\r\n001", "unit 610902-\r\n001", "unit 610902-\n001"), digit
PY
