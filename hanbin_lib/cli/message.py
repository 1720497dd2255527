"""``hanbin message``: the public page's words for the work chat, as files."""

from rich.console import Console

from hanbin_lib.months import Month
from hanbin_lib.params import Settings
from hanbin_lib.release.message import read_message, write_message
from hanbin_lib.workspace import Workspace


def write_and_tell(space: Workspace, month: Month, console: Console) -> None:
    """Write the files and show the text."""
    code = Settings.load(space).county.code
    folder = write_message(space, month, code)
    console.print(read_message(space, month, code).text, markup=False, highlight=False, soft_wrap=True)
    console.print(f"已写入：{folder}（没有发送）", markup=False, highlight=False, soft_wrap=True)
