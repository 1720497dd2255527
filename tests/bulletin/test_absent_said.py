"""Leave a column or a table out, or rename a label: the whole bulletin says nothing that it did not say, but that.

The month's data are the same; so a statement that the full month does not make (that there is none, that one
is the most) would be made of what did not come.
"""

import re
import shutil
import zipfile
from dataclasses import replace
from functools import cache

import pytest
import said
from absences import OPTIONAL, SAMPLES, TABLES_BESIDE
from support import MONTH, import_into

from hanbin_lib.bulletin import contents, open_bulletin
from hanbin_lib.bulletin.chapters import front_page, phone, places, projects, rectification, safeguards
from hanbin_lib.contract.labels import MONITORED_CATEGORIES
from hanbin_lib.display import Missing
from hanbin_lib.display.tree import shown_in
from hanbin_lib.workspace import Workspace

from .test_duties import WORK_ITEMS

pytestmark = pytest.mark.xdist_group("absences")

NEW_ITEM = "本局的新事项"
COUNTY, TOWN = "610902", "610902122"
# What a sentence claims of the world: none, all, the most; and what is no sentence for the internal edition.
CLAIM = re.compile(r"没有|均无|均相符|也都|最多|居首|较多|高于平均|公开版|出错|\bnan\b|无措施户限期")
# It says itself what it does not know, or compares with what was not there.
HONEST = re.compile(
    r"收到|未录入|能对照的|没有推算|没有可比|没有可以比较|没有随机误差|没有变化时|没有补足|新增低于|没有接通|"
    r"没有可用的|还没有核定|没有电话抽查可以对照|^部门任务|"
    # Of all items, as the register has them; where a column lacks it says which it has (只含…).
    r"^登记簿没有显示三保障或饮水有问题的户$|（只含"
)
# Made of what there is: scores of the parts that could be scored, and models of what is known.
OF_WHAT_THERE_IS = re.compile(
    r"snapshot|places\||town_|department_|data_|score|rank|tier|scenario|simul|flow|risk|multiplicity|power|plan|goal|draws|"
    r"line\||rules\||ranking|wilson|disclosure|contract|moved|misplaced|sample|sum\b|sum$|front|back|slow"
)


def pieces(items):
    """Clauses as a reader meets them."""
    return [piece for one in items for text in said.texts(one) for piece in re.split("[。；]", text) if piece]


def figures_of(items):
    """Numbers of every figure by its address, as they are printed."""
    found = {}
    for item in items:
        for one in shown_in(item):
            found.setdefault(one.source, set()).add(tuple(re.findall(r"\d[\d.]*", one.text)))
    return found


# Households with the safeguard that they are listed for, projects, problems, clues.
CASE = re.compile(r"\d{16}(?:义务教育|基本医疗|住房安全|饮水安全)?|XM\d{8}|WT\d{9}|XS\d{9}")


def listed(items):
    """Cases that some list names."""
    return {found for text in pieces(items) for found in CASE.findall(text)}


def claims(items, known):
    return [one for one in pieces(items) if one not in known and CLAIM.search(one) and not HONEST.search(one)]


@pytest.fixture(scope="module")
def whole(full):
    """Per place: clauses, figures and listed cases of the full month."""

    @cache
    def of(place):
        items = contents.report(replace(full, numerals={}).seen_from(place, 1, "")).items
        return frozenset(pieces(items)), figures_of(items), listed(items)

    return of


# Page one, lists and leads, whose sentences count households that a column tells.
EXHIBITS = (
    front_page.summary, places.lead, phone.lead, phone.silence, safeguards.lead, projects.by_town, projects.lagging,
    rectification.source_table, rectification.longest_overdue, rectification.year_list,
)  # fmt: skip


@pytest.mark.parametrize("gone", SAMPLES, ids=["columns", "tables and towns"])
def test_no_sentence_is_made_of_what_did_not_come(full, lacking, gone, undrawn):
    known = frozenset(pieces([shown for one in EXHIBITS if (shown := one(full)) is not None]))
    bulletin = lacking(*gone)
    items = [shown for one in EXHIBITS if (shown := one(bulletin)) is not None]
    assert claims(items, known) == []


