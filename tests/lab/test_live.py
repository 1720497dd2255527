"""Controls: they move what is shown, and nobody meets them in a batch."""

import nbformat
import pytest
from nbclient import NotebookClient

from hanbin_lib import lab
from hanbin_lib.kernels import KERNEL
from hanbin_lib.lab.sliders import panel
from hanbin_lib.workspace import BATCH_VARIABLE


def test_a_moved_control_shows_anew():
    seen = []
    box = panel(lambda n, kind: seen.append((n, kind)), {
        "n": lab.Slider("户", 3, 1, 9, 2), "kind": lab.Choice("种类", "b", [("甲", "a"), ("乙", "b")]),
    })  # fmt: skip
    slider, choice, _ = box.children
    slider.value = 5
    choice.value = "a"
    assert seen == [(3, "b"), (5, "b"), (5, "a")]
    assert isinstance(slider.value, int)


def test_fractions_stay_fractions():
    box = panel(lambda x: None, {"x": lab.Slider("倍", 1, 0.5, 2, 0.1)})
    box.children[0].value = 1.5
    assert box.children[0].value == pytest.approx(1.5)


def test_outside_a_notebook_nobody_is_there():
    assert not lab.is_attended()
    assert lab.live(lambda: None) is None


CODE = "from hanbin_lib import lab\nlab.live(lambda n: n, n=lab.Slider('n', 1, 0, 2, 1))"


def _run(allow_stdin, monkeypatch, batch=""):
    """What a cell with a control puts out, run by a client that does or does not answer questions."""
    monkeypatch.setenv(BATCH_VARIABLE, batch)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CODE)])
    client = NotebookClient(notebook, kernel_name=KERNEL, timeout=60)
    client.create_kernel_manager()
    with client.setup_kernel():
        client.kc.allow_stdin = allow_stdin
        client.execute_cell(notebook.cells[0], 0)
    return [output for output in notebook.cells[0].outputs if output.output_type == "execute_result"]


@pytest.mark.xdist_group("kernels")
def test_absent_when_a_batch_runs_and_there_when_a_person_does(kernel_parent, monkeypatch):
    assert _run(False, monkeypatch) == []
    assert "application/vnd.jupyter.widget-view+json" in _run(True, monkeypatch)[0].data
    assert _run(True, monkeypatch, batch="1") == []
