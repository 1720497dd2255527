"""A notebook of the batch holds its objects alone; JupyterLab draws it, and the file stays as it was."""

import asyncio

import nbformat
import pytest

from hanbin_lib.display import Column, Figure, Table
from hanbin_lib.display.tree import TREE
from hanbin_lib.lab.opened import OpenedContents
from hanbin_lib.workspace import BATCH_VARIABLE

TABLE = Table("各镇", (Column("镇"), Column("户", "right")), (("甲镇", Figure(12, "户", "x")),))


def _kept(path, bundle):
    cell = nbformat.v4.new_code_cell("report()", execution_count=1)
    cell.outputs = [nbformat.v4.new_output("execute_result", data=bundle, execution_count=1)]
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
    return path.read_bytes()


@pytest.mark.parametrize("change", [None, b"13"])
def test_an_executed_notebook_is_drawn_when_it_is_opened(tmp_path, monkeypatch, change):
    """It is trusted where it is, to the byte, one that was published: its drawings are markup."""
    in_lab = TABLE._repr_mimebundle_()
    monkeypatch.setenv(BATCH_VARIABLE, "1")
    in_batch = TABLE._repr_mimebundle_()
    assert in_batch.keys() == {"text/plain", TREE}
    assert "网页" in in_batch["text/plain"]  # what other programs show
    notebooks, published = tmp_path / "notebooks", tmp_path / "reports" / "2022-09"
    notebooks.mkdir()
    published.mkdir(parents=True)
    written = _kept(notebooks / "610902_汉滨区.ipynb", in_batch)
    (published / "610902_汉滨区.ipynb").write_bytes(written.replace(b"12", change) if change else written)
    contents = OpenedContents(root_dir=str(notebooks))
    opened = asyncio.run(contents.get("610902_汉滨区.ipynb"))
    contents.notary.store.close()  # the signatures of trusted notebooks, asked of whatever is opened
    (cell,) = opened["content"].cells
    assert cell.outputs[0].data["text/html"] == in_lab["text/html"]
    assert bool(cell.metadata.get("trusted")) is (change is None)
    assert (notebooks / "610902_汉滨区.ipynb").read_bytes() == written
