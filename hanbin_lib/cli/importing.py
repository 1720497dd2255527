"""``hanbin import, check-headings``: one month, or every month of a folder, and what was found in it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from hanbin_lib import audit
from hanbin_lib.cli.console import (
    READS_A_MONTH,
    UnforeseenError,
    console,
    error_console,
    progress_bar,
    report_error,
    report_unexpected,
    say,
)
from hanbin_lib.contract import Table
from hanbin_lib.contract.schemas import stored_title
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.files import is_refused, why_not_written
from hanbin_lib.ingest import import_month
from hanbin_lib.ingest.exports import UnreadableFileError, read_grids
from hanbin_lib.ingest.findings import Finding
from hanbin_lib.ingest.identity import pseudonym_key
from hanbin_lib.ingest.importing import ImportResult, Prepared, commit, prepare, silent
from hanbin_lib.ingest.judging import Run
from hanbin_lib.ingest.recognise import Recognised, alias_line, recognise, to_be_entered
from hanbin_lib.ingest.storing import alone
from hanbin_lib.kernels import WorkerEndedError, cores, open_workers
from hanbin_lib.months import Month
from hanbin_lib.params import Settings
from hanbin_lib.places import AreaRegister
from hanbin_lib.raw_files import Keeper, load_keepers
from hanbin_lib.release.publication import published_otherwise
from hanbin_lib.snapshots import Snapshot
from hanbin_lib.workspace import Workspace

_MOST_AT_ONCE = 4  # months; a large one takes half a gigabyte
_SECONDS = 3600.0  # for one month


def import_months(
    folders: Mapping[Month, Path], space: Workspace, *, keep_raw: bool = False
) -> list[ExitCode]:
    """Import months, oldest first, and print what was found; return why months were stopped, one code each.

    Several months are read side by side. What stops one of them stops no other.

    Parameters
    ----------
    folders
        Exported files by month.
    keep_raw
        Whether the files are kept as they came, encrypted for the keepers.

    Raises
    ------
    HanbinError
        As `load_keepers`; as `import_month`, where there is one month only; ``HB-IMP-002`` another import
        is running; a fault of the parameters, which are the same for all months.
    """
    keepers = load_keepers(space) if keep_raw else ()
    if len(folders) == 1:
        ((month, folder),) = folders.items()
        is_stored = _report(month, _imported(folder, month, space, keepers), space)
        return [] if is_stored else [ExitCode.INPUT_INVALID]
    failed: list[ExitCode] = []
    for month, read in _side_by_side(folders, space, keepers):
        try:
            if not _report(month, _committed(month, read), space):
                failed.append(ExitCode.INPUT_INVALID)
        except HanbinError as error:
            report_error(error)
            failed.append(error.exit_code)
        except Exception as error:  # noqa: BLE001 -- whatever ends a month, the next one is imported
            failed.append(report_unexpected(error, space, month))
    return failed


def _imported(folder: Path, month: Month, space: Workspace, keepers: Sequence[Keeper]) -> ImportResult:
    settings, register = _parameters(month, space)
    with progress_bar(f"导入 {month}") as progress:
        return import_month(
            folder,
            month,
            workspace=space,
            settings=settings,
            register=register,
            progress=progress,
            keepers=keepers,
        )


def _parameters(month: Month, space: Workspace) -> tuple[Settings, AreaRegister]:
    settings, register = Settings.load(space), AreaRegister.read(space.areas, month)
    register.require(settings.county.code)
    return settings, register


def _side_by_side(
    folders: Mapping[Month, Path], space: Workspace, keepers: Sequence[Keeper]
) -> "Iterator[tuple[Month, Future[Prepared]]]":
    """Read the months in processes of their own; they are committed here, each when all before it are.

    The largest is begun first, so that it is not left to be read alone at the end.
    """
    months = sorted(folders)
    at_once = min(cores(), _MOST_AT_ONCE, len(months))
    _ = _run(months[-1], space, keepers).contract  # their faults are told once, before anything is read
    largest = max(months, key=lambda month: _size(folders[month]))
    threads = ThreadPoolExecutor(at_once)
    with (
        alone(space),
        progress_bar("导入") as progress,
        open_workers(at_once, _SECONDS, modules=READS_A_MONTH) as do,
    ):
        pseudonym_key(space.secret)  # made once, not by each of the processes
        try:
            read = {
                month: threads.submit(do, _prepared, folders[month], month, space, tuple(keepers))
                for month in sorted(months, key=lambda month: month != largest)
            }
            for number, month in enumerate(months):
                progress(f"读取 {month}", number, len(months))
                yield month, read.pop(month)  # what is stored is not held any longer
            progress("完成", len(months), len(months))
        finally:  # where somebody ended the import, nothing else is begun
            threads.shutdown(wait=False, cancel_futures=True)


def _size(folder: Path) -> int:
    """Bytes of its files, 0 where there is none."""
    return sum(path.stat().st_size for path in folder.glob("*") if path.is_file())


def _prepared(folder: Path, month: Month, space: Workspace, keepers: Sequence[Keeper]) -> Prepared:
    try:
        return prepare(folder, _run(month, space, keepers), silent)
    except HanbinError:
        raise
    except Exception as error:
        if is_refused(error):  # travels as it is, and is told as what it is
            raise
        raise UnforeseenError.of(error) from error


def _run(month: Month, space: Workspace, keepers: Sequence[Keeper]) -> Run:
    return Run.of(month, space, *_parameters(month, space), keepers)


def _committed(month: Month, future: "Future[Prepared]") -> ImportResult:
    try:
        return commit(future.result(), silent)
    except WorkerEndedError:
        raise HanbinError(
            "HB-IMP-004",
            f"{month.label}没有读完：读取的进程被系统终止，多半是内存不够；原有数据没有改动",
            action=f"关掉其他程序，单独导入这个月：hanbin import 文件夹 --month {month}",
            exit_code=ExitCode.UNEXPECTED,
        ) from None


def _report(month: Month, result: ImportResult, space: Workspace) -> bool:
    """Print and write down what an import found; False where errors stopped it."""
    result.quality.print(console)
    if result.snapshot is not None:  # before the reports, which somebody may have open
        _record(month, result.snapshot, space, is_new=result.is_new)
    say(f"明细：{_reported(month, result, space)}")
    if result.snapshot is None:
        error_console.print(f"[bold red]{month.label}有错误，未导入；原有数据没有改动。[/]")
        return False
    state = "已导入为新版本" if result.is_new else "内容没有变化，沿用版本"
    say(f"{month.label}：{_why(result)}{state} {result.snapshot.id}")
    if outdated := published_otherwise(space, month, result.snapshot.id):
        labels = "、".join(one.label for one in outdated)
        say(
            f"已发布的{labels}月报用的是{month.label}原来的数据，不会自动改；"
            f"要更正的，运行 hanbin bulletin {outdated[0]}，出新版"
        )
    if result.kept:
        say(f"原始文件：{len(result.kept.hashes)} 个，已加密保存：{space.raw}")
    return True


def _record(month: Month, snapshot: Snapshot, space: Workspace, *, is_new: bool) -> None:
    """Record the import, also one that an earlier run stored and was stopped before it recorded it."""
    action, outputs = f"import {month}", {"snapshot": snapshot.id}
    known = (one.action == action and one.outputs == outputs for one in audit.records(space.audit))
    if is_new or not any(known):
        sources = {source.file: source.sha256 for source in snapshot.manifest.sources}
        audit.append(space.audit, action, sources, outputs)


def _reported(month: Month, result: ImportResult, space: Workspace) -> Path:
    reports = space.root / "data" / "quality" / str(month)
    try:
        reports.mkdir(parents=True, exist_ok=True)
        result.quality.to_html(reports / "数据质量报告.html")
        result.quality.to_excel(reports / "数据质量清单.xlsx")
    except OSError as error:
        state = "有错误，未导入" if result.snapshot is None else "已导入"
        raise HanbinError(
            "HB-IMP-005",
            f"{month.label}{state}；数据质量报告写不进 data/quality：{why_not_written(error)}",
            action="关掉打开着的清单，检查磁盘空间和目录权限，再运行同一条命令",
            exit_code=ExitCode.PUBLICATION_FAILED,
        ) from None
    return reports


def _why(result: ImportResult) -> str:
    """What another program or other parameters made of the files that the month had been read from."""
    if result.reread is None:
        return ""
    titles = "、".join(dict.fromkeys(stored_title(name) for name in result.reread))
    return f"文件没有变，程序或参数变了，已重新读入；{f'读出的内容有变化（{titles}），' if titles else ''}"


def heading_lines(path: Path, tables: Iterable[Table]) -> tuple[list[str], bool]:
    """Lines about each sheet of a file that may hold nothing but headings, and whether all is well."""
    try:
        grids = read_grids(path)
    except UnreadableFileError as fault:
        return [f"{path.name}：{fault.finding.message}。{fault.finding.action}"], False
    except OSError:
        return [f"{path.name}：打不开，或不是文件。核对文件名"], False
    known = tuple(tables)
    lines: list[str] = []
    is_well = True
    for grid in grids:
        found, where = recognise(grid, known), grid.sheet or path.name  # a text file has no sheets
        if isinstance(found, Finding):
            is_well = False
            lines += [f"［{where}］{found.message}", f"处理办法：{found.action}"]
        elif found is not None:
            lines += [f"［{where}］{line}" for line in _about(found)]
    return lines or [f"{path.name}：没有内容"], is_well and bool(lines)


def _about(sheet: Recognised) -> Iterator[str]:
    table = sheet.table
    yield f"{table.title}：表头在第{sheet.header + 1}行，认出{len(sheet.places)}列，必需的列齐全"
    lacking = [c.heading for c in table.columns if c.name not in sheet.places and not c.is_area_code]
    if lacking:
        yield f"没有的列（用到它们的数为“未收到”）：{'、'.join(lacking)}"
    if sheet.unknown:
        yield f"不认识的列：{'、'.join(sheet.unknown)}"
        yield f"改了名的，在 params/columns.yaml 的 aliases 下写，例如：{_offer(sheet, lacking)}"
        yield f"不用的，在 extra 下写：{table.title}: [{', '.join(to_be_entered(sheet.unknown))}]"


def _offer(sheet: Recognised, lacking: list[str]) -> str:
    """The missing column that is most like an unknown heading, else the first one."""
    lines = [alias_line(sheet.table, [heading], sheet.unknown) for heading in lacking]
    likely = [line for line in lines if "本县的表头" not in line]
    return (
        likely or lines or [f"{sheet.table.title}: {{数据字典的表头: [{to_be_entered(sheet.unknown)[0]}]}}"]
    )[0]
