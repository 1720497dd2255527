"""How a figure is said: changes, pairs, cases, intervals, and each reason why there is none."""

import pytest
from hand_made import COUNTY, LAST, NAN, TOWN, counts, page, row, unknown
from support import MONTH

from hanbin_lib import bulletin as hb
from hanbin_lib.display import plain_text
from hanbin_lib.indicators import NOTE_TEXT, NoteCode

NAME, SHARE = "open_risk_households", "rebound_share"


@pytest.mark.parametrize(
    ("now", "then", "signed", "worded"),
    [
        (10, 7, "+3户", "增加3户"),
        (7, 10, "−3户", "减少3户"),
        (7, 7, "0户", "持平"),
        (7, 0, "+7户", "增加7户"),
        (0, 7, "−7户", "减少7户"),
        (7, None, "—", "无可比数"),
        (None, 7, "—", "无可比数"),
    ],
)
def test_a_change_is_the_difference_of_two_months(basis, now, then, signed, worded):
    rows = counts(**{NAME: now}) if now is not None else []
    rows += counts(month=LAST, **{NAME: then}) if then is not None else unknown(NAME, month=LAST)
    figures = page(basis, rows).figures
    assert figures.signed_change(NAME).text == signed
    assert figures.change_in_words(NAME).text == worded
    assert figures.signed_change(NAME).source == f"{NAME}|{LAST}/{MONTH}|{COUNTY}|all"


def test_a_rounded_count_has_no_change(basis):
    """30余户 stands for 30 to 34: of two such nothing is known to be more."""
    rows = [row(NAME, 30, ends=(NAN, 34)), *counts(month=LAST, **{NAME: 25})]
    figures = page(basis, rows, edition="public").figures
    assert figures.figure(NAME).text == "30余户"
    assert figures.difference(NAME) is None
    assert figures.change_in_words(NAME).text == "变化不公布"


@pytest.mark.parametrize("month", [MONTH, LAST])
def test_a_count_that_is_withheld_has_a_change_that_is_not_published(basis, month):
    """There is a number to compare with: it is not told."""
    other = LAST if month == MONTH else MONTH
    rows = unknown(NAME, month=month, note="suppressed") + counts(month=other, **{NAME: 25})
    bulletin = page(basis, rows, edition="public", named=())
    assert bulletin.figures.change_in_words(NAME).text == "变化不公布"
    card = hb.front_page.key_figures(bulletin).cards[1]
    assert plain_text(card.change.parts) == "较上月变化不公布"


@pytest.mark.parametrize("note", [one for one in NoteCode if one is not NoteCode.REPORTED])
def test_each_reason_is_said_and_is_no_number(basis, note):
    figures = page(basis, unknown(NAME, SHARE, note=str(note))).figures
    for name in (NAME, SHARE):
        assert figures.figure(name).text == figures.plain(name).text == NOTE_TEXT[note]
        assert figures.figure(name).figures == ()
        assert figures.value(name) is None
        assert figures.interval(name).text == "—"
        assert figures.cases(name).text == NOTE_TEXT[note]
    assert figures.is_suppressed(NAME) == (note is NoteCode.SUPPRESSED)


@pytest.mark.parametrize(
    ("households", "persons", "text"),
    [
        (5, 17, "5户17人"),
        (0, 0, "0户0人"),
        (None, None, "未收到"),
        (None, 17, "户数未收到，17人"),
        (5, None, "5户，人数未收到"),
    ],
)
def test_households_and_persons_stand_together_and_lack_one_reason(basis, households, persons, text):
    given = {"open_risk_households": households, "open_risk_persons": persons}
    rows = counts(**{name: n for name, n in given.items() if n is not None})
    assert page(basis, rows).figures.pair("open_risk").text == text


@pytest.mark.parametrize(
    ("part", "whole", "share", "cases"),
    [(0, 9, "0/9", "0/9"), (9, 9, "9/9", "9/9"), (0, 10, "0.0%", "0/10"), (1, 3000, "0.0%", "1/3000"), (57, 200, "28.5%", "57/200")],
)  # fmt: skip
def test_few_cases_are_told_as_cases(basis, part, whole, share, cases):
    figures = page(basis, [row(SHARE, part, of=whole)]).figures
    assert (figures.figure(SHARE).text, figures.cases(SHARE).text) == (share, cases)


@pytest.mark.parametrize(
    ("value", "text"), [(0.86, "86%"), (0.9, "90%"), (0.812, "81.2%"), (0.0, "0%"), (1.0, "100%")]
)
def test_a_share_that_was_rounded_has_no_digits_made_up(basis, value, text):
    """Published without its cases it ends where a household would be told."""
    figures = page(basis, [row(SHARE, value)], edition="public").figures
    assert figures.figure(SHARE).text == figures.plain(SHARE).text == text


@pytest.mark.parametrize(
    ("whole", "count", "share"),
    [("reported", "0", "不适用"), ("not_applicable", "不适用", "不适用"), ("not_received", "未收到", "未收到"),
     ("parameter_missing", "未录入", "未录入"), (None, "未收到", "未收到")],
)  # fmt: skip
def test_a_group_without_a_row_lacks_what_the_whole_lacks(basis, whole, count, share):
    """A ledger that came in, and has no case of a source, is no ledger that did not come in."""
    given = {"value": 3 if whole == "reported" else None, "note": whole}
    rows = [row(NAME, **given), row(SHARE, of=20 if whole == "reported" else None, **given)] if whole else []
    figures = page(basis, rows).figures
    assert figures.count_in(NAME, group="cause=因病").text == count
    assert (
        figures.within(SHARE, group="source=自查").text
        == figures.cases(SHARE, group="source=自查").text
        == share
    )


def test_a_group_that_is_withheld_is_no_group_without_a_row(basis):
    group, withheld = "cause=因病", {"note": "suppressed"}
    rows = counts(**{NAME: 9}) + unknown(NAME, group=group, **withheld)
    rows += [row(SHARE, 3, of=20), *unknown(SHARE, group=group, **withheld)]
    figures = page(basis, rows, edition="public").figures
    assert (
        figures.count_in(NAME, group=group).text
        == figures.within(SHARE, group=group).text
        == NOTE_TEXT[NoteCode.SUPPRESSED]
    )


@pytest.mark.parametrize(
    ("value", "is_clear", "text"),
    [(0.031, True, "提高3.1个百分点"), (-0.02, True, "下降2.0个百分点"), (0.031, False, "无明显变化"), (None, True, "无可比数")],
)  # fmt: skip
def test_a_change_of_a_sample_is_said_where_it_is_clear(basis, value, is_clear, text):
    rows = [row("phone_problem_change", value)] if value is not None else []
    assert page(basis, rows).figures.tested_change("phone_problem_change", is_clear=is_clear).text == text


def test_one_place_month_and_group_is_never_another_s(basis):
    rows = counts(**{NAME: 1}) + counts(at=TOWN, **{NAME: 2}) + counts(month=LAST, **{NAME: 3})
    rows.append(row(NAME, 4, group="cause=因病"))
    figures = page(basis, rows).figures
    assert figures.value(NAME) == 1
    assert figures.value(NAME, place=TOWN) == figures.seen_from(TOWN).value(NAME) == 2
    assert figures.value(NAME, month=LAST) == 3
    assert figures.value(NAME, group="cause=因病") == 4
    assert figures.value(NAME, group="cause=因残") is None
    assert dict(figures.groups(NAME, "cause")) == {"因病": 4}
    assert list(figures.trend(NAME)) == [3, 1]  # the oldest first
    assert list(figures.seen_from(TOWN).trend(NAME)) == [2]
