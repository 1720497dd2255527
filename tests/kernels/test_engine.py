"""The engine without a kernel: what a notebook shows, and how it ends, is what a kernel gives."""

import textwrap
from contextlib import suppress

import nbformat
import papermill
import pytest
from nbclient.exceptions import CellTimeoutError
from papermill.exceptions import PapermillExecutionError

from hanbin_lib.kernels import ENGINE

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
    for engine in (ENGINE, None):
        with pytest.raises(PapermillExecutionError) as caught:
            executed(notebook("1", "{}['missing']", "3"), engine)
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
