"""What becomes of places: one kind of change after the other, several at once, and what no register may become."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanbin_lib.area_changes import FILE, AreaChange, _cell_faults, _kind, changed
from hanbin_lib.area_comparison import as_names, differences, since_import
from hanbin_lib.areas import Area, town_key, village_key
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.months import Month
from hanbin_lib.places import AreaRegister

COUNTY = "100001"
JIA, YI, BING = (f"{COUNTY}10{n}" for n in (1, 2, 3))
FIRST, LATER = Month(2026, 1), Month(2026, 7)
BEFORE = FIRST.shift(-1)
AREAS = f"""place_code,place_name,kind,parent_code,is_counted,note
{COUNTY},试点县,县,,是,
{JIA},甲山镇,镇,{COUNTY},是,
{YI},乙水镇,镇,{COUNTY},是,
{BING},丙岭镇,镇,{COUNTY},否,由别处管
{JIA}201,东村村委会,村,{JIA},是,
{JIA}202,南村村委会,村,{JIA},是,
{YI}201,东村村委会,村,{YI},是,
{YI}203,西村村委会,村,{YI},是,
{BING}201,北村村委会,村,{BING},否,
"""


@pytest.fixture
def write(tmp_path):
    """Lines of ``area_changes.csv`` -> path of ``areas.csv``."""

    def write(*lines: str):
        (tmp_path / "areas.csv").write_text(AREAS, encoding="utf-8")
        text = "\n".join(["from_month,change,old_code,new_code,new_name,document", *lines])
        (tmp_path / FILE).write_text(text + "\n", encoding="utf-8")
        return tmp_path / "areas.csv"

    return write


def names(register: AreaRegister) -> dict[str, str]:
    return dict(as_names(register.table))


def test_without_changes_the_register_is_what_it_was(write):
    path = write()
    path.with_name(FILE).unlink()
    register = AreaRegister.read(path, FIRST)
    assert register.past == ()
    assert register.key is register.table
    assert register.since(Month(2000, 1)).rows(register.table) is register.table


def test_an_exchange_of_codes_takes_the_villages_along_and_no_place_out_of_its_row(write):
    path = write(f"2026-01,改码,{JIA},{YI},,文号", f"2026-01,改码,{YI},{JIA},,文号")
    then, now = AreaRegister.read(path, BEFORE), AreaRegister.read(path, FIRST)
    assert list(now.towns["place_name"]) == list(then.towns["place_name"]) == ["甲山镇", "乙水镇"]
    assert list(now.towns["place_code"]) == [YI, JIA]
    assert list(now.villages["place_name"]) == list(then.villages["place_name"])
    assert now.village_codes[YI, village_key("南村")] == f"{YI}202"
    assert now.name(f"{JIA}203") == "西村村委会"
    bridge = now.since(BEFORE)
    assert [bridge.code(code) for code in (JIA, YI, f"{JIA}202", BING)] == [YI, JIA, f"{YI}202", BING]
    assert now.since(FIRST).goals == {}
    assert (now.placed(JIA), now.placed(f"{YI}203")) == (YI, f"{JIA}203")


def test_a_new_name_and_the_old_one_lead_to_the_same_place(write):
    path = write(
        f"2026-01,改名,{JIA},,甲山街道,文号", f"2026-01,村改社区,{JIA}201,{JIA}001,东街社区居委会,文号"
    )
    now = AreaRegister.read(path)
    kinds = now.table.set_index("place_code")["kind"]
    assert (kinds[JIA], kinds[f"{JIA}001"]) == ("街道", "社区")
    assert now.town_codes[town_key("甲山镇")] == JIA
    assert now.village_codes[JIA, village_key("东村")] == f"{JIA}001"
    assert now.names_of(f"{JIA}001") == {"东村村委会", "东街社区居委会"}
    assert now.former_names == ("甲山镇", "东村村委会")


def test_a_merger_needs_codes_for_villages_that_would_share_one(write):
    lines = (f"2026-01,合并,{JIA},{JIA},,文号", f"2026-01,合并,{YI},{JIA},,文号")
    with pytest.raises(HanbinError) as caught:
        AreaRegister.read(write(*lines))
    assert (caught.value.code, caught.value.exit_code) == ("HB-PAR-011", ExitCode.PARAMS_INVALID)
    assert f"{JIA}201 东村村委会、{YI}201 东村村委会 都成了 {JIA}201" in caught.value.message
    path = write(*lines, f"2026-01,改码,{YI}201,{JIA}211,乙东村,文号")
    now = AreaRegister.read(path)
    assert list(now.towns["place_code"]) == [JIA]
    assert names(now)[f"{JIA}203"] == "西村村委会"
    assert now.town_codes[town_key("乙水镇")] == JIA
    assert now.village_codes[JIA, village_key("东村")] == f"{JIA}201"
    assert [now.since(BEFORE).code(code) for code in (JIA, YI, f"{YI}201")] == [JIA, JIA, f"{JIA}211"]


def test_a_split_says_where_each_village_goes(write):
    new = f"{COUNTY}110"
    path = write(
        f"2026-01,拆分,{JIA},{JIA},甲山镇,文号",
        f"2026-01,拆分,{JIA},{new},甲南镇,文号",
        f"2026-01,改码,{JIA}202,{new}202,,文号",
    )
    now = AreaRegister.read(path)
    assert list(now.children(new)["place_name"]) == ["南村村委会"]
    assert list(now.towns["place_code"]) == [JIA, YI, new]
    assert list(now.towns) == list(now.table)
    bridge = now.since(BEFORE)
    assert bridge.code(JIA) is None
    assert bridge.apart == {JIA, new}
    assert bridge.code(f"{JIA}202") == f"{new}202"
    gone = write(f"2026-01,拆分,{JIA},{new},甲南镇,文号", f"2026-01,拆分,{JIA},{COUNTY}111,甲北镇,文号")
    with pytest.raises(HanbinError, match=f"{JIA}201 东村村委会 所属的镇（街道）已拆分"):
        AreaRegister.read(gone)


def test_what_is_founded_gone_counted_and_not(write):
    path = write(
        f"2026-01,新设,,{COUNTY}109,丁河镇,文号",
        f"2026-01,新设,,{COUNTY}109201,新村,文号",
        f"2026-01,新设,,{BING}202,后村,文号",
        f"2026-01,撤销,{YI}203,,,文号",
        f"2026-07,不计入,,{YI},,文号",
        f"2026-07,计入,,{BING},,文号",
    )
    first, later = AreaRegister.read(path, FIRST), AreaRegister.read(path, LATER)
    assert list(first.towns["place_code"]) == [JIA, YI, f"{COUNTY}109"]
    assert list(later.towns["place_code"]) == [JIA, BING, f"{COUNTY}109"]
    assert f"{BING}202" not in set(first.villages["place_code"])
    assert list(later.children(BING)["place_name"]) == ["北村村委会", "后村"]
    bridge = later.since(BEFORE)
    assert bridge.code(f"{YI}203") is None
    assert bridge.apart == {f"{COUNTY}109", f"{COUNTY}109201", f"{BING}202"}


def test_every_fault_of_the_lines_is_told_at_once(write):
    path = write(
        "2026-13,改码,1,2,,", "2026-01,搬家,,,,", f"2026-01,改码,{JIA},,,", f"2026-01,改码,{JIA},{JIA}001,,"
    )
    with pytest.raises(HanbinError) as caught:
        AreaRegister.read(path)
    for expected in (
        "第2行：起始月份", "第2行：代码应为9位", "第3行：变更种类", "第4行：改码要填写新代码",
        "第5行：原代码和新代码应是同一级",
    ):  # fmt: skip
        assert expected in caught.value.message


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ((f"2026-01,改码,{COUNTY}999,{COUNTY}998,,",), f"没有代码 {COUNTY}999"),
        ((f"2026-01,改码,{JIA},{YI},,",), f"都成了 {YI}"),
        ((f"2026-01,新设,,{JIA},新镇,",), f"代码 {JIA} 已有别的地方在用"),
        ((f"2026-01,改名,{JIA},,乙水镇,",), "同一上级内名称重复"),
        ((f"2026-01,撤销,{JIA},,,",), f"{JIA}201 东村村委会 所属的镇（街道）已撤销"),
        ((f"2026-01,合并,{JIA}201,{JIA}209,,", f"2026-01,合并,{JIA}202,{JIA}209,,"), "没有名称"),
        (
            (f"2026-01,合并,{YI}203,{YI}203,,", f"2026-01,合并,{BING}201,{YI}203,,"),
            "有的计入统计、有的不计入",
        ),
        ((f"2026-01,不计入,,{COUNTY}999,,",), f"名册里没有代码 {COUNTY}999"),
        ((f"2026-01,改码,{JIA},{COUNTY}110,,", f"2026-01,改名,{JIA},,丁镇,"), f"{JIA} 有2行"),
    ],
)
def test_what_cannot_be_carried_out_is_told(write, lines, told):
    with pytest.raises(HanbinError) as caught:
        AreaRegister.read(write(*lines))
    assert caught.value.code == "HB-PAR-011"
    assert told in caught.value.message


CODES = tuple(f"{COUNTY}10{n}" for n in range(6))


@given(st.lists(st.permutations(CODES), min_size=1, max_size=4))
def test_steps_one_after_the_other_come_to_what_they_come_to_together(orders):
    """Every month all towns exchange their codes at random: each is found again by its name from every month."""
    areas = [Area(COUNTY, "试点县", "县", "", is_counted=True, note="")]
    areas += [Area(c, f"第{n}镇", "镇", COUNTY, is_counted=True, note="") for n, c in enumerate(CODES)]
    changes = [
        AreaChange(2, FIRST.shift(step), "改码", old, new, "", "")
        for step, order in enumerate(orders)
        for old, new in zip(CODES, order, strict=True)
        if old != new
    ]

    def at(month: Month) -> AreaRegister:
        found, past = changed(areas, [one for one in changes if one.month <= month])
        return AreaRegister(pd.DataFrame(found), past=past)

    last = at(FIRST.shift(len(orders)))
    for back in range(-1, len(orders)):
        month = FIRST.shift(back)
        then, bridge = at(month), last.since(month)
        for code, name in as_names(then.table).items():
            assert last.name(bridge.code(code)) == name
    assert list(last.towns["place_name"]) == [area.place_name for area in areas[1:]]


def test_two_lists_side_by_side():
    then = {
        JIA: "甲山镇",
        YI: "乙水镇",
        BING: "丙岭镇",
        f"{JIA}201": "东村",
        f"{YI}201": "东村",
        f"{BING}201": "北村",
    }
    now = {
        YI: "甲山镇",
        JIA: "乙水镇",
        f"{YI}201": "东村",
        f"{JIA}201": "东村村委会",
        f"{COUNTY}105": "戊川镇",
    }
    now |= {BING: "丙岭镇", f"{BING}201": "北街社区"}
    found = differences(then, now)
    assert [one.line("2026-01") for one in found] == [
        f"2026-01,改码,{JIA},{YI},,文号",
        f"2026-01,改码,{YI},{JIA},,文号",
        f"2026-01,村改社区,{BING}201,,北街社区,文号",
        f"2026-01,新设,,{COUNTY}105,戊川镇,文号",
    ]
    assert differences(then, dict(then)) == []


def test_what_is_on_record_is_no_difference(write):
    path = write(
        f"2026-01,改码,{JIA},{YI},,",
        f"2026-01,改码,{YI},{JIA},,",
        f"2026-01,改名,{BING},,丁岭镇,",
        f"2026-01,新设,,{BING}202,后村,",
    )
    kept = AreaRegister.read(path, BEFORE).table
    assert since_import(kept, BEFORE, AreaRegister.read(path)) == []
    other = kept.assign(place_name=kept["place_name"].replace("乙水镇", "己原镇"))
    (found,) = since_import(other, BEFORE, AreaRegister.read(path))
    assert (found.change, found.old_code, found.old_name, found.new_name) == ("改名", YI, "己原镇", "乙水镇")


@pytest.mark.parametrize(
    ("name", "known", "kind"),
    [
        ("甲山镇", "乡", "镇"), ("甲山乡", "", "乡"), ("北街街道", "", "街道"), ("北街街道办事处", "", "街道"),
        ("甲山回族乡", "", "民族乡"), ("甲山回族乡", "乡", "乡"), ("甲山示范区", "镇", "镇"), ("甲山农场", "", "类似乡级单位"),
        ("甲山镇", "类似乡级单位", "镇"), ("甲山", "", "类似乡级单位"),
        ("北街社区", "村", "社区"), ("北街居委会", "村", "社区"), ("北街居民委员会", "村", "社区"),
        ("东村村委会", "村", "村"), ("东村村委会", "", "村"), ("东坪", "社区", "社区"),
    ],
)  # fmt: skip
def test_a_new_name_says_its_kind(name, known, kind):
    is_village = known in ("村", "社区") or kind in ("村", "社区")
    assert _kind(f"{JIA}201" if is_village else JIA, name, known) == kind


@pytest.mark.parametrize(
    ("codes", "name", "faults"),
    [
        ([JIA], "新山镇", []),
        ([JIA, f"{COUNTY}110"], "", []),
        ([f"{JIA}201"], "东/西村", []),
        ([JIA], "东/西镇", ["县、镇名称含有文件名不能用的字符"]),
        ([f"{JIA}201", JIA], "东/西镇", ["原代码和新代码应是同一级", "县、镇名称含有文件名不能用的字符"]),
        ([COUNTY], "", ["代码应为9位"]),
        ([JIA, "1001.1"], "", ["代码应为9位", "原代码和新代码应是同一级"]),
        (["甲山镇甲山镇甲山镇"], "", ["代码应为9位"]),
    ],
)  # fmt: skip
def test_the_cells_of_a_line(codes, name, faults):
    found = list(_cell_faults(codes, name))
    assert [told.startswith(fault) for told, fault in zip(found, faults, strict=True)] == [True] * len(faults)


def _visits(**columns):
    return pd.DataFrame(columns, dtype="str")


def test_rows_of_then_lie_where_their_villages_lie_now(write):
    """Jia is split, Yi is recoded, a village of Jia goes to Bing: by village, else by town, else the county's."""
    new, moved = f"{COUNTY}110", f"{COUNTY}120"
    path = write(
        f"2026-01,拆分,{JIA},{JIA},甲山镇,",
        f"2026-01,拆分,{JIA},{new},甲南镇,",
        f"2026-01,改码,{JIA}202,{new}202,,",
        f"2026-01,改码,{YI},{moved},,",
    )
    bridge = AreaRegister.read(path).since(BEFORE)
    rows = _visits(
        town_code=[JIA, JIA, JIA, YI, YI, None],
        village_code=[f"{JIA}201", f"{JIA}202", None, f"{YI}203", None, None],
    )
    found = bridge.rows(rows)
    assert found["town_code"].fillna("").tolist() == [JIA, new, COUNTY, moved, moved, ""]
    assert found["village_code"].fillna("").tolist() == [f"{JIA}201", f"{new}202", "", f"{moved}203", "", ""]
    towns_only = bridge.rows(rows[["town_code"]])
    assert towns_only["town_code"].fillna("").tolist() == [COUNTY] * 3 + [moved] * 2 + [""]
    assert list(towns_only) == ["town_code"]
    other = _visits(name=["a"])
    assert bridge.rows(other) is other


