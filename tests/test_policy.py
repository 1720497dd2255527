"""Policy packs: each month has the one of its time, and nothing that no document says."""

import shutil

import pytest
from support import REPOSITORY

from hanbin_lib.contract.local import local_tables
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.months import Month
from hanbin_lib.params import Settings
from hanbin_lib.policy import (
    Clock,
    Clocks,
    CountyColumns,
    PackColumns,
    Policy,
    Word,
    WorkItems,
    read_policies,
)
from hanbin_lib.workspace import Workspace

SHIPPED = read_policies(REPOSITORY / "params")


def pack(folder, name, text):
    path = folder / "policy" / name / "policy.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_a_month_has_the_pack_of_its_time():
    old, new = (SHIPPED.of(Month(*when)) for when in ((2025, 12), (2026, 1)))
    assert (old.first_month, new.first_month) == ("2021-01", "2026-01")
    assert SHIPPED.of(Month(2022, 9)) is old
    assert SHIPPED.of(Month(2030, 1)) is new
    assert SHIPPED.of(Month(2020, 12)) is None


def test_every_clock_names_its_document():
    for one in SHIPPED.packs:
        for clock in (one.clocks.clue_decision, one.clocks.clue_notice):
            assert clock.document


def test_a_pack_for_another_time_changes_nothing_of_a_month(tmp_path):
    shutil.copytree(REPOSITORY / "params", tmp_path / "params")
    before = Settings.load(Workspace(tmp_path)).at(Month(2022, 9))
    new = tmp_path / "params/policy/2026-/policy.yaml"
    new.write_text(new.read_text(encoding="utf-8").replace("days: 15", "days: 10"), encoding="utf-8")
    with (tmp_path / "params/holidays.csv").open("a", encoding="utf-8") as stream:
        stream.write("2027,2027-01-01,放假,某号\n")
    after = Settings.load(Workspace(tmp_path))
    assert after.at(Month(2022, 9)) == before
    assert after.at(Month(2026, 3)).policies.of(Month(2026, 3)).clocks.clue_decision.days == 10


def test_without_packs_a_month_has_none(tmp_path):
    assert read_policies(tmp_path).of(Month(2022, 9)) is None


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ("first_month: 2021-01\n", "first_month: 2026-01\n", "甲 和 乙 的月份重叠"),
        ("first_month: 2021-01\nlast_month: 2026-01\n", "first_month: 2026-01\n", "月份重叠"),
        ("first_month: 2021-01\nlast_month: 2020-12\n", "first_month: 2026-01\n", "last_month 早于 first_month"),
        ("first_month: 2021-01\nclocks: {clue_decision: {days: 15, unit: 日}}\nlast_month: 2025-12\n",
         "first_month: 2026-01\n", "document 没有填写"),
        ("first_month: 2021-01\nlast_month: 2025-12\n",
         "first_month: 2026-01\nclocks: {clue_decison: {days: 15, unit: 日, document: 一}}\n", "clue_decison"),
    ],
)  # fmt: skip
def test_faults_are_told_of_the_pack_that_has_them(tmp_path, first, second, told):
    pack(tmp_path, "甲", first)
    pack(tmp_path, "乙", second)
    with pytest.raises(HanbinError) as caught:
        read_policies(tmp_path)
    assert caught.value.exit_code is ExitCode.PARAMS_INVALID
    assert told in caught.value.message


OWN = CountyColumns(
    aliases={"监测对象信息": {"监测对象类别": ("本县的表头",)}}, labels={"致贫/返贫风险1": {"因大病": "因病"}}
)
COLUMNS = PackColumns(
    aliases={"监测对象信息": {"监测对象类别": ("新表头",)}, "脱贫户信息": {"户类型": ("农户类型",)}},
    labels={"致贫/返贫风险1": {"因大病": "因残", "重病": "因病"}},
    values={"监测对象类别": ("新类别",)},
)


def test_a_month_reads_headings_and_labels_of_its_time_and_the_county_s_own():
    pack = Policy(first_month="2026-01", columns=COLUMNS)
    joined = OWN.under(pack)
    assert joined.aliases["监测对象信息"] == {"监测对象类别": ("新表头", "本县的表头")}
    assert joined.aliases["脱贫户信息"] == {"户类型": ("农户类型",)}
    # Where both say something of a label the county's own counts.
    assert joined.labels == {"致贫/返贫风险1": {"因大病": "因病", "重病": "因病"}}
    table = local_tables(joined, "610902")["monitored_persons"]
    column = table.column("monitored_category")
    assert {"新表头", "本县的表头"} <= set(column.aliases)
    assert column.labels[-1] == "新类别"
    assert OWN.under(Policy(first_month="2021-01")) == OWN


