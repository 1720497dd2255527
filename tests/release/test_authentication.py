"""A published folder is held against manifest and ledger before anything of it is run."""

import json
import zipfile

import pytest
from schedule_office import Office
from support import new_workspace

from hanbin_lib import audit
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.files import sha256_of
from hanbin_lib.months import Month
from hanbin_lib.params import FalseAlarm
from hanbin_lib.release import ledger
from hanbin_lib.release.checks import reproducibility
from hanbin_lib.release.publication import INPUTS, MANIFEST, Published, publish
from hanbin_lib.release.staging import Staging
from hanbin_lib.state import PublicationManifest

MONTH = Month(2022, 9)
DOCUMENT = "610902.pdf"


@pytest.fixture
def published(tmp_path, monkeypatch):
    """A month with a document and its inputs; making it again is only noted."""
    workspace = new_workspace(tmp_path / "office")
    workspace.secret.parent.mkdir()
    workspace.secret.write_bytes(b"k" * 32)
    staging = Staging.of(workspace, MONTH, "aa")
    (staging.folder / DOCUMENT).write_bytes(b"%PDF")
    with zipfile.ZipFile(staging.folder / INPUTS, "w") as packed:
        packed.writestr("notebooks/bulletin_district.ipynb", "{}")
    hashes = {name: sha256_of(staging.folder / name) for name in (DOCUMENT, INPUTS)}
    manifest = {
        "month": str(MONTH), "revision": 1, "run_key": "aa", "failed": {}, "files": {INPUTS: hashes[INPUTS]},
        "documents": {"610902": {"key": "k", "files": {DOCUMENT: hashes[DOCUMENT]}}},
        "code_sha256": reproducibility.program_digest(),
    }  # fmt: skip
    made = publish(workspace, MONTH, staging, PublicationManifest.model_validate(manifest))
    ledger.enter(workspace, made, ())
    run = []
    monkeypatch.setattr(reproducibility, "_run", lambda *arguments: run.append(arguments))
    return workspace, made.folder, run


def _with_another_notebook(folder):
    with zipfile.ZipFile(folder / INPUTS, "a") as packed:
        packed.writestr("notebooks/bulletin_town.ipynb", '{"cells": ["anything"]}')


def _that_its_manifest_knows(folder):
    _with_another_notebook(folder)
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    manifest["files"][INPUTS] = sha256_of(folder / INPUTS)
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")


def _with_a_stranger(folder):
    (folder / "run_me.py").write_text("", encoding="utf-8")


def _with_an_altered_document(folder):
    (folder / DOCUMENT).write_bytes(b"%PDF altered")


def _without_its_document(folder):
    (folder / DOCUMENT).unlink()


def _with_a_link(folder):
    (folder / DOCUMENT).rename(folder.parent / "elsewhere.pdf")
    (folder / DOCUMENT).symlink_to(folder.parent / "elsewhere.pdf")


@pytest.mark.parametrize(
    "tamper",
    [
        _with_another_notebook,
        _that_its_manifest_knows,
        _with_a_stranger,
        _with_an_altered_document,
        _without_its_document,
        _with_a_link,
    ],
)
def test_nothing_of_a_tampered_folder_is_run(published, tamper):
    workspace, folder, run = published
    tamper(folder)
    with pytest.raises(HanbinError, match="HB-VER-004") as caught:
        reproducibility.verify_month(workspace, MONTH)
    assert caught.value.exit_code is ExitCode.GATE_FAILED
    assert run == []


def test_a_broken_record_stops_before_anything_is_run(published):
    workspace, _, run = published
    workspace.audit.write_text(
        workspace.audit.read_text(encoding="utf-8").replace("bulletin", "bulletim"), "utf-8"
    )
    with pytest.raises(HanbinError, match="HB-AUD-001"):
        reproducibility.verify_month(workspace, MONTH)
    assert run == []


def test_an_untouched_folder_is_made_again(published):
    workspace, folder, run = published
    (folder / ".DS_Store").write_bytes(b"")
    reproducibility.verify_month(workspace, MONTH)
    assert len(run) == 1


def test_a_manifest_that_was_not_entered_is_no_publication_to_go_on_from(published):
    """What somebody put into the folder, with hashes that agree, is never entered by the next run."""
    from hanbin_lib.release.revision import _as_entered

    workspace, folder, _ = published
    whole = Published.read(workspace, MONTH)
    assert _as_entered(workspace, whole) is whole
    _that_its_manifest_knows(folder)
    assert _as_entered(workspace, Published.read(workspace, MONTH)) is None
    before = audit.head(workspace.audit)
    Office(workspace)
    assert audit.head(workspace.audit) == before


def test_whoever_answers_for_a_false_alarm_stands_in_the_record(published):
    """A word that the guard let pass: which, who says so and why, in the entry of that publication."""
    workspace, folder, _ = published
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8")) | {"revision": 2}
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    alarm = FalseAlarm(word="种植", by="张负责", reason="是产业名称")
    ledger.enter(workspace, Published.at(folder), (), (alarm,))
    entries = [entry for entry in audit.records(workspace.audit) if entry.action == f"bulletin {MONTH}"]
    assert [entry.inputs.get("false_alarms") for entry in entries] == [None, [alarm.model_dump()]]
