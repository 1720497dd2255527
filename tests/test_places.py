"""The area register: codes, names, what is counted."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanbin_lib.areas import town_key, village_key
from hanbin_lib.errors import HanbinError
from hanbin_lib.places import AreaRegister, Bridge

AREAS = Path(__file__).parents[1] / "params" / "areas.csv"


@pytest.fixture(scope="module")
def register():
    return AreaRegister.read(AREAS)


def test_the_district_as_published(register):
    assert len(register.towns) == 26
    assert register.county["place_name"] == "汉滨区"
    assert set(register.table.loc[~register.table["is_counted"], "place_name"]) >= {"老城街道", "恒口镇"}


@pytest.mark.parametrize("name", ["忠诚村委会", "忠诚村", "忠诚", "忠诚村民委员会", " 忠诚村 ", "忠诚社区"])
def test_spellings_of_one_village(register, name):
    assert register.village_codes[("610902004", village_key(name))] == "610902004213"


def test_a_village_and_a_community_of_one_name_stay_apart(register):
    town = "610902002"
    assert register.village_codes[(town, village_key("枣园村"))] == "610902002208"
    assert register.village_codes[(town, village_key("枣园社区"))] == "610902002003"


@given(st.sampled_from(["建民", "流水", "中原"]), st.sampled_from(["", "镇", "乡", "街道", "街道办事处"]))
def test_town_suffixes_are_equal(name, suffix):
    assert town_key(name + suffix) == name


def test_every_fault_of_a_register_is_named(tmp_path):
    path = tmp_path / "areas.csv"
    path.write_text(
        "place_code,place_name,kind,parent_code,is_counted,note\n"
        "100001,县,县,,是,\n12345,镇,镇,100001,是,\n100001001,甲镇,镇,999999,是,\n"
        "100001001,乙镇,镇,100001,是,\n",
        encoding="utf-8",
    )
    with pytest.raises(HanbinError) as caught:
        AreaRegister.read(path)
    for expected in ("第3行", "第4行：上级", "第5行：代码重复"):
        assert expected in caught.value.message


@pytest.mark.parametrize(
    ("one", "other"), [("东村委会", "东村"), ("垚上村委会", "垚上"), ("大竹园社区", "大竹园社区居委会")]
)
def test_village_keys_agree(one, other):
    assert village_key(one) == village_key(other)


def test_a_name_of_two_characters_keeps_its_village():
    assert village_key("东村委会") != village_key("东委会")


def test_a_town_and_a_street_of_one_name_are_refused(tmp_path):
    path = tmp_path / "areas.csv"
    path.write_text(
        "place_code,place_name,kind,parent_code,is_counted,note\n100001,县,县,,是,\n"
        "100001001,甲河镇,镇,100001,是,\n100001002,甲河街道,街道,100001,是,\n",
        encoding="utf-8",
    )
    with pytest.raises(HanbinError, match="第4行：同一上级内名称重复"):
        AreaRegister.read(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_register_is_read_as_a_spreadsheet_saves_it(tmp_path, register, encoding):
    text = AREAS.read_text(encoding="utf-8")
    (tmp_path / "areas.csv").write_bytes((text.replace("\n", "\r\n") + ",,,,,\r\n").encode(encoding))
    pd.testing.assert_frame_equal(AreaRegister.read(tmp_path / "areas.csv").table, register.table)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("5.12E+11,东村,村,511999100,是,", "第4行：代码被表格软件改成了科学计数"),
        ("511999100201,东村,村,511999100,1,", "第4行：是否计入"),
        ("511999100201,东村,村,511999100,否,城区,没有村", "第4行的列比表头多"),
    ],
)
def test_what_a_spreadsheet_does_to_a_register_is_told(tmp_path, row, told):
    path = tmp_path / "areas.csv"
    above = "place_code,place_name,kind,parent_code,is_counted,note\n511999,甲县,县,,是,\n511999100,乙镇,镇,511999,是,\n"
    path.write_text(above + row + "\n", encoding="utf-8")
    with pytest.raises(HanbinError, match=told):
        AreaRegister.read(path)


def test_a_bridge_leads_back_where_there_was_one_place_and_one_only():
    goals = {"1": ("2",), "2": ("1",), "3": ("5",), "4": ("5",), "6": ("7", "8"), "9": ()}
    bridge = Bridge(goals, {}, "0", frozenset(), {})
    back = {now: bridge.code_then(now) for now in ("1", "2", "5", "7", "8", "9", "10")}
    # Exchanged; merged of two; parts of a split; a code that was given up and means another place now; unchanged.
    assert back == {"1": "2", "2": "1", "5": None, "7": None, "8": None, "9": None, "10": "10"}
