#!/usr/bin/env bash
# A Word template filled with a value that holds & or < loses the rest of the paragraph, the template's own words among
# them, and nobody is told: the filled XML is no longer well formed, and docxtpl reads it back with a parser that recovers.
# Seen with docxtpl 0.20.2 and the template "前{{ a }}后": 甲 gives 前甲后; "A&B" and "A<B" give 前A, exit code 0, no
# warning. With autoescape=True all three come whole. A placeholder in the document's title is filled as well, but
# get_undeclared_template_variables(), by which one would look for misspelt names, does not list it.
# The script fails when one of these changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q docxtpl==0.20.2 python-docx==1.2.0 jinja2==3.1.6
"$folder/venv/bin/python" -W error - <<'PY'
import io

import docx
from docxtpl import DocxTemplate


def template() -> io.BytesIO:
    document = docx.Document()
    document.add_paragraph("前{{ a }}后")
    document.core_properties.title = "{{ misspelt }}"
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer


def filled(value: str, **options: bool) -> str:
    made, whole = io.BytesIO(), DocxTemplate(template())
    whole.render({"a": value}, **options)
    whole.save(made)
    document = docx.Document(made)
    assert document.core_properties.title == ""
    return document.paragraphs[0].text


plain = {value: filled(value) for value in ("甲", "A&B", "A<B")}
escaped = {value: filled(value, autoescape=True) for value in plain}
names = DocxTemplate(template()).get_undeclared_template_variables()
print(plain, escaped, names)
assert plain == {"甲": "前甲后", "A&B": "前A", "A<B": "前A"}, plain
assert escaped == {"甲": "前甲后", "A&B": "前A&B后", "A<B": "前A<B后"}, escaped
assert names == {"a"}, names
PY
