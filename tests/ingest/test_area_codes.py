"""Codes of places of two times in one month's files: the name decides, or the declared list, or it stops."""

import random
import shutil

import openpyxl
import pandas as pd
import pytest
from support import SCALE, new_workspace

from hanbin_demo.files import write_demo
from hanbin_lib.area_changes import FILE
from hanbin_lib.areas import place_key
from hanbin_lib.ingest import import_month
from hanbin_lib.months import Month
from hanbin_lib.params import Settings
from hanbin_lib.places import AreaRegister
from hanbin_lib.policy import CountyColumns
from hanbin_lib.workspace import Workspace

from .conftest import MONTH

COUNTY = "100001"
AREAS = f"""place_code,place_name,kind,parent_code,is_counted,note
{COUNTY},试点县,县,,是,
{COUNTY}101,甲山镇,镇,{COUNTY},是,
{COUNTY}102,乙水镇,镇,{COUNTY},是,
{COUNTY}103,丙岭镇,镇,{COUNTY},是,
{COUNTY}101201,东村村委会,村,{COUNTY}101,是,
{COUNTY}101202,南村村委会,村,{COUNTY}101,是,
{COUNTY}102201,东村村委会,村,{COUNTY}102,是,
{COUNTY}102202,西村村委会,村,{COUNTY}102,是,
{COUNTY}103201,北村村委会,村,{COUNTY}103,是,
"""
# 甲山 and 乙水 exchange their codes with September, 丙岭 gets one that nobody had.
CHANGES = f"""from_month,change,old_code,new_code,new_name,document
2022-09,改码,{COUNTY}101,{COUNTY}102,,文号
2022-09,改码,{COUNTY}102,{COUNTY}101,,文号
2022-09,改码,{COUNTY}103,{COUNTY}109,,文号
"""
OLD = {"甲山镇": f"{COUNTY}101", "乙水镇": f"{COUNTY}102", "丙岭镇": f"{COUNTY}103"}
NEW = {"甲山镇": f"{COUNTY}102", "乙水镇": f"{COUNTY}101", "丙岭镇": f"{COUNTY}109"}


@pytest.fixture
def read(tmp_path):
    (tmp_path / "areas.csv").write_text(AREAS, encoding="utf-8")
    (tmp_path / FILE).write_text(CHANGES, encoding="utf-8")
    return lambda month: AreaRegister.read(tmp_path / "areas.csv", month)


@pytest.fixture
def changed(desk, read):
    desk.register = read(MONTH)
    return desk


def workshops(desk, lines, heading="镇代码", **settings):
    """Import a list of workshops: town as it is named, code of the town; what was stored and found."""
    rows = [
        {"名称": f"第{n}厂", "乡": town, heading: code, "吸纳就业人数": "5"}
        for n, (town, code) in enumerate(lines)
    ]
    desk.put("社区工厂.xlsx", rows, title=None)
    result = desk.run(**settings)
    found = result.quality.findings
    stored = result.snapshot and result.snapshot.table("workshops")["town_code"].tolist()
    return stored, found[found["rule_id"].isin(("HB-I-208", "HB-I-326"))]


def test_rows_with_old_and_rows_with_new_codes_lie_where_their_names_say(changed):
    rng = random.Random(23)
    lines = [(town, rng.choice((OLD, NEW))[town]) for town in rng.choices(list(OLD), k=60)]
    stored, found = workshops(changed, lines)
    assert stored == [NEW[town] for town, _ in lines]
    assert found.empty


def test_a_code_alone_counts_where_it_means_one_place_in_all_lists(changed):
    stored, found = workshops(
        changed, [("", OLD["丙岭镇"]), ("", NEW["丙岭镇"]), ("", f"{NEW['丙岭镇']}000")]
    )
    assert stored == [NEW["丙岭镇"]] * 3
    assert found.empty


def test_what_nothing_decides_stops_and_says_what_to_enter(changed):
    stored, found = workshops(changed, [("", OLD["甲山镇"]), ("", OLD["甲山镇"]), ("丙岭镇", OLD["丙岭镇"])])
    assert stored is None
    assert list(found["rule_id"]) == ["HB-I-208"]
    assert found["row"].tolist() == [2]
    told = f"{COUNTY}101（2022年9月以前是甲山镇，2022年9月起是乙水镇）不知道是哪个地方"
    assert told in found["message"].iloc[0]
    assert "共2行" in found["message"].iloc[0]
    assert "area_codes 下写那时的一个月：社区工厂名册: 年-月" in found["action"].iloc[0]


@pytest.mark.parametrize(("declared", "codes"), [("2022-08", OLD), ("2022-09", NEW), ("2023-01", NEW)])
def test_a_declared_list_decides_for_its_table(changed, declared, codes):
    own = CountyColumns(area_codes={"社区工厂名册": declared})
    stored, found = workshops(changed, [("", codes[town]) for town in OLD], columns=own)
    assert stored == [NEW[town] for town in OLD]
    assert found.empty


