"""`hanbin doctor` finds what was broken on purpose, and says how to mend it."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from support import MONTH

from hanbin_lib import fonts, snapshots
from hanbin_lib.cli import doctor
from hanbin_lib.errors import ExitCode
from hanbin_lib.months import Month


def _by_subject(space):
    return {check.subject: check for check in doctor.examine(space.root)}


def test_a_sound_installation_has_nothing_to_mend(demo_workspace, printed):
    checks = doctor.examine(demo_workspace.root)
    assert [check for check in checks if check.is_fault] == []
    assert doctor.report(checks) == ExitCode.OK
    assert "没有要修的" in printed()


def test_a_folder_without_parameters_is_a_finding(tmp_path):
    *_, last = doctor.examine(tmp_path)
    assert last.is_fault
    assert "hanbin init" in last.mend


def test_a_month_without_policy_and_a_year_without_holidays_are_told(own_workspace, monkeypatch):
    monkeypatch.setattr(doctor, "this_month", lambda: Month(2026, 11))
    found = _by_subject(own_workspace)["政策包"]
    assert found.mend == ""
    pack = own_workspace.params / "policy" / "2026-" / "policy.yaml"
    pack.write_text(pack.read_text(encoding="utf-8").replace("unit: 日", "unit: 工作日"), encoding="utf-8")
    assert _by_subject(own_workspace)["政策包"].mend == ""
    (own_workspace.params / "holidays.csv").write_text("year,date,kind,document\n", encoding="utf-8")
    found = _by_subject(own_workspace)["政策包"]
    assert found.is_hint
    assert "年的放假通知没有录入" in found.found
    pack.unlink()
    assert "没有政策包" in _by_subject(own_workspace)["政策包"].found


@pytest.mark.parametrize(
    ("old", "new", "stops"), [('"610902"', '"610903"', True), ("汉滨区\n", "乙区\n", False)]
)
def test_a_county_whose_two_files_differ_is_found(own_workspace, old, new, stops):
    path = own_workspace.params / "county.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    found = _by_subject(own_workspace)["参数"]
    assert found.mend
    assert found.is_fault == stops


def test_damaged_data_are_found(own_workspace):
    table = next(snapshots.latest(own_workspace, MONTH).folder.glob("*.parquet"))
    table.write_bytes(table.read_bytes()[:-1] + b"?")
    found = _by_subject(own_workspace)["数据"]
    assert found.is_fault
    assert "HB-SNP-002" in found.found


@pytest.mark.skipif(os.name != "posix", reason="modes are a matter of POSIX")
def test_a_key_that_others_can_read_is_found(own_workspace):
    own_workspace.secret.chmod(0o644)
    found = _by_subject(own_workspace)["权限"]
    assert "chmod 600" in found.mend
    own_workspace.secret.chmod(0o600)
    assert not _by_subject(own_workspace)["权限"].is_fault


def test_a_typeface_that_is_gone_is_found(demo_workspace, monkeypatch):
    first, *rest = fonts.faces()
    monkeypatch.setattr(fonts, "faces", lambda: (replace(first, path=Path("没有.otf")), *rest))
    assert "没有.otf" in _by_subject(demo_workspace)["字体"].found


def test_a_package_of_another_version_is_named():
    wrong = list(
        doctor._unlike("numpy==0.0.1 \\\n    --hash=sha256:a\nnowhere==1 ; python_version < '3' \\\n")
    )
    assert len(wrong) == 1
    assert wrong[0].startswith("numpy（")


def test_a_broken_record_is_found(own_workspace):
    own_workspace.audit.write_text("{}\n", encoding="utf-8")
    assert "HB-AUD-001" in _by_subject(own_workspace)["操作记录"].found
