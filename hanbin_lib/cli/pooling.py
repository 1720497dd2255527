"""``hanbin pool``: figures of a parent area, written beside a list of what was missing."""

from pathlib import Path

from rich.console import Console

from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.files import write_atomically
from hanbin_lib.indicators import DEFINITIONS
from hanbin_lib.months import Month
from hanbin_lib.pooling import pool_workspaces


def pool_and_tell(
    roots: tuple[str, ...],
    month: Month,
    area: tuple[str, str],
    output: Path,
    console: Console,
    with_persons: bool,
) -> None:
    """Write the parent's table to `output`; raise ``HB-POL-003`` rather than write over another."""
    code, name = area
    pooled = pool_workspaces(roots, month, place_code=code, place_name=name, with_persons=with_persons)
    content = pooled.table.to_csv(index=False, lineterminator="\n").encode()
    if output.exists() and output.read_bytes() != content:
        raise HanbinError(
            "HB-POL-003",
            f"{output.name} 已存在，内容不同",
            action="换一个文件名，或先移走原文件",
            exit_code=ExitCode.INPUT_INVALID,
        )
    write_atomically(output, content)
    for indicator in dict.fromkeys(gap.indicator for gap in pooled.gaps):
        gaps = [gap for gap in pooled.gaps if gap.indicator == indicator]
        places = "、".join(dict.fromkeys(f"{gap.place_code}{gap.text}" for gap in gaps))
        console.print(f"{DEFINITIONS[indicator].name}：{places}", highlight=False, soft_wrap=True)
    console.print(f"{name}{month.label}：合并{len(roots)}个县，{len(pooled.table)}个数，写入 {output.name}")
