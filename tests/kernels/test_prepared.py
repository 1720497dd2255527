"""Kernels from prepared processes: isolated, equal to cold ones, and gone when they should be."""

import operator
import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from functools import partial

import nbformat
import psutil
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from hanbin_lib.kernels import (
    KERNEL,
    WorkerEndedError,
    can_fork,
    forked,
    meanwhile,
    open_workers,
    prepared_parent,
)
from hanbin_lib.kernels.forked import PARENT, SWITCH

pytestmark = [
    pytest.mark.xdist_group("kernels"),
    pytest.mark.skipif(not can_fork(), reason="no fork here"),
    pytest.mark.usefixtures("kernel_parent"),
]


LITTLE = ("operator",)  # what the processes of these calls import, instead of all that documents take


def run(*sources, kernel=KERNEL, **options):
    """Outputs of code cells run in a kernel of their own, as plain text."""
    cells = [nbformat.v4.new_code_cell(textwrap.dedent(source)) for source in sources]
    notebook = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(notebook, kernel_name=kernel, **{"timeout": 60, **options}).execute()
    return [_text(cell) for cell in notebook.cells]


def _text(cell):
    parts = (o.get("text") or o.get("data", {}).get("text/plain", "") for o in cell.outputs)
    return "".join(parts).strip()


def _is_gone(pid, seconds=10.0):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.05)
    return False


DIRTY = """
    import builtins, os, random
    import matplotlib, numpy, pandas
    builtins.left_behind = 1
    os.environ["HANBIN_LEFT"] = "1"
    os.chdir("/")
    matplotlib.rcParams["font.size"] = 77
    pandas.set_option("display.max_rows", 3)
    numpy.random.seed(1); random.seed(1)
"""
CLEAN = """
    import builtins, os, matplotlib, pandas
    print(hasattr(builtins, "left_behind"), os.environ.get("HANBIN_LEFT"), os.getcwd() == "/",
          matplotlib.rcParams["font.size"], pandas.get_option("display.max_rows"))
"""
DRAWS = (
    "import numpy, random, uuid; print(numpy.random.random(), random.random(), uuid.uuid4(), hash(object()))"
)


def test_nothing_of_a_notebook_reaches_the_next():
    run(DIRTY)
    assert run(CLEAN) == run(CLEAN, kernel="python3") == ["False None False 10.0 60"]


def test_no_two_kernels_draw_the_same():
    first, second = run(DRAWS), run(DRAWS)
    assert not set(first[0].split()[:3]) & set(second[0].split()[:3])


def test_threads_and_native_pools_work():
    source = """
        import concurrent.futures, multiprocessing, subprocess
        import numpy as np, pyarrow as pa, pyarrow.compute, zmq
        print(list(concurrent.futures.ThreadPoolExecutor(4).map(abs, range(-3, 0))))
        print(multiprocessing.get_context("fork").Pool(2).map(abs, [-1, -2]))
        a = np.ones((300, 300)); print(float((a @ a).sum()), float(np.linalg.norm(np.linalg.svd(a)[1])) > 0)
        print(pa.compute.sum(pa.table({"x": range(1000)}).group_by("x").aggregate([("x", "sum")])["x"]).as_py())
        print(zmq.Context().socket(zmq.PUSH).closed, subprocess.check_output(["echo", "hello"]).decode().strip())
    """
    expected = ["[3, 2, 1]\n[1, 2]\n27000000.0 True\n499500\nFalse hello"]
    assert run(source) == expected


def test_a_chart_is_drawn_inline_as_in_a_cold_kernel():
    def kinds(kernel):
        cell = nbformat.v4.new_code_cell("import matplotlib.pyplot as plt\nplt.plot([1, 2]);")
        notebook = nbformat.v4.new_notebook(cells=[cell])
        NotebookClient(notebook, kernel_name=kernel, timeout=60).execute()
        return [sorted(output.data) for output in notebook.cells[0].outputs]

    assert kinds(KERNEL) == kinds("python3") == [["image/png", "text/plain"]]


