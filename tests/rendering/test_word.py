"""The Word edition: official layout, real headings and tables, the same figures as the page."""

import io
import math
import re
import shutil
import subprocess
import zipfile

import docx
import openpyxl
import pytest
from bs4 import BeautifulSoup
from docx.oxml.ns import qn
from lxml import etree
from PIL import Image
from support import TYPOGRAPHY, word_text

from hanbin_lib.charts import group_bars
from hanbin_lib.charts.gallery import EXAMPLES
from hanbin_lib.display import (
    AnnexTable,
    Column,
    Columns,
    Decision,
    Decisions,
    Definitions,
    Figure,
    Heading,
    Imprint,
    KeyFigure,
    KeyFigures,
    Missing,
    Paragraph,
    Strip,
    Strong,
    Table,
)
from hanbin_lib.rendering import DocxExporter, HtmlExporter
from hanbin_lib.rendering.word.layout import TEXT_WIDTH_MM
from hanbin_lib.rendering.word.markup import twips

_CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"


def _bytes(notebook) -> bytes:
    return DocxExporter(typography=TYPOGRAPHY).from_notebook_node(notebook)[0]


@pytest.fixture(scope="module")
def everything():
    """One of each display object, all figures different."""
    numbers = iter(range(101, 999))

    def figure(unit="户"):
        return Figure(next(numbers), unit, "a|b|c|d")

    columns = (Column("镇（街道）"), Column("户", "right"))
    rows = tuple((f"{name}镇", figure("")) for name in "甲乙丙")
    chart = group_bars(groups=(("因病", 3.0), ("因学", 2.0)), unit="户", title="因病居首", unit_line="户")
    return (
        Paragraph(("在册", figure(), "，", Strong(("其中", figure())), "。")),
        KeyFigures((KeyFigure("在册", figure(), aside=figure("人"), light="watch"),)),
        Decisions("事项", (Decision((figure(), "清零。"), ("由", figure(), "办。"), "一"),), "无"),
        "## 一、监测动态\n\n### 小节\n\n说明**要点**。\n\n- 甲\n- 乙",
        Paragraph(("一句话", figure(), "。"), style="lead"),
        Table("各镇", columns, rows, "户，截至月底", emphasis=frozenset({1}), totals=1),
        AnnexTable("清单", columns, rows),
        Columns((chart, Table("并排", columns, rows[:1])), (78, 70)),
        Strip((("", "上月", figure()), ("+", "新增", figure()))),
        Definitions("来源", (("版本", ("甲", figure(""))),)),
        Missing("项目", "没有收到台账"),
        Imprint("区委", "某局", "日期待定"),
    )


@pytest.fixture
def notebook(make_notebook, everything):
    return make_notebook(*everything)


@pytest.fixture
def document(notebook):
    return docx.Document(io.BytesIO(_bytes(notebook)))


def test_every_figure_of_the_page_stands_in_the_document(notebook, document):
    page = HtmlExporter(typography=TYPOGRAPHY).from_notebook_node(notebook)[0]
    figures = [tag.get_text() for tag in BeautifulSoup(page, "html.parser").find_all("data")]
    text = word_text(document)
    assert len(figures) > 12
    assert [figure for figure in figures if figure not in text] == []


def test_page_and_type_area_are_those_of_the_standard(document):
    section = document.sections[0]
    millimetres = [
        round(getattr(section, name).mm)
        for name in (
            "page_width",
            "page_height",
            "top_margin",
            "bottom_margin",
            "left_margin",
            "right_margin",
        )
    ]
    assert millimetres == [210, 297, 37, 35, 28, 26]
    body = document.styles["正文段"]
    assert body.element.rPr.rFonts.get(qn("w:eastAsia")) == "仿宋_GB2312"
    assert (body.font.size.pt, body.paragraph_format.line_spacing.pt) == (16, 28.95)
    assert document.styles["Heading 1"].element.rPr.rFonts.get(qn("w:eastAsia")) == "黑体"


def test_page_numbers_stand_outside(document):
    section = document.sections[0]
    assert document.settings.odd_and_even_pages_header_footer
    feet = (section.first_page_footer, section.footer, section.even_page_footer)
    shown = [foot.paragraphs[0] for foot in feet]
    assert [re.sub("[0-9]+", "n", p.text) for p in shown] == ["— n —"] * 3
    assert [p.alignment.name for p in shown] == ["RIGHT", "RIGHT", "LEFT"]
    assert all("PAGE" in p._p.xml for p in shown)


def test_headings_are_headings(document):
    headings = [
        (p.style.name, p.text) for p in document.paragraphs if p.style.name.startswith(("Heading", "Title"))
    ]
    assert headings == [
        ("Title", "9月份监测帮扶工作情况"), ("Heading 1", "事项"), ("Heading 1", "监测动态"), ("Heading 2", "小节"),
    ]  # fmt: skip


