"""Rules over monitored households: the order of events, and the deadlines."""

from functools import partial

from hanbin_lib.contract import MEASURES
from hanbin_lib.ingest.grid import Mask
from hanbin_lib.ingest.rules.model import Cases, Rule
from hanbin_lib.months import Month

_TABLE = "monitored_households"
_MEASURED = tuple(f"{_TABLE}.{measure}" for measure in MEASURES)
_LABOUR = ("monitored_persons.labour_skill",)
_DEVELOPMENT = ("measure_industry", "measure_employment", "measure_finance", "measure_public_post")
_DEVELOPMENT_MONTHS = 6
# The six months before elimination are asked for since then.
_SINCE = Month(2022, 4).ordinal
_rule = partial(Rule, table=_TABLE, heading="消除监测时间")


def _too_soon(cases: Cases) -> Mask:
    waited = cases.months_to_elimination
    least = cases.context.rules.least_months_to_elimination
    return (waited >= 0) & (waited < least) & (cases.month("eliminated_month") >= _SINCE)


def _at_once(cases: Cases) -> Mask:
    waited = cases.months_to_elimination
    return (waited >= 0) & (waited <= 1) & ~cases.labelled("elimination_mode", "自然消除")


def _overdue(cases: Cases) -> Mask:
    late = cases.months_since_identified >= cases.context.rules.measure_deadline_months
    return ~cases.eliminated & ~cases.measured & late


def _no_development(cases: Cases) -> Mask:
    late = cases.months_since_identified >= _DEVELOPMENT_MONTHS
    return ~cases.eliminated & late & (cases.total("able") > 0) & ~cases.given(*_DEVELOPMENT)


TIME_RULES = (
    _rule(
        id="HB-R-201",
        title="已消除风险但没有消除时间",
        check=lambda c: c.eliminated & ~c.given("eliminated_month"),
        reference="1_11_002",
    ),
    _rule(
        id="HB-R-202",
        title="未消除风险却有消除时间",
        check=lambda c: ~c.eliminated & c.given("eliminated_month"),
    ),
    _rule(
        id="HB-R-203",
        title="消除时间早于识别时间",
        check=lambda c: c.months_to_elimination < 0,
    ),
    _rule(id="HB-R-204", title="识别不满规定月数即消除风险", check=_too_soon, reference="2_11_002"),
    _rule(
        id="HB-R-205",
        title="识别当月或次月即消除且不是自然消除",
        check=_at_once,
        reference="5_18_009",
    ),
    _rule(
        id="HB-R-206",
        title="识别后超过规定时限仍无帮扶措施",
        heading="帮扶措施",
        check=_overdue,
        reference="1_11_010",
        needs=_MEASURED,
    ),
    _rule(
        id="HB-R-207",
        title="有劳动力、满六个月仍无开发式措施",
        heading="产业帮扶",
        check=_no_development,
        reference="5_12_007",
        needs=_LABOUR,
    ),
    _rule(
        id="HB-R-208",
        title="已消除风险但没有任何帮扶措施",
        heading="帮扶措施",
        check=lambda c: c.eliminated & ~c.measured,
        needs=_MEASURED,
    ),
    _rule(
        id="HB-R-209",
        title="首次帮扶早于识别",
        heading="首次帮扶时间",
        check=lambda c: c.month("first_measure_month") < c.month("identified_month"),
    ),
)