def test_a_kernel_is_told_to_interrupt_and_goes_on():
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell("while True: pass"), nbformat.v4.new_code_cell("1 + 1")]
    )
    client = NotebookClient(
        notebook,
        kernel_name=KERNEL,
        timeout_func=lambda cell: 1 if "while" in cell.source else 60,
        interrupt_on_timeout=True,
        allow_errors=True,
    )
    client.execute()
    assert notebook.cells[0].outputs[0].ename == "KeyboardInterrupt"
    assert _text(notebook.cells[1]) == "2"


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("import os; os._exit(0)", DeadKernelError),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", DeadKernelError),
        ("import ctypes; ctypes.string_at(0)", DeadKernelError),
        ("while True: pass", CellTimeoutError),
        ("1 / 0", CellExecutionError),
    ],
)
def test_a_kernel_that_ends_ends_alone(source, error, tmp_path):
    pids = tmp_path / "pids"
    start = f"""
        import os, subprocess
        child = subprocess.Popen(["sleep", "1000"])
        open({str(pids)!r}, "w").write(f"{{os.getpid()}} {{child.pid}}")
    """
    with pytest.raises(error):
        run(start, source, timeout=None, timeout_func=lambda cell: 1 if cell.source == source else 60)
    assert all(_is_gone(int(pid)) for pid in pids.read_text().split())
    assert run("1 + 1") == ["2"]


def test_kernels_end_when_their_driver_is_killed(tmp_path):
    pids = tmp_path / "pids"
    source = f"import os, time; open({str(pids)!r}, 'w').write(str(os.getpid())); time.sleep(1000)"
    driver = textwrap.dedent(f"""
        import nbformat
        from nbclient import NotebookClient
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell({source!r})])
        NotebookClient(notebook, kernel_name={KERNEL!r}, timeout=600).execute()
    """)
    process = subprocess.Popen([sys.executable, "-c", driver])
    while not pids.exists() or not pids.read_text():
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert _is_gone(int(pids.read_text()))


def test_a_parent_that_is_killed_takes_its_children_along_and_is_replaced(monkeypatch):
    monkeypatch.delenv("HANBIN_KERNEL_PARENT")
    with prepared_parent(LITTLE):
        assert run("1 + 1") == ["2"]
        parents = [p for p in psutil.Process().children() if "hanbin_lib.kernels.parent" in p.cmdline()]
        newest = max(parents, key=psutil.Process.create_time)
        newest.kill()
        newest.wait()
        assert run("1 + 1") == ["2"]


def test_kernels_that_were_heated_in_advance_give_the_same(monkeypatch):
    monkeypatch.setenv(SWITCH, "0")
    assert [run(CLEAN), run("1 + 1")] == [["False None False 10.0 60"], ["2"]]


@pytest.mark.parametrize("switch", ["1", "0"])
def test_a_call_that_ends_badly_ends_alone(switch, monkeypatch):
    monkeypatch.setenv(SWITCH, switch)
    with open_workers(1, seconds=2, modules=LITTLE) as do:
        assert do(operator.mul, 2, 21) == 42
        with pytest.raises(ZeroDivisionError):
            do(operator.truediv, 1, 0)
        with pytest.raises(WorkerEndedError) as ended:
            do(os._exit, 0)
        assert not ended.value.timed_out
        with pytest.raises(WorkerEndedError) as ended:
            do(time.sleep, 1000)
        assert ended.value.timed_out
        assert do(operator.mul, 2, 4) == 8


@pytest.fixture
def little_parent(monkeypatch):
    """A parent that is ready."""
    monkeypatch.delenv(PARENT)
    monkeypatch.setattr(forked, "cores", lambda: 2)
    with prepared_parent(LITTLE), open_workers(1, 60) as do:
        assert do(operator.mul, 2, 21) == 42
        yield


@pytest.mark.usefixtures("little_parent")
def test_a_call_is_done_meanwhile_and_waited_for(tmp_path):
    begun, ended = tmp_path / "begun", tmp_path / "ended"
    with meanwhile(60, os.system, f"touch {begun}; sleep 0.3; touch {ended}"):
        while not begun.exists():
            time.sleep(0.01)
        assert not ended.exists()
    assert ended.exists()


