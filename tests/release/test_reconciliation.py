"""Figures of one document held against each other: each fault is planted, and told."""

import math
from dataclasses import replace

import pytest

from hanbin_lib.display import BarCell, Column, Columns, Figure, Paragraph, Phrase, Strip, Strong, Table
from hanbin_lib.display.numbers import Style
from hanbin_lib.release.checks.reconciliation import Results, contradictions

COUNTY, MONTH = "610902", "2022-09"
TOWNS = {"610902001": 3.0, "610902002": 0.0, "610902003": 4.0}
STOCK, LATE, WORK = "open_risk_households", "households_without_measure", "projects"
KNOWN = {
    (name, MONTH, code, "all"): (value,)
    for name in (STOCK, LATE) for code, value in {**TOWNS, COUNTY: 7.0}.items()
} | {("registered_households", MONTH, COUNTY, "all"): (500.0,)}  # fmt: skip


def count(value, name=STOCK, place=COUNTY, group="all", unit="户"):
    return Figure(value, unit, f"{name}|{MONTH}|{place}|{group}")


def table(rows, title="各镇"):
    columns = (Column("镇"), *(Column(f"第{n}列", "right") for n in range(1, len(rows[0]))))
    return Table(title, columns, tuple(map(tuple, rows)), totals=1)


def told(*displays, known=KNOWN):
    return list(contradictions(displays, Results.of(known)))


def of_towns(values, total, name=STOCK):
    rows = [[code, count(value, name, code)] for code, value in zip(TOWNS, values, strict=True)]
    return table([*rows, ["合计", Strong((count(total, name),))]])


def test_rows_add_up_to_the_total():
    assert told(of_towns([3, 0, 4], 7)) == []
    assert told(of_towns([3, 0, 4], 8)) == ["“各镇”第1列：各行合计7，合计行8户"]
    assert told(of_towns([3, 0, 5], 7)) == ["“各镇”第1列：各行合计8，合计行7户"]
    assert len(told(Columns((of_towns([3, 0, 4], 8),), (86.0,)))) == 1


def test_a_total_may_be_more_where_a_row_is_withheld_but_never_less():
    def withheld(total):
        rows = [
            ["一", count(3, place="610902001")],
            ["二", Phrase(("不公布",), f"{STOCK}|{MONTH}|610902002|all")],
        ]
        return told(table([*rows, ["合计", count(total)]]))

    assert withheld(7) == []
    assert len(withheld(2)) == 1


def test_a_rounded_row_may_leave_the_total_larger_and_a_rounded_total_says_nothing():
    def rounded(value, place="610902001"):
        return replace(count(value, place=place), style=Style(is_rounded=True))

    def of_two(first, second, total):
        return told(table([["一", first], ["二", second], ["合计", total]]))

    exact = count(8, place="610902002")
    assert of_two(rounded(30), exact, count(45)) == []
    assert len(of_two(rounded(30), exact, count(37))) == 1
    assert of_two(rounded(30), rounded(20, "610902002"), rounded(40, COUNTY)) == []
    assert told(Strip((("", "期初", count(50)), ("+", "新增", rounded(30)), ("=", "期末", count(85))))) == []


def test_what_belongs_to_no_town_leaves_the_county_larger():
    assert told(of_towns([3, 0, 4], 9, WORK)) == []
    assert len(told(of_towns([3, 0, 4], 6, WORK))) == 1


def test_each_kind_of_group_is_a_whole_of_its_own():
    def by_kind_and_source(last):
        rows = [
            [group, count(value, WORK, group=group, unit="个")]
            for group, value in (
                ("project_kind=产业", 5),
                ("project_kind=其他", 2),
                ("fund_source=省级", last),
            )
        ]
        return told(table([*rows, ["合计", count(7, WORK, unit="个")]]))

    assert by_kind_and_source(7) == []
    assert by_kind_and_source(6) == ["“各镇”第1列：各行合计6，合计行7个"]


