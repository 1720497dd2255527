"""No test and no notebook can wait for ever: every client has a limit, and so has every test."""

import ast
import os
import subprocess
import sys

import pytest
from support import REPOSITORY

LIMITS = {
    "NotebookClient": {"timeout", "timeout_func"},
    "execute_notebook": {"execution_timeout", "timeout_func"},
    "ExecutePreprocessor": {"timeout"},
}
WAITING = """
import threading, time

def wait_in_a_thread():
    time.sleep(30)

def test_that_waits():
    threading.Thread(target=wait_in_a_thread, daemon=True).start()
    time.sleep(60)

def test_that_comes_after():
    assert True
"""


@pytest.mark.parametrize("folder", ["hanbin_lib", "tests", "benchmarks"])
def test_whoever_runs_a_notebook_sets_a_limit(folder):
    without = []
    for path in sorted((REPOSITORY / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                stated = {keyword.arg for keyword in node.keywords}
                if name in LIMITS and not stated & (LIMITS[name] | {None}):
                    without.append(f"{path.name}:{node.lineno}")
    assert without == []


def test_a_test_that_waits_fails_with_all_stacks_and_the_next_one_runs(tmp_path):
    """By the project's own settings, but for the number of seconds."""
    (tmp_path / "test_waiting.py").write_text(WAITING, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-c", str(REPOSITORY / "pyproject.toml"), "-o", "timeout=1"]
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", "--rootdir", str(tmp_path), str(tmp_path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    said = done.stdout + done.stderr
    assert "1 failed, 1 passed" in said
    assert "in wait_in_a_thread" in said
    assert "time.sleep(60)" in said


@pytest.mark.xdist_group("together")
def test_tests_of_a_group_stay_together(request):
    """Or each worker would prepare what the group shares: the suite took half as long again, in silence."""
    shared_out = "PYTEST_XDIST_WORKER" in os.environ
    assert request.node.nodeid.endswith("@together") is shared_out
