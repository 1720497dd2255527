"""Notebooks as they open: the start page already run, and drawn what the batch kept as objects alone."""

import asyncio
from pathlib import Path
from typing import Any

import nbformat
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from nbclient import NotebookClient

from hanbin_lib.display.tree import TREE, in_lab, loads
from hanbin_lib.workspace import Workspace

START_PAGE = "index.ipynb"
_SECONDS = 120


class OpenedContents(AsyncLargeFileManager):
    """The lab's files; the start page is run whenever it is opened, and nothing of that is written.

    An executed notebook of a month is drawn. A start page that a person ran and saved has outputs of its
    own, and is left as it is.
    """

    async def get(self, path: str, content: bool = True, **given: Any) -> Any:  # type: ignore[override]
        """The file as it is, with what its cells show."""
        model = await super().get(path, content=content, **given)  # type: ignore[no-untyped-call]
        if content and model["type"] == "notebook":
            await asyncio.to_thread(draw, model["content"])
            if await asyncio.to_thread(self._is_published, path):
                for cell in model["content"].cells:
                    cell.metadata["trusted"] = True
            if path.strip("/") == START_PAGE:
                await asyncio.to_thread(show_outputs, model["content"], Path(self.root_dir))
        return model

    def _is_published(self, path: str) -> bool:
        """Whether a notebook is, to the byte, one that this workspace published.

        What came from elsewhere may hold a drawing that is none: whoever opens it decides, as always, whether
        to trust it (信任笔记本).
        """
        opened = Path(self.root_dir) / path.strip("/")
        published = Workspace(Path(self.root_dir).parent).reports.glob(f"*/{opened.name}")
        return any(one.read_bytes() == opened.read_bytes() for one in published)


def draw(notebook: Any) -> None:
    """Draw what is kept as an object alone."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if TREE in data and "text/html" not in data:
                data["text/html"] = in_lab(loads("".join(data[TREE])))


def show_outputs(notebook: Any, folder: Path) -> None:
    """Fill in what the cells of a notebook without outputs show; left as it is where it cannot be run."""
    if any(cell.get("outputs") for cell in notebook.cells):
        return
    own = nbformat.from_dict(notebook)
    try:
        client = NotebookClient(own, timeout=_SECONDS, resources={"metadata": {"path": str(folder)}})
        client.execute()
    except Exception:  # noqa: BLE001 - then it opens as any notebook does
        return
    for cell, run in zip(notebook.cells, own.cells, strict=True):
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = run.outputs, run.execution_count
            cell.metadata["trusted"] = True  # they were made here and now, by the library
