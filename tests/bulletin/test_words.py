"""Each month speaks in the words of its time; what stands in data is printed as it came."""

import shutil
from dataclasses import replace

import pytest
from support import MONTH, REPOSITORY

from hanbin_lib import bulletin as hb
from hanbin_lib.bulletin import asks
from hanbin_lib.bulletin.settled import settled
from hanbin_lib.display.tree import texts_of
from hanbin_lib.months import Month
from hanbin_lib.policy import read_policies
from hanbin_lib.release.plan import inputs_of
from hanbin_lib.workspace import Workspace

PACKS = read_policies(REPOSITORY / "params")
NEW = PACKS.of(Month(2026, 3))
OLD_WORDS = ("在册监测对象", "监测线", "监测收入范围", "防返贫", "衔接资金")


@pytest.fixture(scope="module")
def district(demo_workspace):
    return hb.open_bulletin(str(MONTH), "610902", workspace=demo_workspace)


def said(bulletin):
    own = replace(bulletin, numerals={}, _of_month={**bulletin._of_month})
    return "\n".join(texts_of(hb.report(own).items))


def test_the_same_month_under_both_packs(district, undrawn):
    """The pack of 2022 changes no word; that of 2026 leaves none of the old ones but in data and file names."""
    plain = replace(district, scope=replace(district.scope, policy=PACKS.of(MONTH)))
    new = replace(district, scope=replace(district.scope, policy=NEW))
    old_text, new_text = said(plain), said(new)
    assert all(word in old_text for word in ("在册监测对象", "防返贫动态监测", "衔接资金"))
    assert "防止返贫致贫对象" in new_text
    assert "防止返贫致贫监测和帮扶" in new_text
    assert "常态化帮扶资金项目" in new_text
    left = {line for line in new_text.splitlines() for word in OLD_WORDS if word in line}
    of_params = "".join(path.read_text(encoding="utf-8") for path in (REPOSITORY / "params").glob("*/*.yaml"))
    of_program = {line.removeprefix("假设：") for line in left - set(PACKS.of(MONTH).work_items.items)}
    assert {line for line in of_program if line not in of_params} == set()
    # Work items are data: those of 2022 stand in both as they were reported.
    items = [
        set(texts_of([hb.duties.work_items(one)])) & set(PACKS.of(MONTH).work_items.items)
        for one in (plain, new)
    ]
    assert items[0] == items[1]
    assert any("衔接资金" in item for item in items[0])


def test_a_pack_of_another_time_is_no_input_of_a_month(demo_workspace, tmp_path):
    workspace = Workspace(tmp_path / "w")
    shutil.copytree(demo_workspace.root, workspace.root)
    shutil.rmtree(workspace.params / "policy" / "2026-")
    one, other = (hb.open_inputs(str(MONTH), workspace=w) for w in (demo_workspace, workspace))
    assert inputs_of(demo_workspace, one) == inputs_of(workspace, other)


def test_overdue_clues_are_a_point_of_page_one_with_a_row_each(demo_workspace, tmp_path):
    """Under a clock of one day: as many cases as counted, none of them settled, no household's code."""
    workspace = Workspace(tmp_path / "w")
    shutil.copytree(demo_workspace.root, workspace.root)
    path = workspace.params / "policy" / "2021-2025" / "policy.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("days: 15", "days: 1"), encoding="utf-8")
    bulletin = hb.open_bulletin(str(MONTH), "610902", workspace=workspace)
    point = asks._clues(bulletin)
    late = bulletin.figures.value("clues_overdue")
    assert late > 0
    assert point.number(bulletin) == late
    listed = asks.cases(bulletin, [point], asks.selected(bulletin, [point]))[point.key]
    assert len(listed) == late
    assert listed["code"].str.startswith("XS").all()
    assert not set(listed["case"]) & settled(bulletin, point.key, MONTH.year)
