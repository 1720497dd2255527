"""Months: reading, arithmetic, printing."""

from contextlib import nullcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanbin_lib.errors import HanbinError
from hanbin_lib.months import Month

months = st.builds(Month, st.integers(1950, 2100), st.integers(1, 12))


@given(months)
def test_text_round_trip(month):
    assert Month.parse(str(month)) == month


@given(months, st.integers(-500, 500))
def test_shift_is_undone_by_its_opposite(month, distance):
    assert month.shift(distance).shift(-distance) == month
    assert month.shift(distance).ordinal - month.ordinal == distance


@pytest.mark.parametrize("text", ["2022-13", "2022-00", "2022-9", "202209", "", "２０２２-09", "2022-09\n"])
def test_anything_else_is_refused(text):
    with pytest.raises(HanbinError, match="HB-PAR-001"):
        Month.parse(text)


@pytest.mark.parametrize(
    ("year", "number", "is_month"),
    [(1899, 12, False), (1900, 1, True), (2200, 12, True), (2201, 1, False), (2022, 0, False), (2022, 1, True),
     (2022, 12, True), (2022, 13, False)],
)  # fmt: skip
def test_years_and_months_have_ends(year, number, is_month):
    with nullcontext() if is_month else pytest.raises(HanbinError, match="HB-PAR-001"):
        assert Month(year, number).ordinal == 12 * year + number - 1


@pytest.mark.parametrize(
    ("month", "day"), [("2022-02", 28), ("2024-02", 29), ("2100-02", 28), ("2022-12", 31)]
)
def test_the_last_day(month, day):
    assert Month.parse(month).last_day == f"{month}-{day}"


def test_until_includes_both_ends():
    run = Month(2021, 11).until(Month(2022, 2))
    assert [str(month) for month in run] == ["2021-11", "2021-12", "2022-01", "2022-02"]
    assert run[-1].label == "2022年2月"
