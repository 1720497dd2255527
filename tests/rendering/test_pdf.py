"""The PDF: archival, accessible, reproducible, and no empty boxes."""

import hashlib
import io
import json
import random
import re
import shutil
import subprocess
from collections import Counter
from dataclasses import replace

import pikepdf
import pytest
import typst
from support import TYPOGRAPHY

from hanbin_lib import audit, fonts
from hanbin_lib.charts import open_trend
from hanbin_lib.display import (
    BarCell,
    Chart,
    ChartData,
    Column,
    Decision,
    Decisions,
    Figure,
    Imprint,
    KeyFigure,
    KeyFigures,
    Paragraph,
    Phrase,
    RangeCell,
    Series,
    Table,
)
from hanbin_lib.display.typst import to_typst
from hanbin_lib.errors import HanbinError
from hanbin_lib.release.checks.reproducibility import anchors_in
from hanbin_lib.rendering import PdfExporter, TypstExporter
from hanbin_lib.rendering.typesetting import compiler_fonts
from hanbin_lib.state import Anchor


def _pdf(notebook) -> bytes:
    return PdfExporter(typography=TYPOGRAPHY).from_notebook_node(notebook)[0]


def _text(pdf: bytes) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode()


def test_the_same_notebook_gives_the_same_bytes(sample):
    assert _pdf(sample) == _pdf(sample)


def test_it_claims_archival_and_accessible_standards(sample):
    with pikepdf.open(io.BytesIO(_pdf(sample))) as pdf:
        meta = pdf.open_metadata()
        assert (meta["pdfaid:part"], meta["pdfaid:conformance"]) == ("2", "A")
        assert meta["pdfuaid:part"] == "1"
        assert str(pdf.Root.Lang) == "zh-CN"
        assert "/StructTreeRoot" in pdf.Root
        assert str(pdf.docinfo["/Title"]) == "9月份监测帮扶工作情况"


def test_every_drawing_has_words_for_it(make_notebook):
    chart = open_trend(
        months=("2022-07", "2022-08", "2022-09"),
        open_households=(12.0, 11.0, 9.0),
        eliminated=(1.0, 2.0, 3.0),
        new=(0.0, 1.0, 1.0),
        title="未消除风险户较上月减少",
        unit_line="户",
    )
    with pikepdf.open(io.BytesIO(_pdf(make_notebook("## 一、监测动态", chart)))) as pdf:
        words = [
            str(item.Alt)
            for item in pdf.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Figure"
        ]
    assert words == [chart.alt]
    assert "由12户到9户" in chart.alt


def test_a_figure_is_never_broken(sample):
    assert "5408户18392人" in _text(_pdf(sample))


def test_the_head_of_a_long_table_repeats(sample):
    pages = _text(_pdf(sample)).split("\f")
    assert sum("甲镇" in page for page in pages) == 2
    assert all("镇\n" in page for page in pages if "甲镇" in page)


def _rows_on_pages(make_notebook, sizes):
    """How many rows of the table of each size stand on each page."""
    columns = (Column("行"), Column("户", "right"))
    tables = [
        Table(f"表{size}", columns, tuple((f"行{size}之{row}", "3户") for row in range(size)))
        for size in sizes
    ]
    pages = _text(_pdf(make_notebook(*tables))).split("\f")
    parts = [Counter(re.findall(r"行(\d+)之", page)) for page in pages]
    assert sum(map(Counter.total, parts)) == sum(sizes)
    return parts


def test_no_table_that_a_page_holds_is_parted(make_notebook):
    parts = _rows_on_pages(make_notebook, range(1, 38))
    assert all(sum(str(size) in part for part in parts) == 1 for size in range(1, 38))


_TOLD = """
#let told(..given) = context [#metadata((
  surely-fits(given.named().columns, given.named().rows),
  measure(data-table(..given), width: type-area.width).height <= type-area.height,
)) <told>]
"""


def _some_table(draw: random.Random) -> Table:
    """Few or many rows and columns of words, figures, phrases, bars and ranges, short and long."""
    most = draw.choice([2, 6, 30])

    def cell(kind):
        figure, words = Figure(draw.randint(0, 99999), "户", "x|y|z"), "监" * draw.randint(1, most)
        return {
            "word": words,
            "figure": figure,
            "phrase": Phrase((words, figure), "x|y|z"),
            "bar": BarCell(figure, draw.random()),
            "range": RangeCell(figure, 1, 9, 2, 5, 20),
        }[kind]

    kinds = draw.choices(["word", "figure", "phrase", "bar", "range"], k=draw.randint(1, 7))
    columns = [Column("一" * draw.randint(1, 9), "left", draw.choice([None, None, None, 12])) for _ in kinds]
    rows = [tuple(map(cell, kinds)) for _ in range(draw.randint(1, 30))]
    return Table("表" * draw.randint(1, 90), tuple(columns), tuple(rows), unit_line="户")


def test_a_table_that_is_not_measured_is_no_higher_than_a_page(make_notebook):
    draw = random.Random(1)
    calls = (to_typst(_some_table(draw)).replace("data-table(", "told(", 1) for _ in range(40))
    source = TypstExporter(typography=TYPOGRAPHY).from_notebook_node(make_notebook("## 一、监测动态"))[0]
    source += _TOLD + "\n".join(f"#{call}" for call in calls)
    told = json.loads(
        typst.query(
            source.encode(), "<told>", field="value", font_paths=compiler_fonts((str(fonts.folder()),))
        )
    )
    assert len(told) == 40
    assert not [sure for sure, fits in told if sure and not fits]
    assert sum(sure for sure, _ in told) >= 5


