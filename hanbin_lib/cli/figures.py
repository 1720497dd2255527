"""``hanbin figures``: the figures of a published bulletin in a folder of their own."""

from pathlib import Path

from rich.console import Console

from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.files import write_atomically
from hanbin_lib.months import Month
from hanbin_lib.params import Settings
from hanbin_lib.release.documents import published_document
from hanbin_lib.rendering.figures import figure_files
from hanbin_lib.workspace import Workspace


def write_and_tell(space: Workspace, month: Month, area: str, output: Path | None, console: Console) -> None:
    """Write the files; raise ``HB-REL-009`` rather than write over others."""
    settings = Settings.load(space)
    name, content = published_document(space, month, area or settings.county.code)
    files = figure_files(content, settings.typography)
    folder = output or space.figures / str(month) / name
    there = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    changed = [one for one in there if one not in files or (folder / one).read_bytes() != files[one]]
    if changed:
        raise HanbinError(
            "HB-REL-009",
            f"{folder.name} 里已有别的文件，或是另一版的图（{len(changed)}个），没有改动",
            action="移走原来的文件夹，或用 --output 换一个",
            exit_code=ExitCode.INPUT_INVALID,
        )
    for file, made in files.items():
        write_atomically(folder / file, made)
    told = (
        f"{(len(files) - 1) // 3}张图（SVG、PNG、CSV），{sum(map(len, files.values())) // 1024}KB：{folder}"
    )
    console.print(told, markup=False, highlight=False, soft_wrap=True)
