"""Scenario files are read whole, or refused with file, line, field and allowed range."""

import numpy as np
import pytest
import yaml
from shock_cases import (
    content,
    delay,
    flood,
    illness,
    job_loss,
    price,
    quantity,
    scenario,
    share_of_loss,
    top_up,
)
from support import REPOSITORY

from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.simulate.scenarios import assumptions, load_scenarios
from hanbin_lib.workspace import Workspace

KINDS = {"大病自付", "种植灾害", "务工中断", "价格变动", "补贴推迟"}


def test_the_shipped_scenarios_are_read_and_show_every_kind(register):
    scenarios = load_scenarios(Workspace(REPOSITORY), register)
    assert {shock.kind for one in scenarios for shock in one.shocks} == KINDS
    assert max(len(one.shocks) for one in scenarios) > 2
    assert len({one.name for one in scenarios}) == len(scenarios)


def test_every_number_is_listed_with_its_origin(register):
    for one in load_scenarios(Workspace(REPOSITORY), register):
        listed = assumptions(one)
        assert all(row.origin for row in listed)
        named = {(row.part, row.field) for row in listed}
        assert {(shock.name, "exposed") for shock in one.shocks} <= named
        assert {(shock.name, "within_town") for shock in one.shocks} <= named
        assert ("", "trial_line") in named


def test_a_bill_has_its_median_its_ninetieth_and_its_most():
    bill = scenario(illness(median=9000.0, ninetieth=40000.0, most=50000.0)).shocks[0].self_pay_yuan
    assert bill.quantile(np.array([0.0, 0.5, 0.9, 1.0])) == pytest.approx([0, 9000, 40000, 50000])
    known = scenario(illness(median=9000.0, ninetieth=9000.0)).shocks[0].self_pay_yuan
    assert (known.quantile(np.array([0.0, 0.5, 1.0])) == 9000).all()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (flood(receipts=0.7), price(receipts=0.3, branch="养殖")),  # all that is sold, and no more
        (flood(receipts=0.6), price(receipts=0.6)),  # a product of planting is part of it
        (price(receipts=0.6), price(receipts=0.6, name="再跌")),  # the same product
        (price(receipts=0.6), price(receipts=0.4, name="茶叶跌价", product="茶叶")),
        (delay(0.7, name="甲"), delay(0.3, name="乙")),
    ],
)
def test_parts_may_add_up_to_the_whole(first, second):
    assert len(scenario(first, second).shocks) == 2


def _load(tmp_path, register, text):
    folder = tmp_path / "params" / "scenarios"
    folder.mkdir(parents=True)
    (folder / "情景.yaml").write_text(text, encoding="utf-8")
    return load_scenarios(Workspace(tmp_path), register)


def test_all_faults_of_a_file_at_once_with_line_field_and_range(tmp_path, register):
    text = (REPOSITORY / "params" / "scenarios" / "combined.yaml").read_text(encoding="utf-8")
    changes = {
        "low: 0.02, likely: 0.03, high: 0.05": "low: 0.02, likely: 0.03, high: 1.05",
        "[瀛湖镇, 流水镇,": "[瀛湖镇, 流水沟镇,",
        "price_yuan: {low: 1.6": "price_yuan: {low: -1.6",
        "work_places: [江苏": "work_place: [江苏",
    }
    lines = []
    for old, new in changes.items():
        assert text.count(old) == 1
        text = text.replace(old, new)
        lines.append(text[: text.index(new)].count("\n") + 1)
    with pytest.raises(HanbinError) as caught:
        _load(tmp_path, register, text)
    error = caught.value
    told = [
        f"第{lines[0]}行 shocks.0.大病自付.exposed.high 超出允许范围（应≥0 且 ≤1）",
        f"第{lines[1]}行 shocks.1.种植灾害.towns 没有计入统计的镇（街道）“流水沟镇”（应为 ",
        f"第{lines[2]}行 shocks.3.价格变动.price_yuan.low 超出允许范围（应>0 且 ≤10000）",
        f"第{lines[3]}行 shocks.2.务工中断.work_place 不是已知的参数，请检查拼写（是否 work_places？）",
    ]
    assert error.exit_code is ExitCode.PARAMS_INVALID
    assert len(error.message.splitlines()) == len(told)
    for expected in told:
        assert f"情景.yaml：{expected}" in error.message


@pytest.mark.parametrize("name", ["流水镇", "流水", "建民街道办事处"])
def test_a_town_may_be_written_as_in_the_exports(tmp_path, register, name):
    text = yaml.safe_dump(content(flood(towns=[name])), allow_unicode=True)
    (one,) = _load(tmp_path, register, text)
    assert one.shocks[0].towns == (name,)


def test_a_town_that_is_not_counted_is_refused(tmp_path, register):
    with pytest.raises(HanbinError, match="老城街道"):
        _load(tmp_path, register, yaml.safe_dump(content(flood(towns=["老城街道"])), allow_unicode=True))


@pytest.mark.parametrize(
    ("shocks", "measures", "word"),
    [
        ([flood(name="同名"), illness(name="同名")], [], "name 不能重复"),
        ([illness()], [share_of_loss(["别的"])], "“别的”不是本情景的冲击"),
        ([flood(receipts=0.7), price(receipts=0.4, branch="养殖")], [], "合计应≤1"),
        # Who sells two products of a branch cannot lose more than all that is sold.
        ([price(receipts=0.6), price(receipts=0.6, name="茶叶跌价", product="茶叶")], [], "合计应≤1"),
        ([delay(0.6, name="甲"), delay(0.6, name="乙")], [], "合计应≤1"),
        ([job_loss(work_places=())], [], "work_places 和 employers 至少填一项"),
        ([job_loss(months=13)], [], "≤12"),
        ([illness(median=50000.0)], [], "median ≤ ninetieth ≤ most"),
        ([illness(correlation=1.0)], [], "<1"),
        ([flood() | {"exposed": {"low": 0.1, "likely": 0.2, "high": 0.3}}], [], "来源"),
        ([flood(share=quantity(0.3, 0.2))], [], "low ≤ likely ≤ high"),
        ([flood()], [top_up() | {"heading": "综合"}], "不是帮扶措施的列"),
        ([flood() | {"kind": "地震"}], [], "kind 不在允许的取值内"),
        ([], [], "shocks"),
    ],
)
def test_what_cannot_be_is_refused(shocks, measures, word):
    with pytest.raises(HanbinError, match=r"情景\.yaml") as caught:
        scenario(*shocks, measures=measures)
    assert word in caught.value.message
