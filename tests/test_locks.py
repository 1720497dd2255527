"""One at a time; who waits is told who works; the dead hold nothing."""

import os
import signal
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hanbin_lib import locks
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.locks import Holder, exclusive, holder_of, is_free

BUSY = HanbinError("HB-X-001", "另一个任务正在进行", exit_code=ExitCode.LOCKED)
_HOLD = """
import sys, time
from pathlib import Path
from hanbin_lib.errors import HanbinError
from hanbin_lib.locks import exclusive
with exclusive(Path(sys.argv[1]), HanbinError("HB-X-001", "")):
    print("held", flush=True)
    time.sleep(600)
"""
MAKE = """
import os, signal, tempfile
from hanbin_lib.locks import folder_prefix
print(tempfile.mkdtemp(prefix=folder_prefix("made")), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def lock(tmp_path):
    return tmp_path / "some.lock"


@pytest.fixture
def other(lock):
    process = subprocess.Popen([sys.executable, "-c", _HOLD, lock], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_the_second_is_told_who_holds_it(lock, other):
    with pytest.raises(HanbinError) as caught, exclusive(lock, BUSY):
        pass
    assert caught.value.exit_code is ExitCode.LOCKED
    assert f"进程 {other.pid}，主机 " in caught.value.message
    assert not is_free(lock)


def test_a_holder_that_was_killed_holds_nothing(lock, other):
    os.kill(other.pid, signal.SIGKILL)
    other.wait()
    assert holder_of(lock) is None
    assert is_free(lock)
    with exclusive(lock, BUSY):
        assert holder_of(lock).pid == os.getpid()
    assert holder_of(lock) is None


def test_a_number_given_to_a_later_process_is_not_the_holder(lock):
    mine = Holder.this_process()
    assert not mine.is_gone
    note = lock.with_suffix(".holder")
    earlier = mine.model_copy(update={"started": mine.started - 3600})
    note.write_text(earlier.model_dump_json())
    assert earlier.is_gone
    assert holder_of(lock) is None


def test_another_machine_is_believed(lock):
    taken = datetime(2022, 10, 8, 9, 5, tzinfo=UTC)
    elsewhere = Holder(pid=1, host="another-machine", started=0.0, since=taken)
    assert not elsewhere.is_gone
    assert str(elsewhere) == "进程 1，主机 another-machine，2022年10月8日09:05开始"


def test_a_note_that_is_no_note_is_no_holder(lock):
    lock.with_suffix(".holder").write_text("{")
    assert holder_of(lock) is None


def test_waiting_ends_when_the_holder_does(lock, other, monkeypatch):
    os.kill(other.pid, signal.SIGKILL)
    with exclusive(lock, BUSY, wait_seconds=20):
        assert holder_of(lock).pid == os.getpid()
    assert locks.is_free(lock)


def test_only_folders_of_processes_that_have_ended_go(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", MAKE], env=environment, capture_output=True, text=True, check=False
    )
    left = tmp_path / Path(done.stdout.strip()).name
    (left / "executed.ipynb").write_text("{}", encoding="utf-8")
    own = tempfile.mkdtemp(prefix=locks.folder_prefix("made"))
    (tmp_path / "hanbin-of-somebody").mkdir()
    (tmp_path / left.name.replace("made", "kernels")).symlink_to(own)
    assert locks.abandoned_folders() == [left]
    locks.clear_abandoned_folders()
    assert not left.exists()
    assert Path(own).is_dir()
    assert locks.abandoned_folders() == []
