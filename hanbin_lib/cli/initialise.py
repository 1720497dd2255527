"""Making a new workspace from the parameters and notebooks that come with the package."""

import shutil
from pathlib import Path

import yaml

from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.workspace import Workspace

_PACKAGE = Path(__file__).parents[1]


def new_workspace(folder: Path) -> tuple[Workspace, list[str]]:
    """Copy ``params/`` and ``notebooks/`` into `folder`, which must be empty or not there.

    Returns
    -------
    workspace
        The new one.
    left_out
        Names of the parameter files that name places of the template's county: shocks that reach
        certain towns, plans of a village. No other county could publish with them.

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
    made = Workspace(folder.resolve())
    local = [path for path in sorted(made.params.glob("*/*.yaml")) if _names_a_place(path)]
    for path in local:
        path.unlink()
    return made, [path.name for path in local]


def _names_a_place(path: Path) -> bool:
    content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    return "place" in content or any("towns" in shock for shock in content.get("shocks", ()))


def _template() -> Path:
    """In a wheel the template is packed beside the code; in the repository it is the root."""
    packed = _PACKAGE / "workspace_template"
    return packed if packed.is_dir() else _PACKAGE.parent
