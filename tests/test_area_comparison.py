"""Two registers side by side: every kind of difference, told and written as the line to be confirmed."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanbin_lib.area_comparison import Difference, differences, misread, told

COUNTY = "100001"
JIA, YI, BING, DING = (f"{COUNTY}10{n}" for n in (1, 2, 3, 4))
THEN = {
    COUNTY: "试点县", JIA: "甲山镇", YI: "乙水镇", f"{JIA}201": "东村村委会", f"{JIA}202": "南村村委会",
    f"{YI}201": "东村村委会",
}  # fmt: skip


def changed(gone):
    return {code: name for code, name in THEN.items() if code not in gone}


# What the new register has instead; changes, texts and lines in the order in which they are told.
CASES = {
    "a town takes the code of one that is gone": (
        changed([JIA, f"{JIA}201", f"{JIA}202"]) | {YI: "甲山镇", f"{YI}202": "南村村委会"},
        [
            (f"甲山镇：代码原为 {JIA}，现为 {YI}", f"2026-01,改码,{JIA},{YI},,文号"),
            (f"乙水镇 {YI}：现在没有", f"2026-01,撤销,{YI},,,文号"),
            (f"东村村委会 {YI}201：现在没有", f"2026-01,撤销,{YI}201,,,文号"),
        ],
    ),
    "nothing": (THEN, []),
    "another spelling of a village's kind": (THEN | {f"{JIA}201": "东村"}, []),
    "a town is renamed": (
        THEN | {JIA: "甲川镇"},
        [(f"{JIA}：原为甲山镇，现为甲川镇", f"2026-01,改名,{JIA},,甲川镇,文号")],
    ),
    "a village is renamed": (
        THEN | {f"{JIA}202": "新南村村委会"},
        [(f"{JIA}202：原为南村村委会，现为新南村村委会", f"2026-01,改名,{JIA}202,,新南村村委会,文号")],
    ),
    "a village becomes a community": (
        THEN | {f"{JIA}202": "南街社区居委会"},
        [(f"{JIA}202：原为南村村委会，现为南街社区居委会", f"2026-01,村改社区,{JIA}202,,南街社区居委会,文号")],
    ),
    "a village is recoded in its town": (
        changed([f"{JIA}202"]) | {f"{JIA}209": "南村村委会"},
        [(f"南村村委会：代码原为 {JIA}202，现为 {JIA}209", f"2026-01,改码,{JIA}202,{JIA}209,,文号")],
    ),
    "a village of that name in another town is another village": (
        changed([f"{JIA}202"]) | {f"{YI}202": "南村村委会"},
        [
            (f"南村村委会 {JIA}202：现在没有", f"2026-01,撤销,{JIA}202,,,文号"),
            (f"南村村委会 {YI}202：原来没有", f"2026-01,新设,,{YI}202,南村村委会,文号"),
        ],
    ),
    "a town is recoded, its villages follow": (
        changed([JIA, f"{JIA}201", f"{JIA}202"])
        | {BING: "甲山镇", f"{BING}201": "东村村委会", f"{BING}202": "南村村委会"},
        [(f"甲山镇：代码原为 {JIA}，现为 {BING}", f"2026-01,改码,{JIA},{BING},,文号")],
    ),
    "a town is recoded, one village gets another end": (
        changed([JIA, f"{JIA}201", f"{JIA}202"])
        | {BING: "甲山镇", f"{BING}201": "东村村委会", f"{BING}207": "南村村委会"},
        [
            (f"甲山镇：代码原为 {JIA}，现为 {BING}", f"2026-01,改码,{JIA},{BING},,文号"),
            (f"南村村委会：代码原为 {JIA}202，现为 {BING}207", f"2026-01,改码,{JIA}202,{BING}207,,文号"),
        ],
    ),
    "a village is gone": (
        changed([f"{JIA}202"]),
        [(f"南村村委会 {JIA}202：现在没有", f"2026-01,撤销,{JIA}202,,,文号")],
    ),
    "a town is founded": (
        THEN | {DING: "丁岭镇"},
        [(f"丁岭镇 {DING}：原来没有", f"2026-01,新设,,{DING},丁岭镇,文号")],
    ),
    "a code means another town now, of a village of the same name too": (
        changed([JIA, f"{JIA}201", f"{JIA}202"]) | {YI: "甲山镇", BING: "乙水镇"}
        | {f"{BING}201": "东村村委会", f"{YI}201": "东村村委会", f"{YI}202": "南村村委会"},
        [
            (f"甲山镇：代码原为 {JIA}，现为 {YI}", f"2026-01,改码,{JIA},{YI},,文号"),
            (f"乙水镇：代码原为 {YI}，现为 {BING}", f"2026-01,改码,{YI},{BING},,文号"),
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_differs_is_told_with_its_line(case):
    now, expected = CASES[case]
    found = differences(THEN, now)
    assert [(one.text, one.line("2026-01")) for one in found] == expected
    assert list(told(found, "2026-01")) == [f"{text}；可写：{line}" for text, line in expected]


def test_it_speaks_of_the_codes_that_it_is_given():
    (found,) = differences(THEN, THEN | {JIA: "甲川镇"}, {JIA: "100001999"})
    assert (found.old_code, found.new_code) == ("100001999", JIA)


@given(st.permutations([JIA, YI, BING, DING]))
def test_towns_that_exchange_their_codes_are_found_by_their_names(order):
    names = ("甲山镇", "乙水镇", "丙岭镇", "丁岭镇")
    then = dict(zip((JIA, YI, BING, DING), names, strict=True))
    now = dict(zip(order, names, strict=True))
    moves = {(one.old_code, one.new_code) for one in differences(then, now)}
    assert moves == {(a, b) for a, b in zip(then, order, strict=True) if a != b}
    assert all(one.change == "改码" for one in differences(then, now))


@pytest.mark.parametrize(
    ("change", "old_code", "is_misread"),
    [
        ("改码", JIA, True),
        ("改名", JIA, True),
        ("撤销", JIA, False),
        ("改码", DING, False),
        ("新设", "", False),
    ],
)
def test_misread_is_what_stands_under_a_code_that_means_another_place_now(change, old_code, is_misread):
    class Register:
        table = pd.DataFrame({"place_code": [COUNTY, JIA, YI]})

    one = Difference(change, old_code, "甲山镇", BING, "甲山镇")
    assert misread([one], Register) == ([one] if is_misread else [])