def test_no_page_begins_or_ends_with_a_lone_row_of_a_table(make_notebook):
    """Tables longer than a page, so that breaks fall everywhere in them."""
    sizes = range(40, 55)
    parts = _rows_on_pages(make_notebook, sizes)
    assert all(sum(str(size) in part for part in parts) > 1 for size in sizes)
    assert all(rows > 1 for part in parts for rows in part.values())


def test_a_drawing_stays_with_its_title_and_source(make_notebook):
    """Drawings of many heights between notes: each on one page with all its words."""
    charts = [_drawing(height) for height in range(20, 80)]
    notes = [Paragraph(("说明。" * length,), "note") for length in range(1, 61)]
    items = [item for pair in zip(charts, notes, strict=True) for item in pair]
    pages = _text(_pdf(make_notebook(*items))).split("\f")
    for chart in charts:
        (page,) = [page for page in pages if f"{chart.title}\n" in page]
        assert chart.source in page


def _drawing(height_mm: int) -> Chart:
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="100mm" height="{height_mm}mm" '
        f'viewBox="0 0 100 {height_mm}"><rect width="100" height="{height_mm}"/></svg>'
    )
    data = ChartData("bars", "户", ("甲",), (Series("户", (1.0,)),))
    return Chart(f"题{height_mm}", "户", data, svg, "黑框", 100.0, float(height_mm), f"来源：甲{height_mm}乙")


@pytest.mark.parametrize("name", ["王垚", "李㛃", "旻晞堃赟龑", "㎡²½"])
def test_rare_characters_print(make_notebook, name):
    pdf = _pdf(make_notebook(Paragraph((f"负责人{name}。",))))
    printed = "".join(_text(pdf).split())
    # The circled and squared forms come back from pdftotext as they are.
    assert f"负责人{name}。" in printed


# The last two: private use (older systems' rare names) and not yet in Python's tables.
@pytest.mark.parametrize("character", ["\ua66e", "\U00016a0f", "🙂", "\ue000", "\U00033480"])
def test_a_character_that_no_face_has_stops_with_its_place(make_notebook, character):
    with pytest.raises(HanbinError) as caught:
        _pdf(make_notebook(Paragraph(("村委会主任", Phrase((f"某{character}某",), "x")))))
    assert caught.value.code == "HB-TYP-001"
    assert f"U+{ord(character):04X}" in caught.value.message
    assert f"某{character}某" in caught.value.message
    assert caught.value.exit_code == 22


def test_an_unknown_family_is_an_error_not_a_silent_substitute(sample):
    wrong = TYPOGRAPHY.model_copy(update={"sans": ("No Such Family",)})
    with pytest.raises(HanbinError, match="HB-TYP-004"):
        PdfExporter(typography=wrong).from_notebook_node(sample)


def test_a_full_front_page_stays_one_page(make_notebook, masthead):
    """Six lines of text, six cards, three decisions of two lines, four that follow, an officer's number."""
    figure = Figure(5408, "户", "x")
    card = KeyFigure("在册监测对象", figure, Paragraph(("较上月",)), figure, (1.0, 2.0), "act")
    decision = Decision(
        ("二十六户限期清零。",), ("拟由区乡村振兴局牵头，各镇包抓，下月通报逐户落实结果。",), "一"
    )
    notebook = make_notebook(
        replace(masthead, document_number="试乡振发〔2022〕9号"),
        Paragraph(("截至月底在册监测对象" * 17,)),
        KeyFigures((card,) * 6),
        Decisions("提请研究决定的事项", (decision,) * 3, "无"),
        Paragraph(("按期率低的单位。",), style="follow"),
        Paragraph(("上月交办的事项" * 16,), style="follow"),
        "## 一、监测动态",
    )
    notebook.cells.pop(0)
    pages = _text(_pdf(notebook)).split("\f")
    assert pages[0].count("限期清零") == 3
    assert "".join(pages[0].split()).count("上月交办的事项") == 16
    assert pages[0].count("第2页") == 3
    assert "一、监测动态" in pages[1]


def test_the_imprint_stands_at_the_foot_of_the_last_page(make_notebook):
    imprint = Imprint("县委、县政府领导", "试点县乡村振兴局", "印发日期待定")
    pages = _text(_pdf(make_notebook("## 附：说明", "正文", imprint))).split("\f")
    assert "说明" in pages[1]
    assert pages[1].index("正文") < pages[1].index("报：县委、县政府领导。")


def test_what_the_imprint_prints_of_the_record_reads_back_from_the_pdf(make_notebook, tmp_path):
    head = Anchor(records=57, sha256=hashlib.sha256(b"head").hexdigest())
    imprint = Imprint("县委、县政府领导", "试点县乡村振兴局", "印发日期待定", audit.told(head))
    path = tmp_path / "bulletin.pdf"
    path.write_bytes(_pdf(make_notebook("## 附：说明", "正文", imprint)))
    assert anchors_in(path) == [(57, head.sha256[:32])]


def test_cells_for_the_analyst_are_left_out(make_notebook):
    notebook = make_notebook("只给分析人员看", "## 一、监测动态")
    notebook.cells[1].metadata["tags"] = ["analyst"]
    source, _ = TypstExporter(typography=TYPOGRAPHY).from_notebook_node(notebook)
    assert "只给分析人员看" not in source
    assert "一、监测动态" in source


def test_an_output_that_is_no_display_object_is_refused(make_notebook):
    import nbformat

    notebook = make_notebook()
    cell = nbformat.v4.new_code_cell("1", execution_count=2)
    cell.outputs = [nbformat.v4.new_output("execute_result", data={"text/plain": "1"}, execution_count=2)]
    notebook.cells.append(cell)
    with pytest.raises(HanbinError, match="HB-TYP-003"):
        TypstExporter(typography=TYPOGRAPHY).from_notebook_node(notebook)
