"""Month and area: they set the parameters, and the same cells show what the parameters then give."""

import os
from functools import partial

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from nbclient import NotebookClient
from support import new_workspace
from traitlets.config import Config

from hanbin_lib.display import Column, Figure, Paragraph, Table
from hanbin_lib.errors import HanbinError
from hanbin_lib.kernels import KERNEL
from hanbin_lib.lab.panel import Replay, _box, _emptied, _followed, _places
from hanbin_lib.lab.sliders import sortable
from hanbin_lib.workspace import ENVIRONMENT_VARIABLE


class Info:
    def __init__(self, cell_id, raw_cell):
        self.cell_id, self.raw_cell = cell_id, raw_cell


def _shell(**variables):
    shell = InteractiveShell(
        config=Config({"HistoryManager": {"enabled": False}})
    )  # its thread would live on
    shell.user_ns.update(variables)
    return shell


def _refuse():
    raise HanbinError("HB-X-001", "没有这个月", action="换一个月")


def test_a_moved_list_sets_the_parameter_and_runs_the_cells_again_in_order():
    shell = _shell(month="2022-09", area="1", snapshot="abc", seen=[])
    replay = Replay(shell)
    replay.sources = {"a": "x = month + area", "b": "seen.append((x, snapshot))"}
    box = _box(replay, {"month": [("八月", "2022-08"), ("九月", "2022-09")], "area": [("甲", "1"), ("乙", "2")]},
               {"month": "2022-09", "area": "1"})  # fmt: skip
    month, area = box.children[0].children
    area.value = "2"
    month.value = "2022-08"
    assert shell.user_ns["seen"] == [("2022-092", "abc"), ("2022-082", "")]
    assert "已按所选重算" in box.children[1].value


def test_with_another_month_the_area_follows_its_place(tmp_path):
    """Under the codes of 2026 one town's code is another's: the list follows the town, there and back."""
    workspace = new_workspace(tmp_path)
    lines = ["from_month,change,old_code,new_code,new_name,document",
             "2026-01,改码,610902120,610902124,,名录", "2026-01,改码,610902122,610902120,,名录",
             "2026-01,改码,610902124,610902122,,名录"]  # fmt: skip
    (workspace.params / "area_changes.csv").write_text("\n".join(lines), encoding="utf-8")
    shell = _shell(month="2022-09", area="610902120", seen=[])
    replay = Replay(shell)
    replay.sources = {"a": "seen.append((month, area))"}
    months = [("旧", "2022-09"), ("新", "2026-03")]
    options = {"month": months, "area": _places(workspace, "610902120", "2022-09")}
    now = {"month": "2022-09", "area": "610902120"}
    box = _box(replay, options, now, follow=partial(_followed, workspace))
    month, area = box.children[0].children
    month.value = "2026-03"
    assert (area.value, area.label) == ("610902124", "610902124 县河镇")
    month.value = "2022-09"
    assert (area.value, area.label) == ("610902120", "610902120 县河镇")
    area.value = "610902122"
    assert shell.user_ns["seen"] == [
        ("2026-03", "610902124"), ("2022-09", "610902120"), ("2022-09", "610902122"),
    ]  # fmt: skip


def test_an_error_is_told_beside_the_control_and_stops_there(capsys):
    shell = _shell(refuse=_refuse, seen=[])
    replay = Replay(shell)
    replay.sources = {"a": "refuse()", "b": "seen.append(1)"}
    assert "HB-X-001 没有这个月" in replay.run({})
    assert shell.user_ns["seen"] == []
    replay.sources = {"a": "{}['身份证号码']"}
    assert replay.run({}).count("KeyError") == 1
    assert "身份证" not in replay.run({}) + "".join(capsys.readouterr())


def test_only_what_holds_for_one_month_starts_empty():
    assert _emptied("area", {"snapshot": "a"}) == {}
    assert _emptied("month", {"snapshot": "a", "weights": 1}) == {"snapshot": ""}


def test_a_cell_that_runs_again_takes_its_own_place():
    replay = Replay(_shell())
    for cell, text in (("a", "1"), ("b", "2"), ("a", "3")):
        replay.remember(Info(cell, text))
    assert replay.sources == {"a": "3", "b": "2"}


def test_tables_sort_in_the_lab_alone():
    table = Table("表", (Column("镇"), Column("户", "right")), (("甲", Figure(3, "户", "x|y|z|all")),))
    assert "<script>" in sortable(table)["text/html"]
    assert "<script>" not in table._repr_mimebundle_()["text/html"]
    assert "<script>" not in sortable(Paragraph(("字",)))["text/html"]
    assert sortable({"a": 1}) is None


SOURCES = (
    'month = "2022-09"\narea = "610902"\nsnapshot = ""',
    "from hanbin_lib import lab\n\nlab.controls(month=month, area=area)",
    "from hanbin_lib import bulletin as hb\n\nissue = hb.open_bulletin(month, area, snapshot)",
    "hb.front_page.summary(issue)",
)


def _run(allow_stdin):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in SOURCES])
    client = NotebookClient(notebook, kernel_name=KERNEL, timeout=60)
    client.create_kernel_manager()
    with client.setup_kernel():
        client.kc.allow_stdin = allow_stdin
        for number, cell in enumerate(notebook.cells):
            client.execute_cell(cell, number)
    return [[dict(output.get("data", {})) for output in cell.outputs] for cell in notebook.cells]


@pytest.mark.xdist_group("kernels")
def test_a_batch_meets_no_control_and_a_person_sees_the_same_words(
    demo_workspace, kernel_parent, monkeypatch
):
    monkeypatch.setitem(os.environ, ENVIRONMENT_VARIABLE, str(demo_workspace.root))
    batch, person = _run(False), _run(True)
    assert [len(outputs) for outputs in batch] == [0, 0, 0, 1]
    assert [len(outputs) for outputs in person] == [0, 1, 0, 1]
    assert "application/vnd.jupyter.widget-view+json" in person[1][0]
    assert person[3] == batch[3]
