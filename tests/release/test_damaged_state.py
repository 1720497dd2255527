"""Damaged files of state: a stable error with what to do, and no other month stands still for it."""

import json
import os
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from schedule_office import Office
from support import new_workspace
from typer.testing import CliRunner

from hanbin_lib import audit, snapshots
from hanbin_lib.cli.doctor import Check
from hanbin_lib.cli.main import app
from hanbin_lib.errors import HanbinError
from hanbin_lib.months import Month
from hanbin_lib.release.publication import Published
from hanbin_lib.snapshots import Manifest

HIT, OTHER, NEXT = Month(2022, 9), Month(2022, 8), Month(2022, 10)
COMMANDS = (
    ("health", "--today", "2022-11-05"),
    ("audit",),
    ("versions", str(HIT)),
    ("verify", f"reports/{HIT}"),
    ("prune", "--delete", "--today", "2022-11-05"),
    ("doctor",),
    ("due", "--today", "2022-11-05"),
    ("doctor", "--repair", "--yes"),
)

pytestmark = pytest.mark.usefixtures("no_parent")
CONTENTS = {
    "empty": b"",
    "{}": b"{}",
    "[]": b"[]",
    "null": b"null",
    "half": b'{"months": {"2022-09": {"folder": "2022-',
    "noise": bytes(range(256)),
    "deep": b"[" * 100_000,
    "numbers for texts": b'{"latest": 1, "months": {"2022-09": 7}, "documents": [], "id": 3, "revision": "x"}',
    "out of its folder": b'{"latest": "2022-09", "months": {"2022-09": {"folder": "../../etc", "revision": 1}}}',
}
FILES = {
    "pointer": "reports/latest.json",
    "manifest": f"reports/{HIT}/manifest.json",
    "list of versions": f"data/store/{HIT}/versions.jsonl",
    "data manifest": f"data/store/{HIT}/aa/manifest.json",
}


def _written(content):
    def damage(path):
        path.write_bytes(content)

    return damage


def _folder(path):
    path.unlink()
    path.mkdir()


def _pipe(path):
    path.unlink()
    os.mkfifo(path)


def _loop(path):
    path.unlink()
    path.symlink_to(path.name)


def _cut(path):
    path.write_bytes(path.read_bytes()[:-7])


