"""The plug is pulled at every line of a publication: readers see the old month or the new one."""

import json
import shutil
from pathlib import Path

import pytest
from powercut import cut_at_every_line

from hanbin_lib.files import sha256_of
from hanbin_lib.months import Month
from hanbin_lib.release import publication
from hanbin_lib.release.plan import Document
from hanbin_lib.release.publication import MANIFEST, Published, link_over, publish, settle
from hanbin_lib.release.staging import Staging
from hanbin_lib.state import PublicationManifest
from hanbin_lib.workspace import Workspace

MONTH = Month(2022, 9)
FILES = ("release/publication.py", "release/staging.py", "files.py")
AREAS = ("610902", "610902110", "610902111")


def _documents(edition):
    return tuple(
        Document(
            area,
            area,
            Path("some.ipynb"),
            {"edition": "internal"},
            key=f"{area}-{edition if area != AREAS[2] else 0}",
        )
        for area in AREAS
    )


def _release(workspace, edition, made):
    """What a run does, without kernels: a document is its key written into its files."""
    settle(workspace)
    published = Published.read(workspace, MONTH)
    documents = _documents(edition)
    held = [d for d in documents if published and published.holds(d.area, d.key)]
    if published and len(held) == len(documents):
        return
    staging = Staging.of(workspace, MONTH, f"{edition}" * 64)
    files = staging.finished(documents)
    for document in (d for d in documents if d not in held and d.area not in files):
        for name in document.files:
            (staging.folder / name).write_text(document.key)
        files[document.area] = staging.record(document)
        made.append(document.area)
    if published:
        link_over(published, [name for d in held for name in d.files], staging.folder)
    files |= {d.area: {n: sha256_of(staging.folder / n) for n in d.files} for d in held}
    staging.keep_only({name for part in files.values() for name in part})
    entries = {d.area: {"key": d.key, "files": files[d.area]} for d in documents}
    manifest = {
        "revision": edition,
        "run_key": staging.run_key,
        "documents": entries,
        "files": {},
        "failed": {},
    }
    publish(workspace, MONTH, staging, PublicationManifest.model_validate(manifest))


def _contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def _complete(folder):
    """Edition of a folder, of which every file must be the manifest's."""
    published = Published.at(folder)
    documents = published.manifest.documents
    assert published.holds(AREAS[0], documents[AREAS[0]].key)
    files = {name: digest for one in documents.values() for name, digest in one.files.items()}
    assert {name: sha256_of(folder / name) for name in files} == files
    assert set(_contents(folder)) == {MANIFEST, *files}
    return published.manifest.revision


def _seen_by_pointer(workspace):
    pointer = json.loads((workspace.reports / "latest.json").read_text())
    return _complete(workspace.reports / pointer["months"][str(MONTH)]["folder"])


@pytest.fixture(params=["exchange", "no exchange"])
def can_exchange(request, monkeypatch):
    if request.param == "no exchange":
        monkeypatch.setattr(publication, "swap", lambda first, second: False)
    return request.param == "exchange"


@pytest.mark.parametrize("repeated", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_a_second_edition_cut_at_every_line(tmp_path, can_exchange, repeated):
    """Old or new at every instant; the next run ends where an undisturbed one does."""
    first, undisturbed = Workspace(tmp_path / "first"), Workspace(tmp_path / "undisturbed")
    _release(first, 1, [])
    shutil.copytree(first.root, undisturbed.root)
    _release(undisturbed, 2, [])
    workspace, before = Workspace(tmp_path / "cut"), []

    def prepare():
        shutil.rmtree(workspace.root, ignore_errors=True)
        shutil.copytree(first.root, workspace.root)
        before.clear()
        return lambda: _release(workspace, 2, before)

    cuts, seen = 0, set()
    for _ in cut_at_every_line(prepare, FILES, repeated=repeated):
        cuts += 1
        if can_exchange:
            seen.add(_complete(workspace.reports / str(MONTH)))
        seen.add(_seen_by_pointer(workspace))
        after = []
        _release(workspace, 2, after)
        assert not set(before) & set(after)  # what was finished is not made again
        assert _contents(workspace.reports / str(MONTH)) == _contents(undisturbed.reports / str(MONTH))
        assert _seen_by_pointer(workspace) == 2
        kept = [_complete(path) for path in (workspace.reports / ".revisions" / str(MONTH)).iterdir()]
        assert set(kept) == {1}
        assert not list((workspace.reports / ".staging").iterdir())
    assert seen == {1, 2}
    assert cuts > 100


def test_a_first_edition_cut_at_every_line_is_there_or_not(tmp_path):
    workspace = Workspace(tmp_path / "cut")

    def prepare():
        shutil.rmtree(workspace.root, ignore_errors=True)
        return lambda: _release(workspace, 1, [])

    seen = set()
    for _ in cut_at_every_line(prepare, FILES):
        published = Published.read(workspace, MONTH)
        seen.add(_complete(published.folder) if published else 0)
        _release(workspace, 1, [])
        assert _complete(workspace.reports / str(MONTH)) == 1
        assert not (workspace.reports / ".revisions").exists()
    assert seen == {0, 1}
