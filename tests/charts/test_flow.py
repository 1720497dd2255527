"""Bands of the flow are as wide as their households: none is lost between category, state and reason."""

import itertools

import numpy as np
import pytest
from drawings import drawings
from matplotlib.colors import to_hex
from matplotlib.patches import PathPatch, Rectangle

from hanbin_lib.charts import status_flow
from hanbin_lib.charts.style import RED

KINDS = ("脱贫不稳定户", "边缘易致贫户", "突发严重困难户")
REASONS = ("措施已落实待稳定", "监测未满6个月", "整户无劳动能力", "满1个月仍无措施")


def _given(pairs, reasons):
    people = tuple(3.0 * sum(column) for column in ([sum(pair) for pair in pairs], *zip(*pairs, strict=True)))
    return {
        "categories": tuple((name, float(a), float(b)) for name, (a, b) in zip(KINDS, pairs, strict=True)),
        "situations": tuple((name, float(n), name == REASONS[3]) for name, n in zip(REASONS, reasons, strict=True)),
        "persons": people,
    }  # fmt: skip


def _random(seed):
    rng = np.random.default_rng(seed)
    pairs = rng.integers(0, 10 ** rng.integers(1, 5), (3, 2)).tolist()
    still = sum(rest for _, rest in pairs)
    cuts = [0, *sorted(rng.integers(0, still + 1, 3)), still]
    return _given(pairs, [b - a for a, b in itertools.pairwise(cuts)])


def _shapes(drawing):
    """Thickness of bands by (left, right) edge, and (left, top, height) of bars, in millimetres."""
    bands, bars = {}, []
    for patch in drawing.axes().patches:
        if isinstance(patch, PathPatch):
            corners = patch.get_path().vertices
            ends = (round(float(corners[0][0]), 3), round(float(corners[3][0]), 3))
            bands.setdefault(ends, []).append(float(corners[4][1] - corners[3][1]))
        elif isinstance(patch, Rectangle):
            bars.append(
                (round(float(patch.get_x()), 3), float(patch.get_y()), float(patch.get_height()), patch)
            )
    return bands, bars


@pytest.mark.parametrize("seed", range(4))
def test_households_are_kept_from_column_to_column(seed):
    given = _random(seed)
    total = sum(gone + rest for _, gone, rest in given["categories"])
    still = sum(rest for _, _, rest in given["categories"])
    for drawing in drawings(status_flow, **given):
        bands, bars = _shapes(drawing)
        first, second = sorted(bands)
        scale = sum(bands[first]) / total
        wanted = [n * scale for _, gone, rest in given["categories"] for n in (gone, rest)]
        assert bands[first] == pytest.approx(wanted)
        assert bands[second] == pytest.approx([n * scale for _, n, _ in given["situations"] if n])
        assert sum(bands[second]) == pytest.approx(still * scale)
        left, middle, _ = ([one for one in bars if one[0] == x] for x in sorted({one[0] for one in bars}))
        assert sum(height for _, _, height, _ in left) == pytest.approx(total * scale)
        assert [height for _, _, height, _ in middle] == pytest.approx(
            [(total - still) * scale, still * scale]
        )
        assert all(top >= 0 and top + height <= drawing.height + 1e-6 for _, top, height, _ in bars)


@pytest.mark.parametrize("seed", range(5, 8))
def test_words_keep_apart_and_within_the_drawing(seed):
    for drawing in drawings(status_flow, **_random(seed)):
        assert drawing.outside() == []
        assert drawing.covered() == []


@pytest.mark.parametrize(
    ("pairs", "reasons"),
    [
        (((0, 1), (0, 0), (0, 0)), (0, 0, 0, 1)),
        (((0, 0), (0, 0), (18_392, 0)), (0, 0, 0, 0)),
        (((1, 1), (9000, 1), (1, 1)), (1, 1, 0, 1)),
        (((9999, 9999), (9999, 9999), (9999, 9999)), (29_996, 0, 0, 1)),
    ],
    ids=["one household", "all eliminated", "very unequal", "huge"],
)
def test_the_ends_of_what_can_be_are_drawn_whole(pairs, reasons):
    given = _given(pairs, reasons)
    for drawing in drawings(status_flow, **given):
        assert drawing.outside() == []
        assert drawing.covered() == []
        for name, households, _ in given["situations"]:
            assert (name in drawing.texts()) == (households > 0)
            assert f"{name}{households:.0f}户" in drawing.chart.alt or not households


def test_what_must_be_acted_on_alone_is_red_in_the_last_column():
    for drawing in drawings(status_flow, **_given(((5, 5), (4, 3), (2, 1)), (4, 2, 1, 2))):
        _, bars = _shapes(drawing)
        last = max(x for x, *_ in bars)
        red = [to_hex(patch.get_facecolor()) == RED.lower() for x, _, _, patch in bars if x == last]
        assert red == [False, False, False, True]
        assert drawing.data.emphasis == (REASONS[3],)


def test_the_data_hold_every_number_of_the_drawing():
    given = _given(((5, 4), (3, 2), (1, 0)), (3, 2, 1, 0))
    drawing, *_ = drawings(status_flow, **given, whole_name="防止返贫致贫对象")
    total, gone, rest = drawing.data.series
    assert total.values[:3] == (9, 5, 1)
    assert gone.values[:3] == (5, 3, 1)
    assert rest.values == (4, 2, 0, 3, 2, 1)  # a reason that nobody has is in neither
    assert dict(drawing.data.limits) == {
        "在册人数": 45, "已消除风险人数": 27, "未消除风险人数": 18, "已消除风险": 9, "未消除风险": 6,
    }  # fmt: skip
    assert any(text.startswith("防止返贫致贫对象　15户　45人") for text in drawing.texts())
