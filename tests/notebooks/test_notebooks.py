"""The committed notebooks: thin, tagged, without outputs, and they run."""

import ast
import json
import os
import re

import nbformat
import papermill
import pytest
from support import REPOSITORY

from hanbin_lib.bulletin import NOTEBOOK_PARAMETERS
from hanbin_lib.kernels import KERNEL
from hanbin_lib.release.notebooks import check_parameters_cell
from hanbin_lib.rendering import content_of
from hanbin_lib.workspace import ENVIRONMENT_VARIABLE

NOTEBOOKS = sorted((REPOSITORY / "notebooks").glob("*.ipynb"))
pytestmark = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def test_it_has_a_model_and_agrees_with_it(path):
    check_parameters_cell(path, NOTEBOOK_PARAMETERS[path.stem])


def test_it_is_committed_without_outputs(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in cells)


def test_it_is_thin(path):
    """A few lines a cell, each calling the library: no function, no loop, no number typed in."""
    notebook = nbformat.read(path, as_version=4)
    assert len(notebook.cells) <= 60
    for cell in notebook.cells:
        if cell.cell_type != "code" or "parameters" in cell.metadata.get("tags", []):
            continue
        assert len(cell.source.splitlines()) <= 12
        tree = ast.parse(cell.source)
        fat = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.Try)
        assert not [node for node in ast.walk(tree) if isinstance(node, fat)]
        numbers = [
            n.value
            for n in ast.walk(tree)
            if isinstance(n, ast.Constant) and isinstance(n.value, int | float)
        ]
        assert not numbers


def _headings(html):
    """Of a table of pandas, whose rows are numbered."""
    table = html.partition('class="dataframe"')[2]
    return [one for one in re.findall(r"<th>([^<]*)</th>", table.partition("</thead>")[0]) if one]


@pytest.mark.xdist_group("kernels")
def test_it_runs_with_its_defaults(path, demo_workspace, kernel_parent, tmp_path, monkeypatch):
    monkeypatch.setitem(os.environ, ENVIRONMENT_VARIABLE, str(demo_workspace.root))
    # What they say in a kernel that begins from nothing is seen in `test_plain_papermill`.
    executed = papermill.execute_notebook(
        str(path), str(tmp_path / path.name), kernel_name=KERNEL, progress_bar=False, execution_timeout=120
    )
    shown = [output for cell in executed.cells for output in cell.get("outputs", [])]
    headings = [one for output in shown for one in _headings(output.get("data", {}).get("text/html", ""))]
    assert [one for one in headings if not re.search("[\u4e00-\u9fff]", one)] == []
    if path.stem == "bulletin":
        content = content_of(executed)
        assert len(content.parts) > 50
        assert content.failed == ()
    else:
        assert len(shown) >= 5
    assert not [output for output in shown if output.output_type in {"error", "stream"}]
