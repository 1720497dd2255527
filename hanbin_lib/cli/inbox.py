"""Which months' folders are imported, told before anything heavy is imported itself."""

from pathlib import Path

from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.months import MONTH_FOLDER, Month

# What a process needs that reads a month's files; those of all months are forked from one that has it.
READS_A_MONTH = (
    "hanbin_lib.ingest.importing",
    "fastexcel",
    "lxml.etree",
    "pandera.backends.pandas.builtin_checks",
)


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
