"""Bars are as long as their numbers, and every word keeps its place, whatever the numbers and names are."""

import math
import re

import pytest
from drawings import drawings, is_drawn
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_hex

from hanbin_lib.charts import cause_bars, group_bars, income_bands
from hanbin_lib.charts.style import GREY_1
from hanbin_lib.contract.labels import RISK_CAUSES

NAN = float("nan")
LIMITS = (4000, 6000, 8000)
LABELS = ("4000元以下", "4000—6000元", "6000—8000元", "8000元及以上")
counts = st.integers(0, 99_999).map(float)


@settings(max_examples=4)
@given(st.lists(counts, min_size=1, max_size=11).filter(any))
def test_causes_are_drawn_to_one_scale_from_zero(values):
    values = sorted(values, reverse=True)
    causes = tuple(zip(RISK_CAUSES, values, [None] * len(values), strict=False))
    (drawing,) = drawings(cause_bars, causes=causes)
    bars = drawing.bars()
    assert [(bar.get_x(), bar.get_width()) for bar in bars.values()] == [(0, value) for value in values]
    assert [re.match(r"\D+", words)[0] for words in bars] == [name for name, *_ in causes]
    heights = [bar.get_y() for bar in bars.values()]
    assert heights == sorted(heights)  # the axis runs downwards: the first is at the top
    assert drawing.axes().get_ylim()[0] > drawing.axes().get_ylim()[1]
    assert drawing.data.series[0].values == tuple(values)


@pytest.mark.parametrize(("changes", "has_column"), [((None, None), False), ((None, 0.0), True)])
def test_a_month_without_another_has_no_column_of_dashes(changes, has_column):
    (drawing,) = drawings(cause_bars, causes=(("因病", 70.0, changes[0]), ("因残", 3.0, changes[1])))
    told = [one.get_text() for one in drawing.axes().texts]
    assert ("较上月" in told, "—" in told) == (has_column, has_column)


@pytest.mark.parametrize(
    ("change", "text"),
    [(3.0, "+3"), (-3.0, "−3"), (0.0, "0"), (None, "—"), (1234.0, "+1234"), (-12_345.0, "−12345")],
)
def test_a_change_stands_beside_its_cause_with_its_sign(change, text):
    (drawing,) = drawings(cause_bars, causes=(("因病", 70.0, change), ("因残", 3.0, 7.0)))
    rows = {words: (bottom + top) / 2 for words, _, bottom, _, top in drawing.words()}
    assert text in rows
    assert abs(rows[text] - rows["因病"]) < 0.6
    assert abs(rows["+7"] - rows["因残"]) < 0.6
    assert f"因病70户，较上月{text}" in drawing.told()


@pytest.mark.parametrize("most", [1.0, 1_234_567.0])
@pytest.mark.parametrize("names", [("因病",), RISK_CAUSES, ("因为别的县里说不清楚的原因", "因残")])
def test_the_words_of_causes_are_whole_and_apart(names, most):
    causes = tuple((name, most / (n + 1), -most if n % 2 else None) for n, name in enumerate(names))
    (drawing,) = drawings(cause_bars, causes=causes)
    assert drawing.outside() == []
    assert drawing.covered() == []
    assert set(names) & set(RISK_CAUSES) <= set(drawing.texts())
    assert all(name in drawing.chart.alt for name in names)


def test_only_the_first_cause_is_dark():
    (drawing,) = drawings(cause_bars, causes=(("因病", 9.0, 0.0), ("因残", 9.0, 0.0), ("因学", 1.0, 0.0)))
    dark = [words for words, bar in drawing.bars().items() if to_hex(bar.get_facecolor()) == GREY_1.lower()]
    assert [one[:2] for one in dark] == ["因病"]


@settings(max_examples=4)
@given(st.lists(counts | st.just(NAN), min_size=1, max_size=8))
def test_groups_are_as_long_as_their_numbers_and_what_is_withheld_has_no_bar(values):
    if all(not value or math.isnan(value) for value in values):
        values = [*values, 1.0]
    groups = tuple((f"类{chr(0x4E00 + n)}", value) for n, value in enumerate(values))
    for drawing in drawings(group_bars, groups=groups, unit="户"):
        for (name, value), (words, bar) in zip(groups, drawing.bars().items(), strict=True):
            assert words.startswith(name)
            assert is_drawn(bar) == (value > 0)
            assert math.isnan(value) or (bar.get_x(), bar.get_width()) == (0, value)
            assert ("不公布" in words) == math.isnan(value)
        assert drawing.axes().get_xlim()[0] == 0
        assert drawing.data.series[0].values == tuple(None if math.isnan(v) else v for v in values)


