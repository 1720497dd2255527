"""Shares, means and quantiles of the public edition, at the edges where they begin and cease to be printed."""

import numpy as np
import pandas as pd
import pytest

from hanbin_lib.disclosure.edition import settle_means, settle_shares
from hanbin_lib.disclosure.protection import Print, Rounding

ROUNDING = Rounding(threshold=3, base=10)
COUNTY, TOWN, MONTH = "610902", "610902100", "2022-09"
COLUMNS = ["indicator", "group", "numerator", "denominator", "value", "unit", "place_code", "month", "print"]
SHARE, POINTS, YUAN, HOUSEHOLDS = "比例", "百分点", "元", "户"


def row(name, group="all", part=300.0, whole=1000.0, value=None, **other):
    """One row of a county, a share of households unless said otherwise."""
    share = part / whole if value is None and whole else value
    usual = {"unit": SHARE, "place_code": COUNTY, "month": MONTH, "print": -1}
    named = {"indicator": name, "group": group, "numerator": part, "denominator": whole, "value": share}
    return named | usual | other


def count(name, group="all", printed=Print.EXACT, number=1000.0, **other):
    """One count of households, printed so."""
    return row(name, group, number, np.nan, number, unit=HOUSEHOLDS, print=printed) | other


def settled(*rows):
    """The rows as written, and which of them are not printed."""
    table = pd.DataFrame(rows, columns=COLUMNS)
    table["lower"] = table["upper"] = table["value"]
    hidden = settle_shares(table, table["unit"].ne(HOUSEHOLDS), table.pop("print"), ROUNDING)
    return table, hidden


@pytest.mark.parametrize(
    ("part", "whole", "printed"),
    [
        (9, 1000, False), (10, 1000, True), (0, 1000, True), (1000, 1000, True),
        (990, 1000, True), (991, 1000, False),
        (0, 9, False), (0, 10, True), (10, 20, True), (10, 19, False),
    ],
)  # fmt: skip
def test_no_part_no_rest_and_no_whole_of_a_share_is_a_few(part, whole, printed):
    _, hidden = settled(row("one_share", part=float(part), whole=float(whole)))
    assert hidden.tolist() == [not printed]


@pytest.mark.parametrize(
    ("whole", "written"),
    [(99, None), (100, 0.1), (999, 0.1), (1000, 0.12), (9999, 0.12), (10_000, 0.123), (10_000_000, 0.123)],
)
def test_the_last_digit_of_a_labels_share_is_ten_households(whole, written):
    table, hidden = settled(row("one_share", "state=甲", whole / 2, float(whole), 0.12345))
    assert hidden.tolist() == [written is None]
    assert written is None or table.loc[0, ["value", "lower", "upper"]].tolist() == [written] * 3
    assert table.loc[0, ["numerator", "denominator"]].isna().all()


def test_the_countys_own_share_keeps_its_parts_and_a_tenth_of_a_percent():
    table, hidden = settled(row("one_share", part=40.0, whole=90.0), row("fgt_headcount_share"))
    assert not hidden.any()
    assert table["value"].tolist() == [0.444, 0.3]
    assert table.loc[0, ["numerator", "denominator"]].tolist() == [40, 90]
    assert table.loc[1, ["numerator", "denominator"]].isna().all()


def test_a_fall_of_next_to_nothing_is_nothing():
    table, _ = settled(row("phone_problem_share"), row("phone_problem_change", value=-0.0001, unit=POINTS))
    assert not np.signbit(table.loc[1, ["value", "lower", "upper"]].to_numpy(dtype=float)).any()


def test_a_town_has_shares_of_things_alone():
    table, hidden = settled(
        row("one_share", place_code=TOWN),
        row("project_paid_share", part=1.0, whole=3.0, place_code=TOWN),
        row("inspection_problem_share", "unit=户", place_code=TOWN),
        row("inspection_problem_share", "unit=村", part=1.0, whole=2.0, place_code=TOWN),
        row("inspection_problem_share", "unit=户", part=40.0, whole=520.0),
    )
    assert hidden.tolist() == [True, False, True, False, False]
    assert table.loc[1, ["numerator", "denominator", "value"]].tolist() == [1, 3, 0.333]
    assert table.loc[3, "value"] == 0.5
    assert table.loc[4, ["numerator", "denominator", "value"]].tolist() == [40, 520, 0.077]


def test_labels_of_one_sum_are_told_together_or_not_at_all():
    few, many = (5.0, 1000.0), (400.0, 1000.0)
    _, hidden = settled(
        row("one_share", "state=甲", *few),
        row("one_share", "state=乙", *many),
        row("one_share", "cause=丙", *many),  # of another sum
        row("one_share", "state=乙", *many, month="2022-08"),
        row("other_share", "state=乙", *many),
        row("one_share", part=405.0),
    )
    assert hidden.tolist() == [True, True, False, False, False, False]


