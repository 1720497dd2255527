"""Notebooks that end in every way that notebooks end: none is taken for a success, none hangs.

The situations are those of the public test notebooks of papermill, nbclient and
jupyter-scheduler, written anew.
"""

import os
import subprocess
import sys
import textwrap
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import nbformat
import psutil
import pytest

from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.kernels import WorkerEndedError, open_workers
from hanbin_lib.parameter_files import Params
from hanbin_lib.release.notebooks import Limits, run_notebook

pytestmark = [pytest.mark.xdist_group("kernels"), pytest.mark.usefixtures("kernel_parent")]
LIMITS = Limits(notebook=20, cell=10, start=60)
PARAMETERS = {"word": "给"}


class Word(Params):
    """Parameters of the notebooks below."""

    word: str


def _cell(source, *tags):
    cell = nbformat.v4.new_code_cell(textwrap.dedent(source))
    cell.metadata["tags"] = list(tags)
    return cell


def _write(path, *cells):
    notebook = nbformat.v4.new_notebook(cells=[_cell('word = "默认"', "parameters"), *cells])
    notebook.metadata["language_info"] = {"name": "python"}
    nbformat.write(notebook, path)
    return path


def _run(path, limits=LIMITS):
    return run_notebook(path, path.with_suffix(".out.ipynb"), PARAMETERS, Word, limits)


def _refused(path, limits=LIMITS):
    before = set(psutil.Process().children(recursive=True))
    with pytest.raises(HanbinError) as caught:
        _run(path, limits)
    left = set(psutil.Process().children(recursive=True)) - before
    assert not [one for one in left if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]
    return caught.value


LATER = _cell("print('later')")
NEVER_RAN, FAILED, DIED = "HB-NBK-004", "HB-NBK-002", "HB-NBK-003"


@pytest.mark.parametrize(
    ("code", "cells"),
    [
        pytest.param(NEVER_RAN, [_cell("import sys; sys.exit(0)"), LATER], id="sys.exit(0)"),
        pytest.param(NEVER_RAN, [_cell("import sys; sys.exit()"), LATER], id="sys.exit()"),
        pytest.param(NEVER_RAN, [_cell("raise SystemExit"), LATER], id="SystemExit"),
        pytest.param(NEVER_RAN, [_cell("raise SystemExit(0)")], id="SystemExit in the last cell"),
        pytest.param(FAILED, [_cell("import sys; sys.exit(1)"), LATER], id="sys.exit(1)"),
        pytest.param(FAILED, [_cell("raise SystemExit('bye')")], id="SystemExit with a message"),
        pytest.param(DIED, [_cell("import os; os._exit(0)"), LATER], id="os._exit(0)"),
        pytest.param(DIED, [_cell("import os; os.kill(os.getpid(), 9)")], id="kill -9"),
        pytest.param(DIED, [_cell("import os; os.kill(os.getpid(), 15)"), LATER], id="kill -15"),
        pytest.param(DIED, [_cell("import os; os.abort()")], id="abort"),
        pytest.param(FAILED, [_cell("assert word == 'no'"), LATER], id="assertion"),
        pytest.param(FAILED, [_cell("raise KeyboardInterrupt"), LATER], id="interrupt"),
        pytest.param(FAILED, [_cell("1 +"), LATER], id="syntax error"),
        pytest.param(FAILED, [_cell("input('name?')"), LATER], id="input()"),
        pytest.param(FAILED, [_cell("import getpass; getpass.getpass()")], id="getpass()"),
        pytest.param(FAILED, [_cell("%no_such_magic"), LATER], id="unknown line magic"),
        pytest.param(FAILED, [_cell("%%no_such_magic\nx = 1"), LATER], id="unknown cell magic"),
        pytest.param(FAILED, [_cell("%matplotlib no_such_backend")], id="bad magic argument"),
        pytest.param(FAILED, [_cell("%%bash --no-such-option\nfalse")], id="bad shell"),
        pytest.param(FAILED, [_cell("%run no_such_file.py")], id="missing file"),
        pytest.param(FAILED, [_cell("raise RuntimeError('\\x1b[31m号\\udcff')")], id="colours, lone surrogate"),
        pytest.param(FAILED, [_cell("1 / 0", "raises-exception"), LATER], id="raises-exception"),
        pytest.param(NEVER_RAN, [_cell("1 / 0", "skip-execution"), LATER], id="skip-execution"),
    ],
)  # fmt: skip
def test_no_false_success(code, cells, tmp_path):
    error = _refused(_write(tmp_path / "some.ipynb", *cells))
    assert error.code == code, error
    assert error.exit_code is (ExitCode.KERNEL_DIED if code == DIED else ExitCode.NOTEBOOK_FAILED)


