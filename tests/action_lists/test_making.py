"""The lists: as many rows as page one's numbers, ids that stay, cells that hold, for this account only."""

import re
import shutil
import stat

import openpyxl
import pytest
from support import MONTH

from hanbin_lib import audit
from hanbin_lib import bulletin as hb
from hanbin_lib.action_lists.making import Front, write_lists
from hanbin_lib.action_lists.workbook import FIRST_ROW, HEADINGS, LOCKED, MANIFEST, STATE
from hanbin_lib.bulletin.asks import asks, cases, selected
from hanbin_lib.bulletin.handed_out import STATES, action_id, handed_out
from hanbin_lib.display import plain_text
from hanbin_lib.errors import ExitCode, HanbinError

from .conftest import COUNTY, NEXT, fronts_of

pytestmark = pytest.mark.xdist_group("action_lists")


def _sheets(path):
    """Title of each list sheet -> its rows as text."""
    book = openpyxl.load_workbook(path)
    own = [sheet for sheet in book.worksheets if sheet.title not in ("说明", MANIFEST)]
    return {
        sheet["A1"].value: [[str(c.value or "") for c in row] for row in sheet.iter_rows(min_row=FIRST_ROW)]
        for sheet in own
    }


def _files(made):
    """Lists of the county and of the towns, by place."""
    return {path.name.partition("_")[0]: path for path in made.folder.glob("*_[!区]*_行动清单_*.xlsx")}


def test_every_number_of_every_page_one_has_as_many_rows(listed):
    _, county, made = listed
    files, seen = _files(made), 0
    for place in county.scope.upper_places:
        points = hb.front_page.decisions(county.seen_from(place, 1, "")).items
        assert bool(points) == (place in files), place
        sheets = _sheets(files[place]) if points else {}
        for point in points:
            text = plain_text(point.ask)
            number = int(re.match(r"\d*", text)[0] or 1)
            assert len(sheets[text.removesuffix("。")]) == number, text
            seen += 1
    assert seen > 5


def test_the_towns_lists_are_the_countys(listed):
    _, _, made = listed
    files = _files(made)
    of_county = {row[1]: row[1:8] for rows in _sheets(files.pop(COUNTY)).values() for row in rows}
    of_towns = {
        row[1]: row[1:8] for path in files.values() for rows in _sheets(path).values() for row in rows
    }
    townless = {one for one, row in of_county.items() if not row[1]}
    rest = [rows for path in made.folder.glob("*_区直单位_*.xlsx") for rows in _sheets(path).values()]
    assert {row[1] for rows in rest for row in rows} == townless
    assert {one: row for one, row in of_county.items() if one not in townless}.items() <= of_towns.items()


def test_ids_are_the_same_next_month_and_tell_nothing(desk):
    workspace, county, made = desk
    later = hb.open_bulletin(str(NEXT), COUNTY, workspace=workspace)
    write_lists(workspace, later, fronts_of(later))
    key, seen = workspace.secret.read_bytes(), {}
    for bulletin in (county, later):
        points = asks(bulletin)
        found = cases(bulletin, points, selected(bulletin, points))
        for listed in handed_out(workspace, bulletin.month).record.asks[COUNTY]:
            of = dict(zip(found[listed.key]["case"], listed.ids, strict=True))
            assert list(of.values()) == [action_id(key, listed.key, case) for case in of]
            seen |= {(listed.key, case): one for case, one in of.items()}
    assert len(set(seen.values())) == len(seen)  # no case has the id of another, of whatever kind
    first = handed_out(workspace, MONTH).record
    codes = set(county.sources.table("monitored_households")["household_code"])
    kept = (made.folder / "lists.json").read_text(encoding="utf-8")
    assert not [code for code in codes if code in kept]
    assert all(re.fullmatch(r"[A-R]{4}(-[A-R]{4}){2}", one) for one in first.seals)


def test_the_rows_are_locked_the_rest_is_checked_and_the_manifest_hidden(listed):
    _, _, made = listed
    book = openpyxl.load_workbook(_files(made)[COUNTY])
    assert book[MANIFEST].sheet_state == "veryHidden"
    facts = dict(row[:2] for row in book[MANIFEST].iter_rows(values_only=True))
    for sheet in book.worksheets[1:-1]:
        assert sheet.protection.sheet
        row = sheet[FIRST_ROW]
        assert [cell.protection.locked for cell in row] == [True] * (1 + len(LOCKED)) + [False] * 3
        kinds = {one.type: one for one in sheet.data_validations.dataValidation}
        assert kinds["list"].formula1 == f'"{",".join(STATES)}"'
        assert kinds["date"].formula2 == "TODAY()"
        assert [cell.value for cell in sheet[FIRST_ROW - 1]] == list(HEADINGS)
        column = HEADINGS.index(STATE)
        assert row[column].coordinate in kinds["list"].sqref
    listed = [row[1] for rows in _sheets(_files(made)[COUNTY]).values() for row in rows]
    assert facts["行数"] == str(len(listed)) == str(len(set(listed)))


def test_the_lists_are_for_this_account_only_outside_the_reports_and_on_record(listed):
    workspace, _, made = listed
    assert workspace.reports not in made.folder.parents
    assert stat.S_IMODE(made.folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in made.folder.iterdir()} == {0o600}
    last = list(audit.records(workspace.audit))[-1]
    assert last.action == f"actions {MONTH}"
    assert last.outputs["rows"] == len(handed_out(workspace, MONTH).record.seals)
    assert all("演示数据" in path.name for path in made.folder.glob("*.xlsx"))


def test_a_month_has_one_set_of_lists(desk):
    workspace, county, made = desk
    before = {path.name: path.read_bytes() for path in made.folder.iterdir()}
    assert not write_lists(workspace, county, fronts_of(county)).is_new
    some = dict(list(fronts_of(county).items())[:3])
    with pytest.raises(HanbinError) as caught:
        write_lists(workspace, county, some)
    assert caught.value.code == "HB-ACT-002"
    assert {path.name: path.read_bytes() for path in made.folder.iterdir()} == before
    assert write_lists(workspace, county, some, renew=True).is_new
    assert {path.name: path.read_bytes() for path in (made.folder / "替换前1").iterdir()} == before


def test_a_page_one_that_says_something_else_has_no_lists(desk):
    workspace, county, _ = desk
    fronts = fronts_of(county)
    fronts[COUNTY] = Front(fronts[COUNTY].points[:1], {})
    with pytest.raises(HanbinError) as caught:
        write_lists(workspace, county, fronts)
    assert caught.value.code == "HB-ACT-001"


def test_a_person_in_a_list_stops_the_lists(desk):
    """Lists hold cells that no bulletin prints: the codes of overdue clues, the office that hands them out."""
    workspace, _, made = desk
    shutil.rmtree(made.folder)
    settings = workspace.params / "county.yaml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("bureau_name: ", "bureau_name: 138-1234-5678", 1), encoding="utf-8")
    county = hb.open_bulletin(str(MONTH), COUNTY, workspace=workspace)
    with pytest.raises(HanbinError) as caught:
        write_lists(workspace, county, fronts_of(county))
    assert caught.value.code == "HB-GRD-001"
    assert caught.value.exit_code is ExitCode.PERSONAL_DATA
    assert "5678" not in str(caught.value)
    assert not made.folder.exists()
