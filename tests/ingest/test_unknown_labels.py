"""A label that nobody knows is told once, with its count; no rule judges row by row what is not known."""

import pytest

from hanbin_lib.contract.labels import MONITORED_CATEGORIES
from hanbin_lib.policy import PackColumns, Policies, Policy


@pytest.mark.parametrize(
    ("title", "heading"),
    [
        ("监测对象信息", "性别"),
        ("监测对象信息", "劳动技能"),
        ("监测对象信息", "监测对象类别"),
        ("脱贫户信息", "户类型"),
    ],
)
def test_one_unknown_label_is_one_warning_with_its_count(desk, tools, title, heading):
    rows = tools.monitored_rows(20) if title == "监测对象信息" else tools.lifted_rows(20)
    desk.put("a.xlsx", rows, title=title)
    plain = desk.run().quality.findings
    desk.put("a.xlsx", [row | {heading: "某种新写法"} for row in rows], title=title)
    result = desk.run()
    found = result.quality.findings
    told = found[found["rule_id"].eq("HB-I-301")]
    assert list(told["column"]) == [heading]
    assert told["message"].str.contains(f"“{heading}”有{len(rows)}处、1种选项").all()
    others = found[~found["rule_id"].eq("HB-I-301")]
    assert set(others["rule_id"]) <= set(plain["rule_id"])
    assert len(others) <= len(plain)
    assert result.snapshot is not None


def test_another_known_label_is_still_told(desk, tools):
    rows = [row | {"户类型": "一般农户"} for row in tools.lifted_rows(4)]
    desk.put("a.xlsx", rows, title="脱贫户信息")
    assert desk.run().quality.findings["rule_id"].eq("HB-R-251").any()


@pytest.mark.parametrize("category", MONITORED_CATEGORIES)
@pytest.mark.parametrize("is_listed", [False, True])
def test_a_category_under_another_name_is_one_finding_and_counts_as_it_came(desk, tools, category, is_listed):
    """Listed in the month's policy pack it is no finding at all; nobody is lost or filed elsewhere."""
    rows = tools.monitored_rows(20)
    for number, row in enumerate(rows):
        row["监测对象类别"] = MONITORED_CATEGORIES[number // 2 % 3]
    for row in rows:
        row["监测对象类别"] = row["监测对象类别"].replace(category, "新的类别")
    desk.put("a.xlsx", rows)
    listed = PackColumns(values={"监测对象类别": ("新的类别",)}) if is_listed else PackColumns()
    result = desk.run(policies=Policies(packs=(Policy(first_month="2021-01", columns=listed),)))
    told = result.quality.findings.query("rule_id == 'HB-I-301'")
    assert list(told["column"]) == ([] if is_listed else ["监测对象类别"])
    found = result.snapshot.table("monitored_households")["monitored_category"].value_counts()
    assert found.sum() == 20
    assert found["新的类别"] == 7 - (category == MONITORED_CATEGORIES[2])
    assert category not in found