@pytest.mark.parametrize(
    ("cells", "limits"),
    [
        pytest.param(["while True: pass"], Limits(20, 1, 60), id="endless loop"),
        pytest.param(["import time; time.sleep(1000)"], Limits(20, 1, 60), id="sleep"),
        pytest.param(["import signal, time; signal.signal(2, signal.SIG_IGN); time.sleep(1000)"], Limits(20, 1, 60), id="deaf"),
        pytest.param(["import ctypes; ctypes.PyDLL(None).sleep(1000)"], Limits(20, 1, 60), id="holds the interpreter's lock"),
        pytest.param(["class E(Exception):\n    def __str__(self): raise self\nraise E"], Limits(20, 1, 60), id="an error ipykernel chokes on"),
        pytest.param(["import subprocess; subprocess.run(['sleep', '1000'])"], Limits(20, 1, 60), id="waits for a child"),
        pytest.param(["import time; time.sleep(0.7)"] * 9, Limits(2, 10, 60), id="too long all together"),
    ],
)  # fmt: skip
def test_no_hang(cells, limits, tmp_path):
    error = _refused(_write(tmp_path / "some.ipynb", *map(_cell, cells)), limits)
    assert (error.code, error.exit_code) == ("HB-NBK-005", ExitCode.TIMEOUT)


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param([], id="parameters only"),
        pytest.param([_cell(""), _cell("# nothing"), nbformat.v4.new_markdown_cell("text")], id="empty cells"),
        pytest.param([_cell("from IPython.display import clear_output\nprint(1); clear_output(); print(2)")], id="clear"),
        pytest.param([_cell("import warnings; warnings.warn('careful')")], id="a warning"),
        pytest.param([_cell("try:\n    1 / 0\nexcept ZeroDivisionError: pass")], id="an error caught"),
        pytest.param([_cell("print('x' * 2_000_000)")], id="two million letters"),
        pytest.param([_cell("import sys; [print(n, file=sys.stderr) for n in range(3000)];")], id="3000 lines"),
        pytest.param([_cell("%%time\nx = 1"), _cell("%%capture\nprint(x)"), _cell("!true")], id="magics"),
        pytest.param([_cell("async def f(): return 1\nawait f()")], id="await"),
        pytest.param([_cell("word = '新'"), _cell("assert word == '新'")], id="the word changed"),
    ],
)  # fmt: skip
def test_what_ran_is_a_success(cells, tmp_path):
    executed = _run(_write(tmp_path / "some.ipynb", *cells))
    assert executed.cells[1].source.splitlines()[1] == r'word = "\u7ed9"'  # put in after the defaults
    assert "version" not in executed.metadata.language_info  # the same bytes by every Python


def test_exit_only_asks_the_front_end_so_that_later_cells_must_have_run(tmp_path):
    executed = _run(_write(tmp_path / "some.ipynb", _cell("exit()"), LATER))
    assert executed.cells[-1].outputs[0].text == "later\n"


def test_stale_outputs_of_an_earlier_run_are_no_success(tmp_path):
    """A notebook saved with results: a cell that is skipped now keeps nothing of them."""
    skipped = _cell("1 + 1", "skip-execution")
    skipped.execution_count, skipped.outputs = 7, [nbformat.v4.new_output("stream", text="2")]
    path = _write(tmp_path / "some.ipynb", skipped)
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata["papermill"] = {"exception": False, "end_time": "2022-10-01"}
    nbformat.write(notebook, path)
    assert _refused(path).code == NEVER_RAN


def test_two_side_by_side_wait_for_each_other(tmp_path):
    """A pair that only ends when both run at once: neither stops the other."""
    source = """
        import pathlib, time
        pathlib.Path("{own}").touch()
        while not pathlib.Path("{other}").exists():
            time.sleep(0.05)
    """
    paths = [
        _write(tmp_path / f"{own}.ipynb", _cell(source.format(own=own, other=other)))
        for own, other in (("a", "b"), ("b", "a"))
    ]
    with open_workers(2, seconds=60) as do, ThreadPoolExecutor(2) as threads:
        list(
            threads.map(
                lambda path: do(run_notebook, path, path.with_suffix(".out"), PARAMETERS, Word), paths
            )
        )


def _hundred(do, path, alone, count=100):
    """So many runs, four at a time: the longest in seconds, and the verdicts after one more try where one failed."""
    began = time.monotonic()
    longest, verdicts = 0.0, Counter()

    def once(number):
        started = time.monotonic()
        try:
            do(run_one, path, path.with_name(f"{alone}-{number}.out"), alone)
            return time.monotonic() - started, "ok"
        except (HanbinError, WorkerEndedError) as error:
            return time.monotonic() - started, getattr(error, "code", "ended")

    with ThreadPoolExecutor(4) as threads:
        for number, (seconds, verdict) in enumerate(threads.map(once, range(count))):
            longest = max(longest, seconds)
            verdicts[verdict if verdict == "ok" else f"first {verdict}"] += 1
            if verdict != "ok":
                verdicts[once(f"{number}-again")[1]] += 1
    print(f"alone={alone}: {time.monotonic() - began:.0f} s, longest {longest:.1f} s, {dict(verdicts)}")
    return longest, verdicts


def run_one(path, output, alone):
    run_notebook(path, output, PARAMETERS, Word, LIMITS, alone=alone)


@pytest.mark.slow
def test_two_hundred_runs_on_a_busy_machine_end_by_their_deadline(tmp_path):
    """A hundred by kernels and a hundred in processes of their own; all cores are kept busy beside."""
    path = _write(
        tmp_path / "some.ipynb", _cell("total = sum(range(1000)); total"), _cell("print(word, total)")
    )
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(2 * os.cpu_count())]
    try:
        for alone in (False, True):
            with open_workers(4, seconds=LIMITS.start + LIMITS.notebook + 30) as do:
                longest, verdicts = _hundred(do, path, alone)
            assert longest < LIMITS.start + LIMITS.notebook + 60
            assert verdicts["ok"] == 100
    finally:
        for one in busy:
            one.kill()
            one.wait()
