"""The draw as files: written once, drawn again from the record, nothing personal."""

import os
import shutil

import pytest
from support import MONTH

from hanbin_lib.errors import HanbinError
from hanbin_lib.privacy import read_terms
from hanbin_lib.sample_selection import make_draw, read_record, rows_of, verify_draw
from hanbin_lib.workspace import Workspace

NEXT = MONTH.shift(1)


@pytest.fixture
def drawn(own_workspace):
    return make_draw(own_workspace, NEXT, "3D-417")


def test_a_draw_is_verified_and_not_made_twice(own_workspace, drawn):
    assert verify_draw(own_workspace, NEXT) == []
    before = drawn.path.read_bytes()
    with pytest.raises(HanbinError) as caught:
        make_draw(own_workspace, NEXT, "another")
    assert caught.value.code == "HB-SMP-005"
    assert drawn.path.read_bytes() == before


def test_the_list_holds_codes_and_places_and_says_what_it_is(drawn):
    sheets = rows_of(drawn.path.read_bytes())
    assert "演示数据" in drawn.path.name
    assert any("演示数据" in row for row in sheets["目录"])
    listed = sheets["1 抽查名单"][3:]
    assert [row[3] for row in listed] == list(drawn.draw.units["unit_code"])
    recipe = dict(row for row in sheets["4 复算说明"][3:] if row[0] in ("种子", "抽样方法"))
    assert recipe == {"种子": "3D-417", "抽样方法": "hanbin-draw-1"}


@pytest.mark.parametrize("shape", ["{}", "开奖-{}"])
def test_a_person_in_what_would_be_written_stops_the_draw(own_workspace, shape):
    (path,) = own_workspace.personal_terms.iterdir()
    terms = read_terms(path, own_workspace.secret.read_bytes())
    number = max(terms.numbers)
    with pytest.raises(HanbinError) as caught:
        make_draw(own_workspace, NEXT, shape.format(number))
    assert caught.value.code == "HB-GRD-001"
    assert number not in str(caught.value)
    assert not (own_workspace.draws / str(NEXT)).exists()


@pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX")
def test_codes_of_households_are_for_the_account_alone(drawn):
    assert {path.stat().st_mode & 0o077 for path in drawn.path.parent.iterdir()} == {0}


def test_an_altered_list_is_found_by_sheet_and_row_without_the_code(own_workspace, drawn):
    record = read_record(own_workspace, NEXT)
    other = record.model_copy(update={"seed": "other"})
    path = own_workspace.draws / str(NEXT) / "draw.json"
    path.write_text(other.model_dump_json(), encoding="utf-8")
    found = verify_draw(own_workspace, NEXT)
    assert found == ["draw.json 记录的村或分组与重抽的不同"]
    path.write_text(record.model_dump_json(), encoding="utf-8")
    drawn.path.write_bytes(b"not a workbook")
    assert all("没有可读的工作表" in line for line in verify_draw(own_workspace, NEXT))


def test_the_next_month_keeps_off_the_villages_and_groups_of_a_draw_not_yet_inspected(own_workspace, drawn):
    later = make_draw(own_workspace, NEXT.shift(1), "3D-418")
    groups = dict(zip(later.draw.towns["town_code"], later.draw.towns["group_name"], strict=True))
    assert all(group != drawn.record.groups[town] for town, group in groups.items())
    again = set(later.record.villages) & set(drawn.record.villages)
    refilled = later.draw.units.loc[later.draw.units["note"].eq("轮换例外"), "unit_code"]
    assert again <= set(refilled)


def test_changed_areas_are_refused(own_workspace, drawn):
    path = own_workspace.params / "areas.csv"
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    gone = next(line for line in lines if line.split(",")[0] == drawn.record.villages[0])
    path.write_text("\n".join(line for line in lines if line != gone), encoding="utf-8-sig")
    with pytest.raises(HanbinError) as caught:
        verify_draw(own_workspace, NEXT)
    assert caught.value.code == "HB-SMP-007"


def test_no_record_and_a_damaged_one(own_workspace):
    with pytest.raises(HanbinError) as caught:
        verify_draw(own_workspace, NEXT)
    assert caught.value.code == "HB-SMP-006"
    (own_workspace.draws / str(NEXT)).mkdir(parents=True)
    (own_workspace.draws / str(NEXT) / "draw.json").write_text("{", encoding="utf-8")
    with pytest.raises(HanbinError) as caught:
        verify_draw(own_workspace, NEXT)
    assert caught.value.code == "HB-SMP-006"


def test_without_a_register_there_is_nothing_to_draw(own_workspace):
    with pytest.raises(HanbinError) as caught:
        make_draw(own_workspace, MONTH.shift(-1), "s")
    assert caught.value.code == "HB-SMP-004"
    assert not (own_workspace.draws).exists()


def test_the_rotation_follows_a_village_whose_code_is_another_place_s_now(own_workspace, drawn, tmp_path):
    """Two towns exchange their codes between two draws: visits and groups stand under the new ones."""
    later = NEXT.shift(1)
    plain = make_draw(
        Workspace(shutil.copytree(own_workspace.root, tmp_path / "plain")), later, "3D-418"
    ).record
    first, second = sorted(drawn.record.groups)[:2]
    lines = [f"{later},改码,{first},{second},,", f"{later},改码,{second},{first},,"]
    text = "\n".join(["from_month,change,old_code,new_code,new_name,document", *lines])
    (own_workspace.params / "area_changes.csv").write_text(text, encoding="utf-8")
    found = make_draw(own_workspace, later, "3D-418").record

    def now(code: str) -> str:
        return {first: second, second: first}.get(code[:9], code[:9]) + code[9:]

    assert found.months_since == {now(code): age for code, age in plain.months_since.items()}
    assert any(code.startswith((first, second)) for code in found.months_since)
    assert found.rounds == tuple({now(c): group for c, group in one.items()} for one in plain.rounds)
    assert found.last_week == {now(code): group for code, group in plain.last_week.items()}
    assert verify_draw(own_workspace, later) == []
    assert verify_draw(own_workspace, NEXT) == []
