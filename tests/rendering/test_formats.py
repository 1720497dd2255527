"""The table of formats: whoever asks for one gets its file, its words, and no name past the guard."""

import pytest
from support import TYPOGRAPHY

from hanbin_lib.display import Column, Figure, Paragraph, Table
from hanbin_lib.privacy.reading import readable
from hanbin_lib.rendering import FORMATS, PUBLIC_FORMATS, content_of

NAME = "欧阳丹青"


def test_suffixes_are_there_once_and_the_notebook_stays_inside():
    suffixes = [one.suffix for one in FORMATS]
    assert len(set(suffixes)) == len(suffixes)
    assert {one.suffix for one in FORMATS} - {one.suffix for one in PUBLIC_FORMATS} == {"ipynb"}


@pytest.mark.parametrize("form", FORMATS, ids=lambda one: one.suffix)
def test_the_guard_reads_what_each_format_shows(make_notebook, tmp_path, form):
    """A name in a sentence, in a cell of a table and in a heading is met in every format that shows it."""
    table = Table("各户", (Column("户主"), Column("人", "right")), ((f"{NAME}甲", Figure(3, "人", "x")),))
    notebook = make_notebook("## 一、监测动态", Paragraph((f"负责人{NAME}乙。",), style="lead"), table)
    path = tmp_path / f"a.{form.suffix}"
    path.write_bytes(form.write(content_of(notebook), TYPOGRAPHY))
    read = "\n".join(text if isinstance(text, str) else text[-1] for text in readable(path))
    assert f"{NAME}甲" in "".join(read.split())


@pytest.mark.parametrize("form", FORMATS, ids=lambda one: one.suffix)
def test_the_same_content_gives_the_same_bytes(sample, form):
    content = content_of(sample)
    assert form.write(content, TYPOGRAPHY) == form.write(content, TYPOGRAPHY)
