"""What is committed: a notebook saved with outputs is stripped first."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from support import REPOSITORY


@pytest.mark.slow
def test_a_notebook_saved_with_outputs_is_stripped_on_commit(tmp_path):
    # The tests themselves run inside a hook, whose repository git would take for this one.
    outside = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment = outside | {"SKIP": "check", "PRE_COMMIT_HOME": str(tmp_path / ".git" / "hooks-home")}

    def git(*arguments):
        return subprocess.run(
            ["git", *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    git("init", "-q")
    git("config", "user.name", "t")
    git("config", "user.email", "t@example.org")
    (tmp_path / ".venv").symlink_to(sys.prefix)
    shutil.copy(REPOSITORY / ".pre-commit-config.yaml", tmp_path)
    path = tmp_path / "notebooks" / "a.ipynb"
    path.parent.mkdir()
    cell = nbformat.v4.new_code_cell("1", execution_count=7)
    cell.outputs = [nbformat.v4.new_output("execute_result", {"text/plain": "某户"}, execution_count=7)]
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
    installed = subprocess.run(
        [Path(sys.executable).with_name("pre-commit"), "install"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert installed.returncode == 0, installed.stderr
    git("add", "notebooks", ".pre-commit-config.yaml")
    refused = git("commit", "-m", "with outputs")
    assert refused.returncode != 0, "a notebook with outputs was committed"
    assert git("rev-parse", "HEAD").returncode != 0
    (stripped,) = nbformat.read(path, as_version=4).cells
    assert (stripped.outputs, stripped.execution_count, stripped.id) == ([], None, cell.id)
    git("add", "notebooks")
    accepted = git("commit", "-m", "without")
    assert accepted.returncode == 0, accepted.stderr
    assert "某户" not in git("show", "HEAD:notebooks/a.ipynb").stdout
