"""What counts as settled, by the rules that the annex prints: rows on either side of each, one town a case."""

from types import SimpleNamespace

import case_tables
import pytest
from support import REPOSITORY

from hanbin_lib.bulletin import asks
from hanbin_lib.bulletin.settled import settled
from hanbin_lib.indicators.safeguards import REGISTERED
from hanbin_lib.parameter_files import read_params
from hanbin_lib.params import HouseRules

# A case whose name begins with 已 is settled.
ROWS = {
    asks.MEASURE: """# 措施
| 监测对象信息 | 产业帮扶 | 综合保障 | 风险是否已消除 |
|---|---|---|---|
| 已有一种 | 发展生产 | | 否 |
| 已有一种，风险也消除了 | | 低保 | 是 |
| 没有 | | | 否 |
| 没有，风险消除了 | | | 是 |
""",
    asks.OVERDUE: """# 问题
| 问题整改台账 | 乡 | 完成时间 | 销号时间 |
|---|---|---|---|
| 已在月末当天完成 | | 2022-09-30 | |
| 已销号，完成时间没有填 | | | 2022-09-30 |
| 已完成，不属于哪个镇 | 无 | 2022-08-01 | |
| 次月一日完成 | | 2022-10-01 | |
| 次月一日销号 | | | 2022-10-01 |
| 没有填 | | | |
""",
    asks.CLUE: """# 线索
| 线索和预警 | 核定时间 | 核定结果 |
|---|---|---|
| 已在月末当天核定 | 2022-09-30 | 不纳入 |
| 已有结果，时间没有填 | | 纳入监测 |
| 次月一日核定 | 2022-10-01 | 不纳入 |
| 没有填 | | |
""",
    asks.BELOW: """# 收入低的脱贫户
监测线：6000

| 脱贫户信息 | 工资性收入 | 户编号 |
|---|---|---|
| 已正好是监测线 | 6000 | |
| 已在登记簿，收入还低 | 3000 | 甲 |
| 差一分 | 5999.99 | |
| 收入没有填 | | |

| 监测对象信息 | 户编号 |
|---|---|
| 已在登记簿，收入还低 | 甲 |
""",
    asks.INCOME: """# 存值和重算
规则：income_tolerance_yuan=1

| 监测对象信息 | 工资性收入 | 人均纯收入（元） |
|---|---|---|
| 已一致 | 9000 | 9000 |
| 已在容差上 | 9000 | 9001 |
| 已在容差上，存值小 | 9000 | 8999 |
| 超过容差 | 9000 | 9001.01 |
| 存值没有填 | 9000 | |
| 分项没有填 | | 9000 |
""",
}


@pytest.fixture(scope="module")
def month():
    """Function (tables, years with a line) -> the month as a bulletin has it, and its cases."""
    rules = read_params(REPOSITORY / "params" / "rules.yaml", HouseRules)

    def made(text, years=()):
        (block,) = case_tables._blocks(text, case_tables.ordinary())
        world, _ = block.world(rules)
        lines = SimpleNamespace(lines=[SimpleNamespace(year=year) for year in years])
        settings = SimpleNamespace(rules=world.rules, lines=lines)
        received = world.sources.table
        return SimpleNamespace(
            sources=world.sources, scope=world.scope, settings=settings, received=received
        ), block.places

    return made


@pytest.mark.parametrize("kind", ROWS)
def test_what_the_tables_do_not_show_is_not_settled(month, kind):
    bulletin, places = month(ROWS[kind])
    found = settled(bulletin, kind, 2022)
    assert {code.partition("/")[0] for code in found} == {place for place in places if place.startswith("已")}


def test_a_telephoned_household_is_settled_for_the_item_that_the_register_shows_now(month):
    bulletin, _ = month("""# 三保障
| 监测对象信息 | 是否危房户 | 是否解决安全饮用水 | 是否参加城乡居民基本医疗保险 | 户编号 |
|---|---|---|---|---|
| 危房 | 是 | 是 | 是 | 甲 |
| 没有水，没有医保 | 否 | 否 | 否 | 乙 |
| 没有问题 | 否 | 是 | 是 | 丙 |
| 没有填 | | | | 丁 |
""")
    assert settled(bulletin, asks.PHONE, 2022) == {
        f"危房/甲|safeguard={REGISTERED['housing']}",
        f"没有水，没有医保/乙|safeguard={REGISTERED['drinking_water']}",
        f"没有水，没有医保/乙|safeguard={REGISTERED['basic_medical_care']}",
    }


def test_a_line_settles_the_cases_of_its_own_year(month):
    bulletin, _ = month(ROWS[asks.MEASURE], years=(2021, 2022))
    assert settled(bulletin, asks.LINE, 2022) == {"2022"}
    assert settled(bulletin, asks.LINE, 2023) == set()


def test_without_a_line_only_who_is_monitored_is_settled(month):
    bulletin, _ = month(ROWS[asks.BELOW].replace("监测线：6000", ""))
    assert settled(bulletin, asks.BELOW, 2022) == {"已在登记簿，收入还低/甲"}


def test_what_did_not_come_in_settles_nothing(month):
    bulletin, _ = month(ROWS[asks.MEASURE])
    kinds = [asks.OVERDUE, asks.CLUE]
    assert [settled(bulletin, kind, 2022) for kind in kinds] == [set()] * 2
    households = bulletin.received("monitored_households")["household_code"]
    assert settled(bulletin, asks.BELOW, 2022) == set(households)  # no register of lifted households
