"""Helpers that several test modules share."""

import shutil
from pathlib import Path

from hanbin_lib.ingest import import_month
from hanbin_lib.months import Month
from hanbin_lib.params import Settings, Typography
from hanbin_lib.places import AreaRegister
from hanbin_lib.workspace import Workspace

REPOSITORY = Path(__file__).parents[1]
MONTH = Month(2022, 9)
SCALE = 0.02


def new_workspace(root: Path) -> Workspace:
    """A workspace with the repository's parameters and notebooks and no data."""
    for name in ("params", "notebooks"):
        shutil.copytree(REPOSITORY / name, root / name)
    return Workspace(root)


def import_into(workspace: Workspace, folder: Path, month: Month = MONTH):
    return import_month(
        folder,
        month,
        workspace=workspace,
        settings=Settings.load(workspace),
        register=AreaRegister.read(workspace.params / "areas.csv"),
    )


TYPOGRAPHY = Typography(
    fangsong=("FandolFang R", "Noto Serif SC"),
    kaiti=("FandolKai", "Noto Serif SC"),
    headline=("FandolSong", "Noto Serif SC"),
    sans=("Noto Sans SC",),
    serif=("Libertinus Serif", "Noto Serif SC"),
)