def test_an_item_that_no_pack_lists_is_told_and_without_a_list_none_is():
    items = SHIPPED.of(Month(2022, 9)).work_items.items
    assert len(items) == 15
    columns = CountyColumns().under(SHIPPED.of(Month(2022, 9)))
    assert local_tables(columns, "610902")["department_tasks"].column("work_item").labels == items
    assert local_tables(CountyColumns(), "610902")["department_tasks"].column("work_item").labels == ()


def test_a_heading_that_is_none_is_told():
    wrong = CountyColumns().under(
        Policy(first_month="2026-01", columns=PackColumns(values={"户编号": ("甲",)}))
    )
    with pytest.raises(HanbinError, match="values：没有“户编号”这一列"):
        local_tables(wrong, "610902")


def test_what_moved_is_not_passed_over(tmp_path):
    shutil.copytree(REPOSITORY / "params", tmp_path / "params")
    (tmp_path / "params/work_items.yaml").write_text("headings: {}\n", encoding="utf-8")
    with pytest.raises(HanbinError, match=r"work_items\.yaml：事项已移到 params/policy"):
        Settings.load(Workspace(tmp_path))


def test_words_are_the_program_s_own_the_longest_first():
    words = {"监测对象": Word(word="新对象", document="一"), "监测线": Word(word="新线", document="一")}
    pack = Policy(first_month="2026-01", words=words)
    assert (
        pack.spoken("在册监测对象低于监测线；来源：监测对象信息") == "在册新对象低于新线；来源：监测对象信息"
    )
    assert Policy(first_month="2026-01").spoken("监测对象") == "监测对象"
    with pytest.raises(ValueError, match="不是程序用的词"):
        Policy(first_month="2026-01", words={"脱贫户": Word(word="别的", document="一")})


def test_terms_of_a_period_take_the_place_of_the_house_rules(tmp_path):
    shutil.copytree(REPOSITORY / "params", tmp_path / "params")
    new = tmp_path / "params/policy/2026-/policy.yaml"
    text = new.read_text(encoding="utf-8")
    term = "clocks:\n  measure_deadline: {months: 3, document: 某号}\n"
    new.write_text(text.replace("clocks:\n", term, 1), encoding="utf-8")
    settings = Settings.load(Workspace(tmp_path))
    assert settings.at(Month(2026, 1)).rules.measure_deadline_months == 3
    assert settings.at(Month(2026, 1)).rules.least_months_to_elimination == 6
    assert settings.at(Month(2025, 12)).rules == settings.rules


def test_names_of_a_period_stand_in_its_months(tmp_path):
    shutil.copytree(REPOSITORY / "params", tmp_path / "params")
    new = tmp_path / "params/policy/2026-/policy.yaml"
    named = "names: {bureau_name: 某区农业农村局, document: 某号}\n"
    new.write_text(new.read_text(encoding="utf-8") + named, encoding="utf-8")
    settings = Settings.load(Workspace(tmp_path))
    assert settings.at(Month(2026, 1)).county.bureau_name == "某区农业农村局"
    assert settings.at(Month(2026, 1)).county.bulletin_name == settings.county.bulletin_name
    assert settings.at(Month(2025, 12)).county == settings.county


@pytest.mark.parametrize(
    ("decision", "notice", "counts"),
    [(None, None, False), ("日", None, False), (None, "日", False), ("日", "日", False), ("工作日", None, True),
     (None, "工作日", True), ("日", "工作日", True), ("工作日", "日", True)],
)  # fmt: skip
def test_the_calendar_is_needed_by_a_clock_of_working_days(decision, notice, counts):
    one, other = (
        None if unit is None else Clock(days=5, unit=unit, document="〔测试〕1号")
        for unit in (decision, notice)
    )
    assert Clocks(clue_decision=one, clue_notice=other).counts_working_days == counts


def test_a_work_item_stands_under_its_heading():
    items = WorkItems(
        title="事项", heading="类", headings={"甲": ("产业", "就业"), "乙": ("住房",)}, document="〔测试〕1号"
    )
    assert items.items == ("产业", "就业", "住房")
    assert [items.heading_of(one) for one in ("产业", "就业", "住房", "饮水")] == ["甲", "甲", "乙", ""]
