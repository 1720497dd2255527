"""The start page of the reports folder, made anew from what is published."""

from pathlib import Path

import pandas as pd

from hanbin_lib.area_changes import FILE
from hanbin_lib.files import write_atomically
from hanbin_lib.params import County, Settings
from hanbin_lib.places import AreaRegister
from hanbin_lib.release.archive import ARCHIVE
from hanbin_lib.release.publication import INDEX, Published, publications
from hanbin_lib.site import PublishedMonth, Tiles, index_page, read_tiles, whole_places
from hanbin_lib.site.content import COLUMNS
from hanbin_lib.store import digest_of, program_digest
from hanbin_lib.workspace import INDICATORS, Workspace


def write_index(workspace: Workspace) -> Path:
    """Write ``reports/index.html`` of all published months; left alone where it is up to date.

    Raises
    ------
    HanbinError
        ``HB-PAR-002, HB-PAR-008`` the county's parameters or the grid of tiles are not valid.
    """
    county = Settings.load(workspace).county
    published = _publications(workspace)
    register = _newest_register(workspace, published)
    tiles = read_tiles(workspace.params / "tiles.csv")
    tiles = {register.placed(code): at for code, at in tiles.items()} if register else tiles
    key = _key(published, county, tiles, register)
    path = workspace.reports / INDEX
    if not (path.is_file() and key in path.read_text(encoding="utf-8", errors="replace")):
        months = tuple(_month_of(publication, workspace, register) for publication in published)
        write_atomically(path, index_page(months, county, tiles, key).encode())
    return path


def _publications(workspace: Workspace) -> list[Published]:
    # Figures that are not as they were published are shown nowhere, and end no other month's run.
    return [
        publication
        for publication in publications(workspace).values()
        if publication.has(INDICATORS, publication.manifest.files.get(INDICATORS, ""))
    ]


def _newest_register(workspace: Workspace, published: list[Published]) -> AreaRegister | None:
    """The register of the newest month, whose places the page shows; None where no place ever changed."""
    if not published or not (workspace.params / FILE).is_file():
        return None
    newest = max(publication.month for publication in published)
    return AreaRegister.read(workspace.areas, newest)


def _key(
    published: list[Published], county: County, tiles: Tiles, register: AreaRegister | None = None
) -> str:
    """SHA-256 of all that the page depends on."""
    months = [[publication.sha256, (publication.folder / ARCHIVE).is_file()] for publication in published]
    changes = (register.past_key,) if register else ()
    return digest_of(program_digest(), months, county, tiles, *changes)


def _month_of(published: Published, workspace: Workspace, register: AreaRegister | None) -> PublishedMonth:
    manifest = published.manifest
    table = pd.read_csv(published.folder / INDICATORS, dtype={"place_code": str}, usecols=COLUMNS)
    return PublishedMonth(
        month=published.month,
        folder=published.folder.relative_to(workspace.reports).as_posix(),
        revision=manifest.revision,
        reason=manifest.reason,
        is_demonstration=manifest.is_demonstration,
        files={
            # What is packed in the month's archive has no link.
            area: tuple(name for name in entry.files if (published.folder / name).is_file())
            for area, entry in manifest.documents.items()
        },
        failed=tuple(sorted(manifest.failed)),
        figures=whole_places(table),
        bridge=register.since(published.month) if register else None,
    )
