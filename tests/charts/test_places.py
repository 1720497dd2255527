"""Many places in the order of their shares: each once, the named ones named, the mean where it is."""

import numpy as np
import pytest
from drawings import drawings

from hanbin_lib.charts import PlaceShare, place_shares
from hanbin_lib.charts.style import RED

# Names of a county as long as they come.
NAMES = [f"{first}{second}石河关镇" for first in "上中下" for second in "甲乙丙丁戊己庚辛壬"]


def _places(seed, number, named):
    """Shares of sixty households each; the highest `named` are outsiders."""
    rng = np.random.default_rng(seed)
    found = sorted(rng.integers(0, 20, number))
    found[number - named :] = [n + 25 for n in found[number - named :]]
    shares = [
        PlaceShare(
            name, n / 60, max(0, n / 60 - 0.1), min(1, n / 60 + 0.12), f"{n}/60", row >= number - named
        )
        for row, (name, n) in enumerate(zip(NAMES, found, strict=False))
    ]
    return tuple(shares[n] for n in rng.permutation(number))


@pytest.mark.parametrize(("number", "named"), [(1, 0), (1, 1), (5, 2), (26, 0), (26, 3), (26, 9), (26, 26)])
def test_every_place_stands_once_at_its_share_lowest_first(number, named):
    places = _places(number + named, number, named)
    (drawing,) = drawings(place_shares, places=places, mean=0.1)
    drawn = drawing.lines()
    assert [x for x, _ in drawn[: 2 * number]] == [x for n in range(number) for x in ([n, n], [n])]
    dots = [y[0] for _, y in drawn[1 : 2 * number : 2]]
    assert dots == sorted(place.value for place in places)
    by_value = sorted((place.value, place.lower, place.upper) for place in places)
    ends = sorted((dot, *y) for (_, y), dot in zip(drawn[: 2 * number : 2], dots, strict=True))
    assert ends == by_value
    assert drawn[2 * number][1] == [0.1, 0.1]
    low, high = drawing.axes().get_ylim()
    assert low <= 0
    assert high > max(place.upper for place in places)
    assert all(drawing.chart.alt.count(f"{place.name}{place.count}") == 1 for place in places)
    assert len(drawing.data.categories) == len(set(drawing.data.categories)) == number


@pytest.mark.parametrize("mean", [0.0, 0.1, 0.4, 0.7])
@pytest.mark.parametrize("named", [0, 1, 8, 9, 26])
def test_named_places_are_named_within_the_frame_and_the_others_are_counted(named, mean):
    (drawing,) = drawings(place_shares, places=_places(7, 26, named), mean=mean)
    assert drawing.outside() == []
    assert drawing.covered() == []
    names = [text for text in drawing.texts() if text.endswith("/60")]
    counted = [text for text in drawing.texts() if text.endswith("个")]
    rest = int(counted[0].removeprefix("另有").removesuffix("个")) if counted else 0
    assert len(names) + rest == named
    assert len(drawing.data.emphasis) == named
    shares = [int(text.split()[1].removesuffix("/60")) for text in names]
    assert shares == sorted(shares, reverse=True)  # the worst are those that are named


def test_red_are_the_named_alone():
    (drawing,) = drawings(place_shares, places=_places(3, 12, 4), mean=0.1)
    red = {line.get_xdata()[0] for line in drawing.axes().lines if line.get_color() == RED}
    assert red == {8, 9, 10, 11}


@pytest.mark.parametrize(("highest", "step"), [(0.1, 0.05), (0.4, 0.1), (0.9, 0.2)])
def test_ticks_are_round_and_within_the_frame(highest, step):
    places = (PlaceShare("甲镇", highest / 2, 0.0, highest, "1/2"),)
    (drawing,) = drawings(place_shares, places=places, mean=0.02)
    ticks = drawing.axes().get_yticks()
    assert ticks[0] == 0
    assert np.diff(ticks) == pytest.approx(step)
    assert ticks[-1] <= drawing.axes().get_ylim()[1]