@pytest.mark.parametrize("width", [60.0, 76.0, 156.0])
@pytest.mark.parametrize(
    "names", [("村",), ("有效接通", "关机停机"), ("联农带农机制不健全", "短"), ("项目管护责任没有落实到村到户到人头上的情形", "短")]
)  # fmt: skip
def test_labels_of_groups_leave_room_for_bars_and_numbers(names, width):
    groups = tuple((name, value) for name, value in zip(names, (9999.0, NAN), strict=False))
    for drawing in drawings(group_bars, groups=groups, unit="个", width_mm=width):
        assert drawing.outside() == []
        assert drawing.covered() == []
        place = drawing.axes().get_position()
        assert place.width * drawing.width > 10  # of bars there is something to see
        assert drawing.data.categories == names
        assert f"{names[0]}9999个" in drawing.chart.alt


def test_a_label_that_is_cut_says_so_and_a_short_one_is_not_cut():
    name = "项目管护责任没有落实到村到户到人头上的情形"
    drawing, *_ = drawings(group_bars, groups=((name, 3.0), ("项目滞后", 2.0)), unit="个", width_mm=60)
    cut = [text for text in drawing.texts() if text.endswith("…")]
    assert len(cut) == 1
    assert name.startswith(cut[0][:-1])
    assert len(cut[0]) > 8
    assert "项目滞后" in drawing.texts()


@pytest.mark.parametrize(
    ("line", "at"),
    [
        (0, -0.5), (2000, 0.0), (3999, 0.49975), (4000, 0.5), (5000, 1.0), (7300, 2.15), (8000, 2.5),
        (8001, 2.5), (99_999, 2.5),
    ],
)  # fmt: skip
def test_the_line_stands_where_its_income_lies_between_the_bands(line, at):
    """Bars stand at 0, 1, 2 …; each band runs from half a bar before to half a bar behind, by proportion."""
    bands = tuple(zip(LABELS, (27.0, 59.0, 115.0, 135.0), strict=True))
    for drawing in drawings(income_bands, bands=bands, limits=LIMITS, line=line):
        ((x, _),) = drawing.lines()
        assert x[0] == x[1] == pytest.approx(at)
        assert drawing.outside() == []
        assert drawing.data.limits == (("监测线", float(line)),)
        left, right = (drawing.axes().get_position().x0, drawing.axes().get_position().x1)
        low, high = drawing.axes().get_xlim()
        where = (left + (at - low) / (high - low) * (right - left)) * drawing.width
        across = {text: (x0, x1) for text, x0, _, x1, _ in drawing.words()}
        for number in ("27", "59", "115", "135"):
            x0, x1 = across[number]
            assert not x0 + 0.3 < where < x1 - 0.3, f"the line runs through {number}"


@pytest.mark.parametrize(
    "values",
    [(1.0, 2.0, 3.0, 4.0), (0.0, 0.0, 0.0, 1.0), (NAN, 14.0, NAN, 5408.0), (120_000.0, 0.0, 1.0, 2.0)],
)
def test_bands_are_as_high_as_their_households_and_start_at_zero(values):
    for drawing in drawings(
        income_bands, bands=tuple(zip(LABELS, values, strict=True)), limits=LIMITS, line=None
    ):
        bars = list(drawing.bars().values())
        assert [bar.get_height() for bar in bars] == [0 if math.isnan(v) else v for v in values]
        assert [bar.get_x() + bar.get_width() / 2 for bar in bars] == pytest.approx([0, 1, 2, 3])
        assert drawing.axes().get_ylim()[0] == 0
        assert drawing.outside() == []
        assert drawing.covered() == []
        for label, value in zip(LABELS, values, strict=True):
            told = "不公布" if math.isnan(value) else f"{value:.0f}户"
            assert f"{label}{told}" in drawing.chart.alt


def test_the_line_is_called_as_the_month_calls_it():
    bands = tuple(zip(LABELS, (1.0, 2.0, 3.0, 4.0), strict=True))
    for drawing in drawings(income_bands, bands=bands, limits=LIMITS, line=7300, line_name="防止返贫致贫线"):
        assert "防止返贫致贫线7300元" in drawing.texts()
        assert "监测线" not in drawing.chart.alt
        assert drawing.chart.alt.endswith("；防止返贫致贫线7300元。")