def test_before_the_change_there_is_one_list_and_a_later_one_can_be_declared(desk, read):
    desk.register = read(MONTH.shift(-1))
    assert workshops(desk, [("", OLD[town]) for town in OLD])[0] == list(OLD.values())
    stored, found = workshops(desk, [("", NEW["丙岭镇"])])
    assert stored is None
    assert "不在区划名册内" in found["message"].iloc[0]
    own = CountyColumns(area_codes={"社区工厂名册": "2022-09"})
    stored, _ = workshops(desk, [("", NEW[town]) for town in OLD], columns=own)
    assert stored == list(OLD.values())


def test_a_code_of_another_place_than_the_name_stops(changed):
    stored, found = workshops(changed, [("丙岭镇", OLD["甲山镇"]), ("甲山镇", OLD["甲山镇"])])
    assert stored is None
    assert list(found["rule_id"]) == ["HB-I-208"]
    assert "和同一行的地名不是一个地方，共1行" in found["message"].iloc[0]


def test_an_unknown_code_beside_a_name_is_told_and_alone_it_stops(changed):
    stored, found = workshops(changed, [("丙岭镇", f"{COUNTY}999"), ("丙岭镇", "999999196001011234")])
    assert stored == [NEW["丙岭镇"]] * 2
    assert list(found["rule_id"]) == ["HB-I-326"] * 2
    assert found["severity"].eq("警告").all()
    assert not found["message"].str.contains("9601").any()
    stored, found = workshops(changed, [("", f"{COUNTY}999"), ("丙岭镇", "")])
    assert stored is None
    assert list(found["rule_id"]) == ["HB-I-208"]


def test_the_county_s_own_code_and_names_that_are_not_known_say_nothing_more(changed):
    stored, found = workshops(
        changed, [*[("丙岭镇", COUNTY), ("丙岭镇", f"{COUNTY}000000")] * 9, ("", COUNTY)]
    )
    assert stored[:18] == [NEW["丙岭镇"]] * 18
    assert pd.isna(stored[18])
    assert found.empty
    stored, found = workshops(changed, [("丁江镇", OLD["丙岭镇"])])
    assert stored is None
    assert found.empty  # told by its name


def calls(desk, lines):
    """Import calls: (village as it is named, its code) -> codes of town and village as stored, and findings."""
    rows = [
        {"抽查月份": "202209", "户编号": f"H{n:06d}", "接通情况": "有效接通", "村": village, "村代码": code}
        for n, (village, code) in enumerate(lines)
    ]
    desk.put("电话.xlsx", rows, title=None)
    result = desk.run()
    found = result.quality.findings
    found = found[found["rule_id"].isin(("HB-I-204", "HB-I-208"))]
    table = result.snapshot and result.snapshot.table("phone_checks")
    return table if table is None else table[["town_code", "village_code"]].to_numpy().tolist(), found


def test_a_village_s_name_decides_between_towns_that_exchanged_their_codes(changed):
    of_jia, of_yi = NEW["甲山镇"], NEW["乙水镇"]
    lines = [
        ("南村", f"{COUNTY}101202"),  # old: 甲山's; new: 乙水's 西村
        ("西村", f"{COUNTY}101202"),
        ("南村", f"{COUNTY}102202"),
        ("西村", f"{COUNTY}101"),  # a town's code beside a village's name
        ("", f"{COUNTY}103201"),
        ("北村", f"{COUNTY}109201"),
    ]
    stored, found = calls(changed, lines)
    assert found.empty
    assert stored == [
        [of_jia, f"{of_jia}202"],
        [of_yi, f"{of_yi}202"],
        [of_jia, f"{of_jia}202"],
        [of_yi, f"{of_yi}202"],
        [NEW["丙岭镇"], f"{NEW['丙岭镇']}201"],
        [NEW["丙岭镇"], f"{NEW['丙岭镇']}201"],
    ]


def test_a_village_s_name_that_stands_in_both_decides_nothing(changed):
    stored, found = calls(changed, [("东村", f"{COUNTY}101201")])
    assert stored is None
    assert list(found["rule_id"]) == ["HB-I-208"]
    stored, found = calls(changed, [("北村", f"{COUNTY}101202")])
    assert stored is None
    assert found["message"].str.contains("不是一个地方").all()