def _level_of(document, style):
    """Format and text of the number that a style's paragraphs have."""
    counted = document.styles[style].element.pPr.numPr
    numbering = document.part.numbering_part.element
    (instance,) = (n for n in numbering.num_lst if n.numId == counted.numId.val)
    own = str(instance.abstractNumId.val)
    (listed,) = (a for a in numbering.findall(qn("w:abstractNum")) if a.get(qn("w:abstractNumId")) == own)
    level = listed.findall(qn("w:lvl"))[counted.ilvl.val]
    return own, *(level.find(qn(f"w:{name}")).get(qn("w:val")) for name in ("numFmt", "lvlText", "pStyle"))


def test_headings_and_points_are_counted_by_the_document_itself(document):
    first, *heading = _level_of(document, "Heading 1")
    assert heading == ["chineseCounting", "%1、", "Heading1"]
    assert _level_of(document, "Heading 2") == (first, "chineseCounting", "（%2）", "Heading2")
    assert _level_of(document, "Heading 3") == (first, "decimal", "%3.", "Heading3")
    points, *point = _level_of(document, "事项")
    assert point == ["chineseCounting", "（%1）", "事项"]
    assert points != first
    without = [p.text for p in document.paragraphs if p._p.pPr.numPr is not None]
    assert without == ["事项", "小节"]  # these have no numeral on the page, either
    assert all(p._p.pPr.numPr.numId.val == 0 for p in document.paragraphs if p.text in without)


def test_tables_are_tables_with_heads_that_repeat(document):
    assert len(document.tables) == 5
    for table in document.tables:
        assert table._tbl.tr_lst[0].trPr.find(qn("w:tblHeader")) is not None
        widths = [int(column.get(qn("w:w"))) for column in table._tbl.tblGrid]
        assert sum(widths) == twips(TEXT_WIDTH_MM)
        assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val"))
    towns = document.tables[1]
    assert [cell.text for cell in towns.rows[0].cells] == ["镇（街道）", "户"]
    assert towns.rows[2].cells[0].paragraphs[0].runs[0].bold


def test_tables_and_figures_are_captioned_and_counted(document):
    captions = [p for p in document.paragraphs if p.style.name == "Caption"]
    assert [p.text for p in captions] == [
        "表 1　主要数字", "表 2　各镇", "图 1　因病居首", "表 3　并排", "表 4　来源",
    ]  # fmt: skip
    assert all("SEQ" in p._p.xml for p in captions)


def test_what_no_office_program_draws_is_a_picture_with_its_words_and_its_size(make_notebook):
    chart = EXAMPLES["status_flow"]()
    document = docx.Document(io.BytesIO(_bytes(make_notebook("## 一、图", chart))))
    (picture,) = document.inline_shapes
    assert picture._inline.docPr.get("descr") == chart.alt
    assert picture.width.mm == pytest.approx(chart.width_mm, abs=0.1)
    parts = [part for part in document.part.package.iter_parts() if part.partname.endswith(".png")]
    assert len(parts) == 1
    with Image.open(io.BytesIO(parts[0].blob)) as drawn:
        assert drawn.mode == "P"
        assert round(drawn.info["dpi"][0]) == 220


def _native(document):
    """Native charts: their words, their XML, and the numbers of the workbook in each."""
    for shape in document.element.body.iter(qn("wp:inline")):
        (chart,) = shape.iter(f"{{{_CHART}}}chart")
        part = document.part.related_parts[chart.get(qn("r:id"))]
        xml = etree.fromstring(part.blob)
        key = xml.find(f"{{{_CHART}}}externalData").get(qn("r:id"))
        book = openpyxl.load_workbook(io.BytesIO(part.related_parts[key].blob))
        cells = [cell.value for row in book.active.iter_rows() for cell in row]
        yield shape.find(qn("wp:docPr")).get("descr"), xml, cells


@pytest.mark.parametrize("name", [name for name in EXAMPLES if name != "status_flow"])
def test_a_native_chart_and_its_workbook_hold_the_numbers_of_the_drawing(make_notebook, name):
    chart = EXAMPLES[name]()
    document = docx.Document(io.BytesIO(_bytes(make_notebook("## 一、图", chart, chart))))
    both = list(_native(document))
    assert [alt for alt, _, _ in both] == [chart.alt] * 2
    for _, xml, cells in both:
        drawn = {float(v.text) for v in xml.findall(f".//{{{_CHART}}}val//{{{_CHART}}}v")}
        drawn |= {float(v.text) for v in xml.findall(f".//{{{_CHART}}}yVal//{{{_CHART}}}v")}
        for series in chart.data.series[: 1 if chart.data.kind == "bars" else None]:
            bounds = () if chart.data.kind == "dots" else (series.lower, series.upper)
            wanted = {v for values in (series.values, *bounds) for v in values if v is not None}
            assert wanted <= drawn
            numbers = [cell for cell in cells if isinstance(cell, int | float)]
            assert all(any(math.isclose(v, number) for number in numbers) for v in wanted)
    text = word_text(document)
    if chart.data.kind not in {"flow", "curves"}:
        assert all(label in text for label, _ in chart.data.limits)


