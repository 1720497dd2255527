"""A month of 2022 and one of 2026 in one workspace: each under the policy, the words and the codes of its time."""

import shutil

import pytest
from support import MONTH, SCALE, import_into, new_workspace

from hanbin_demo.files import write_demo
from hanbin_lib.area_changes import FILE
from hanbin_lib.bulletin import contents, open_bulletin, open_inputs
from hanbin_lib.display.tree import texts_of
from hanbin_lib.ingest import import_month
from hanbin_lib.months import Month
from hanbin_lib.params import Settings
from hanbin_lib.places import AreaRegister
from hanbin_lib.release.plan import inputs_of
from hanbin_lib.workspace import Workspace

from .test_new_codes import NEW

pytestmark = pytest.mark.slow
LATER, CHANGE = Month(2026, 3), Month(2026, 1)
COUNTY = "610902"


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """The month of 2022 alone, in a workspace that knows of no other time."""
    workspace = new_workspace(tmp_path_factory.mktemp("first"))
    shutil.rmtree(workspace.params / "policy" / "2026-")
    write_demo(workspace.root, AreaRegister.read(workspace.params / "areas.csv"), scale=SCALE)
    assert import_into(workspace, workspace.inbox(MONTH)).snapshot
    return workspace


@pytest.fixture(scope="module")
def both(first, tmp_path_factory):
    """The same workspace with the pack of 2026, the new codes and three months across their change."""
    workspace = Workspace(shutil.copytree(first.root, tmp_path_factory.mktemp("both") / "w"))
    shutil.copytree(
        new_workspace(tmp_path_factory.mktemp("new")).params, workspace.params, dirs_exist_ok=True
    )
    lines = [f"{CHANGE},改码,{old},{new},,国家地名信息库2025-12-31" for old, new in NEW.items()]
    text = "\n".join(["from_month,change,old_code,new_code,new_name,document", *lines])
    (workspace.params / FILE).write_text(text, encoding="utf-8")
    for month in (CHANGE.shift(-1), LATER):
        register = AreaRegister.read(workspace.params / "areas.csv", month)
        write_demo(workspace.root, register, month=month, scale=SCALE)
        settings = Settings.load(workspace)
        result = import_month(
            workspace.inbox(month), month, workspace=workspace, settings=settings, register=register
        )
        assert result.snapshot, result.quality.findings.query("severity == '错误'")["message"].tolist()
    return workspace


def said(bulletin):
    return "\n".join(texts_of(contents.report(bulletin).items))


def test_the_month_of_2022_is_what_it_was(first, both):
    """No input, no figure and no word of it differs for what was entered for another time."""
    before, after = (open_inputs(str(MONTH), workspace=one) for one in (first, both))
    assert inputs_of(first, before) == inputs_of(both, after)
    one, other = (open_bulletin(str(MONTH), COUNTY, workspace=space) for space in (first, both))
    assert one.figures.table.equals(other.figures.table)
    assert contents.report(one) == contents.report(other)


def test_each_month_has_its_words_items_and_codes(both):
    old, new = (open_bulletin(str(month), COUNTY, workspace=both) for month in (MONTH, LATER))
    old_text, new_text = said(old), said(new)
    for word, other in (("在册监测对象", "在册防止返贫致贫对象"), ("防返贫动态监测", "防止返贫致贫监测")):
        assert word in old_text
        assert word not in new_text
        assert other in new_text
        assert other not in old_text
    assert "十五件具体事项" in old_text
    assert "十五件" not in new_text
    assert "不放松" not in new_text.replace("“不放松”", "")
    names = {code: new.scope.register.name(code) for code in new.scope.upper_places}
    for before, after in NEW.items():
        assert names[after] == old.scope.register.name(before)


def test_last_months_figures_of_a_place_are_its_own(both):
    """The trend of 2026 crosses the change of codes: a town's December is told from its own households."""
    bulletin = open_bulletin(str(LATER), COUNTY, workspace=both)
    table, december = bulletin.figures.table, CHANGE.shift(-1)
    rows = table[table["indicator"].eq("monitored_households") & table["group"].eq("all")]
    homes = bulletin.sources.table("monitored_households")
    for town in (*NEW.values(), "610902110"):
        own = homes[homes["town_code"].eq(town)]
        for month in (december, CHANGE, LATER):
            held = (
                own["identified_month"].dt.year * 12 + own["identified_month"].dt.month - 1
            ) <= month.ordinal
            found = rows[rows["place_code"].eq(town) & rows["month"].eq(str(month))]["value"]
            assert found.tolist() == [held.sum()], (town, month)
