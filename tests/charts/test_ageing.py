"""Ages of problems stack to their sum; curves of closing are read at the days that they were made of."""

import re

import numpy as np
import pytest
from drawings import drawings
from matplotlib.colors import to_hex

from hanbin_lib.charts import age_bars, closure_curves
from hanbin_lib.charts.style import RED
from hanbin_lib.indicators.rectification import OPEN_AGES

AGES = tuple(label for _, label in OPEN_AGES)
SOURCES = ("国家考核", "省级督帮", "区级督查", "电话抽查", "自查", "县级督查")
LATE, VERY_LATE, EARLY = (20.0, 60.0, 100.0), (200.0, 260.0, 400.0), (0.0, 1.0, 2.0)


def _sources(seed, number):
    rng = np.random.default_rng(seed)
    return tuple((name, tuple(map(float, rng.integers(0, 40, len(AGES))))) for name in SOURCES[:number])


@pytest.mark.parametrize("number", [1, 2, 6])
def test_parts_of_a_bar_follow_one_another_and_sum_to_its_number(number):
    sources = _sources(number, number)
    (drawing,) = drawings(age_bars, ages=AGES, sources=sources)
    bars = drawing.bars()
    assert len(bars) == number * len(AGES)
    for name, numbers in sources:
        own = [bar for words, bar in bars.items() if words.startswith(name)]
        assert [bar.get_width() for bar in own] == list(numbers)
        assert [bar.get_x() for bar in own] == [sum(numbers[:n]) for n in range(len(AGES))]
        assert f"{sum(numbers):.0f}" in drawing.texts()
    assert drawing.axes().get_xlim() == (0, max(sum(numbers) for _, numbers in sources))


def test_the_oldest_alone_are_red_and_the_legend_has_each_colour_once():
    (drawing,) = drawings(age_bars, ages=AGES, sources=_sources(1, 2))
    colours = {words: to_hex(bar.get_facecolor()) for words, bar in drawing.bars().items()}
    assert {words for words, colour in colours.items() if colour == RED.lower()} == {
        words for words in colours if AGES[-1] in words
    }
    legend = [p for p in drawing.axes().patches if p.get_gid() is None]
    assert [to_hex(p.get_facecolor()) for p in legend] == list(dict.fromkeys(colours.values()))
    assert drawing.data.emphasis == AGES[-1:]


@pytest.mark.parametrize("number", range(1, 7))
def test_the_legend_is_whole_for_any_number_of_sources(number):
    (drawing,) = drawings(age_bars, ages=AGES, sources=_sources(3, number))
    assert drawing.outside() == []
    assert drawing.covered() == []
    assert set(AGES) <= set(drawing.texts())


@pytest.mark.parametrize("name", ["自查", "上级考核评估反馈", "上级有关部门考核评估反馈问题清单移交的"])
def test_a_source_with_a_long_name_is_not_cut_by_the_edge(name):
    (drawing,) = drawings(
        age_bars, ages=AGES, sources=((name, (1234.0, 2.0, 0.0, 4000.0)), ("电话", (1.0, 0, 0, 0)))
    )
    assert drawing.outside() == []
    assert drawing.covered() == []
    assert f"{name}30天以内1234个" in drawing.chart.alt
    shown = next(text for text in drawing.texts() if text.startswith(name[:2]))
    assert shown == name or shown.endswith("…")


@pytest.mark.parametrize(
    ("days", "still_open"),
    [(LATE, (0.7, 0.4, 0.1)), (VERY_LATE, (0.9, 0.8, 0.7)), (EARLY, (0.5, 0.3, 0.0)), ((170.0,), (0.2,)), ((0.0,), (0.0,))],
)  # fmt: skip
@pytest.mark.parametrize("other", [None, LATE, VERY_LATE, EARLY])
def test_every_curve_is_named_beside_itself_and_drawn_as_it_is(days, still_open, other):
    curves = [("近一年发现", days, still_open)]
    if other:
        curves.append(("上一年发现", other, (0.8, 0.5, 0.2)))
    (drawing,) = drawings(closure_curves, curves=tuple(curves))
    assert drawing.outside() == []
    assert {label for label, *_ in curves} <= set(drawing.texts())
    lines = drawing.lines()
    for (_, own, survival), (x, y) in zip(curves, lines, strict=False):
        assert x == [0.0, *own]
        assert y == pytest.approx([0.0, *(1 - share for share in survival)])
    assert lines[-1][1] == [0.5, 0.5]  # where half are closed
    assert drawing.axes().get_ylim()[0] == 0
    assert drawing.axes().get_xlim()[0] == 0


@pytest.mark.parametrize(
    ("days", "until"),
    [
        ((30.0, 60.0, 90.0), 90),
        ((30.0, 60.0, 400.0), 180),
        ((200.0, 260.0, 400.0), 325),
        ((300.0, 300.5), 300.5),
    ],
)
def test_half_a_year_is_shown_or_until_half_the_steps_are_seen(days, until):
    still = tuple(1 - n / 10 for n in range(1, len(days) + 1))
    (drawing,) = drawings(closure_curves, curves=(("近一年发现", days, still),))
    assert drawing.axes().get_xlim()[1] == until


def test_what_is_told_of_a_curve_is_its_end():
    curves = (("近一年发现", LATE, (0.7, 0.4, 0.101)), ("上一年发现", VERY_LATE, (0.9, 0.8, 0.7)))
    (drawing,) = drawings(closure_curves, curves=curves)
    assert re.findall(r"到第(\d+)天销号(\d+%)", drawing.chart.alt) == [("100", "90%"), ("400", "30%")]
    assert [one.at for one in drawing.data.series] == [LATE, VERY_LATE]
