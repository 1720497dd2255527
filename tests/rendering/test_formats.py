"""The table of formats: whoever asks for one gets its file, its words, and no name past the guard."""

import zipfile

import pytest
from support import TYPOGRAPHY

from hanbin_lib.charts import group_bars
from hanbin_lib.display import Column, Figure, Imprint, Paragraph, Table, Volume
from hanbin_lib.privacy.reading import Unreadable, readable
from hanbin_lib.rendering import FORMATS, NOTICES, PUBLIC_FORMATS, Part, content_of, form_of

NAME = "欧阳丹青"


def test_endings_are_there_once_and_the_notebook_stays_inside():
    endings = [one.ending for one in (*FORMATS, *NOTICES)]
    assert len(set(endings)) == len(endings)
    assert all(form_of(f"610902_汉滨区{one.ending}") is one for one in (*FORMATS, *NOTICES))
    assert form_of("说明.txt") is None
    assert {one.suffix for one in FORMATS} - {one.suffix for one in PUBLIC_FORMATS} == {"ipynb"}


@pytest.mark.parametrize("form", NOTICES, ids=lambda one: one.ending)
def test_a_notice_is_the_key_paragraph_alone_with_what_it_covers(make_notebook, tmp_path, form):
    key, lead, covers = (
        Paragraph(("全区在册三百户。",)),
        Paragraph(("章内的话。",), style="lead"),
        Paragraph(("口径。",)),
    )
    table = Table("各镇", (Column("镇"),), (("甲镇",),))
    imprint = Imprint("领导", "甲局", "2022年10月8日")
    content = content_of(
        make_notebook(key, table, "## 一、章", lead, covers, imprint, Volume("附册", ()), table)
    )
    kept = content.of(Part.NOTICE).parts
    assert [type(one).__name__ for one in kept] == ["Masthead", "Paragraph", "Paragraph"]
    assert kept[1:] == (key, covers)
    path = tmp_path / f"a{form.ending}"
    path.write_bytes(form.write(content, TYPOGRAPHY))
    read = "".join(text if isinstance(text, str) else text[-1] for text in readable(path))
    assert "全区在册三百户" in read
    assert "章内的话" not in read
    assert "甲镇" not in read
    assert not form.is_of_towns
    assert form not in FORMATS


@pytest.mark.parametrize("form", FORMATS, ids=lambda one: one.ending)
def test_the_guard_reads_what_each_format_shows(make_notebook, tmp_path, form):
    """A name in a sentence, in a cell of a table and in a heading is met in every format that shows it."""
    table = Table("各户", (Column("户主"), Column("人", "right")), ((f"{NAME}甲", Figure(3, "人", "x")),))
    shown = ("## 一、监测动态", Paragraph((f"负责人{NAME}乙。",), style="lead"), table)
    annex = (Volume("附册", (("附册一", "one"),)), *shown) if form.part is Part.ANNEX else ()
    notebook = make_notebook(*(annex or shown))
    path = tmp_path / f"a{form.ending}"
    path.write_bytes(form.write(content_of(notebook), TYPOGRAPHY))
    read = "\n".join(text if isinstance(text, str) else text[-1] for text in readable(path))
    assert f"{NAME}甲" in "".join(read.split())


@pytest.mark.parametrize("form", FORMATS, ids=lambda one: one.ending)
def test_the_same_content_gives_the_same_bytes(sample, form):
    content = content_of(sample)
    assert form.write(content, TYPOGRAPHY) == form.write(content, TYPOGRAPHY)


def test_a_divided_document_is_two_volumes_in_print_and_one_page(make_notebook):
    """Word and slides are of the bulletin; page, annex of tables and notebook of all."""
    table = Table("只在附册的表", (Column("镇"),), (("甲镇",),))
    content = content_of(make_notebook("## 一、章", Paragraph(("正文。",)), Volume("附册", ()), table))
    held = {one.ending: "只在附册的表" in str(content.of(one.part).parts) for one in FORMATS}
    assert held == {
        ".pdf": False, "_附册.pdf": True, ".html": True, ".docx": False, ".pptx": False, ".xlsx": True,
        ".ipynb": True,
    }  # fmt: skip
    assert content.of(Part.ANNEX).masthead == content.masthead
    assert content.of(Part.BULLETIN).parts + content.of(Part.ANNEX).parts == content.parts


@pytest.mark.parametrize(
    ("ending", "parts"),
    [
        (".docx", {"word/document.xml", "word/charts/chart1.xml", "word/embeddings/Microsoft_Excel_Sheet1.xlsx"}),
        (".pptx", {"ppt/notesSlides/notesSlide2.xml", "ppt/charts/chart1.xml", "ppt/embeddings/Microsoft_Excel_Sheet1.xlsx"}),
        (".xlsx", {"xl/sharedStrings.xml", "xl/charts/chart1.xml", "xl/drawings/drawing1.xml"}),
    ],
)  # fmt: skip
def test_a_name_in_a_chart_its_workbook_or_its_words_is_met(make_notebook, tmp_path, ending, parts):
    """Wherever an office file holds what is drawn: each of these parts alone would give the name away."""
    chart = group_bars(groups=((f"{NAME}甲", 3.0), ("因学", 2.0)), unit="户", title="因病", unit_line="户")
    path = tmp_path / f"a{ending}"
    form = form_of(path.name)
    path.write_bytes(form.write(content_of(make_notebook("## 一、图", chart)), TYPOGRAPHY))
    met = {place for place, text in readable(path) if f"{NAME}甲" in "".join(text.split())}
    assert parts <= met


@pytest.mark.parametrize("ending", [".docx", ".pptx", ".xlsx"])
@pytest.mark.parametrize(
    "member", ["word/embeddings/oleObject1.bin", "fonts/font1.odttf", "a.exe", "customXml/item"]
)
def test_an_office_file_with_a_part_of_unknown_kind_is_not_let_through(sample, tmp_path, ending, member):
    path = tmp_path / f"a{ending}"
    path.write_bytes(form_of(path.name).write(content_of(sample), TYPOGRAPHY))
    assert list(readable(path))
    with zipfile.ZipFile(path, "a") as package:
        package.writestr(member, b"\x00\x01")
    with pytest.raises(Unreadable):
        list(readable(path))


def test_a_part_that_is_no_utf8_is_not_let_through(sample, tmp_path):
    path = tmp_path / "a.docx"
    path.write_bytes(form_of(path.name).write(content_of(sample), TYPOGRAPHY))
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("word/comments.xml", f"<a>{NAME}</a>".encode("utf-16"))
    with pytest.raises(Unreadable):
        list(readable(path))
