"""Temporary folders of killed processes are cleared away, those of living ones never."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from hanbin_lib import scratch

MAKE = """
import os, signal, tempfile
from hanbin_lib.scratch import prefix
print(tempfile.mkdtemp(prefix=prefix("made")), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_only_folders_of_processes_that_have_ended_go(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", MAKE], env=environment, capture_output=True, text=True, check=False
    )
    left = tmp_path / Path(done.stdout.strip()).name
    (left / "executed.ipynb").write_text("{}", encoding="utf-8")
    own = tempfile.mkdtemp(prefix=scratch.prefix("made"))
    (tmp_path / "hanbin-of-somebody").mkdir()
    (tmp_path / left.name.replace("made", "kernels")).symlink_to(own)
    assert scratch.abandoned() == [left]
    scratch.clear_abandoned()
    assert not left.exists()
    assert Path(own).is_dir()
    assert scratch.abandoned() == []
