"""Slides: native charts and tables with the bulletin's numbers, the same bytes each time, nothing personal."""

import io
import time
import zipfile

import openpyxl
import pytest
from lxml import etree
from pptx import Presentation
from support import TYPOGRAPHY

from hanbin_lib import charts
from hanbin_lib.charts.gallery import EXAMPLES
from hanbin_lib.display import (
    AnnexTable,
    Column,
    Decision,
    Decisions,
    Figure,
    KeyFigure,
    KeyFigures,
    Paragraph,
    Table,
)
from hanbin_lib.rendering import content_of
from hanbin_lib.rendering.slides import pptx


def _made(notebook) -> bytes:
    return pptx(content_of(notebook), TYPOGRAPHY)


def _deck(notebook):
    return Presentation(io.BytesIO(_made(notebook)))


@pytest.fixture
def notebook(make_notebook):
    figure = Figure(5408, "户", "a|b|c|d")
    rows = tuple((f"第{n}镇", Figure(n, "", "a|b|c|d")) for n in range(1, 31))
    columns = (Column("镇"), Column("户", "right"))
    return make_notebook(
        Paragraph(("在册", figure, "。")),
        KeyFigures((KeyFigure("在册", figure, aside="字"),)),
        Decisions("提请研究决定的事项", (Decision(("限期清零。",), ("下月通报。",), "一"),), "无"),
        "## 一、监测动态",
        Paragraph(("未消除风险", figure, "。"), style="lead"),
        EXAMPLES["cause_bars"](),
        "## 二、各镇情况",
        Table("各镇", columns, rows, "户", frozenset({1})),
        AnnexTable("待核实户", columns, (("甲", "1"),)),
        "## 三、只有清单",
        AnnexTable("清单", columns, (("甲", "1"),)),
    )


def test_a_slide_a_chapter_that_has_something_to_show(notebook):
    deck = _deck(notebook)
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    assert titles == [
        "9月份监测帮扶工作情况", "主要数字", "提请研究决定的事项", "一、监测动态", "二、各镇情况",
    ]  # fmt: skip
    table = next(shape.table for shape in deck.slides[4].shapes if shape.has_table)
    assert len(table.rows) <= 14
    assert [cell.text for cell in table.rows[1].cells] == ["第1镇", "1"]
    assert "另有18行，见附表" in deck.slides[4].notes_slide.notes_text_frame.text


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_native_chart_holds_the_numbers_of_the_drawing(make_notebook, name):
    chart = EXAMPLES[name]()
    slide = _deck(make_notebook("## 一、图", chart)).slides[-1]
    native = [shape.chart for shape in slide.shapes if shape.has_chart]
    if chart.data.kind == "flow":
        assert not native
        return
    (drawn,) = native
    shown = {value for series in drawn.plots[0].series for value in series.values}
    for series in chart.data.series[: 1 if chart.data.kind == "bars" else None]:
        for values in (
            (series.values, series.lower, series.upper) if chart.data.kind != "dots" else (series.values,)
        ):
            assert {value for value in values if value is not None} <= shown
    book = openpyxl.load_workbook(io.BytesIO(drawn.part.chart_workbook.xlsx_part.blob))
    assert book.active.max_row > 1  # it can be edited
    assert chart.alt in slide.notes_slide.notes_text_frame.text


def test_intervals_are_error_bars_of_their_own_length(make_notebook):
    dots = (charts.Dot("饮水", 0.1, 0.06, 0.18), charts.Dot("住房", 0.2, 0.15, 0.3))
    chart = charts.share_dots(dots=dots, title="题", unit_line="户")
    slide = _deck(make_notebook("## 一、图", chart)).slides[-1]
    (native,) = [shape.chart for shape in slide.shapes if shape.has_chart]
    bars = native._chartSpace.findall(".//{*}errBars")
    assert len(bars) == 1
    lengths = {
        side: [float(v.text) for v in bars[0].findall(f"{{*}}{side}//{{*}}v")] for side in ("plus", "minus")
    }
    assert lengths["plus"] == pytest.approx([0.08, 0.1])
    assert lengths["minus"] == pytest.approx([0.04, 0.05])


def test_the_same_deck_has_the_same_bytes(notebook):
    first = _made(notebook)
    time.sleep(1.1)  # a clock in the file would have gone on
    assert _made(notebook) == first


def test_the_east_asian_face_stands_in_the_theme(notebook):
    with zipfile.ZipFile(io.BytesIO(_made(notebook))) as package:
        theme = etree.fromstring(package.read("ppt/theme/theme1.xml"))
    faces = {font.getparent().tag.rpartition("}")[2]: font.get("typeface") for font in theme.iter("{*}ea")}
    assert faces == {"majorFont": "微软雅黑", "minorFont": "微软雅黑"}


def test_type_is_large_enough_for_a_hall(notebook):
    for slide in _deck(notebook).slides:
        for shape in slide.shapes:
            frames = [shape.text_frame] if shape.has_text_frame else []
            frames += (
                [cell.text_frame for row in shape.table.rows for cell in row.cells] if shape.has_table else []
            )
            sizes = [run.font.size for f in frames for p in f.paragraphs for run in p.runs]
            assert all(size.pt >= 14 for size in sizes)
