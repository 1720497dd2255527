"""``hanbin figures, message``: what is taken out of a published bulletin, as files."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from hanbin_lib.cli.options import MonthArgument, WorkspaceOption
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.months import Month
from hanbin_lib.workspace import Workspace

app = typer.Typer()
console = Console()


@app.command()
def figures(
    month: MonthArgument,
    area: Annotated[str, typer.Argument(help="地区代码；默认全县", metavar="地区")] = "",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="写到哪个文件夹；默认 data/figures/月份/名称")
    ] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """一份已发布月报的全部图：图形（SVG）、图片（PNG，300点）、数（CSV），各一个文件。"""
    from hanbin_lib.params import Settings
    from hanbin_lib.release.documents import published_document
    from hanbin_lib.rendering.figures import figure_files

    space = Workspace.find(workspace)
    settings = Settings.load(space)
    name, content = published_document(space, Month.parse(month), area or settings.county.code)
    files = figure_files(content, settings.typography)
    folder = output or space.figures / month / name
    _write_whole(folder, files)
    size = sum(map(len, files.values())) // 1024
    _tell(f"{(len(files) - 1) // 3}张图（SVG、PNG、CSV），{size}KB：{folder}")


@app.command()
def message(month: MonthArgument, workspace: WorkspaceOption = None) -> None:
    """公开版的一段话做成工作群消息：文字，企业微信、钉钉的卡片；只写文件，不发送。"""
    from hanbin_lib.params import Settings
    from hanbin_lib.release.message import read_message, write_message

    space, wanted = Workspace.find(workspace), Month.parse(month)
    code = Settings.load(space).county.code
    folder = write_message(space, wanted, code)
    _tell(read_message(space, wanted, code).text)
    _tell(f"已写入：{folder}（没有发送）")


def _write_whole(folder: Path, files: dict[str, bytes]) -> None:
    """Write the files; raise ``HB-REL-009`` rather than write over others, or beside them."""
    from hanbin_lib.files import write_atomically

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


def _tell(line: str) -> None:
    console.print(line, markup=False, highlight=False, soft_wrap=True)