@pytest.mark.usefixtures("little_parent")
@pytest.mark.parametrize("end", ["kill -9 $PPID", "exit 3", "exec sleep 1000"])
def test_a_call_meanwhile_that_ends_badly_or_never_is_nobodys(end, tmp_path):
    pid = tmp_path / "pid"
    began = time.monotonic()
    with meanwhile(0.5, os.system, f"sh -c 'echo $$ > {pid}; {end}'"):
        while not (pid.exists() and pid.read_text().strip()):
            time.sleep(0.01)
    assert time.monotonic() - began < 30
    assert _is_gone(int(pid.read_text()))


@pytest.mark.usefixtures("little_parent")
def test_who_leaves_with_an_error_ends_the_call_meanwhile(tmp_path):
    pid = tmp_path / "pid"

    def leave():
        with meanwhile(60, os.system, f"sh -c 'echo $$ > {pid}; exec sleep 1000'"):
            while not (pid.exists() and pid.read_text().strip()):
                time.sleep(0.01)
            raise ConnectionError("own")

    with pytest.raises(ConnectionError, match="own"):
        leave()
    assert _is_gone(int(pid.read_text()))


def test_nobody_waits_for_a_call_that_no_parent_has_begun(tmp_path, monkeypatch, capfd):
    address, kept = str(tmp_path / "parent"), tmp_path / "kept"
    monkeypatch.setattr(forked, "cores", lambda: 2)
    monkeypatch.setenv(PARENT, address)
    with meanwhile(60, os.system, f"touch {kept}"):
        pass  # nobody listens
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(address)
        listener.listen(1)
        with meanwhile(1000, os.system, f"touch {kept}"):
            pass  # it is still importing
    monkeypatch.delenv(PARENT)
    with prepared_parent(LITTLE):
        with meanwhile(60, os.system, "true"):
            pass  # as a rule over before the parent is ready, which then finds nobody to answer
        with open_workers(1, 60) as do:
            assert do(operator.mul, 2, 21) == 42
    with meanwhile(60, os.system, f"touch {kept}"):
        pass  # none is shared
    assert not kept.exists()
    assert capfd.readouterr().err == ""


def test_every_call_has_a_process_of_its_own():
    with open_workers(1, seconds=60) as do:
        first, second = do(os.getpid), do(os.getpid)
    assert first != second
    assert _is_gone(first)
    assert _is_gone(second)


def test_without_fork_a_worker_lives_on_until_it_ends_badly(monkeypatch):
    monkeypatch.setenv(SWITCH, "0")
    with open_workers(1, seconds=60, modules=LITTLE) as do:
        first = do(os.getpid)
        assert do(os.getpid) == first
        with pytest.raises(WorkerEndedError):
            do(os._exit, 0)
        assert do(os.getpid) != first
    assert _is_gone(first)


READ = partial(exec, "import builtins, os; builtins.read_by = os.getpid()")
THREAD = partial(
    exec, "import threading, time; threading.Thread(target=time.sleep, args=(100,), daemon=True).start()"
)


@pytest.mark.parametrize("switch", ["1", "0"])
def test_what_is_done_first_is_there_for_every_call(switch, monkeypatch):
    monkeypatch.setenv(SWITCH, switch)
    with open_workers(1, seconds=60, first=READ, modules=LITTLE) as do:
        assert do(eval, "read_by") == do(eval, "read_by") > 0


def test_what_cannot_be_shared_is_not_forked_from(caplog):
    """A thread that was started first would be missing in a fork, and a lock of it held for ever."""
    with open_workers(1, seconds=60, first=THREAD) as do:
        assert do(operator.mul, 2, 4) == 8
    assert "every process prepares for itself" in caplog.text


def test_what_was_prepared_ends_with_its_workers():
    with open_workers(1, seconds=60, first=READ) as do:
        pid = do(eval, "read_by")
        assert psutil.pid_exists(pid)
    assert _is_gone(pid)
