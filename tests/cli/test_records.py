"""The way of a keeper: make a key, import with it, get the files back."""

import re

import pytest
from support import MONTH
from typer.testing import CliRunner

from hanbin_lib import audit
from hanbin_lib.cli.main import app
from hanbin_lib.errors import ExitCode, HanbinError


def _call(workspace, *arguments):
    return CliRunner().invoke(
        app, [*arguments, "--workspace", str(workspace.root)], catch_exceptions=False, standalone_mode=False
    )


def test_without_a_key_nothing_is_imported(own_workspace):
    before = sorted(own_workspace.root.rglob("*"))
    with pytest.raises(HanbinError, match="HB-RAW-001") as caught:
        _call(own_workspace, "import", str(own_workspace.inbox(MONTH)), "-m", "2022-09", "--keep-raw")
    assert caught.value.exit_code is ExitCode.PARAMS_INVALID
    assert sorted(own_workspace.root.rglob("*")) == before


def test_from_the_key_to_the_files(own_workspace, tmp_path):
    key, target = tmp_path / "office.key", tmp_path / "back"
    inbox = own_workspace.inbox(MONTH)
    made = _call(own_workspace, "raw-key", str(key), "--name", "办公室")
    line = re.search(r"  - \{name: 办公室, key: age1[a-z0-9]{58}\}", made.output)[0]
    assert "AGE-SECRET" not in made.output
    (own_workspace.params / "keepers.yaml").write_text(f"keepers:\n{line}\n", encoding="utf-8")
    done = _call(own_workspace, "import", str(inbox), "-m", "2022-09", "--keep-raw")
    assert "已加密保存" in done.output
    back = _call(own_workspace, "restore-raw", "2022-09", "--to", str(target), "--key", str(key))
    assert f"{len(list(inbox.iterdir()))} 个" in back.output
    came = {path.name: path.read_bytes() for path in inbox.iterdir()}
    assert {path.name: path.read_bytes() for path in target.iterdir()} == came
    actions = [record.action for record in audit.records(own_workspace.audit)]
    assert [action for action in actions if "-raw" in action] == ["keep-raw 2022-09", "restore-raw 2022-09"]