def test_merged_split_and_founded_places_mean_what_they_are_one_in(tmp_path):
    (tmp_path / "areas.csv").write_text(AREAS, encoding="utf-8")
    lines = [
        f"2022-09,合并,{COUNTY}101,{COUNTY}101,,文号",
        f"2022-09,合并,{COUNTY}102,{COUNTY}101,,文号",
        f"2022-09,改码,{COUNTY}102201,{COUNTY}101301,,文号",
        f"2022-09,改码,{COUNTY}102202,{COUNTY}101302,,文号",
        f"2022-09,改名,{COUNTY}101301,,东山村委会,文号",
        f"2022-09,新设,,{COUNTY}102,丁江镇,文号",
    ]
    head = CHANGES.splitlines()[0]
    lines[2] = f"2022-09,改码,{COUNTY}102201,{COUNTY}101301,东山村委会,文号"
    del lines[4]
    (tmp_path / FILE).write_text("\n".join([head, *lines]), encoding="utf-8")
    now = AreaRegister.read(tmp_path / "areas.csv", MONTH)
    then = AreaRegister.read(tmp_path / "areas.csv", MONTH.shift(-1))
    before = now.meanings(MONTH.shift(-1))
    assert before[f"{COUNTY}101"] == before[f"{COUNTY}102"] == f"{COUNTY}101"
    assert before[f"{COUNTY}102202"] == f"{COUNTY}101302"
    assert now.meanings(MONTH) == {code: code for code in now.table["place_code"]}
    after = then.meanings(MONTH)
    # A merged town is no one place of before, a founded one none.
    assert f"{COUNTY}101" not in after
    assert f"{COUNTY}102" not in after
    assert after[f"{COUNTY}101302"] == f"{COUNTY}102202"


LATER, CHANGE = Month(2026, 3), "2026-01"
EIGHT = {
    "610902120": "610902124", "610902122": "610902120", "610902124": "610902122", "610902132": "610902128",
    "610902121": "610902132", "610902125": "610902129", "610902128": "610902131", "610902130": "610902126",
}  # fmt: skip


def _with_codes(path, beginning, rng):
    """Put into a demonstration file the codes of its rows, each of one time or the other; names stay."""
    book = openpyxl.load_workbook(path)
    sheet = book.active
    lines = [[cell.value for cell in row] for row in sheet.iter_rows()]
    head = next(n for n, line in enumerate(lines) if {"乡", "乡(镇)"} & set(line))
    town_at = next(n for n, one in enumerate(lines[head]) if one in ("乡", "乡(镇)"))
    villages = [n for n, one in enumerate(lines[head]) if one in ("村", "行政村")]
    sheet.cell(head + 1, len(lines[head]) + 1, "村代码" if villages else "镇代码")
    for number, line in enumerate(lines[head + 1 :], head + 2):
        town = place_key("0" * 9, str(line[town_at] or ""))
        code = beginning.town_codes.get(town)
        if code and villages:
            code = beginning.village_codes.get((code, place_key("0" * 12, str(line[villages[0]] or ""))))
        if code:
            if rng.random() < 0.5:
                code = EIGHT.get(code[:9], code[:9]) + code[9:]
            sheet.cell(number, len(lines[head]) + 1, code)
    book.save(path)


@pytest.mark.slow
def test_a_month_s_files_with_codes_of_both_times_are_stored_as_without(tmp_path):
    """The demonstration month of 2026: every row with a code of one time or the other, counted row by row."""
    plain = new_workspace(tmp_path / "plain")
    lines = [f"{CHANGE},改码,{old},{new},,名录" for old, new in EIGHT.items()]
    text = "\n".join([CHANGES.splitlines()[0], *lines])
    (plain.params / FILE).write_text(text, encoding="utf-8")
    areas = plain.params / "areas.csv"
    register = AreaRegister.read(areas, LATER)
    write_demo(plain.root, register, month=LATER, scale=SCALE)
    mixed = Workspace(shutil.copytree(plain.root, tmp_path / "mixed"))
    beginning, rng, coded = AreaRegister.read(areas, LATER.shift(-12)), random.Random(7), []
    for path in sorted(mixed.inbox(LATER).glob("*.xlsx")):
        headings = {
            c
            for row in openpyxl.load_workbook(path).active.iter_rows(max_row=3, values_only=True)
            for c in row
        }
        if {"乡", "乡(镇)"} & headings:
            _with_codes(path, beginning, rng)
            coded.append(path.name)
    assert len(coded) >= 8
    stored = []
    for workspace in (plain, mixed):
        settings = Settings.load(workspace)
        workspace.secret.parent.mkdir(parents=True, exist_ok=True)
        workspace.secret.write_bytes(b"key of the tests" * 2)
        result = import_month(
            workspace.inbox(LATER), LATER, workspace=workspace, settings=settings, register=register
        )
        errors = result.quality.findings.query("severity == '错误'")["message"].tolist()
        assert result.snapshot, errors
        stored.append(result.snapshot)
    for name in stored[0].manifest.tables:
        if name != "findings":
            pd.testing.assert_frame_equal(stored[0].table(name), stored[1].table(name))
