"""Slides: native charts and tables with the bulletin's numbers, the same bytes each time, nothing personal."""

import io
import time
import zipfile

import openpyxl
import pytest
from lxml import etree
from pptx import Presentation
from pptx.enum.chart import XL_CHART_TYPE
from support import TYPOGRAPHY

from hanbin_lib import charts
from hanbin_lib.charts.gallery import EXAMPLES
from hanbin_lib.display import (
    AnnexTable,
    ChartData,
    Column,
    Decision,
    Decisions,
    Figure,
    KeyFigure,
    KeyFigures,
    Paragraph,
    Series,
    Table,
)
from hanbin_lib.rendering import content_of
from hanbin_lib.rendering.native_charts import scale
from hanbin_lib.rendering.slides import _fitting, pptx


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
    told = "本页只列12行，标红的优先；另有18行，见附表"
    assert told in deck.slides[4].notes_slide.notes_text_frame.text
    assert any(shape.has_text_frame and told in shape.text_frame.text for shape in deck.slides[4].shapes)


@pytest.mark.parametrize(
    ("size", "totals", "red", "kept"),
    [
        (13, 1, {12}, list(range(13))),
        (14, 0, (), list(range(12))),
        (14, 1, (), [*range(11), 13]),
        (27, 1, {25, 20, 3}, [*range(9), 20, 25, 26]),
        (27, 1, set(range(5, 26)), [*range(5, 16), 26]),
    ],
)
def test_a_slide_leaves_out_no_red_row_for_another_and_no_sum(size, totals, red, kept):
    assert _fitting(size, totals, red) == kept


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


@pytest.mark.parametrize(
    ("ends", "top", "step"),
    [((0.18, 0.3), 0.3, 0.05), ((0.41,), 0.45, 0.05), ((0.42, 0.009), 0.45, 0.05), ((0.0083,), 0.009, 0.002), ((1.0,), 1.0, 0.2),
     ((95.0,), 100.0, 20.0), ((12.1,), 14.0, 2.0)],
)  # fmt: skip
def test_the_axis_reaches_to_the_end_of_every_interval(ends, top, step):
    dots = Series("本月", tuple(end / 2 for end in ends), tuple(0.0 for _ in ends), ends)
    found = scale(ChartData("dots", "比例", tuple(map(str, range(len(ends)))), (dots,)))
    assert found is not None
    assert found[0] >= max(ends)
    assert found[0] < max(ends) + found[1]
    assert 3 <= found[0] / found[1] <= 8 + 1e-9


@pytest.mark.parametrize("before", [False, True])
def test_what_is_alone_is_a_dot_and_what_is_compared_a_bar(make_notebook, before):
    last = (0.05, 0.25) if before else (None, None)
    dots = tuple(
        charts.Dot(name, value, value - 0.04, value + 0.12, before=then)
        for name, value, then in (("饮水", 0.1, last[0]), ("住房", 0.2, last[1]))
    )
    chart = charts.share_dots(dots=dots, title="题", unit_line="户")
    (native,) = [s.chart for s in _deck(make_notebook("## 一、图", chart)).slides[-1].shapes if s.has_chart]
    assert (native.chart_type == XL_CHART_TYPE.LINE_MARKERS) is not before
    assert (native.value_axis.minimum_scale, native.value_axis.maximum_scale) == (0, pytest.approx(0.35))
    assert len(native._chartSpace.findall(".//{*}errBars")) == 1


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
