"""``hanbin doctor --repair``: what is damaged, what would be made of it again; done where it is asked for."""

from rich.console import Console

from hanbin_lib.cli.unexpected import keep_record
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.months import Month
from hanbin_lib.release import release_month
from hanbin_lib.release.repair import Repair, damages
from hanbin_lib.workspace import Workspace

_MOST_TURNS = 3  # what one repair brings to light, the next turn mends


def repair_and_tell(space: Workspace, console: Console, *, does_it: bool) -> ExitCode:
    """Print every damage and its remedy; mend those that can be; 0 where nothing is left."""

    def release(month: Month) -> object:
        return release_month(space, month)

    found = damages(space, release)
    told: set[str] = set()
    for _ in range(_MOST_TURNS):
        for one in found:
            _tell(space, one, console, told)
        if not (does_it and any(one.mend for one in found)):
            break
        for one in found:
            _mend(space, one, console)
        found = damages(space, release)
    if not found:
        console.print("状态文件完好。")
        return ExitCode.OK
    if not does_it and any(one.mend for one in found):
        console.print("加 --yes 动手重建。")
    return ExitCode.INPUT_INVALID


def _tell(space: Workspace, one: Repair, console: Console, told: set[str]) -> None:
    name = one.path.relative_to(space.root).as_posix()
    line = f"{name}：{one.found}。{one.remedy}"
    if line not in told:
        told.add(line)
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _mend(space: Workspace, one: Repair, console: Console) -> None:
    """Mend one; what cannot be mended stops no other."""
    if one.mend is None:
        return
    try:
        one.mend()
    except HanbinError as error:
        console.print(f"{one.path.name}：没有修成：{error}", markup=False, highlight=False, soft_wrap=True)
    except Exception as error:  # noqa: BLE001 -- the next repair is tried
        keep_record(error, space)
        told = f"{one.path.name}：没有修成：HB-INT-001 {type(error).__name__}"
        console.print(told, markup=False, highlight=False, soft_wrap=True)
