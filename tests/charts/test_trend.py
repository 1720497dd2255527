"""A year of stocks above a year of flows, and what all charts share: measures of words, places to rest on."""

import itertools

import pytest
from drawings import drawings
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg

from hanbin_lib.charts import open_trend
from hanbin_lib.charts.style import RED, TEXT_SIZE, canvas, fitting, widest_mm

MONTHS = tuple(f"2022-{n:02d}" for n in range(1, 10))
FEW = st.integers(0, 6000).map(float)


def _trend(stock, gone=None, new=None, months=MONTHS):
    number = len(stock)
    flows = {"eliminated": gone or (0.0,) * number, "new": new or (0.0,) * number}
    (drawing,) = drawings(open_trend, months=months[-number:], open_households=tuple(stock), **flows)
    return drawing


@settings(max_examples=5)
@given(st.lists(st.tuples(FEW, FEW, FEW), min_size=1, max_size=9))
def test_stocks_are_a_line_and_flows_bars_from_zero(rows):
    stock, gone, new = zip(*rows, strict=True)
    drawing = _trend(stock, gone, new)
    line, dot = drawing.lines(1)
    assert line == (list(range(len(stock))), list(stock))
    assert dot == ([len(stock) - 1], [stock[-1]])
    low, high = drawing.axes(1).get_ylim()
    assert low < min(stock) <= max(stock) < high
    bars = drawing.bars()
    for month, left, right in zip(MONTHS[-len(stock) :], new, gone, strict=True):
        one, other = bars[f"{month}　新纳入{left:.0f}户"], bars[f"{month}　消除{right:.0f}户"]
        assert (one.get_height(), other.get_height()) == (left, right)
        assert one.get_x() + one.get_width() < other.get_x() + other.get_width()
    low, high = drawing.axes(2).get_ylim()
    assert low == 0
    assert high > max(*gone, *new, 0.5)
    assert [series.values for series in drawing.data.series] == [stock, gone, new]


@pytest.mark.parametrize(
    ("stock", "flow"),
    [
        ((5.0,), (0.0,)),
        ((0.0,) * 9, (0.0,) * 9),
        ((2332.0,) * 9, (1.0,) * 9),
        ((99_999.0, 0.0), (12_345.0, 99_999.0)),
        ((0.0, 99_999.0), (99_999.0, 0.0)),
        (tuple(float(n) for n in range(9)), tuple(float(n % 2) for n in range(9))),
    ],
    ids=["one month", "nothing", "all alike", "fell to nothing", "from nothing", "few"],
)
def test_the_words_of_a_trend_are_whole(stock, flow):
    drawing = _trend(stock, flow, flow[::-1])
    assert drawing.outside() == []
    assert [pair for pair in drawing.covered() if "未消除风险户" in pair] == []
    assert f"{stock[-1]:.0f}户" in drawing.texts()
    assert f"消除 {flow[-1]:.0f}" in drawing.texts()
    assert f"新纳入 {flow[0]:.0f}" in drawing.texts()


def test_every_other_month_is_named_and_always_the_last():
    for number in (1, 2, 8, 9):
        named = [text for text in _trend((1.0,) * number).texts() if text.endswith("月")]
        months = [f"{int(month[5:])}月" for month in MONTHS[-number:]]
        assert named == months[::-1][::2][::-1]


def test_what_is_told_of_a_trend_is_its_first_and_its_last():
    alt = _trend((260.0, 250.0, 199.0), (1.0, 2.0, 61.0), (7.0, 8.0, 10.0)).chart.alt
    assert alt == "2022-07至2022-09月末未消除风险户由260户到199户；2022-09消除61户、新纳入10户。"


@pytest.mark.parametrize(
    "words", ["未消除风险", "5408户", "240户（166—339）", "10%→71%", "没有…", "2022-09", "＞99%"]
)
def test_words_are_measured_as_wide_as_they_are(words):
    """Never too narrow, or they run into their neighbour; at most a letter too wide."""
    with canvas(100, 20) as (figure, axes):
        axes.set_axis_off()
        axes.text(0.5, 0.5, words, fontsize=TEXT_SIZE)
        (box,) = [one.get_window_extent(FigureCanvasAgg(figure).get_renderer()) for one in axes.texts]
        width = box.width / figure.dpi * 25.4
    assert 0.96 * width - 0.25 <= widest_mm([words]) <= width + TEXT_SIZE * 25.4 / 72


@given(st.text("甲乙镇a1—（", max_size=30), st.floats(0, 60))
def test_what_is_cut_fits_and_says_that_it_was_cut(text, room):
    shown = fitting(text, room)
    if widest_mm([text]) <= room:
        assert shown == text
    else:
        assert shown.endswith("…")
        assert text.startswith(shown[:-1])
        assert len(shown) == 1 or widest_mm([shown]) <= room
        longer = text[: len(shown)] + "…"
        assert len(shown) > len(text) or widest_mm([longer]) > room  # no shorter than need be


def test_the_longest_words_give_the_width():
    assert widest_mm([]) == 0
    assert (
        widest_mm(["镇", "石河关镇", "4/5"]) == widest_mm(["石河关镇"]) == pytest.approx(4 * 8.5 * 25.4 / 72)
    )


def test_strips_to_rest_on_cover_the_axes_without_a_gap():
    drawing = _trend((9.0, 8.0, 7.0, 7.0))
    strips = [bar for words, bar in drawing.bars().items() if "未消除" in words]
    edges = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in strips]
    assert all(left[1] == pytest.approx(right[0]) for left, right in itertools.pairwise(edges))
    low, high = drawing.axes(1).get_ylim()
    for bar in strips:
        assert (bar.get_y(), bar.get_y() + bar.get_height()) == pytest.approx((low, high))
        assert 0 < bar.get_alpha() < 0.05


def test_the_month_s_stock_alone_is_red():
    reds = [line.get_color() == RED for line in _trend((9.0, 8.0)).axes(1).lines]
    assert reds == [True, True]
    assert all(line.get_color() != RED for line in _trend((9.0, 8.0)).axes(2).lines)
