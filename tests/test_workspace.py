"""Parameter files that nobody would read, because their names are not quite right, are told with the name."""

import re

import pytest
from support import REPOSITORY

from hanbin_lib.params import _FILES
from hanbin_lib.workspace import unread_files

SETTINGS = {name for name, _ in _FILES.values()}


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("notify.yml", "notify.yaml"),
        ("notify.YAML", "notify.yaml"),
        ("notfy.yaml", "notify.yaml"),
        ("area_change.csv", "area_changes.csv"),
        ("tiles.csv.txt", "tiles.csv"),
        ("growth_outlook.yml", "growth_outlook.yaml"),
        ("issues/2026-9.yaml", "issues/2026-09.yaml"),
        ("issues/2026年10月.yaml", "issues/2026-10.yaml"),
        ("issues/2026-10.yaml.txt", "issues/2026-10.yaml"),
        ("scenarios/flood.yml", "scenarios/flood.yaml"),
        ("policy/2026-/Policy.yaml", "policy/2026-/policy.yaml"),
    ],
)
def test_a_name_that_is_nearly_one_is_told_with_it(tmp_path, name, meant):
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).touch()
    assert unread_files(tmp_path, SETTINGS) == [f"{name}：不会被读取，应改名为 {meant}"]


@pytest.mark.parametrize(
    "name",
    ["月报模板.docx", "areas - 副本.csv", "county.yaml.bak", "读我.txt", "issues/2026-13.yaml", "fonts/a.ttf",
     "issues/2026-10.yaml", "policy/2026-/policy.yaml", "tiles.csv", "keepers.yaml"],
)  # fmt: skip
def test_what_is_read_and_what_resembles_nothing_is_left_alone(tmp_path, name):
    for file in (*SETTINGS, name):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).touch()
    assert unread_files(tmp_path, SETTINGS) == []


def test_every_file_that_the_library_reads_is_known(tmp_path):
    """Each name that stands behind ``params /`` in the code, spelt with another ending, is found."""
    code = "\n".join(path.read_text("utf-8") for path in (REPOSITORY / "hanbin_lib").rglob("*.py"))
    names = set(re.findall(r'(?:params|folder) / "([a-z_]+\.(?:yaml|csv))"', code))
    assert len(names) > 8
    for name in names:
        (tmp_path / f"{name}.txt").touch()
    assert len(unread_files(tmp_path, SETTINGS)) == len(names)
