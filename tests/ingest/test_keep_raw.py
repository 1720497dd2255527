"""An import asked to keep the files as they came: encrypted, and the version is the same."""

import pytest

from hanbin_lib import raw_files, snapshots
from hanbin_lib.raw_files import Keeper, new_key, restore


@pytest.fixture
def keeper(desk, tmp_path):
    return Keeper(name="办公室", key=new_key(tmp_path / "office.key", desk.workspace))


def _contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_version_does_not_know_whether_files_are_kept(make_desk, tools, tmp_path):
    without, with_files = make_desk("without"), make_desk("with")
    keeper = Keeper(name="办公室", key=new_key(tmp_path / "office.key", with_files.workspace))
    for desk in (without, with_files):
        desk.put("监测对象.xlsx", tools.monitored_rows())
    plain = without.run()
    kept = with_files.run(keepers=(keeper,))
    assert (plain.kept, kept.snapshot.id) == (None, plain.snapshot.id)
    assert with_files.store() == without.store()
    assert not without.workspace.raw.exists()


def test_files_come_back_and_no_person_lies_in_the_workspace(desk, tools, keeper, tmp_path):
    desk.put("监测对象.xlsx", tools.monitored_rows())
    tools.write_csv(desk.inbox / "脱贫户.csv", tools.lifted_rows(), "gb18030")
    before = _contents(desk.inbox)
    result = desk.run(keepers=(keeper,))
    restore(desk.workspace, tools.month, tmp_path / "out", tmp_path / "office.key")
    assert _contents(tmp_path / "out") == before
    assert len(result.kept.hashes) == len(before) == 2
    persons = {row[name] for row in tools.monitored_rows() for name in ("姓名", "证件号码")}
    for folder in (desk.workspace.raw, desk.workspace.store):
        for path in (path for path in folder.rglob("*") if path.is_file()):
            content = path.read_bytes()
            assert not [person for person in persons if person.encode() in content], path.name


def test_a_month_imported_before_keeps_its_files_when_asked(desk, tools, keeper):
    desk.put("监测对象.xlsx", tools.monitored_rows())
    assert desk.run().kept is None
    before = desk.store()
    again = desk.run(keepers=(keeper,))
    assert again.kept is not None
    assert not again.is_new
    assert desk.store() == before
    assert desk.run(keepers=(keeper,)).kept is None


def test_files_with_errors_are_not_kept(desk, tools, keeper):
    rows = tools.monitored_rows()
    rows[0]["证件号码"] = "999999198001011234"
    desk.put("监测对象.xlsx", rows)
    assert desk.run(keepers=(keeper,)).snapshot is None
    assert not desk.workspace.raw.exists()


def test_files_that_cannot_be_kept_leave_the_month_as_it_was(sound, tools, keeper, monkeypatch):
    before = sound.store()
    sound.put("监测对象.xlsx", tools.monitored_rows()[:-1])
    monkeypatch.setattr(raw_files, "keep", _full_disk)
    with pytest.raises(OSError, match="No space"):
        sound.run(keepers=(keeper,))
    assert sound.store() == before
    assert len(snapshots.versions(sound.workspace, tools.month)) == 1


def _full_disk(*_):
    raise OSError(28, "No space left on device")
