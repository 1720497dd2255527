"""A chart keeps the numbers that it draws."""

import re

import pytest

from hanbin_lib.charts.gallery import EXAMPLES
from hanbin_lib.display import percent, whole
from hanbin_lib.indicators import Unit

_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def _numbers(data):
    for series in data.series:
        for part in (series.values, series.lower, series.upper, series.at):
            yield from (number for number in part if number is not None)
    yield from (number for _, number in data.limits)


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_number_of_the_words_is_in_the_data(name):
    chart = EXAMPLES[name]()
    data = chart.data
    labels = (*data.categories, *(one.name for one in data.series), *(label for label, _ in data.limits))
    known = set(_NUMBER.findall(" ".join(labels)))
    for number in _numbers(data):
        known |= {whole(abs(number))}
        if data.unit == Unit.SHARE:
            known |= set(_NUMBER.findall(f"{percent(number)} {percent(number, 0)}"))
    words = chart.alt.removeprefix(chart.title)
    assert set(_NUMBER.findall(words)) - known - {"99"} == set(), words  # ＞99%: no chance is certain


@pytest.mark.parametrize("name", EXAMPLES)
def test_series_are_as_long_as_their_axis(name):
    data = EXAMPLES[name]().data
    for series in data.series:
        length = len(series.at) if data.kind == "curves" else len(data.categories)
        assert len(series.values) == length
        assert len(series.lower) == len(series.upper)
        assert len(series.lower) in (0, length)
    assert set(data.emphasis) <= {*data.categories, *(one.name for one in data.series)}