def test_answers_do_not_add_up_and_a_total_takes_its_labels_with_it():
    _, hidden = settled(
        row("one_share", "answer=甲", part=5.0),
        row("one_share", "answer=乙"),
        row("other_share", part=5.0),
        row("other_share", "state=甲"),
        row("other_share", "answer=甲"),
        row("other_share", month="2022-08"),
        row("other_share", "state=甲", month="2022-08"),
    )
    assert hidden.tolist() == [True, False, True, True, True, False, False]


@pytest.mark.parametrize(
    ("printed", "is_hidden"),
    [(Print.EXACT, False), (Print.ROUNDED, True), (Print.COARSE, True), (Print.HIDDEN, True)],
)
def test_a_share_of_counts_is_told_where_they_are_told_as_they_are(printed, is_hidden):
    table, hidden = settled(
        row("phone_problem_share"),
        row("phone_contact_share"),
        row("phone_problem_share", month="2022-08"),
        count("phone_problem_households", printed=printed),
        count("phone_reached_households"),
        count("phone_problem_households", month="2022-08"),
    )
    assert hidden[table["unit"].eq(SHARE)].tolist() == [is_hidden, False, False]


@pytest.mark.parametrize(("printed", "is_hidden"), [(Print.ROUNDED, False), (Print.HIDDEN, True)])
def test_a_labels_share_is_told_where_its_count_is_told(printed, is_hidden):
    table, hidden = settled(
        row("phone_problem_share", "answer=甲"),
        row("phone_problem_share", "answer=乙"),
        count("phone_problem_households", "answer=甲", printed),
        count("phone_problem_households", "answer=乙"),
    )
    assert hidden[table["unit"].eq(SHARE)].tolist() == [is_hidden, False]


def test_a_change_follows_its_share_and_has_the_digits_of_its_households():
    nothing = {"part": np.nan, "whole": np.nan, "unit": POINTS}
    table, hidden = settled(
        row("phone_problem_share", "answer=甲", 400.0, 1000.0),
        row("phone_problem_change", "answer=甲", value=0.01234, **nothing),
        row("phone_problem_share", "answer=乙", 5.0, 1000.0),
        row("phone_problem_change", "answer=乙", value=0.01234, **nothing),
        row("phone_problem_change", "answer=丙", value=0.01234, **nothing),
        row("fgt_headcount_share", "line=甲", part=5.0),
        row("fgt_gap_share", "line=甲"),
        row("fgt_headcount_share"),
        row("fgt_gap_share"),
    )
    assert hidden.tolist() == [False, False, True, True, True, True, True, False, False]
    assert table.loc[1, "value"] == 0.01
    assert table.loc[8, ["numerator", "denominator"]].isna().all()


def means(*rows):
    table = pd.DataFrame(rows, columns=COLUMNS).drop(columns="print")
    table["lower"] = table["upper"] = table["value"]
    return table, settle_means(table, table["unit"].ne(HOUSEHOLDS), ROUNDING)


@pytest.mark.parametrize(("households", "is_hidden"), [(39.0, True), (40.0, False), (np.nan, True)])
def test_four_times_the_base_stand_behind_a_mean(households, is_hidden):
    table, hidden = means(
        count("monitored_households", number=households),
        count("monitored_households", number=500.0, month="2022-08"),
        count("monitored_households", "category=甲", number=500.0),
        row("net_income_per_head_yuan", value=12345.6, unit=YUAN),
        row("income_component_share", "component=甲", value=0.12345),
        row("one_share"),
        row("median_months_to_measure", whole=40.0, value=2.5, unit="月"),
        row("median_months_to_measure", whole=39.0, value=2.5, unit="月"),
    )
    assert hidden.tolist() == [False] * 3 + [is_hidden, is_hidden, False, False, True]
    assert table["value"].tolist()[3:5] == [12300, 0.123]
    assert table.loc[[3, 4, 6], ["numerator", "denominator"]].isna().all().all()
    assert table.loc[5, ["numerator", "denominator"]].tolist() == [300, 1000]


@pytest.mark.parametrize(("persons", "is_hidden"), [(479.0, True), (480.0, False)])
def test_the_poor_are_taken_for_households_as_large_as_they_may_be(persons, is_hidden):
    _, hidden = means(
        count("monitored_households", number=5000.0),
        row("fgt_headcount_share", part=persons, whole=10_000.0),
        row("income_component_below_share", value=0.5),
    )
    assert hidden.tolist() == [False, False, is_hidden]


@pytest.mark.parametrize(
    ("income", "told"),
    [(12_349.99, 12_300), (12_350, 12_400), (12_450, 12_500), (49.9, 0), (50, 100), (np.nan, np.nan)],
)
def test_incomes_are_told_in_hundreds(income, told):
    table = pd.DataFrame(
        [
            row("monitored_households", value=400.0, unit=HOUSEHOLDS),
            row("income_quantile_yuan", "quantile=p25", value=income, unit=YUAN),
        ]
    )
    table["lower"] = table["upper"] = table["value"]
    settle_means(table, pd.Series([False, True]), ROUNDING)
    np.testing.assert_equal(table.loc[1, ["value", "lower", "upper"]].tolist(), [told] * 3)
