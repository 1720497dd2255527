"""A district whose towns get other codes between two months: the bulletins of both worlds side by side."""

import re
import shutil

import pandas as pd
import pytest
from support import MONTH, SCALE, import_into, new_workspace

from hanbin_demo.files import write_demo
from hanbin_lib.area_changes import FILE
from hanbin_lib.bulletin import contents, open_bulletin
from hanbin_lib.ingest import import_month
from hanbin_lib.params import Settings
from hanbin_lib.places import AreaRegister
from hanbin_lib.pooling import PersonFigures, Pool
from hanbin_lib.workspace import Workspace

pytestmark = pytest.mark.slow
# The list of 31 December 2025: five of the codes meant another town before.
NEW = {
    "610902120": "610902124", "610902122": "610902120", "610902124": "610902122", "610902132": "610902128",
    "610902121": "610902132", "610902125": "610902129", "610902128": "610902131", "610902130": "610902126",
}  # fmt: skip
OLD = {new: old for old, new in NEW.items()}
KEY = ["indicator", "month", "place_code", "group"]


def moved(codes: pd.Series, towns: dict[str, str]) -> pd.Series:
    return codes.map(lambda code: towns.get(code[:9], code[:9]) + code[9:])


@pytest.fixture(scope="module")
def before(tmp_path_factory):
    """The district with August imported and September in its inbox."""
    workspace = new_workspace(tmp_path_factory.mktemp("before"))
    register = AreaRegister.read(workspace.params / "areas.csv")
    for month in (MONTH.shift(-1), MONTH):
        write_demo(workspace.root, register, month=month, scale=SCALE)
    assert import_into(workspace, workspace.inbox(MONTH.shift(-1)), MONTH.shift(-1)).snapshot
    return workspace


@pytest.fixture(scope="module")
def plain(before, tmp_path_factory):
    """September under the codes as they were."""
    workspace = Workspace(shutil.copytree(before.root, tmp_path_factory.mktemp("plain") / "w"))
    assert import_into(workspace, workspace.inbox(MONTH)).snapshot
    return workspace


@pytest.fixture(scope="module")
def recoded(before, tmp_path_factory):
    """September under the new codes."""
    workspace = Workspace(shutil.copytree(before.root, tmp_path_factory.mktemp("recoded") / "w"))
    lines = [f"{MONTH},改码,{old},{new},,国家地名信息库" for old, new in NEW.items()]
    text = "\n".join(["from_month,change,old_code,new_code,new_name,document", *lines])
    (workspace.params / FILE).write_text(text, encoding="utf-8")
    register = AreaRegister.read(workspace.params / "areas.csv", MONTH)
    settings = Settings.load(workspace)
    result = import_month(
        workspace.inbox(MONTH), MONTH, workspace=workspace, settings=settings, register=register
    )
    assert result.snapshot
    return workspace


def test_no_figure_of_any_place_differs_but_for_its_code(plain, recoded):
    tables = [open_bulletin(str(MONTH), "610902", workspace=one).figures.table for one in (plain, recoded)]
    tables[1] = tables[1].assign(place_code=moved(tables[1]["place_code"], OLD))
    one, other = (table.sort_values(KEY, ignore_index=True) for table in tables)
    assert one["place_code"].str.len().ge(9).sum() > 23_010
    assert one["indicator"].eq("town_rank").sum() == 2 * 26
    pd.testing.assert_frame_equal(one, other, check_exact=True)


@pytest.mark.parametrize("town", ["610902", "610902122", "610902132", "610902116"])
def test_every_exhibit_says_the_same_of_the_same_place(plain, recoded, town):
    """Ranks, last month's findings, drawn futures: all but the code and the note that codes changed."""
    there = open_bulletin(str(MONTH), town, workspace=plain)
    here = open_bulletin(str(MONTH), NEW.get(town, town), workspace=recoded)
    assert here.place_name == there.place_name
    texts = [str(contents.report(one)) for one in (there, here)]
    assert "区划有变更" in texts[1]
    texts[1] = re.sub(r", '所比较的月份里区划有变更[^']*'", "", texts[1])
    texts[1] = re.sub(r"610902\d{3}", lambda code: OLD.get(code[0], code[0]), texts[1])
    texts[1] = texts[1].replace(here.snapshot.id, there.snapshot.id)
    # A sum in another order differs in the sixteenth digit.
    one, other = (re.sub(r"\d+\.\d{13,}(e-\d+)?", lambda n: f"{float(n[0]):.11g}", text) for text in texts)
    assert one == other


def test_codes_typed_into_the_register_stop_the_import_which_names_the_eight_places(before, tmp_path):
    workspace = Workspace(shutil.copytree(before.root, tmp_path / "w"))
    path = workspace.params / "areas.csv"
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    names = dict(zip(table["place_code"], table["place_name"], strict=True))
    table.assign(**{c: moved(table[c], NEW) for c in ("place_code", "parent_code")}).to_csv(path, index=False)
    result = import_into(workspace, workspace.inbox(MONTH))
    assert result.snapshot is None
    errors = result.quality.findings.query("severity == '错误'")
    assert list(errors["rule_id"]) == ["HB-I-405"] * 8
    for old, new in NEW.items():
        assert errors["message"].str.contains(f"{names[old]}：代码原为 {old}，现为 {new}").any()


def test_a_city_s_figures_are_the_same_whichever_codes_its_county_has(plain, recoded, tmp_path):
    """Sums, shares and medians over two counties, one of which changed its towns' codes."""
    made = []
    for number, workspace in enumerate((plain, recoded)):
        basis = open_bulletin(str(MONTH), "610902", workspace=workspace)
        table, pool = basis.figures.table, Pool("610900", "安康市")
        own = table[table["place_code"].eq("610902")]
        pool.add(own)
        pool.add(own.assign(place_code="610921"))
        persons = PersonFigures(tmp_path / str(number))
        persons.add(basis.sources, basis.scope)
        made.append(pool.result(persons.values()).table)
    pd.testing.assert_frame_equal(*made)
    assert made[0]["value"].notna().sum() > 100
