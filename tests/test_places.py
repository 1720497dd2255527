"""The area register: codes, names, what is counted."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanbin_lib.areas import Area, told_kind, town_key, unfit_name, village_key
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


def test_a_register_of_another_county_is_refused(register):
    register.require("610902")
    with pytest.raises(HanbinError, match=r"county\.yaml 的 code 是 610903.*610902 汉滨区") as caught:
        register.require("610903")
    assert caught.value.code == "HB-PAR-003"


@pytest.mark.parametrize(
    ("typed", "action"),
    [
        ("流水镇", "写代码，不写名称：流水镇是 610902110"),
        ("忠诚村委会", "用 hanbin areas 查看全部代码"),  # no bulletin of its own, whatever its code
        ("没有这个镇", "用 hanbin areas 查看全部代码"),
    ],
)
def test_who_types_a_name_is_told_the_code(register, typed, action):
    with pytest.raises(HanbinError) as caught:
        register.name(typed)
    assert caught.value.code == "HB-PAR-004"
    assert caught.value.action == action


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


def test_a_village_whose_name_has_a_second_village_behind_it_is_found():
    """东坪村村民委员会 is 东坪村; 新坪村村委会 is the village 新坪村 where there is one, and not 新坪."""
    names = ["东坪村委会", "新坪村委会", "新坪村村委会"]
    rows = [("511999", "甲县", "县", "", True, ""), ("511999100", "乙镇", "镇", "511999", True, "")]
    rows += [(f"51199910020{n}", name, "村", "511999100", True, "") for n, name in enumerate(names)]
    found = AreaRegister(pd.DataFrame(rows, columns=list(Area.__dataclass_fields__))).village_codes
    spelt = ("东坪村", "东坪村村民委员会", "新坪村", "新坪村村委会", "新坪村村")
    assert [int(found["511999100", village_key(name)][-1]) for name in spelt] == [0, 0, 1, 2, 2]


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
        ("511999100201,东村,屯,511999100,是,", "第4行：类别（kind）县级填县、区、市、旗"),
        ("511999101,丙乡,,511999,是,", "第4行：类别（kind）县级填县、区、市、旗"),
        ("511999101,丙乡,镇,511999,是,", "第4行：类别（kind）和名称的末尾不一致"),
        ("511999101,丙镇,类似乡级单位,511999,是,", "第4行：类别（kind）和名称的末尾不一致"),
    ],
)
def test_what_a_spreadsheet_does_to_a_register_is_told(tmp_path, row, told):
    path = tmp_path / "areas.csv"
    above = "place_code,place_name,kind,parent_code,is_counted,note\n511999,甲县,县,,是,\n511999100,乙镇,镇,511999,是,\n"
    path.write_text(above + row + "\n", encoding="utf-8")
    with pytest.raises(HanbinError, match=told):
        AreaRegister.read(path)


@pytest.mark.parametrize(
    ("name", "kind", "told"),
    [
        ("乙回族乡", "民族乡", "乡"), ("乙回族乡", "乡", "乡"), ("乙民族苏木", "民族苏木", "苏木"),
        ("乙示范区", "类似乡级单位", "辖区"), ("乙农场", "类似乡级单位", "辖区"), ("乙示范区", "镇", "镇"),
    ],
)  # fmt: skip
def test_what_acts_as_a_town_may_be_registered(tmp_path, name, kind, told):
    path = tmp_path / "areas.csv"
    lines = ["place_code,place_name,kind,parent_code,is_counted,note", "511999,甲县,县,,是,",
             f"511999400,{name},{kind},511999,是,", "511999400500,一分场,类似村级单位,511999400,是,"]  # fmt: skip
    path.write_text("\n".join(lines), encoding="utf-8")
    assert AreaRegister.read(path).towns["place_name"].tolist() == [name]
    assert told_kind(kind) == told


def test_a_bridge_leads_back_where_there_was_one_place_and_one_only():
    goals = {"1": ("2",), "2": ("1",), "3": ("5",), "4": ("5",), "6": ("7", "8"), "9": ()}
    bridge = Bridge(goals, {}, "0", frozenset(), {})
    back = {now: bridge.code_then(now) for now in ("1", "2", "5", "7", "8", "9", "10")}
    # Exchanged; merged of two; parts of a split; a code that was given up and means another place now; unchanged.
    assert back == {"1": "2", "2": "1", "5": None, "7": None, "8": None, "9": None, "10": "10"}


@pytest.mark.parametrize(
    ("name", "fault", "of_town"),
    [
        ("甲" * 60, "", ""), ("甲" * 61, "超过60个字", "超过60个字"), ("", "缺少名称", "缺少名称"),
        (" ", "缺少名称", "缺少名称"), ("=甲", "开头", "开头"), (" @甲", "开头", "开头"), ("甲=乙", "", ""),
        ("甲\u200b乙", "控制字符", "控制字符"), ("甲\n乙", "控制字符", "控制字符"), ("甲/乙", "", "文件名"),
        ("甲*乙", "", "文件名"), ("甲-乙", "", ""),
    ],
)  # fmt: skip
def test_what_cannot_be_a_name(name, fault, of_town):
    for names_a_file, expected in ((False, fault), (True, of_town)):
        found = unfit_name(name, names_a_file=names_a_file)
        assert expected in found
        assert bool(found) == bool(expected)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("东镇", "东镇"),
        ("甲山镇", "甲山"),
        ("建民街道", "建民"),
        ("建民街道办事处", "建民"),
        ("建民街办", "建民"),
        ("甲山镇人民政府", "甲山"),
        ("甲山示范区管委会", "甲山示范区"),
        ("甲 山 镇", "甲山"),
    ],
)
def test_a_town_without_its_kind(name, key):
    assert town_key(name) == key


def _areas(tmp_path, *lines):
    head = "place_code,place_name,kind,parent_code,is_counted,note"
    path = tmp_path / "areas.csv"
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return path


SMALL = (
    "100001,试点县,县,,是,", "100001101,甲山镇,镇,100001,是,", "100001102,乙水镇,镇,100001,否,另管",
    "100001101201,东/西村,村,100001101,是,", "100001102201,南村,村,100001102,否,",
)  # fmt: skip


def test_who_lies_below_whom(tmp_path):
    found = AreaRegister.read(_areas(tmp_path, *SMALL))
    assert list(found.children("100001")["place_code"]) == ["100001101"]
    assert list(found.children("100001101")["place_code"]) == ["100001101201"]
    assert list(found.children("100001102")["place_code"]) == []
    assert [found.town_of(code) for code in ("100001102201", "100001102")] == ["100001102"] * 2
    assert list(found.town_codes.values()) == ["100001101", "100001102"]
    assert found.name("100001102201") == "南村"
    with pytest.raises(HanbinError, match="没有代码 100001999"):
        found.name("100001999")


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("100002,别县,县,,是,", "应有且只有一个县"),
        ("100001103,丙/岭镇,镇,100001,是,", "第7行：县、镇名称含有文件名不能用的字符"),
        ("100001103,丙岭镇,镇,,是,", "第7行：上级代码不在名册内"),
        ("1.00E+08,丙岭镇,镇,100001,是,", "第7行：代码被表格软件改成了科学计数"),
        ("100001103,丙岭镇,镇,100001,也许,", "第7行：是否计入"),
    ],
)
def test_each_fault_of_a_line_with_its_number(tmp_path, line, fault):
    with pytest.raises(HanbinError) as caught:
        AreaRegister.read(_areas(tmp_path, *SMALL, line))
    assert fault in caught.value.message


def test_a_countys_own_spellings_lead_to_its_places(tmp_path):
    own = {"甲镇子": "甲山镇", "甲山镇/东西庄": "东/西村", "丙镇": "没有的镇", "甲山镇/北庄": "没有的村"}
    found = AreaRegister.read(_areas(tmp_path, *SMALL)).spelt(own)
    assert found.town_codes[town_key("甲镇子")] == "100001101"
    assert town_key("丙镇") not in found.town_codes
    assert found.village_codes["100001101", village_key("东西庄")] == "100001101201"
    assert ("100001101", village_key("北庄")) not in found.village_codes
    assert len([key for key in found.village_codes if key[0] == "100001102"]) == 2  # and as a community
