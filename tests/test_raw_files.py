"""Kept files: as they came byte for byte, opened by a keeper only, all or none."""

import hashlib
import json
import shutil
import stat

import hypothesis.strategies as st
import pyrage
import pytest
from hypothesis import given, settings
from powercut import cut_at_every_line
from pyrage import x25519

from hanbin_lib import audit, raw_files
from hanbin_lib.errors import HanbinError
from hanbin_lib.months import Month
from hanbin_lib.raw_files import Keeper, keep, load_keepers, new_key, restore
from hanbin_lib.workspace import Workspace

MONTH, VERSION = Month(2022, 9), "ab" * 8
CANARY = "覃玢璟"
CONTENTS = {
    f"{CANARY}的导出.xlsx": f"姓名,{CANARY}".encode() * 50,
    "空.csv": b"",
    "b.csv": bytes(range(256)) * 300,
}


@pytest.fixture
def workspace(tmp_path):
    return Workspace(tmp_path / "workspace")


@pytest.fixture
def key(tmp_path, workspace):
    path = tmp_path / "office.key"
    return path, Keeper(name="办公室", key=new_key(path, workspace))


def inbox(folder, contents=CONTENTS):
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return {hashlib.sha256(content).hexdigest(): folder / name for name, content in contents.items()}


def kept(workspace, tmp_path, *keepers, version=VERSION):
    return keep(workspace, MONTH, version, inbox(tmp_path / "inbox"), keepers)


