"""The engine without a kernel: what a notebook shows, and how it ends, is what a kernel gives."""

import os
import pickle
import signal
import sys
import textwrap
import time
from contextlib import suppress

import nbformat
import papermill
import pytest
from IPython.core.interactiveshell import InteractiveShell
from nbclient.exceptions import CellTimeoutError
from papermill.exceptions import PapermillExecutionError

from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.kernels import ENGINE, engine
from hanbin_lib.kernels.engine import Outputs, notebook_shell
from hanbin_lib.kernels.prepared import answer, packed, quiet_environment, unpacked
from hanbin_lib.kernels.provisioner import _descriptor

pytestmark = pytest.mark.xdist_group("kernels")


def notebook(*sources, tags=()):
    cells = [nbformat.v4.new_code_cell(textwrap.dedent(source)) for source in sources]
    for cell in cells:
        cell.metadata["tags"] = list(tags)
    made = nbformat.v4.new_notebook(cells=cells)
    made.metadata["kernelspec"] = {"name": "python3", "language": "python", "display_name": "Python 3"}
    return made


def executed(made, engine, **options):
    options = {"progress_bar": False, "request_save_on_cell_execute": False, **options}
    ran = papermill.execute_notebook(made, None, engine_name=engine, kernel_name="python3", **options)
    ran.metadata.pop("papermill")
    for cell in ran.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
    return ran


SHOWN = """
    import sys
    from IPython.display import HTML, Image, display, update_display
    class Both:
        def _repr_mimebundle_(self, include=None, exclude=None):
            return {"text/plain": "both", "application/vnd.own+json": {"b": [1, None], "a": (2,)}}
    display(HTML("<b>1</b>"), metadata={"text/html": {"isolated": True}})
    handle = display("first", display_id="place")
    update_display("second", display_id="place")
    display(Image(data=b"\\x89PNG\\r\\n\\x1a\\n", format="png"))
    Both()
"""
ONE_LINE_EACH = [
    "print('out')",
    "import sys; print('err', file=sys.stderr)",
    "2 + 2",
    "_ + 1, In[1]",
    "None",
    "%timeit -n1 -r1 -q pass",
    "__name__, get_ipython().execution_count",
    "value = 7; value",
    "'shown without a semicolon';",
    "from IPython.display import clear_output, display; display(1); clear_output(); display(2)",
    "from IPython.display import clear_output, display; display(1); clear_output(wait=True); display(2)",
]


def test_a_notebook_shows_what_a_kernel_shows():
    made = notebook(SHOWN, *ONE_LINE_EACH)
    assert executed(made, ENGINE) == executed(made, None)


def test_a_failing_cell_ends_the_notebook_as_by_a_kernel():
    ends = []
    for name in (ENGINE, None):
        with pytest.raises(PapermillExecutionError) as caught:
            executed(notebook("1", "{}['missing']", "3"), name)
        ends.append((caught.value.ename, caught.value.evalue, caught.value.cell_index))
    assert ends[0] == ends[1] == ("KeyError", "'missing'", 1)


def answers(made, engine):
    """Status of each cell that was answered."""
    heard = {}

    def hear(*, cell_index, execute_reply, **_):
        heard[cell_index] = execute_reply["content"]["status"]

    # papermill raises for what went wrong, and for a tagged cell, when all is over
    with suppress(PapermillExecutionError):
        executed(made, engine, on_cell_executed=hear)
    return heard


@pytest.mark.parametrize(
    "source", ["raise SystemExit(0)", "import sys; sys.exit(0)", "raise KeyboardInterrupt", "x ="]
)
def test_cells_after_one_that_leaves_early_are_not_answered(source):
    assert answers(notebook("1", source, "3"), ENGINE) == {0: "ok", 1: "error"}


@pytest.mark.parametrize("tag", ["raises-exception", "skip-execution"])
def test_tags_mean_what_they_mean_to_a_kernels_client(tag):
    made = notebook("1 / 0", "2", tags=[tag])
    assert answers(made, ENGINE) == answers(made, None)


@pytest.mark.parametrize(
    "source", ["while True: pass", "while True:\n    try:\n        pass\n    except Exception:\n        pass"]
)
def test_a_cell_that_does_not_end_is_broken_off(source):
    with pytest.raises(CellTimeoutError):
        executed(notebook(source), ENGINE, timeout_func=lambda cell: 0.3)


def test_two_notebooks_in_one_process_have_names_of_their_own():
    executed(notebook("left_behind = 1"), ENGINE)
    ran = executed(notebook("'left_behind' in globals(), In[1:]"), ENGINE)
    assert ran.cells[0].outputs[0].data["text/plain"].startswith("(False,")


