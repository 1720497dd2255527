"""A workspace made from a county's own exports: its places, what is doubtful, and the next import."""

import sys
from pathlib import Path

import pandas as pd
import pytest
from support import MONTH, import_into

from hanbin_lib.areas import town_key, village_key
from hanbin_lib.bulletin import open_bulletin
from hanbin_lib.cli.initialise import initialise
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.ingest.founding import found_places
from hanbin_lib.months import Month
from hanbin_lib.params import Settings
from hanbin_lib.places import AreaRegister
from hanbin_lib.release import release_month
from hanbin_lib.workspace import Workspace

sys.path.insert(0, str(Path(__file__).parents[1] / "counties"))
from registers import Totals, write_workbook

TOWNS = ("甲河镇", "乙山镇", "丙水乡", "丁岭镇", "戊沟镇", "己坪乡", "庚坝镇", "辛滩镇", "壬湾乡", "城关街道")
PLACES = [(town, f"{name}村") for town in TOWNS for name in ("东沟", "西梁", "南坡", "北原", "中心")]


@pytest.fixture
def exports(tmp_path):
    """Ten towns of five villages; two rows whose names are slips of the pen, one with the town short."""
    places = [*PLACES] * 12 + [("甲诃镇", "东沟村")] + [("乙山", "西粱村")]
    write_workbook(
        tmp_path / "导出" / "监测对象.xlsx", Totals(len(places), len(places) * 3, 40, 120), places, 2024
    )
    return tmp_path / "导出"


def founded(exports, folder):
    initialise(folder, exports, "511999", "试点县", make_codes=True)
    return Workspace(folder)


def test_places_are_found_and_doubtful_names_asked_about(exports, tmp_path, printed):
    space, text = founded(exports, tmp_path / "新县"), printed()
    register = AreaRegister.read(space.params / "areas.csv")
    assert register.towns["place_name"].tolist() == sorted(
        TOWNS, key=lambda t: register.town_codes[town_key(t)]
    )
    assert len(register.villages) == 50
    assert "10个镇（街道）、50个村（社区）" in text
    assert "甲诃镇（3行），最接近 甲河镇" in text
    assert "乙山镇/西粱村（3行），最接近 西梁村" in text
    assert "暂编" in text


def test_a_county_whose_name_says_no_kind_is_asked_for_before_anything_is_written(exports, tmp_path):
    """Neither ``county.yaml`` nor ``areas.csv`` would be read back."""
    with pytest.raises(HanbinError, match="HB-INI-001 “试点”没有写明是县、区、市、旗中的哪一种"):
        initialise(tmp_path / "新县", exports, "511999", "试点", make_codes=True)
    assert not (tmp_path / "新县").exists()


def test_the_next_import_goes_through_and_every_row_has_its_place(exports, tmp_path):
    space = founded(exports, tmp_path / "新县")
    result = import_into(space, exports, Month(2024, 5))
    assert result.snapshot is not None, result.quality.findings.to_string()
    households = result.snapshot.table("monitored_households")
    register = AreaRegister.read(space.params / "areas.csv")
    counts = households["town_code"].map(register.name).value_counts()
    assert (counts["甲河镇"], counts["乙山镇"]) == (61, 61)
    bulletin = open_bulletin("2024-05", "511999", workspace=space)
    assert bulletin.figures.value("monitored_households") == 602


def test_nothing_that_is_printed_is_the_template_s_county_s(exports, tmp_path, printed):
    month = exports.rename(tmp_path / "2024-05")
    space, told = founded(month, tmp_path / "新县"), printed()
    settings = Settings.load(space)
    scenarios = [path.read_text("utf-8") for path in space.params.glob("scenarios/*.yaml")]
    assert (any("全区" in one for one in scenarios), any("全县" in one for one in scenarios)) == (False, True)
    notebooks = "".join(path.read_text("utf-8") for path in space.notebooks.glob("*.ipynb"))
    assert 'month = \\"2024-05\\"' in notebooks
    assert [word for word in ("2022-09", "多重冲击", '洪涝\\":') if word in notebooks] == []
    assert settings.county.calibre == "导出文件里有的各镇（街道）"
    assert f"import {month} --month 2024-05 " in told
    assert "bulletin 2024-05 " in told


def test_a_county_without_exports_has_no_goal_of_another_one_s_village(tmp_path):
    initialise(tmp_path / "新县", None, "", "", make_codes=False)
    assert Settings.load(Workspace(tmp_path / "新县")).goals.goals == ()


def test_notebooks_open_on_the_own_county(exports, tmp_path):
    space = founded(exports, tmp_path / "新县")
    texts = [path.read_text("utf-8") for path in space.notebooks.glob("*.ipynb")]
    assert not [text for text in texts if "610902" in text]
    assert any('area = \\"511999\\"' in text for text in texts)
    assert Settings.load(space).county.name == "试点县"


