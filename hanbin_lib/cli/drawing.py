"""``hanbin draw``: the month's sample, drawn once, verified by anyone."""

from collections.abc import Sequence

from rich.console import Console

from hanbin_lib import audit
from hanbin_lib.cli.console import error_console
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.months import Month
from hanbin_lib.sample_selection.record import DEMONSTRATION, make_draw, verify_draw
from hanbin_lib.workspace import Workspace


def draw_and_tell(
    space: Workspace, month: Month, seed: str, flagged: Sequence[str], console: Console
) -> None:
    """Draw a month, record it, and say where the list is and what fell short."""
    if not seed:
        raise HanbinError(
            "HB-SMP-001",
            "没有给出抽样种子",
            action=f"hanbin draw {month} --seed 抽样前公开产生的一串数字，例如当日开奖号码",
            exit_code=ExitCode.PARAMS_INVALID,
        )
    drawn = make_draw(space, month, seed, flagged)
    record = drawn.record
    outputs = {"list": record.list_sha256, "snapshot": record.snapshot}
    audit.append(space.audit, f"draw {month}", {"seed": seed, "frame": record.frame_sha256}, outputs)
    for message in drawn.draw.messages:
        console.print(f"注意：{message}", markup=False, highlight=False, soft_wrap=True)
    counts = drawn.draw.units["unit_kind"].value_counts()
    told = "、".join(f"{counts.get(kind, 0)}个{kind}" for kind in ("村", "户", "项目"))
    mark = f"（{DEMONSTRATION}）" if drawn.is_demonstration else ""
    console.print(f"{month.label}抽查名单{mark}：{told}。{drawn.path}", highlight=False, soft_wrap=True)


def verify_and_tell(space: Workspace, month: Month, console: Console) -> bool:
    """Draw a month again from its record; False where the list is not the one drawn."""
    different = verify_draw(space, month)
    for line in different:
        error_console.print(line, markup=False, highlight=False, soft_wrap=True)
    if not different:
        console.print(f"{month.label}抽查名单与重抽的逐行相同。")
    return not different