def tree(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refused(code, act):
    with pytest.raises(HanbinError) as caught:
        act()
    assert caught.value.code == code
    assert CANARY not in str(caught.value)
    return caught.value


def test_what_is_restored_is_what_came(workspace, key, tmp_path):
    path, keeper = key
    made = kept(workspace, tmp_path, keeper)
    target = tmp_path / "restored"
    back = restore(workspace, MONTH, target, path, version=VERSION[:6])
    assert made == back
    assert {file.name: file.read_bytes() for file in target.iterdir()} == CONTENTS
    assert stat.S_IMODE(target.stat().st_mode) == 0o700
    assert [record.action for record in audit.records(workspace.audit)] == [
        "keep-raw 2022-09",
        "restore-raw 2022-09",
    ]


@settings(max_examples=20)
@given(st.lists(st.binary(max_size=200), min_size=1, max_size=5, unique=True))
def test_any_bytes_come_back(tmp_path_factory, contents):
    root = tmp_path_factory.mktemp("any")
    workspace, path = Workspace(root / "w"), root / "key"
    keeper = Keeper(name="甲", key=new_key(path, workspace))
    named = {f"{number}.csv": content for number, content in enumerate(contents)}
    keep(workspace, MONTH, VERSION, inbox(root / "in", named), (keeper,))
    restore(workspace, MONTH, root / "out", path, version=VERSION)
    assert {file.name: file.read_bytes() for file in (root / "out").iterdir()} == named


def test_no_name_and_no_content_lies_in_the_workspace(workspace, key, tmp_path):
    kept(workspace, tmp_path, key[1])
    secret = next(line for line in key[0].read_text().splitlines() if line.startswith("AGE-SECRET"))
    for name, content in tree(workspace.root).items():
        assert CANARY not in str(name)
        assert CANARY.encode() not in content
        assert secret.encode() not in content


def test_each_keeper_opens_and_nobody_else(workspace, key, tmp_path):
    second = tmp_path / "second.key"
    other = Keeper(name="信息中心", key=new_key(second, workspace))
    kept(workspace, tmp_path, key[1], other)
    for number, path in enumerate((key[0], second)):
        restore(workspace, MONTH, tmp_path / str(number), path, version=VERSION)
    stranger = tmp_path / "stranger.key"
    new_key(stranger, workspace)
    for path in (stranger, tmp_path / "none.key", workspace.raw):
        refused(
            "HB-RAW-005", lambda path=path: restore(workspace, MONTH, tmp_path / "x", path, version=VERSION)
        )
    assert not (tmp_path / "x").exists()


def test_an_age_tool_opens_them_without_us(workspace, key, tmp_path):
    """The plain format: a key file as age-keygen writes it, one file each, names in JSON."""
    kept(workspace, tmp_path, key[1])
    identity = x25519.Identity.from_str(key[0].read_text().split()[-1])
    folder = workspace.raw / "2022-09" / VERSION
    names = json.loads(pyrage.decrypt((folder / "names.age").read_bytes(), [identity]))
    assert {
        name: pyrage.decrypt((folder / f"{digest}.age").read_bytes(), [identity])
        for digest, name in names.items()
    } == CONTENTS


def _cut(content):
    return content[: len(content) // 2]


def _flipped(content):
    return content[:-1] + bytes([content[-1] ^ 1])


@pytest.mark.parametrize("damage", [_cut, _flipped, lambda content: b""])
def test_damage_is_told_and_nothing_is_written(workspace, key, tmp_path, damage):
    kept(workspace, tmp_path, key[1])
    folder = workspace.raw / "2022-09" / VERSION
    for name in sorted(path.name for path in folder.iterdir()):
        whole = (folder / name).read_bytes()
        (folder / name).write_bytes(damage(whole))
        refused("HB-RAW-006", lambda: restore(workspace, MONTH, tmp_path / "out", key[0], version=VERSION))
        (folder / name).unlink()
        refused("HB-RAW-006", lambda: restore(workspace, MONTH, tmp_path / "out", key[0], version=VERSION))
        (folder / name).write_bytes(whole)
    assert not [path for path in tmp_path.iterdir() if "out" in path.name]
    restore(workspace, MONTH, tmp_path / "out", key[0], version=VERSION)


@pytest.mark.parametrize("name", ["../elsewhere.csv", "/tmp/x.csv", "a\\b.csv", "..", "", 5])
def test_what_a_stranger_encrypted_for_the_keeper_leaves_no_folder(workspace, key, tmp_path, name):
    """A public key lets anybody encrypt: neither name nor content is taken on trust."""
    _forge(workspace, tmp_path, key[1], {"0" * 64: name}, b"content")
    refused("HB-RAW-006", lambda: restore(workspace, MONTH, tmp_path / "out", key[0], version=VERSION))
    _forge(workspace, tmp_path, key[1], {"0" * 64: "a.csv"}, b"other content")
    refused("HB-RAW-006", lambda: restore(workspace, MONTH, tmp_path / "out", key[0], version=VERSION))
    assert not [path for path in tmp_path.iterdir() if "out" in path.name]


def _forge(workspace, tmp_path, keeper, names, content):
    folder = workspace.raw / "2022-09" / VERSION
    folder.mkdir(parents=True, exist_ok=True)
    key = x25519.Recipient.from_str(keeper.key)
    files = {"names.age": json.dumps(names).encode(), f"{'0' * 64}.age": content}
    hashes = {}
    for name, plain in files.items():
        (folder / name).write_bytes(pyrage.encrypt(plain, [key]))
        hashes[name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    manifest = {"version": VERSION, "keys": [keeper.key], "files": hashes}
    (folder / "manifest.json").write_text(json.dumps(manifest))


def test_nothing_is_written_over(workspace, key, tmp_path):
    kept(workspace, tmp_path, key[1])
    target = tmp_path / "out"
    target.mkdir()
    (target / "mine.txt").write_text("mine")
    places = (
        target,
        target / "mine.txt",
        workspace.root / "reports" / "x",
        workspace.root,
        workspace.root / "data" / "inbox",
    )
    for place in places:
        refused("HB-RAW-007", lambda place=place: restore(workspace, MONTH, place, key[0], version=VERSION))
    assert tree(target) == {(target / "mine.txt").relative_to(target): b"mine"}
    for place in (workspace.inbox(MONTH), tmp_path / "empty"):
        place.mkdir(parents=True)
        restore(workspace, MONTH, place, key[0], version=VERSION)
        assert len(list(place.iterdir())) == len(CONTENTS)


def test_a_folder_that_cannot_be_written_is_told(workspace, key, tmp_path):
    kept(workspace, tmp_path, key[1])
    (tmp_path / "file").write_text("")
    refused("HB-RAW-007", lambda: restore(workspace, MONTH, tmp_path / "file" / "x", key[0], version=VERSION))


def test_a_month_that_keeps_nothing(workspace, key, tmp_path):
    error = refused("HB-RAW-004", lambda: restore(workspace, MONTH, tmp_path / "out", key[0]))
    assert VERSION not in error.message
    kept(workspace, tmp_path, key[1])
    error = refused("HB-RAW-004", lambda: restore(workspace, MONTH, tmp_path / "out", key[0], version="ff"))
    assert VERSION in error.message


def test_the_same_again_changes_nothing_and_other_keepers_change_the_locks(workspace, key, tmp_path):
    kept(workspace, tmp_path, key[1])
    before = tree(workspace.raw)
    assert kept(workspace, tmp_path, key[1]) is None
    assert tree(workspace.raw) == before
    second = tmp_path / "second.key"
    assert kept(workspace, tmp_path, Keeper(name="乙", key=new_key(second, workspace))) is not None
    refused("HB-RAW-005", lambda: restore(workspace, MONTH, tmp_path / "out", key[0], version=VERSION))
    restore(workspace, MONTH, tmp_path / "out", second, version=VERSION)


def test_what_is_damaged_is_kept_anew(workspace, key, tmp_path, monkeypatch):
    monkeypatch.setattr(raw_files, "swap", lambda first, second: False)  # as on Windows
    kept(workspace, tmp_path, key[1])
    (workspace.raw / "2022-09" / VERSION / "names.age").write_bytes(b"")
    assert kept(workspace, tmp_path, key[1]) is not None
    restore(workspace, MONTH, tmp_path / "out", key[0], version=VERSION)


def test_a_file_changed_since_it_was_imported_is_not_kept(workspace, key, tmp_path):
    files = inbox(tmp_path / "inbox")
    (tmp_path / "inbox" / "b.csv").write_bytes(b"other")
    refused("HB-RAW-003", lambda: keep(workspace, MONTH, VERSION, files, (key[1],)))
    assert tree(workspace.root) == {}


@pytest.mark.parametrize("can_exchange", [True, False])
def test_cut_at_every_line_the_old_files_or_the_new_are_there(
    workspace, key, tmp_path, monkeypatch, can_exchange
):
    if not can_exchange:
        monkeypatch.setattr(raw_files, "swap", lambda first, second: False)
    second = Keeper(name="乙", key=new_key(tmp_path / "second.key", workspace))
    kept(workspace, tmp_path, key[1])
    origin = shutil.copytree(workspace.raw, tmp_path / "origin")

    def prepare():
        shutil.rmtree(workspace.raw)
        shutil.copytree(origin, workspace.raw)
        return lambda: kept(workspace, tmp_path, key[1], second)

    cuts = 0
    for _ in cut_at_every_line(prepare, ("raw_files.py", "files.py")):
        cuts += 1
        out = tmp_path / "out" / str(cuts)
        if can_exchange or (workspace.raw / "2022-09" / VERSION).exists():
            restore(workspace, MONTH, out, key[0], version=VERSION)
            assert {file.name: file.read_bytes() for file in out.iterdir()} == CONTENTS
        kept(workspace, tmp_path, key[1], second)
        assert not (workspace.raw / ".staging").exists()
        restore(workspace, MONTH, tmp_path / "again" / str(cuts), key[0], version=VERSION)
    assert cuts > 30


def test_a_restore_cut_at_every_line_leaves_no_folder_that_looks_whole(workspace, key, tmp_path):
    kept(workspace, tmp_path, key[1])
    out = tmp_path / "out"
    for _ in cut_at_every_line(
        lambda: lambda: restore(workspace, MONTH, out, key[0], version=VERSION), ("raw_files.py",)
    ):
        if out.exists():
            assert len(list(out.iterdir())) == len(CONTENTS)
            shutil.rmtree(out)
    assert {file.name: file.read_bytes() for file in out.iterdir()} == CONTENTS
    assert not [path for path in tmp_path.iterdir() if "restoring" in path.name]


def test_a_key_is_private_and_lies_elsewhere(workspace, tmp_path):
    path = tmp_path / "office.key"
    public = new_key(path, workspace)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert public in path.read_text()
    before = path.read_bytes()
    (tmp_path / "clone" / ".git").mkdir(parents=True)
    for place in (
        path,
        workspace.root / "k",
        workspace.root / "data" / "k",
        tmp_path / "clone" / "k",
        tmp_path / "no" / "k",
    ):
        refused("HB-RAW-002", lambda place=place: new_key(place, workspace))
    assert path.read_bytes() == before


def test_keepers_are_read_and_faults_are_told(workspace, key):
    workspace.params.mkdir(parents=True)
    refused("HB-RAW-001", lambda: load_keepers(workspace))
    file = workspace.params / "keepers.yaml"
    file.write_text("keepers: []\n", encoding="utf-8")
    refused("HB-RAW-001", lambda: load_keepers(workspace))
    good = key[1].key
    # Two that are alike would change nothing.
    at = next(n for n in range(len(good) - 1, 0, -1) if good[n] != good[n - 1])
    swapped = good[: at - 1] + good[at] + good[at - 1] + good[at + 1 :]
    for wrong in ("age1abc", swapped, key[0].read_text().split()[-1]):
        file.write_text(f"keepers:\n  - {{name: 办公室, key: {wrong}}}\n", encoding="utf-8")
        error = refused("HB-PAR-002", lambda: load_keepers(workspace))
        assert "第2行" in error.message
        assert wrong not in error.message
    file.write_text(f"keepers:\n  - {{name: 办公室, key: {good}}}\n", encoding="utf-8")
    assert load_keepers(workspace) == (key[1],)
