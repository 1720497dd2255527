"""``hanbin import``: one month, or every month of a folder, and what was found in it."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from hanbin_lib import audit
from hanbin_lib.cli.console import error_console, progress_bar
from hanbin_lib.contract.schemas import stored_title
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.ingest import import_month
from hanbin_lib.ingest.importing import ImportResult
from hanbin_lib.months import MONTH_FOLDER, Month
from hanbin_lib.params import Settings
from hanbin_lib.places import AreaRegister
from hanbin_lib.raw_files import Keeper
from hanbin_lib.workspace import Workspace


def month_folders(folder: Path) -> dict[Month, Path]:
    """Subfolders named after a month, oldest first, or the folder itself where it is named so.

    Raises
    ------
    HanbinError
        ``HB-IMP-001`` neither it nor a folder in it bears the name of a month.
    """
    found = sorted(path for path in folder.glob("*") if path.is_dir() and MONTH_FOLDER.fullmatch(path.name))
    if not found and MONTH_FOLDER.fullmatch(folder.name):
        found = [folder]
    if not found:
        raise HanbinError(
            "HB-IMP-001",
            f"{folder} 里没有以月份命名的子文件夹（例如 2022-09）",
            action="用 --month 写明月份，或把文件放进以月份命名的子文件夹",
            exit_code=ExitCode.INPUT_INVALID,
        )
    return {Month.parse(path.name): path for path in found}


def import_and_tell(
    folder: Path, month: Month, space: Workspace, console: Console, keepers: Sequence[Keeper] = ()
) -> bool:
    """Import one month and print what was found; False where errors stopped it.

    Parameters
    ----------
    keepers
        Who can open the files as they came, which are kept encrypted; without anybody they are not kept.
    """
    with progress_bar(f"导入 {month}") as progress:
        result = import_month(
            folder,
            month,
            workspace=space,
            settings=Settings.load(space),
            register=AreaRegister.read(space.params / "areas.csv", month),
            progress=progress,
            keepers=keepers,
        )
    reports = space.root / "data" / "quality" / str(month)
    result.quality.print(console)
    reports.mkdir(parents=True, exist_ok=True)
    result.quality.to_html(reports / "数据质量报告.html")
    result.quality.to_excel(reports / "数据质量清单.xlsx")
    console.print(f"明细：{reports}", soft_wrap=True)
    if result.snapshot is None:
        error_console.print(f"[bold red]{month.label}有错误，未导入；原有数据没有改动。[/]")
        return False
    if result.is_new:
        sources = {source.file: source.sha256 for source in result.snapshot.manifest.sources}
        audit.append(space.audit, f"import {month}", sources, {"snapshot": result.snapshot.id})
    state = "已导入为新版本" if result.is_new else "内容没有变化，沿用版本"
    console.print(f"{month.label}：{_why(result)}{state} {result.snapshot.id}")
    if result.kept:
        console.print(f"原始文件：{len(result.kept.hashes)} 个，已加密保存：{space.raw}", soft_wrap=True)
    return True


def _why(result: ImportResult) -> str:
    """What another program or other parameters made of the files that the month had been read from."""
    if result.reread is None:
        return ""
    titles = "、".join(dict.fromkeys(stored_title(name) for name in result.reread))
    return f"文件没有变，程序或参数变了，已重新读入；{f'读出的内容有变化（{titles}），' if titles else ''}"