@pytest.mark.slow
@pytest.mark.parametrize("gone", [*OPTIONAL, *TABLES_BESIDE])
def test_no_bulletin_says_what_did_not_come(lacking, whole, gone):
    for place in (COUNTY, TOWN):
        items = contents.report(lacking(gone).seen_from(place, 1, "")).items
        known, numbers, cases = whole(place)
        assert claims(items, known) == []
        assert listed(items) <= cases
        changed = {
            source: printed - numbers[source] - {()}
            for source, printed in figures_of(items).items()
            if source in numbers and not OF_WHAT_THERE_IS.search(source)
        }
        assert {source: printed for source, printed in changed.items() if printed} == {}


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 1.0])
def test_cells_that_nobody_filled_in_fail_no_exhibit(holed, undrawn, share):
    bulletin = holed(share)
    for place, edition in ((COUNTY, "internal"), (TOWN, "internal"), (COUNTY, "public")):
        items = contents.report(replace(bulletin, edition=edition).seen_from(place, 1, "")).items
        assert [one.error for one in items if isinstance(one, Missing) and one.error] == []


@pytest.fixture(scope="module")
def renamed(demo_workspace, tmp_path_factory):
    """The demonstration's files with one text of their cells under another name, imported; bulletin and findings."""

    def made(old, new, titles):
        root = tmp_path_factory.mktemp("renamed") / "workspace"
        workspace = Workspace(shutil.copytree(demo_workspace.root, root))
        for path in workspace.inbox(MONTH).iterdir():
            if any(title in path.name for title in titles):
                _replace_cells(path, old, new)
        result = import_into(workspace, workspace.inbox(MONTH))
        assert result.snapshot is not None
        return open_bulletin(str(MONTH), COUNTY, workspace=workspace), result.quality.findings

    return made


def _replace_cells(path, old, new):
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    with zipfile.ZipFile(path, "w") as book:
        for name, content in parts.items():
            book.writestr(name, content.replace(f">{old}<".encode(), f">{new}<".encode()))


def sums_of(table, indicator, dimension):
    rows = table[table["indicator"].eq(indicator) & table["month"].eq(str(MONTH))]
    rows = rows[rows["place_code"].str.len().le(9)]  # villages are not split
    split = rows[rows["group"].str.startswith(f"{dimension}=")].groupby("place_code")["value"].sum()
    return split, rows[rows["group"].eq("all")].set_index("place_code")["value"]


def same_but_for(full, bulletin, old, new, place):
    """What both bulletins say, the new name read as the old one; simulations draw in the order of names."""
    texts = [
        [
            piece.replace(new, old)
            for item in contents.report(replace(one, numerals={}).seen_from(place, 1, "")).items
            for piece in pieces([item])
        ]
        for one in (full, bulletin)
    ]
    return (set(part) for part in texts)


@pytest.mark.slow
@pytest.mark.parametrize("item", WORK_ITEMS)
def test_a_work_item_under_another_name(renamed, whole, item):
    bulletin, found = renamed(item, NEW_ITEM, ("部门任务", "责任清单"))
    told = found.query("rule_id == 'HB-I-301' and column == '事项'")
    assert sorted(told["table"]) == ["department_tasks", "duties"]
    assert told["message"].str.contains(NEW_ITEM).all()
    table = bulletin.figures.table
    split, whole_county = sums_of(table, "tasks", "work_item")
    assert split[COUNTY] == whole_county[COUNTY]
    for place in (COUNTY, TOWN):
        known, _, _ = whole(place)
        items = contents.report(replace(bulletin, numerals={}).seen_from(place, 1, "")).items
        assert claims(items, known) == []
        assert (NEW_ITEM in "".join(pieces(items))) == (place == COUNTY)


@pytest.mark.slow
def test_of_an_item_of_the_bureau_s_own_list_it_is_said_that_nothing_was_reported_under_it(renamed, whole):
    """Renamed in the tasks alone: the list of duties still has the old name."""
    bulletin, _ = renamed("产业", NEW_ITEM, ("部门任务",))
    items = contents.report(replace(bulletin, numerals={})).items
    new = claims(items, whole(COUNTY)[0])
    assert sum("产业没有上报" in one for one in new) == 1
    assert all("没有上报" in one for one in new)


@pytest.mark.slow
@pytest.mark.parametrize("category", MONITORED_CATEGORIES)
def test_a_category_under_another_name(full, renamed, category):
    bulletin, found = renamed(category, "新的类别", ("监测对象信息", "已外出务工信息"))
    told = found.query("rule_id == 'HB-I-301' and column == '监测对象类别'")
    assert sorted(told["table"]) == ["migrant_work", "monitored_persons"]
    for stem in ("open_risk_households", "risk_eliminated_households"):
        split, every = sums_of(bulletin.figures.table, stem, "category")
        assert (split.reindex(every.index).fillna(0) == every.fillna(0)).all()
    for place in (COUNTY, TOWN):
        before, after = same_but_for(full, bulletin, category, "新的类别", place)
        assert [one for one in after - before if CLAIM.search(one) and not HONEST.search(one)] == []
        seen = "".join(after)
        assert "新的类别" not in seen