@pytest.mark.parametrize(
    ("code", "confirmed", "error"), [("", True, "HB-INI-002"), ("511999", False, "HB-INI-003")]
)
def test_no_code_is_made_unless_somebody_confirms_it(exports, tmp_path, code, confirmed, error):
    with pytest.raises(HanbinError, match=error):
        initialise(tmp_path / "新县", exports, code, "试点县", make_codes=confirmed)
    assert not (tmp_path / "新县").exists()


def test_the_demonstrations_places_are_found_again(demo_workspace):
    """From the inbox alone: the names of all counted villages, by the list of villages, without a doubt."""
    found = found_places(demo_workspace.inbox(MONTH), "610902")
    register = AreaRegister.read(demo_workspace.params / "areas.csv")
    assert found.county == "汉滨区"
    assert found.doubtful == {}
    areas = found.areas
    towns = areas[areas["place_code"].str.len() == 9].set_index("place_code")["place_name"]
    villages = areas[areas["place_code"].str.len() == 12]
    own = {
        (town_key(towns[p]), village_key(n))
        for p, n in zip(villages["parent_code"], villages["place_name"], strict=True)
    }
    names = register.towns.set_index("place_code")["place_name"]
    known = {
        (town_key(names[p]), village_key(n))
        for p, n in zip(register.villages["parent_code"], register.villages["place_name"], strict=True)
    }
    assert own == known


def test_codes_of_the_exports_are_kept(exports, tmp_path):
    import openpyxl

    path = next(exports.glob("*.xlsx"))
    book = openpyxl.load_workbook(path)
    sheet = book.active
    width = sheet.max_column + 1
    sheet.cell(3, width).value = "行政村代码"
    order = {place: number for number, place in enumerate(dict.fromkeys(PLACES))}
    for row in sheet.iter_rows(min_row=4):
        place = (row[3].value, row[2].value)
        if place in order:
            number = order[place]
            sheet.cell(row[0].row, width).value = f"511999{101 + number // 5}{201 + number % 5}"
    book.save(path)
    found = found_places(exports, "511999", "试点县")
    assert found.is_coded
    areas = found.areas.set_index("place_code")
    assert areas.loc["511999101", "place_name"] == "甲河镇"
    assert areas.loc["511999110205", "place_name"] == "中心村"
    assert areas["note"].eq("").all()


def test_names_are_kept_as_they_are_written(tmp_path):
    """Characters that converters take for traditional ones: 乾佑 is no 干佑."""
    places = [("乾佑街道", "於潜村"), ("藉口镇", "濛阳社区")]
    write_workbook(tmp_path / "导出" / "监测对象.xlsx", Totals(20, 60, 4, 12), places, 2024)
    space = founded(tmp_path / "导出", tmp_path / "新县")
    names = set(AreaRegister.read(space.params / "areas.csv").table["place_name"])
    assert {"乾佑街道", "藉口镇"} < names
    assert any("於潜" in name for name in names)
    assert any("濛阳" in name for name in names)


@pytest.mark.slow
def test_ten_towns_get_their_bulletin_without_a_file_edited(exports, tmp_path):
    space = founded(exports, tmp_path / "新县")
    assert import_into(space, exports, Month(2024, 5)).snapshot is not None
    outcome = release_month(space, Month(2024, 5))
    assert outcome.exit_code is ExitCode.OK, outcome.failed
    assert len(outcome.made) == 11
    rows = pd.read_csv(outcome.folder / "indicators.csv", dtype={"place_code": "str"})
    own = rows[rows["indicator"].eq("monitored_households") & rows["group"].eq("all")]
    counts = own[own["month"].eq("2024-05")].set_index("place_code")["value"]
    assert counts["511999"] == 602 == counts[counts.index.str.len() == 9].sum()


@pytest.mark.slow
def test_the_demonstrations_inbox_alone_gives_its_bulletin(demo_workspace, tmp_path):
    """From nothing but the exports: places, import of every month, the county's and one town's bulletin."""
    folders = sorted(demo_workspace.inbox(MONTH).parent.iterdir())
    initialise(tmp_path / "县", folders[-1], "610902", "", make_codes=True)
    space = Workspace(tmp_path / "县")
    for folder in folders:
        result = import_into(space, folder, Month.parse(folder.name))
        assert result.snapshot is not None, result.quality.findings.to_string()
    town = AreaRegister.read(space.params / "areas.csv").towns["place_code"].iloc[0]
    outcome = release_month(space, MONTH, ("610902", town))
    assert outcome.exit_code is ExitCode.OK, outcome.failed
    for name in ("monitored_households", "open_risk_persons", "phone_reached_households"):
        figures = [open_bulletin(str(MONTH), "610902", workspace=w).figures for w in (space, demo_workspace)]
        assert figures[0].value(name) == figures[1].value(name)