def shown(outputs):
    """What each output says, with its kind."""
    return [(one["output_type"], one.get("text") or one.get("data")) for one in outputs.items]


def text(word):
    return nbformat.v4.new_output("display_data", data={"text/plain": word})


# Outputs of a cell


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ([], []),
        ([("stdout", "")], []),
        ([("stdout", "a"), ("stdout", "b")], [("stdout", "ab")]),
        (
            [("stdout", "a"), ("stderr", "e"), ("stdout", "b")],
            [("stdout", "a"), ("stderr", "e"), ("stdout", "b")],
        ),
        ([("stdout", "a"), ("stdout", ""), ("stdout", "b")], [("stdout", "ab")]),
    ],
)
def test_neighbours_of_one_stream_are_one_output(written, kept):
    outputs = Outputs()
    for name, said in written:
        outputs.write(name, said)
    assert [(one["name"], one["text"]) for one in outputs.items] == kept


def test_what_is_shown_between_two_prints_parts_them():
    outputs = Outputs()
    outputs.write("stdout", "a")
    outputs.add(text("x"))
    outputs.write("stdout", "b")
    assert [kind for kind, _ in shown(outputs)] == ["stream", "display_data", "stream"]


def test_an_update_changes_every_display_of_its_id_and_no_other():
    outputs = Outputs()
    for word, display_id in (("1", "a"), ("2", "b"), ("3", "a"), ("4", None)):
        outputs.add(text(word), display_id)
    outputs.update({"text/plain": "new"}, {"k": 1}, "a")
    assert [data["text/plain"] for _, data in shown(outputs)] == ["new", "2", "new", "4"]
    assert [one["metadata"] for one in outputs.items] == [{"k": 1}, {}, {"k": 1}, {}]
    outputs.update({"text/plain": "nowhere"}, {}, "unknown")
    assert "nowhere" not in str(outputs.items)


@pytest.mark.parametrize(("wait", "before", "after"), [(False, [], ["2"]), (True, ["1"], ["2"])])
def test_clearing_at_once_or_with_the_next_output(wait, before, after):
    outputs = Outputs()
    outputs.add(text("1"), "a")
    outputs.clear(wait=wait)
    assert [data["text/plain"] for _, data in shown(outputs)] == before
    outputs.add(text("2"))
    outputs.update({"text/plain": "late"}, {}, "a")  # its display is gone
    assert [data["text/plain"] for _, data in shown(outputs)] == after


def test_printing_after_clear_waits_for_the_print_too():
    outputs = Outputs()
    outputs.write("stdout", "old")
    outputs.clear(wait=True)
    outputs.write("stdout", "")
    assert shown(outputs) == [("stream", "old")]
    outputs.write("stdout", "new")
    outputs.write("stdout", "er")
    assert shown(outputs) == [("stream", "newer")]


# A shell


@pytest.fixture(scope="module")
def run():
    with notebook_shell() as shell:
        yield shell.run


def test_a_cell_has_its_own_outputs_and_the_names_of_those_before(run):
    _, first = run("value = 7; print('a'); value")
    _, second = run("value + 1")
    assert [one["output_type"] for one in first] == ["stream", "execute_result"]
    assert [one["data"]["text/plain"] for one in second] == ["8"]
    assert second[0]["execution_count"] == first[1]["execution_count"] + 1


@pytest.mark.parametrize(
    ("source", "name", "value"),
    [
        ("1 / 0", "ZeroDivisionError", "division by zero"),
        ("raise ValueError('户')", "ValueError", "户"),
        ("nothing_of_that_name", "NameError", "nothing_of_that_name"),
        ("if:", "SyntaxError", "invalid syntax"),
        ("%no_such_magic", "UsageError", "no_such_magic"),
    ],
)
def test_a_failing_cell_says_so_and_keeps_what_it_showed_before(run, source, name, value):
    result, outputs = run(
        f"print('before')\n{source}" if name not in ("SyntaxError", "UsageError") else source
    )
    assert not result.success
    error = [one for one in outputs if one["output_type"] == "error"]
    if name == "UsageError":
        assert value in str(outputs)
        return
    assert [(one["ename"], value in one["evalue"]) for one in error] == [(name, True)]
    assert name == "SyntaxError" or outputs[0]["text"] == "before\n"
    assert nbformat.from_dict(error[0])["traceback"]


def test_a_shell_within_a_shell_is_fresh_and_gives_back_what_was_there_before():
    streams, main, before = (sys.stdout, sys.stderr), sys.modules["__main__"], InteractiveShell._instance
    with notebook_shell() as outer:
        outer.run("value = 7")
        with notebook_shell() as inner:
            assert InteractiveShell._instance is inner
            assert not inner.run("value")[0].success
        assert InteractiveShell._instance is outer
        assert outer.run("value")[0].success
    assert (sys.stdout, sys.stderr) == streams
    assert sys.modules["__main__"] is main
    assert InteractiveShell._instance is before


