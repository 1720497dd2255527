"""Fans: the record as it was, each band between its edges, the goal where it is, and words that stand apart."""

import itertools

import numpy as np
import pytest
from drawings import drawings

from hanbin_lib.charts import goal_fan, monthly_fan
from hanbin_lib.charts.style import RED

PAST = [(2016 + n, value) for n, value in enumerate((9000.0, 9800.0, 10_700.0, 11_500.0, 12_400.0, 13_600.0))]


def _goal(record=PAST, years=5, pace=1.08, target=22_000.0, widths=(0.05, 0.03, 0.01)):
    last, start = record[-1]
    median = [(last + n, start * pace**n) for n in range(1, years + 1)]

    def edge(width):
        return [(year, value * (1 + width * (year - last))) for year, value in median]

    bands = [(label, edge(-w), edge(w)) for label, w in zip(("95%", "80%", "50%"), widths, strict=True)]
    growth = [(year, value / before - 1) for (_, before), (year, value) in itertools.pairwise(record)]
    return {
        "record": record, "bands": bands, "median": median, "goal": (last + years, target), "growth": growth,
    }  # fmt: skip


def _polygon(collection):
    """Upper and lower edge of a filled band, by place."""
    edges = {}
    for x, y in collection.get_paths()[0].vertices:
        edges.setdefault(float(x), set()).add(round(float(y), 6))
    return {x: (min(ys), max(ys)) for x, ys in edges.items()}


def test_each_band_of_the_goal_lies_between_its_edges_and_opens_at_the_record_s_end():
    given = _goal()
    for drawing in drawings(goal_fan, **given):
        last, start = given["record"][-1]
        for (_, lower, upper), drawn in zip(given["bands"], drawing.axes().collections, strict=True):
            wanted = {float(year): (low, high) for (year, low), (_, high) in zip(lower, upper, strict=True)}
            wanted[float(last)] = (start, start)
            assert _polygon(drawn) == {x: pytest.approx(ends) for x, ends in wanted.items()}
        median, record, path, mark = drawing.lines()
        assert record == tuple(map(list, zip(*given["record"], strict=True)))
        assert median == tuple(map(list, zip(given["record"][-1], *given["median"], strict=True)))
        assert path == ([last, given["goal"][0]], [start, given["goal"][1]])
        assert mark == ([given["goal"][0]], [given["goal"][1]])
        assert drawing.axes().get_ylim()[0] == 0
        reds = [line.get_color() == RED for line in drawing.axes().lines]
        assert reds == [False, False, True, True]


def test_paces_below_are_those_of_the_record_the_forecast_and_the_goal():
    """What the goal needs each year, taken so many times, leads from the last value to the goal."""
    given = _goal(pace=1.05)
    for drawing in drawings(goal_fan, **given):
        bars = {round(bar.get_x() + bar.get_width() / 2): bar.get_height() for bar in drawing.axes(1).patches}
        assert {year: bars[year] for year, _ in given["growth"]} == pytest.approx(dict(given["growth"]))
        assert {year: bars[year] for year, _ in given["median"]} == pytest.approx(
            {year: 0.05 for year, _ in given["median"]}
        )
        ((_, needed),) = drawing.lines(1)
        steps = given["goal"][0] - PAST[-1][0]
        assert PAST[-1][1] * (1 + needed[0]) ** steps == pytest.approx(given["goal"][1])
        assert f"需{100 * needed[0]:.1f}%" in drawing.texts()


@pytest.mark.parametrize(
    "given",
    [
        _goal(),
        _goal(widths=(0.001, 0.0005, 0.0001)),
        _goal(target=90_000.0),
        _goal(target=14_000.0, pace=0.97),
        _goal(record=[(2020, 9000.0), (2021, 8100.0)], years=2),
        _goal(record=[(2000 + n, 2000.0 * 1.11**n) for n in range(22)], years=10, target=60_000.0),
    ],
    ids=["plain", "narrow", "far above", "below", "short record that fell", "long record"],
)
def test_the_words_of_a_goal_stay_within_the_drawing(given):
    for drawing in drawings(goal_fan, **given):
        assert drawing.outside() == []
        names = {label for label, *_ in given["bands"]}
        assert names <= set(drawing.texts())
        assert [pair for pair in drawing.covered() if names & set(pair)] == []