def test_a_bar_is_a_figure_and_a_share_is_no_part():
    bars = table([["一", BarCell(count(3, place="610902001"), 1.0)], ["合计", count(4)]])
    assert len(told(bars)) == 1
    share = Figure(0.4, "比例", f"phone_contact_share|{MONTH}|610902001|all")
    whole = Figure(0.5, "比例", f"phone_contact_share|{MONTH}|{COUNTY}|all")
    assert told(table([["一", share], ["合计", whole]])) == []


def ledger(end):
    signs = zip(("", "+", "−", "="), (150, 156, 161, end), strict=True)
    return Strip(tuple((sign, "", count(value, "problems_open", unit="个")) for sign, value in signs))


def test_a_ledger_balances():
    assert told(ledger(145)) == []
    assert told(ledger(146)) == ["146个不等于前面各数相加减（145）"]
    unknown = Phrase(("未收到",), f"problems_open|{MONTH}|{COUNTY}|all")
    assert told(Strip((("", "月初", unknown), ("+", "新", count(5)), ("=", "月末", count(9))))) == []


def test_of_households_no_more_are_reached_than_called():
    assert told(Strip((("", "已拨", count(50)), ("→", "接通", count(50))))) == []
    assert told(Strip((("", "已拨", count(50)), ("→", "接通", count(51))))) == ["接通51户多于前一步的50户"]
    assert told(Strip((("", "到访", count(5, unit="次")), ("→", "发现", count(9, unit="个"))))) == []


def test_one_address_says_one_number():
    one, other = (Figure(n, "处", "multiplicity|tested") for n in (11, 12))
    assert told(Paragraph((one, one))) == []
    assert told(Paragraph((one,)), Paragraph((other,))) == ["同一个数印成11处和12处（multiplicity|tested）"]
    ends = [Figure(n, "户", f"simulation|模拟|1|10|{COUNTY}") for n in (4, 9)]
    assert told(Paragraph(tuple(ends))) == []  # quantiles of one simulation


@pytest.mark.parametrize(
    ("number", "faults"), [(2, []), (3, ["3个（places|households_without_measure|2022-09|610902）：应为2"])]
)
def test_places_are_counted_again(number, faults):
    assert told(Paragraph((Figure(number, "个", f"places|{LATE}|{MONTH}|{COUNTY}"),))) == faults


def test_a_count_of_places_of_which_one_is_withheld_is_no_count():
    withheld = KNOWN | {(LATE, MONTH, "610902002", "all"): ()}
    (fault,) = told(Paragraph((Figure(2, "个", f"places|{LATE}|{MONTH}|{COUNTY}"),)), known=withheld)
    assert "不公布" in fault


def test_no_simulation_has_more_households_than_there_are():
    source = f"simulation|多重冲击|1|2000|{COUNTY}"
    assert told(Paragraph((Figure(500.0, "户", source),))) == []
    assert "多于现有的500户" in told(Paragraph((Figure(500.5, "户", source),)))[0]


def test_a_share_lies_between_nought_and_one():
    def share(value, name="phone_contact_share", style=None):
        return told(Paragraph((Figure(value, "比例", f"{name}|{MONTH}|{COUNTY}|all", style or Style()),)))

    assert share(0.0) == share(1.0) == share(1.4, "income_component_share") == []
    assert share(-0.1, style=Style(sign="plus")) == []  # a change
    assert len(share(1.01)) == len(share(-0.01)) == 1


def test_an_interval_begins_with_its_lower_end():
    ends = [Figure(n, "", f"town_rank|{MONTH}|610902001|all") for n in (1, 12)]
    source = ends[0].source
    assert told(Paragraph((Phrase((ends[0], "—", ends[1]), source),))) == []
    assert "下限大于上限" in told(Paragraph((Phrase((ends[1], "—", ends[0]), source),)))[0]


def test_a_share_of_fewer_than_ten_is_told_in_cases():
    def share(name, base):
        key = (name, MONTH, COUNTY, "all")
        figure = Figure(1 / 3, "比例", "|".join(key))
        return told(Paragraph((figure,)), known={key: (1 / 3, base / 3, base, 0.1, 0.7)})

    assert "应写作n/N" in share("rebound_share", 9)[0]
    assert share("rebound_share", 12) == share("project_paid_share", 9) == []
    assert share("rebound_share", math.nan) == []  # a rounded edition tells no cases: its limits are not they