DAMAGES = [
    *((f"{file}: {name}", target, _written(content)) for file, target in FILES.items() for name, content in CONTENTS.items()),
    *((f"{file}: {act.__name__}", target, act) for file, target in FILES.items() for act in (_folder, _pipe, _loop, _cut)),
    ("record: {}", "data/audit.jsonl", _written(b"{}\n")),
    ("record: noise", "data/audit.jsonl", _written(bytes(range(256)) + b"\n")),
    ("record: folder", "data/audit.jsonl", _folder),
    ("record: half a line", "data/audit.jsonl", _cut),
    ("holder: {}", "reports/.release.holder", _written(b'{"pid": "x", "host": [], "started": null, "since": 1}')),
    ("table: cut", f"data/store/{HIT}/aa/villages.parquet", _cut),
]  # fmt: skip
FOREIGN = (
    "reports/.DS_Store", "reports/desktop.ini", "reports/.staging/.DS_Store", "reports/.staging/desktop.ini",
    "reports/.staging/notes.txt", f"reports/{HIT}/Thumbs.db", "reports/2022-99/x", "reports/.revisions/.DS_Store",
    f"reports/.revisions/{HIT}/desktop.ini", "data/store/.DS_Store", "data/store/desktop.ini",
    "data/store/2022-09 copy/versions.jsonl", f"data/store/{HIT}/.DS_Store", "data/forecasts/.DS_Store",
    "data/cache/desktop.ini", "data/logs/.DS_Store",
)  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Two published months, and a third with data that is due."""
    workspace = new_workspace(tmp_path_factory.mktemp("state") / "office")
    table = pd.DataFrame({"village": ["a", "b"]}).to_parquet()
    for month in (OTHER, HIT, NEXT):
        manifest = Manifest(id="aa", month=str(month), is_demonstration=True, program="p", sources=())
        snapshots.store(workspace, manifest, {"villages": table})
        snapshots.make_current(workspace, month, "aa")
        audit.append(workspace.audit, f"import {month}", {}, {"snapshot": "aa"})
    office = Office(workspace)
    for month in (OTHER, HIT):
        office.release(month)
    (workspace.reports / ".release.holder").write_text("{}")
    return workspace


@pytest.fixture
def hit(whole, tmp_path, monkeypatch):
    workspace = type(whole)(tmp_path / "office")
    shutil.copytree(whole.root, workspace.root)
    office = Office(workspace)

    def release(_workspace, month, *_arguments, **_more):
        audit.head(workspace.audit)
        snapshots.latest(workspace, month)
        return office.release(month)

    monkeypatch.setattr("hanbin_lib.release.release_month", release)
    monkeypatch.setattr("hanbin_lib.cli.doctor.release_month", release)
    for name in ("_packages", "_fonts", "_kernel"):  # of the installation, which is not damaged
        monkeypatch.setattr(f"hanbin_lib.cli.doctor.{name}", lambda: Check("", ""))
    monkeypatch.chdir(workspace.root)
    return workspace


def _call(workspace, command):
    """What a command says; it may end with an error of its own, never with another."""
    done = CliRunner().invoke(app, [*command, "--workspace", str(workspace.root)])
    raised = done.exception
    assert raised is None or isinstance(raised, SystemExit | HanbinError), (command, raised)
    said = f"{done.output}{raised}"
    assert "Traceback" not in said
    assert "HB-INT-001" not in said
    if isinstance(raised, HanbinError):
        assert re.fullmatch(r"HB-[A-Z]{2,3}-\d{3}", raised.code)
        assert raised.action
    return done


def _folder_of(workspace, month):
    return {p.name: p.read_bytes() for p in (workspace.reports / str(month)).iterdir()}


def _nothing_else_was_hit(workspace, before):
    assert _folder_of(workspace, OTHER) == before
    assert snapshots.latest(workspace, OTHER).id == "aa"
    assert Published.read(workspace, NEXT) is not None


@pytest.mark.parametrize(("target", "damage"), [d[1:] for d in DAMAGES], ids=[d[0] for d in DAMAGES])
def test_no_damage_ends_a_command_or_another_month(hit, target, damage):
    before = _folder_of(hit, OTHER)
    path = hit.root / target
    damage(path)
    for command in COMMANDS:
        _call(hit, command)
    if "audit" in target:
        _call(hit, ("due", "--today", "2022-11-05"))
    _nothing_else_was_hit(hit, before)
    # What can be made again has been; what is left names what a person has to do.
    left = _call(hit, ("doctor", "--repair"))
    assert "完好" in left.output or "hanbin import" in left.output
    assert audit.head(hit.audit).records > 3


@pytest.mark.parametrize("name", FOREIGN)
def test_what_systems_leave_in_folders_is_passed_over(hit, name):
    before = _folder_of(hit, OTHER)
    path = hit.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\x00\x00\x00\x01Bud1")
    for command in COMMANDS:
        _call(hit, command)
    _nothing_else_was_hit(hit, before)


def test_repair_says_first_and_does_when_asked(hit):
    list_of_versions = hit.store / str(HIT) / "versions.jsonl"
    list_of_versions.write_bytes(b"{")
    done = _call(hit, ("doctor", "--repair"))
    assert "按导入记录重建" in done.output
    assert "--yes" in done.output
    assert list_of_versions.read_bytes() == b"{"
    assert _call(hit, ("doctor", "--repair", "--yes")).exit_code == 0
    assert snapshots.latest(hit, HIT).id == "aa"


def test_a_repaired_record_says_what_was_put_aside_and_enters_what_is_published(hit):
    lines = hit.audit.read_text(encoding="utf-8").splitlines(keepends=True)
    lines[1] = lines[1].replace("import", "export")
    hit.audit.write_text("".join(lines), encoding="utf-8")
    with pytest.raises(HanbinError, match="HB-AUD-001"):
        audit.head(hit.audit)
    _call(hit, ("doctor", "--repair", "--yes"))
    actions = [record.action for record in audit.records(hit.audit)]
    assert actions == [f"import {OTHER}", "repair audit", f"bulletin {OTHER}", f"bulletin {HIT}"]
    assert (hit.root / "data" / "damaged" / "audit.jsonl").read_text(encoding="utf-8") == "".join(lines)


def test_there_are_at_least_forty_damages_and_six_commands():
    assert len(DAMAGES) + len(FOREIGN) >= 40
    assert len(COMMANDS) >= 6
    assert json.loads(CONTENTS["out of its folder"])["months"]
    assert Path(FILES["pointer"]).name == "latest.json"
