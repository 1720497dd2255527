"""A drawing in a page is what matplotlib drew, in half as many bytes."""

import re

import pytest

from hanbin_lib.charts import gallery, style
from hanbin_lib.rendering.typesetting import pictures

_CHARTS = ("status_flow", "monthly_fan", "count_ranges", "closure_curves")
_PLACES = re.compile(r' (?:d|transform|x|y)="[^"]*"')


@pytest.mark.parametrize("name", _CHARTS)
def test_every_dot_is_as_matplotlib_wrote_it(name, monkeypatch):
    written = []
    shorten = style.embeddable
    monkeypatch.setattr(style, "embeddable", lambda svg, *rest: written.append(svg) or shorten(svg, *rest))
    chart = gallery.example(name)
    # To a hundredth of a point, which at 254 dots an inch is a thirtieth of a dot.
    whole = _PLACES.sub(lambda place: re.sub(r"(\.\d\d)\d+", r"\1", place[0]), written[0])
    whole = whole[whole.index("<svg") :]
    before, after = pictures([(whole, chart.width_mm), (chart.svg, chart.width_mm)], 254)
    assert after == before
    assert len(chart.svg) < 0.7 * len(written[0])


def test_what_a_part_tells_is_words_and_not_markup():
    """Words with signs of markup are escaped once."""
    raw = '<svg xmlns="http://www.w3.org/2000/svg"><g id="told:甲&lt;镇&gt; 3&amp;4户"><path d="M 0 0 \nL 1 1 "/></g></svg>'
    made = style.embeddable(raw, "甲", "Noto Sans SC")
    assert "<g><title>甲&lt;镇&gt; 3&amp;4户</title><path" in made