def test_the_ends_of_an_interval_are_not_listed(make_notebook):
    document = docx.Document(io.BytesIO(_bytes(make_notebook("## 一、图", EXAMPLES["monthly_fan"]()))))
    ((_, xml, _),) = _native(document)
    names = [t.text for t in xml.findall(f".//{{{_CHART}}}ser/{{{_CHART}}}tx//{{{_CHART}}}v")]
    left_out = [int(e.find(f"{{{_CHART}}}idx").get("val")) for e in xml.iter(f"{{{_CHART}}}legendEntry")]
    assert left_out
    assert [names[n] for n in left_out] == [n for n in names if n.endswith(("上限", "下限"))]


def test_the_marks_stand_in_the_head_of_every_page(document):
    section = document.sections[0]
    heads = [
        h.paragraphs[0].text for h in (section.first_page_header, section.header, section.even_page_header)
    ]
    assert all(head.endswith("\t演示数据　草稿") for head in heads)
    assert heads[0].startswith("内部资料")


def test_the_file_holds_no_clock_and_no_name_of_the_machine(notebook):
    content = _bytes(notebook)
    assert content == _bytes(notebook)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        names = archive.namelist()
        assert not [name for name in names if "thumbnail" in name or "customXml" in name]
        everything = b"".join(archive.read(name) for name in names)
    assert b"python-docx" not in everything
    core = docx.Document(io.BytesIO(content)).core_properties
    assert (core.title, core.author, str(core.created.date())) == (
        "9月份监测帮扶工作情况", "试点县乡村振兴局", "2022-09-30",
    )  # fmt: skip


def test_other_systems_names_of_the_faces_are_given(notebook):
    with zipfile.ZipFile(io.BytesIO(_bytes(notebook))) as archive:
        faces = archive.read("word/fontTable.xml").decode()
    assert re.search(r'w:name="仿宋_GB2312"><w:altName w:val="仿宋"', faces)


def test_a_long_name_is_set_smaller(make_notebook, masthead):
    document = docx.Document(io.BytesIO(_bytes(make_notebook())))
    name = next(p for p in document.paragraphs if p.style.name == "红头")
    assert name.runs[0].font.size.pt <= 36
    assert len(name.text) * name.runs[0].font.size.pt <= 442  # points of the type area


def test_what_a_name_holds_is_text(make_notebook):
    bad = "<w:b/>]]>&\x00\u202e=1+1"
    document = docx.Document(io.BytesIO(_bytes(make_notebook(Paragraph((bad,))))))
    assert "<w:b/>]]>&=1+1" in word_text(document)


def _letters(text: str) -> str:
    """Without blanks and quotation marks, which a fallback face may draw but not name."""
    return re.sub(r"[\s“”]", "", text)


def test_libreoffice_opens_it_and_its_pdf_says_the_same(notebook, tmp_path):
    """Converted, no word of a paragraph or a cell is lost."""
    office = shutil.which("soffice")
    if office is None or shutil.which("pdftotext") is None:
        pytest.skip("soffice (libreoffice-writer-nogui) or pdftotext is not installed")
    path = tmp_path / "bulletin.docx"
    path.write_bytes(_bytes(notebook))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    done = subprocess.run(
        ["pdftotext", "-raw", tmp_path / "bulletin.pdf", "-"], check=True, capture_output=True
    )
    printed = _letters(done.stdout.decode())
    document = docx.Document(path)
    texts = [p.text for p in document.paragraphs]
    texts += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert [text for text in texts if _letters(text) not in printed] == []


def test_the_contents_begin_page_two_and_each_line_leads_to_its_heading(make_notebook, masthead):
    chapters = (Heading("一、监测动态", "a"), Heading("二、各镇情况", "b"))
    decisions = Decisions("事项", (Decision(("清零。",), ("由各镇办。",), "一"),), "无")
    made = _bytes(make_notebook(masthead, Paragraph(("全区在册。",)), decisions, *chapters))
    paragraphs = docx.Document(io.BytesIO(made)).paragraphs
    broken = [p.text for p in paragraphs if p.paragraph_format.page_break_before]
    assert broken == ["目录"]
    heads = [p for p in paragraphs if p.style.name == "Heading 1"]
    numerals = ("", "一、", "二、")  # which the document itself writes
    marks = {
        p._p.find(qn("w:bookmarkStart")).get(qn("w:name")): numeral + p.text
        for numeral, p in zip(numerals, heads, strict=True)
    }
    lines = [p for p in paragraphs if p.style.name == "toc 1"]
    links = [link for p in lines for link in p._p.iter(qn("w:hyperlink"))]
    told = [(link.get(qn("w:anchor")), "".join(t.text for t in link.iter(qn("w:t")))) for link in links]
    assert told == list(marks.items())
    assert [text for _, text in told] == ["事项", "一、监测动态", "二、各镇情况"]
    kinds = [one.get(qn("w:fldCharType")) for p in lines for one in p._p.iter(qn("w:fldChar"))]
    assert kinds == ["begin", "separate", "end"]
