"""What a month is made from, packed and unpacked: parameters, notebooks, forecasts, lists, snapshots."""

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from hanbin_lib.bulletin import Basis
from hanbin_lib.bulletin.handed_out import LISTS, RETURNS, folder_of
from hanbin_lib.rendering.office_files import entry
from hanbin_lib.snapshots import VERSIONS
from hanbin_lib.workspace import Workspace

_KEPT = {".yaml", ".csv", ".ipynb"}
# Who is told of a publication, and who can open the exports, has no part in what is published.
_NOT_KEPT = {"notify.yaml", "keepers.yaml"}


def inputs_archive(workspace: Workspace, county: Basis) -> bytes:
    """Zip of what the month was made from, the same bytes for the same inputs."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in _inputs(workspace, county):
            archive.writestr(entry(name), path.read_bytes(), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def unpacked(root: Path, archive: Path, snapshots: Mapping[str, str]) -> Workspace:
    """A workspace in `root` with the packed inputs and a list of one version a month.

    Parameters
    ----------
    snapshots
        Identifier of the version by month; the caller puts their folders into the store.
    """
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(root)
    workspace = Workspace(root)
    for month, version in snapshots.items():
        folder = workspace.store / month
        folder.mkdir(parents=True, exist_ok=True)
        line = json.dumps({"id": version, "previous": None})
        (folder / VERSIONS).write_text(line + "\n", encoding="utf-8")
    return workspace


def _inputs(workspace: Workspace, county: Basis) -> Iterator[tuple[str, Path]]:
    templates = {workspace.params / name for name in county.settings.typography.documents}
    for folder in (workspace.params, workspace.notebooks):
        for path in sorted(folder.rglob("*")):
            is_kept = (path.suffix in _KEPT and path.name not in _NOT_KEPT) or path in templates
            if is_kept and path.is_file():
                yield path.relative_to(workspace.root).as_posix(), path
    for kept in county.forecasts:
        yield f"data/forecasts/{kept.filename}", workspace.forecasts / kept.filename
    if county.handed_out is not None:
        folder = folder_of(workspace, county.month.shift(-1))
        for path in (folder / LISTS, folder / RETURNS):
            if path.is_file():
                yield path.relative_to(workspace.root).as_posix(), path
