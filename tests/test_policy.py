"""Policy packs: each month has the one of its time, and nothing that no document says."""

import shutil

import pytest
from support import REPOSITORY

from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.months import Month
from hanbin_lib.params import Settings
from hanbin_lib.policy import read_policies
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