def test_a_year_that_fell_has_a_bar_below_the_line():
    given = _goal(record=[(2019, 10_000.0), (2020, 9000.0), (2021, 9900.0)])
    for drawing in drawings(goal_fan, **given):
        low, _ = drawing.axes(1).get_ylim()
        assert low == pytest.approx(-0.1)
        assert "−10.0%" in drawing.texts()


def _ahead(number, middle, spread):
    return [
        (
            f"{2022 + (8 + n) // 12}-{(8 + n) % 12 + 1:02d}",
            middle + n,
            middle + n - spread * n,
            middle + n + spread * n,
        )
        for n in range(1, number + 1)
    ]


MONTHS = [(f"2022-{n:02d}", 2434.0 - 10 * n) for n in range(1, 10)]


@pytest.mark.parametrize(
    ("record", "ahead"),
    [
        (MONTHS, _ahead(12, 2300.0, 30.0)),
        (MONTHS, _ahead(12, 2300.0, 3.0)),
        (MONTHS, _ahead(3, 2300.0, 0.0)),
        ([("2022-09", 4.0)], _ahead(12, 0.0, 0.1)),
        ([("2022-08", 0.0), ("2022-09", 0.0)], [("2022-10", 0.0, 0.0, 0.0), ("2022-11", 0.0, 0.0, 0.0)]),
        ([("2022-09", 20.0)], [("2022-10", 10.0, 0.0, 65_432.0)]),
    ],
    ids=["wide", "narrow", "certain", "few", "nothing", "huge"],
)
def test_the_monthly_fan_is_drawn_as_it_was_simulated_and_its_words_stand_apart(record, ahead):
    for drawing in drawings(monthly_fan, record=record, ahead=ahead, interval="90%区间"):
        now, start = len(record) - 1, record[-1][1]
        (band,) = drawing.axes().collections
        wanted = {float(now + n): ends[2:] for n, ends in enumerate(ahead, 1)} | {float(now): (start, start)}
        assert _polygon(band) == {x: pytest.approx(ends) for x, ends in wanted.items()}
        median, past, dot = drawing.lines()
        assert past == (list(range(now + 1)), [value for _, value in record])
        assert median == (list(range(now, now + len(ahead) + 1)), [start, *(row[1] for row in ahead)])
        assert dot == ([now], [start])
        low, high = drawing.axes().get_ylim()
        assert low == 0
        assert high > max(start, *(row[3] for row in ahead))
        assert drawing.outside() == []
        ends = {f"{ahead[-1][2]:.0f}", f"中位{ahead[-1][1]:.0f}", f"{ahead[-1][3]:.0f}（90%区间）"}
        assert ends <= set(drawing.texts())
        assert [pair for pair in drawing.covered() if ends & set(pair)] == []


def test_the_end_of_the_fan_is_named_from_above_in_the_order_of_its_numbers():
    for drawing in drawings(monthly_fan, record=MONTHS, ahead=_ahead(12, 2300.0, 2.0), interval="90%区间"):
        heights = {text: bottom for text, _, bottom, _, _ in drawing.words()}
        named = [heights[text] for text in ("2288", "中位2312", "2336（90%区间）")]
        assert named == sorted(named)


@pytest.mark.parametrize("length", [1, 2, 12, 24])
def test_months_are_named_backwards_from_the_last(length):
    ahead = _ahead(length, 100.0, 1.0)
    for drawing in drawings(monthly_fan, record=MONTHS, ahead=ahead, interval="90%区间"):
        ticks = sorted(drawing.axes().get_xticks())
        every = set(np.diff(ticks))
        assert len(every) <= 1
        assert ticks[-1] == len(MONTHS) + length - 1
        assert ahead[-1][0] in drawing.texts()
        assert drawing.data.categories == tuple(month for month, *_ in [*MONTHS, *ahead])