def test_what_codes_of_a_list_mean_before_and_after_its_month(write):
    """Jia gets a new code in January, Yi gets Jia's old one in July."""
    new = f"{COUNTY}120"
    path = write(f"2026-01,改码,{JIA},{new},,", f"2026-07,改码,{YI},{JIA},,")
    first = AreaRegister.read(path, FIRST)
    assert first.meanings(BEFORE)[JIA] == new
    assert first.meanings(FIRST) == {code: code for code in first.table["place_code"]}
    assert first.meanings(FIRST.shift(5)) == first.meanings(FIRST)
    after = first.meanings(LATER)
    assert after[JIA] == YI
    assert new in after
    assert YI not in after
    assert AreaRegister.read(path, LATER).meanings(FIRST)[YI] == JIA


def test_names_of_before_go_with_a_place_and_are_nobodys_after_a_split(write):
    """Jia: renamed in January, recoded in April, renamed again in July. Yi: renamed, then split."""
    new, half = f"{COUNTY}120", f"{COUNTY}130"
    path = write(
        f"2026-01,改名,{JIA},,甲川镇,",
        f"2026-01,改名,{YI},,乙川镇,",
        f"2026-04,改码,{JIA},{new},,",
        f"2026-04,拆分,{YI},{YI},乙川镇,",
        f"2026-04,拆分,{YI},{half},乙北镇,",
        f"2026-07,改名,{new},,甲原镇,",
    )
    now = AreaRegister.read(path)
    assert now.names_of(new) == {"甲山镇", "甲川镇", "甲原镇"}
    assert now.since(FIRST).former[new] == {"甲川镇"}
    assert now.names_of(YI) == {"乙川镇"}
    assert now.names_of(half) == {"乙北镇"}
    assert set(now.former_names) == {"甲山镇", "甲川镇"}
    assert [now.placed(code) for code in (JIA, YI, BING, half)] == [new, YI, BING, half]
    assert now.since(BEFORE).code_then(new) == JIA
    assert now.since(BEFORE).code_then(half) is None
    assert now.since(BEFORE).code_then(BING) == BING


def test_a_code_in_between_is_nobodys_of_the_beginning(write):
    """Jia is recoded twice: what came first leads to the last, and the code in between led nowhere then."""
    between, last = f"{COUNTY}120", f"{COUNTY}130"
    path = write(f"2026-01,改码,{JIA},{between},,", f"2026-07,改码,{between},{last},,")
    now = AreaRegister.read(path)
    assert {code: goals for code, goals in now.since(BEFORE).goals.items() if len(code) == 9} == {
        JIA: (last,)
    }
    assert now.since(FIRST).code(between) == last
    assert list(now.towns["place_code"]) == [last, YI]
