"""Rules over villages and the bureau's own ledgers."""

from functools import partial

import numpy as np

from hanbin_lib.contract.labels import CLUE_CHANNELS, CLUE_RESULTS
from hanbin_lib.ingest.grid import Mask
from hanbin_lib.ingest.rules.model import Cases, Rule

_rule = partial(Rule, action="核对台账后更正")


def _unit_not_listed(cases: Cases) -> Mask:
    """Find problems of units that are not on the list of inspected units."""
    if "inspection_units" not in cases.context.tables:
        return np.zeros(len(cases.rows), dtype=bool)
    return ~cases.is_in("unit_code", "inspection_units")


def _settled_more_than_found(cases: Cases) -> Mask:
    done = np.nan_to_num(cases.number("problems_settled"))
    passed = np.nan_to_num(cases.number("problems_passed_on"))
    return done + passed > cases.number("problems_found")


def _entered_not_in_the_register(cases: Cases) -> Mask:
    """Find clues that led into the register of households which are not in it."""
    if "monitored_households" not in cases.context.tables:
        return np.zeros(len(cases.rows), dtype=bool)
    entered = cases.labelled("result", CLUE_RESULTS[0]) & cases.given("household_code")
    return entered & ~cases.is_in("household_code", "monitored_households")


def _called_in_another_month(cases: Cases) -> Mask:
    """Find calls of another month: the ledger of last month with its month changed looks like this."""
    called = cases.month("called_at")
    another: Mask = ~np.isnan(called) & (called != cases.context.month.ordinal)
    return another


def _round_of_another_month(cases: Cases) -> Mask:
    """Find rounds without a day whose week is none of the month; offices begin to count by up to a week apart."""
    month, day = cases.context.month, np.timedelta64(1, "D")
    year, week = (cases.number(name) for name in ("year", "week"))
    known = (year >= 1900) & (year < 2100) & (week >= 1) & (week <= 54)
    first = (np.where(known, year, 1970) - 1970).astype("datetime64[Y]").astype("datetime64[D]")
    begin = first + (np.where(known, week, 1).astype(np.int64) - 1) * 7 * day
    start = np.datetime64(f"{month}-01", "D")
    end = np.datetime64(month.last_day, "D")
    apart = (begin + 13 * day < start) | (begin - 7 * day > end)
    undated: Mask = np.isnat(cases.day("visited_date")) & (~known | apart)
    return undated


BUREAU_RULES = (
    _rule(
        id="HB-R-421",
        title="完成时间早于发现时间",
        table="rectification",
        heading="完成时间",
        check=lambda c: c.day("done_date") < c.day("found_date"),
    ),
    _rule(
        id="HB-R-422",
        title="已销号却没有完成时间",
        table="rectification",
        heading="销号时间",
        check=lambda c: c.given("closed_date") & ~c.given("done_date"),
    ),
    _rule(
        id="HB-R-423",
        title="整改时限早于发现时间",
        table="rectification",
        heading="整改时限",
        check=lambda c: c.day("due_date") < c.day("found_date"),
    ),
    _rule(
        id="HB-R-431",
        title="支出资金超过计划资金",
        table="projects",
        heading="支出资金（万元）",
        check=lambda c: c.number("paid_10k_yuan") > c.number("planned_10k_yuan"),
    ),
    _rule(
        id="HB-R-432",
        title="形象进度不在0—100之间",
        table="projects",
        heading="形象进度（%）",
        check=lambda c: (c.number("progress_percent") < 0) | (c.number("progress_percent") > 100),
    ),
    _rule(
        id="HB-R-433",
        title="完工时间早于开工时间",
        table="projects",
        heading="完工时间",
        check=lambda c: c.day("finished_date") < c.day("started_date"),
    ),
    _rule(
        id="HB-R-434",
        title="计划资金或支出资金为负",
        table="projects",
        heading="支出资金（万元）",
        check=lambda c: (c.number("planned_10k_yuan") < 0) | (c.number("paid_10k_yuan") < 0),
    ),
    _rule(
        id="HB-R-441",
        title="脱贫户数多于总户数",
        table="villages",
        heading="脱贫户数",
        check=lambda c: c.number("lifted_households") > c.number("households"),
    ),
    _rule(
        id="HB-R-445",
        title="总人口数少于总户数",
        table="villages",
        heading="总人口数",
        check=lambda c: c.number("persons") < c.number("households"),
    ),
    _rule(
        id="HB-R-442",
        title="脱贫劳动力多于吸纳就业人数",
        table="workshops",
        heading="其中脱贫劳动力",
        check=lambda c: c.number("lifted_employees") > c.number("employees"),
    ),
    _rule(
        id="HB-R-443",
        title="督查问题的单元不在督查单元表内",
        table="inspection_findings",
        heading="单元编号",
        check=_unit_not_listed,
    ),
    _rule(
        id="HB-R-444",
        title="解决和转办的问题多于发现的问题",
        table="weekly_rounds",
        heading="现场解决数",
        check=_settled_more_than_found,
    ),
    _rule(
        id="HB-R-447",
        title="没有到访日期，年份、周次又不在本月，已计入本月",
        table="weekly_rounds",
        heading="周次",
        check=_round_of_another_month,
        is_told_once=True,
    ),
    _rule(
        id="HB-R-446",
        title="拨打时间不在抽查月份内",
        table="phone_checks",
        heading="拨打时间",
        check=_called_in_another_month,
        is_told_once=True,
    ),
    _rule(
        id="HB-R-451",
        title="核定时间早于发现时间",
        table="clues",
        heading="核定时间",
        check=lambda c: c.day("decided_date") < c.day("found_date"),
    ),
    _rule(
        id="HB-R-452",
        title="公示时间不在发现和核定之间",
        table="clues",
        heading="公示时间",
        check=lambda c: (
            (c.day("noticed_date") < c.day("found_date")) | (c.day("noticed_date") > c.day("decided_date"))
        ),
    ),
    _rule(
        id="HB-R-453",
        title="有核定结果却没有核定时间",
        table="clues",
        heading="核定时间",
        check=lambda c: c.given("result") & ~c.given("decided_date"),
    ),
    _rule(
        id="HB-R-454",
        title="核定纳入的户不在监测对象信息内",
        table="clues",
        heading="户编号",
        check=_entered_not_in_the_register,
    ),
    _rule(
        id="HB-R-455",
        title="部门大数据预警没有填预警部门",
        table="clues",
        heading="预警部门",
        check=lambda c: c.labelled("channel", CLUE_CHANNELS[-1]) & ~c.given("department"),
        needs=("clues.department",),
    ),
)
