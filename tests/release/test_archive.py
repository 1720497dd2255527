"""Older months take less room, and nothing that the ledger names is lost."""

import shutil
from datetime import date

import pytest
from powercut import cut_at_every_line
from schedule_office import Office
from support import new_workspace

from hanbin_lib.files import sha256_of
from hanbin_lib.months import Month
from hanbin_lib.release import archive as archives
from hanbin_lib.release import ledger
from hanbin_lib.release.archive import ARCHIVE, pack, packed_files, unpack
from hanbin_lib.release.publication import Published, pack_older, publish, unpack_month
from hanbin_lib.release.staging import Staging
from hanbin_lib.schedule import examine, leftovers, remove
from hanbin_lib.state import PublicationManifest

ENDINGS = (".pdf", "_附册.pdf", ".html", ".docx", ".xlsx", ".ipynb")
SHARED = "".join(f"{n * n % 9973} " for n in range(2_000))  # what the pages of all towns hold alike


def _publish(workspace, month, revision=1):
    staging = Staging.of(workspace, month, f"{revision}" * 16)
    documents = {}
    for town in ("610902", "610902110", "610902111"):
        names = [f"{town}{ending}" for ending in ENDINGS]
        for name in names:
            (staging.folder / name).write_text(f"{name} {month} {revision} {SHARED}", encoding="utf-8")
        documents[town] = {
            "key": f"{town}{revision}",
            "files": {n: sha256_of(staging.folder / n) for n in names},
        }
    (staging.folder / "indicators.csv").write_text("indicator\n", encoding="utf-8")
    files = {"indicators.csv": sha256_of(staging.folder / "indicators.csv")}
    manifest = {
        "month": str(month), "revision": revision, "run_key": f"{revision}", "failed": {}, "documents": documents,
        "files": files,
    }  # fmt: skip
    ledger.enter(
        workspace, publish(workspace, month, staging, PublicationManifest.model_validate(manifest)), ()
    )


@pytest.fixture
def workspace(tmp_path):
    made = new_workspace(tmp_path / "office")
    for number in range(1, 7):
        _publish(made, Month(2022, number))
    _publish(made, Month(2022, 3), 2)
    return made


def _size(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def test_older_months_and_replaced_editions_are_packed_and_nothing_is_lost(workspace):
    before = _size(workspace.reports)
    done = pack_older(workspace)
    assert [f"{one.parent.name}/{one.name}" for one in done] == [
        "reports/2022-01", "reports/2022-02", "reports/2022-03", "reports/2022-04", "2022-03/r1",
    ]  # fmt: skip
    assert _size(workspace.reports) < 0.6 * before
    for number in range(1, 7):
        published = Published.read(workspace, Month(2022, number))
        assert published.is_as_published
        assert (published.folder / "610902.pdf").is_file()
        for packed in ("610902.html", "610902_附册.pdf"):
            assert (published.folder / packed).is_file() == (number > 4)
    replaced = Published.at(workspace.reports / ".revisions" / "2022-03" / "r1")
    assert replaced.is_as_published
    # Every manifest that the ledger names is there, with every file.
    held = {
        one.sha256 for one in (replaced, *(Published.read(workspace, Month(2022, n)) for n in range(1, 7)))
    }
    assert held == {entry.manifest for entry in ledger.entries(workspace)}
    assert examine(workspace, date(2022, 7, 1)).unlike_ledger == ()
    remove(workspace, leftovers(workspace, date(2099, 1, 1)))
    assert replaced.is_as_published


def test_what_is_packed_is_not_read_again_to_see_whether_it_is(workspace, monkeypatch):
    pack_older(workspace)
    monkeypatch.setattr(archives, "_members", None)
    archives._known.cache_clear()
    assert pack_older(workspace) == []


def test_what_was_packed_comes_back_to_the_byte(workspace):
    folder = workspace.reports / "2022-02"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    pack_older(workspace)
    assert unpack_month(workspace, Month(2022, 2)) == 15
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_damaged_file_or_archive_is_seen(workspace):
    altered = workspace.reports / "2022-01" / "610902.html"
    altered.write_text("altered", encoding="utf-8")
    pack_older(workspace)
    assert altered.read_text(encoding="utf-8") == "altered"  # not packed, so that it is seen
    archive = workspace.reports / "2022-02" / ARCHIVE
    archive.write_bytes(archive.read_bytes()[:-100])
    assert examine(workspace, date(2022, 7, 1)).unlike_ledger == (Month(2022, 1), Month(2022, 2))
    unpack(archive.parent)
    assert not archive.exists()


def test_packing_cut_at_every_line_loses_nothing(workspace, tmp_path):
    source = workspace.reports / "2022-02"
    published = Published.at(source)
    names = [name for one in published.manifest.documents.values() for name in one.files]
    folder = tmp_path / "cut"

    def prepare():
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(source, folder)
        return lambda: pack(folder, names)

    cuts = 0
    for _ in cut_at_every_line(prepare, ("release/archive.py",)):
        cuts += 1
        assert Published.at(folder).is_as_published
        pack(folder, names)
        assert Published.at(folder).is_as_published
        unpack(folder)
        assert packed_files(folder) == {}
        assert Published.at(folder).is_as_published
    assert cuts > 10


def test_an_office_goes_on_with_packed_months(workspace):
    pack_older(workspace)
    Office(workspace).release(Month(2022, 7))
    pack_older(workspace)
    assert examine(workspace, date(2022, 8, 1)).unlike_ledger == ()
