"""Every bad record has a defined answer: handled and named, or refused with the reason."""

import numpy as np
import pandas as pd
import pytest

from hanbin_lib.errors import HanbinError
from hanbin_lib.forecasting import one_calibre
from hanbin_lib.forecasting.series import read_record

# National values as the statistics bureau and the ministry published them, yuan per head.
ROWS = pd.DataFrame(
    [("全国", "脱贫人口人均纯收入", 2021, 12550.0), ("全国", "脱贫人口人均纯收入", 2022, 14342.0),
     ("全国", "脱贫县农村居民人均可支配收入", 2020, 12588.0), ("全国", "脱贫县农村居民人均可支配收入", 2022, 15111.0)],
    columns=["area_name", "indicator_name", "year", "value"],
).assign(unit="元", prices="现价")  # fmt: skip


def _refused(series, **options):
    with pytest.raises(HanbinError) as caught:
        read_record(series, **options)
    return caught.value


def test_dates_periods_and_numbers_are_the_same_years(income):
    days = pd.DatetimeIndex([f"{year}-12-31" for year in income.index])
    for index in (days, days.to_period("Y"), income.index.astype(str), income.index.astype(float)):
        pd.testing.assert_series_equal(read_record(income.set_axis(index)).values, read_record(income).values)


def test_the_order_of_the_rows_does_not_matter(income):
    shuffled = income.sample(frac=1, random_state=1)
    pd.testing.assert_series_equal(read_record(shuffled).values, read_record(income).values)


@pytest.mark.parametrize("index", [["二〇一二", *range(2013, 2022)], [2012.5, *range(2013, 2022)], range(10)])
def test_what_is_no_year_is_refused(income, index):
    assert _refused(income.set_axis(pd.Index(index))).code == "HB-FC-001"


def test_a_list_is_refused():
    assert _refused([1, 2, 3]).code == "HB-FC-001"


def test_a_repeated_year_is_refused_and_named(income):
    error = _refused(pd.concat([income, income.tail(1)]))
    assert error.code == "HB-FC-002"
    assert "2021年" in error.message


@pytest.mark.parametrize("bad", ["一万二", "12,610", np.inf])
def test_text_is_refused_and_its_year_named(income, bad):
    error = _refused(income.astype(object).where(income.index != 2015, bad))
    assert error.code == "HB-FC-003"
    assert "2015年" in error.message
    assert str(bad) not in error.message


@pytest.mark.parametrize("bad", [-120.0, 0.0])
def test_nothing_and_less_is_refused(income, bad):
    assert _refused(income.where(income.index != 2015, bad)).code == "HB-FC-004"


def test_a_future_year_is_refused(income):
    assert _refused(income, as_of=2020).code == "HB-FC-005"
    assert read_record(income, as_of=2021).last_year == 2021


def test_all_faults_are_told_in_one_pass(income):
    bad = income.astype(object).where(income.index != 2015, "无").where(income.index != 2016, -1)
    error = _refused(pd.concat([bad, bad.tail(1)]), as_of=2020)
    assert all(f"HB-FC-{n:03d}" in error.message for n in (2, 3, 4, 5))


@pytest.mark.parametrize("year", [217, 1899, 2201, 20_170])
def test_one_number_that_is_no_year_among_years_is_refused(income, year):
    error = _refused(income.rename({2017: year}))
    assert (error.code, f"（{year}）" in error.message) == ("HB-FC-001", True)


def test_a_definition_that_changed_with_the_first_year_changes_nothing(income):
    record = read_record(income, breaks=[2012])
    assert (record.values.size, record.notes) == (10, read_record(income).notes)
    assert read_record(income, breaks=[2013]).values.index[0] == 2013
    twice = read_record(income, breaks=[2016, 2013])
    assert twice.values.index[0] == 2016
    assert twice.notes[0] == "2016年口径有变，只用该年及以后的数据"


def test_fewer_than_five_years_are_refused(income):
    assert _refused(income.tail(4)).code == "HB-FC-006"
    assert "5年" in read_record(income.tail(5)).notes[-1]


def test_gaps_stay_unknown_and_too_many_are_refused(income):
    record = read_record(income.where(~income.index.isin([2014, 2018])))
    assert list(record.values.index[record.values.isna()]) == [2014, 2018]
    assert any("2014年、2018年" in note for note in record.notes)
    assert _refused(income.where(~income.index.isin([2013, 2014, 2015, 2018]))).code == "HB-FC-007"


@pytest.mark.parametrize(("years", "is_enough"), [(9, True), (8, False)])
def test_a_third_of_the_years_may_be_missing_and_no_more(years, is_enough):
    """Six of nine, and five of eight."""
    held = [2001, 2002, 2004, 2005, 2007, 2009] if is_enough else [2001, 2002, 2004, 2006, 2008]
    series = pd.Series(np.linspace(5000, 9000, len(held)), index=held)
    if is_enough:
        assert read_record(series).values.size == years
    else:
        assert _refused(series).code == "HB-FC-007"


def test_a_missing_last_year_ends_the_record_earlier(income):
    assert read_record(income.where(income.index != 2021)).last_year == 2020


def test_a_slip_of_the_unit_is_named_and_left_out(income):
    record = read_record(income.where(income.index != 2016, income * 10))
    assert np.isnan(record.values[2016])
    assert any("2016年" in note and "录入" in note for note in record.notes)


def test_a_slip_in_the_last_year_is_refused_until_confirmed(income):
    slip = income.where(income.index != 2021, income * 10)
    assert _refused(slip).code == "HB-FC-008"
    assert read_record(slip, confirmed=[2021]).values[2021] == slip[2021]


def test_equal_values_are_named(income):
    assert any("完全相同" in note for note in read_record(income * 0 + 9000).notes)


def test_before_a_declared_break_nothing_is_used(income):
    record = read_record(income, breaks=[2014])
    assert record.values.index[0] == 2014
    assert any("口径" in note for note in record.notes)
    assert _refused(income, breaks=[2019]).code == "HB-FC-006"


def test_an_undeclared_jump_is_asked_about(income):
    jumped = income.where(income.index < 2017, income * 1.9)
    assert any("2017年" in note and "口径" in note for note in read_record(jumped).notes)
    assert not any("口径" in n for n in read_record(jumped, confirmed=[2017]).notes)


def test_definitions_stay_apart():
    lifted = one_calibre(ROWS, "全国", "脱贫人口人均纯收入")
    counties = one_calibre(ROWS, "全国", "脱贫县农村居民人均可支配收入")
    assert lifted.to_dict() == {2021: 12550, 2022: 14342}
    assert counties[2022] == 15111
    assert lifted.name != counties.name


@pytest.mark.parametrize("column", ["unit", "prices"])
def test_mixed_units_and_prices_are_refused(column):
    mixed = ROWS.assign(**{column: ["别的", *ROWS[column][1:]]})
    with pytest.raises(HanbinError, match="HB-FC-016"):
        one_calibre(mixed, "全国", "脱贫人口人均纯收入")


def test_an_unknown_name_is_told_with_those_that_there_are():
    with pytest.raises(HanbinError, match="现有：脱贫人口人均纯收入、脱贫县农村居民人均可支配收入"):
        one_calibre(ROWS, "全国", "人均收入")