def test_what_a_user_can_mend_is_shown_without_the_lines_of_the_program():
    """Of a fault of the program all lines are shown."""
    source = (
        "from hanbin_lib.errors import refused_params\n"
        "raise refused_params('HB-PAR-002', '参数：month 格式不对', '改正参数')"
    )
    with notebook_shell() as shell:
        (known,) = shell.run(source)[1]
        (unknown,) = shell.run("1 / 0")[1]
    assert known["traceback"] == ["HB-PAR-002 参数：month 格式不对", "处理办法：改正参数"]
    assert "ZeroDivisionError" in "".join(unknown["traceback"])
    assert len(unknown["traceback"]) > 2


# Cells and their time


def cell(source, *tags, kind=nbformat.v4.new_code_cell):
    made = kind(source)
    made.metadata["tags"] = list(tags)
    return made


@pytest.mark.parametrize(
    ("one", "is_run"),
    [
        (cell("1"), True),
        (cell("1", "raises-exception"), True),
        (cell("1", "skip-execution"), False),
        (cell(" \n"), False),
        (cell("# 题", kind=nbformat.v4.new_markdown_cell), False),
    ],
)
def test_only_code_that_is_not_to_be_skipped_is_run(one, is_run):
    assert engine._is_run(one) is is_run


def test_an_alarm_breaks_off_even_what_takes_every_exception():
    """And the alarm that was set before is in force again."""
    before = signal.getsignal(signal.SIGALRM)
    endless = cell("while True:\n    try:\n        while True: pass\n    except Exception: pass")
    started = time.monotonic()
    with notebook_shell() as shell, pytest.raises(CellTimeoutError):
        engine._run(shell, endless, lambda _: 0.1)
    assert time.monotonic() - started < 30
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_a_cell_without_a_limit_leaves_the_alarm_alone():
    before = signal.getsignal(signal.SIGALRM)
    with engine._alarm_after(0):
        assert signal.getsignal(signal.SIGALRM) is before


# Calls that go to another process


@pytest.mark.parametrize("value", [None, 0, "户", [1, (2, {"a": b"\x00"})], float("inf")])
def test_a_call_and_its_answer_are_one_line_each_and_come_back_whole(value):
    call = packed(list, ([value],))
    given = answer(call.encode())
    assert "\n" not in call + given
    assert unpacked(given) == [value]


def test_an_error_travels_whole_and_is_raised_by_the_caller():
    def call():
        raise AssertionError  # never run here: what is pickled is looked up by its name

    with pytest.raises((pickle.PicklingError, AttributeError)):
        packed(call, ())
    with pytest.raises(HanbinError, match="HB-X-001") as caught:
        unpacked(answer(packed(_fails, ("甲",)).encode()))
    error = caught.value
    assert (error.message, error.action, error.exit_code) == ("甲", "乙", ExitCode.GATE_FAILED)
    with pytest.raises(ZeroDivisionError):
        unpacked(answer(packed(divmod, (1, 0)).encode()))


def _fails(message):
    raise HanbinError("HB-X-001", message, action="乙", exit_code=ExitCode.GATE_FAILED)


def test_what_asks_to_end_is_no_answer():
    """Only errors are told to the caller; an interrupt ends the process."""
    with pytest.raises(SystemExit):
        answer(packed(sys.exit, (3,)).encode())


# Output that is handed over


def test_output_goes_where_it_was_asked_for_and_never_into_a_pipe_that_cannot_be_handed_over(tmp_path):
    with (tmp_path / "log").open("wb") as file:
        assert _descriptor({"stdout": file}, "stdout") == file.fileno()
        assert _descriptor({"stdout": file.fileno()}, "stdout") == file.fileno()
    assert [_descriptor({}, name) for name in ("stdout", "stderr")] == [1, 2]
    assert _descriptor({"stderr": None}, "stderr") == 2
    with pytest.raises(ConnectionError):
        _descriptor({"stdout": -1}, "stdout")  # subprocess.PIPE


def test_a_prepared_process_starts_no_thread_of_a_library_and_has_the_rest_of_the_environment(monkeypatch):
    monkeypatch.setenv("HANBIN_SOMETHING", "kept")
    monkeypatch.setenv("OMP_NUM_THREADS", "8")
    quiet = quiet_environment()
    assert quiet["HANBIN_SOMETHING"] == "kept"
    assert {quiet[name] for name in quiet if name.endswith("_NUM_THREADS")} == {"1"}
    assert os.environ["OMP_NUM_THREADS"] == "8"
