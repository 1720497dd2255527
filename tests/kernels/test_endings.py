"""What ends with a document: its whole process tree, what asks for too much memory, a run that is cancelled."""

import os
import signal
import subprocess
import sys
import time

import nbformat
import psutil
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

from hanbin_lib.kernels import KERNEL, WorkerEndedError, can_fork, open_workers
from hanbin_lib.kernels.prepared import MEMORY

pytestmark = [
    pytest.mark.xdist_group("kernels"),
    pytest.mark.skipif(not can_fork(), reason="no fork here"),
    pytest.mark.usefixtures("kernel_parent"),
]
# A child in a session of its own, and a grandchild whose parent has ended in another.
ESCAPING = """
import os, subprocess, sys
child = subprocess.Popen(["sleep", "1000"], start_new_session=True).pid
said, say = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.write(say, str(os.getpid()).encode())
        os.execvp("sleep", ["sleep", "1000"])
    os._exit(0)
print(child, os.read(said, 20).decode())
"""


def _run(*sources, **options):
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    notebook = nbformat.v4.new_notebook(cells=cells)
    client = NotebookClient(notebook, kernel_name=KERNEL, timeout=60, **options)
    return notebook, client


def _pids(notebook):
    return [int(word) for word in notebook.cells[0].outputs[0].text.split()]


def _are_gone(pids, seconds=10.0):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not any(map(_lives, pids)):
            return True
        time.sleep(0.05)
    return False


def _lives(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize("ending", ["", "import os; os.kill(os.getpid(), 9)"], ids=["well", "killed"])
def test_processes_in_sessions_of_their_own_end_with_the_document(ending):
    notebook, client = _run(ESCAPING, *([ending] if ending else []), shutdown_kernel="immediate")
    other = subprocess.Popen(["sleep", "1000"])
    try:
        if ending:
            with pytest.raises(DeadKernelError):
                client.execute()
        else:
            client.execute()
        pids = _pids(notebook)
        assert len(pids) == 2
        assert _are_gone(pids)
        assert _lives(other.pid)
    finally:
        other.kill()
        other.wait()


def test_a_kernel_that_ends_takes_nothing_of_another_along():
    first, one = _run(ESCAPING, "import os; os.kill(os.getpid(), 9)", shutdown_kernel="immediate")
    second, other = _run(ESCAPING, "print(all(os.path.exists(f'/proc/{p}') for p in (child,)))")
    with other.setup_kernel():
        other.execute_cell(second.cells[0], 0)
        with pytest.raises(DeadKernelError):
            one.execute()
        assert _are_gone(_pids(first))
        assert all(map(_lives, _pids(second)))
    assert _are_gone(_pids(second))


def test_a_cell_that_takes_all_memory_ends_its_document_only(monkeypatch):
    monkeypatch.setenv(MEMORY, "500")  # of which the stacks of a kernel's threads take a good hundred
    _, fine = _run("x = bytearray(200 * 2**20); print(len(x))")
    fine.execute()
    for greedy in ("x = bytearray(600 * 2**20)", "import numpy; numpy.ones(75 * 2**20)"):
        _, client = _run(greedy)
        with pytest.raises(CellExecutionError, match="MemoryError"):
            client.execute()


def test_workers_have_the_limit_and_their_busy_ones_end_at_once():
    with open_workers(1, 60, memory_mib=300) as do:
        assert do(len, b"x" * 1000) == 1000
        with pytest.raises((MemoryError, WorkerEndedError)):
            do(bytearray, 400 * 2**20)


CANCELLED = """
import sys, threading, time
from hanbin_lib.cli.console import cancellable
from hanbin_lib.errors import HanbinError
from hanbin_lib.kernels import open_workers, WorkerEndedError
def busy(do):
    try:
        do(time.sleep, 1000)
    except WorkerEndedError:
        print("ended", flush=True)
try:
    with cancellable(), open_workers(1, 900) as do:
        threading.Thread(target=busy, args=(do,)).start()
        assert threading.Event().wait(0.5) is False
        print("running", flush=True)
        threading.Event().wait(600)
except HanbinError as error:
    print(error.code, flush=True)
    sys.exit(error.exit_code)
"""


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_each_signal_ends_a_run_with_busy_workers_at_once(name):
    process = subprocess.Popen(
        [sys.executable, "-c", CANCELLED], stdout=subprocess.PIPE, text=True, env=dict(os.environ)
    )
    try:
        assert process.stdout.readline() == "running\n"
        began = time.monotonic()
        process.send_signal(getattr(signal, name))
        said, _ = process.communicate(timeout=60)
        took = time.monotonic() - began
    finally:
        process.kill()
    assert process.returncode == 130
    assert "ended" in said
    assert "HB-RUN-001" in said
    assert took < 20, took  # some 0.3 s on a machine of one's own; the call would take 1000
    print(f"{name}: ended after {took:.1f} s")
