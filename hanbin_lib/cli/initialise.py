"""Making a new workspace from the parameters and notebooks that come with the package."""

import shutil
from pathlib import Path

from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.workspace import Workspace

_PACKAGE = Path(__file__).parents[1]


def new_workspace(folder: Path) -> Workspace:
    """Copy ``params/`` and ``notebooks/`` into `folder`, which must be empty or not there.

    Raises
    ------
    HanbinError
        ``HB-WSP-002`` the folder is not empty: nothing is written over.
    """
    if folder.exists() and any(folder.iterdir()):
        raise HanbinError(
            "HB-WSP-002",
            f"{folder} 不是空目录，没有写入任何文件",
            action="换一个新目录，或先清空它",
            exit_code=ExitCode.INPUT_INVALID,
        )
    for name in ("params", "notebooks"):
        shutil.copytree(_template() / name, folder / name, ignore=shutil.ignore_patterns(".*"))
    for name in ("data/inbox", "reports"):
        (folder / name).mkdir(parents=True)
    return Workspace(folder.resolve())


def _template() -> Path:
    """In a wheel the template is packed beside the code; in the repository it is the root."""
    packed = _PACKAGE / "workspace_template"
    return packed if packed.is_dir() else _PACKAGE.parent
