"""The start page of the reports folder, made anew from what is published."""

from pathlib import Path

import pandas as pd

from hanbin_lib.files import write_atomically
from hanbin_lib.months import Month
from hanbin_lib.params import County, Settings
from hanbin_lib.release.archive import ARCHIVE
from hanbin_lib.release.publication import INDEX, INDICATORS, Published, published_months
from hanbin_lib.site import PublishedMonth, Tiles, index_page, read_tiles, whole_places
from hanbin_lib.site.months import COLUMNS
from hanbin_lib.store.identity import digest_of, program_digest
from hanbin_lib.workspace import Workspace


def write_index(workspace: Workspace) -> Path:
    """Write ``reports/index.html`` of all published months; left alone where it is up to date.

    Raises
    ------
    HanbinError
        ``HB-PAR-002, HB-PAR-008`` the county's parameters or the grid of tiles are not valid.
    """
    county = Settings.load(workspace).county
    tiles = read_tiles(workspace.params / "tiles.csv")
    published = _publications(workspace)
    key = _key(published, county, tiles)
    path = workspace.reports / INDEX
    if not (path.is_file() and key in path.read_text(encoding="utf-8", errors="replace")):
        months = tuple(_month_of(one, workspace) for one in published)
        write_atomically(path, index_page(months, county, tiles, key).encode())
    return path


def _publications(workspace: Workspace) -> list[Published]:
    found = (Published.read(workspace, month) for month in published_months(workspace))
    # Figures that are not as they were published are shown nowhere, and end no other month's run.
    return [one for one in found if one and one.has(INDICATORS, one.manifest["files"].get(INDICATORS, ""))]


def _key(published: list[Published], county: County, tiles: Tiles) -> str:
    """SHA-256 of all that the page depends on."""
    months = [[one.sha256, (one.folder / ARCHIVE).is_file()] for one in published]
    return digest_of(program_digest(), months, county, tiles)


def _month_of(published: Published, workspace: Workspace) -> PublishedMonth:
    manifest = published.manifest
    table = pd.read_csv(published.folder / INDICATORS, dtype={"place_code": str}, usecols=COLUMNS)
    return PublishedMonth(
        month=Month.parse(manifest["month"]),
        folder=published.folder.relative_to(workspace.reports).as_posix(),
        revision=published.revision,
        reason=published.reason,
        is_demonstration=bool(manifest["is_demonstration"]),
        files={
            # What is packed in the month's archive has no link.
            area: tuple(name for name in entry["files"] if (published.folder / name).is_file())
            for area, entry in manifest["documents"].items()
        },
        failed=tuple(sorted(manifest["failed"])),
        figures=whole_places(table),
    )
