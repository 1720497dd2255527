"""``hanbin due, health, schedule, prune`` and the dry run: the batch without a person."""

import json
import os
import sys
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from hanbin_lib.cancelling import cancellable
from hanbin_lib.cli.console import error_console, progress_bar
from hanbin_lib.cli.options import MonthArgument, WorkersOption, WorkspaceOption
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.files import write_atomically
from hanbin_lib.months import Month
from hanbin_lib.workspace import Workspace

if TYPE_CHECKING:
    from hanbin_lib.release import Outcome
    from hanbin_lib.schedule import Notice

app = typer.Typer()
console = Console()
_UTF16 = ".xml"  # the Task Scheduler reads no other
TodayOption = Annotated[
    str, typer.Option(help="按这一天计算，例如 2022-10-12；默认今天", show_default=False, metavar="日期")
]
NotifyOption = Annotated[bool, typer.Option("--notify", help="按 params/notify.yaml 通知结果")]


@app.command()
def due(
    today: TodayOption = "",
    most: Annotated[int | None, typer.Option("--max", help="最多发布几个月", min=1)] = None,
    workers: WorkersOption = None,
    listed: Annotated[bool, typer.Option("--list", help="只列出应补的月份")] = False,
    notify: NotifyOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    """补齐：把已结束而未发布的月份从早到晚逐月发布，每月用自己的数据。"""
    from hanbin_lib import schedule
    from hanbin_lib.cli.unexpected import keep_record
    from hanbin_lib.schedule.notices import of_result

    space, day = Workspace.find(workspace), _day(today)
    if listed:
        for month in schedule.due_months(space, day):
            console.print(str(month))
        return

    opened = ExitStack()

    def release(month: Month) -> "Outcome":
        from hanbin_lib.kernels import parent_ahead

        opened.enter_context(parent_ahead())  # one for all months
        from hanbin_lib.release import release_month
        from hanbin_lib.release.execution import side_by_side

        with progress_bar(f"月报 {month}") as progress:
            return release_month(space, month, maker=side_by_side(workers), progress=progress)

    def keep(error: Exception, month: Month) -> None:
        keep_record(error, space, month)

    results = []
    with cancellable(), opened:
        for result in schedule.catch_up(space, day, release, most, keep=keep):
            results.append(result)
            target = error_console if result.message else console
            text = f"{result.month.label}：{result.state}\n{result.message}".rstrip()
            target.print(text, markup=False, highlight=False, soft_wrap=True)
            if notify:
                _notify(space, partial(of_result, result))
        _pack(space)
    if not results:
        console.print("没有应补的月份。")
    raise typer.Exit(schedule.worst(results))


@app.command()
def health(today: TodayOption = "", notify: NotifyOption = False, workspace: WorkspaceOption = None) -> None:
    """检查：有没有逾期未发布的月份，发布目录与发布记录是否相符；有问题时退出码不为零。"""
    from hanbin_lib import schedule
    from hanbin_lib.schedule.notices import of_health

    space, day = Workspace.find(workspace), _day(today)
    found = schedule.examine(space, day)
    notices = of_health(found, day, _name(space))
    for notice in notices:
        error_console.print(f"{notice.subject}：{notice.text}", markup=False, highlight=False, soft_wrap=True)
    if notify:
        _notify(space, partial(of_health, found, day))
    if not notices:
        console.print("没有逾期的月份，发布目录与记录相符。")
    raise typer.Exit(found.exit_code)


@app.command("schedule")
def schedule_(
    kind: Annotated[str, typer.Argument(help="systemd、cron 或 windows", metavar="种类")],
    at: Annotated[str, typer.Option("--at", help="每天几点运行")] = "07:30",
    folder: Annotated[
        Path | None, typer.Option("--folder", help="写成文件放进这个目录；不写则显示在屏幕上")
    ] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """打印计划任务：每天补齐应发布的月份，随后检查是否逾期；关机错过的会补上。"""
    from hanbin_lib.schedule.units import UNITS, account_of, is_time

    if kind not in UNITS or not is_time(at):
        raise HanbinError(
            "HB-SCH-001",
            f"“{kind}”不是可选的种类（{'、'.join(UNITS)}），或“{at}”不是 00:00—21:59 之间的时间",
            action="例如 hanbin schedule systemd --at 07:30",
        )
    space = Workspace.find(workspace)
    program = Path(sys.executable).with_name("hanbin")
    for name, text in UNITS[kind](program, space.root, at, account_of(space.root)).items():
        if folder is None:
            print(f"# {name}\n{text}")  # as it is: no wrapping, no colour
        else:
            write_atomically(folder / name, text.encode("utf-16" if name.endswith(_UTF16) else "utf-8"))
            console.print(f"已写入：{folder / name}", soft_wrap=True)


@app.command()
def prune(
    dry_run: Annotated[
        bool, typer.Option("--dry-run/--delete", help="只列出能清理的（默认）；或真正删除")
    ] = True,
    today: TodayOption = "",
    workspace: WorkspaceOption = None,
) -> None:
    """清理过期的半成品、日志和缓存；发布记录里的版本一律不动。"""
    from hanbin_lib import schedule
    from hanbin_lib.scratch import clear_abandoned

    space = Workspace.find(workspace)
    found = schedule.leftovers(space, _day(today))
    for one in found:
        path = one.path.relative_to(space.root).as_posix()
        console.print(f"{one.what}　{path}　{one.size / 2**20:.1f} MB", highlight=False, soft_wrap=True)
    if not dry_run:
        schedule.remove(space, found)
        clear_abandoned()
        _pack(space)
    console.print(f"{'可清理' if dry_run else '已清理'} {len(found)} 项。")


@app.command()
def unpack(month: MonthArgument, workspace: WorkspaceOption = None) -> None:
    """取回：把一个月打包的网页、Word、附表、笔记本放回发布目录；下次 hanbin due 再打包。"""
    from hanbin_lib.release.retention import unpack_month

    space, wanted = Workspace.find(workspace), Month.parse(month)
    console.print(f"{wanted.label}：放回 {unpack_month(space, wanted)} 个文件。")


def _pack(space: Workspace) -> None:
    """Pack older months; that it could not be done changes nothing of what was published."""
    from hanbin_lib.cli.unexpected import keep_record
    from hanbin_lib.release.retention import pack_older

    try:
        done = pack_older(space)
        if done:
            from hanbin_lib.release.index import write_index

            write_index(space)
            console.print(f"已打包 {len(done)} 个以前的发布目录（hanbin unpack 月份 可取回）。")
    except HanbinError as error:
        error_console.print(f"没有打包：{error}", markup=False, highlight=False, soft_wrap=True)
    except Exception as error:  # noqa: BLE001 -- what is published stays as it is
        keep_record(error, space)
        told = f"没有打包：HB-INT-001 {type(error).__name__}"
        error_console.print(told, markup=False, highlight=False, soft_wrap=True)


def tell_plan(space: Workspace, month: Month, areas: tuple[str, ...], reason: str, *, as_json: bool) -> None:
    """Print what a run would make; as JSON, what papermill needs to make the same."""
    from hanbin_lib.release.run import planned

    run = planned(space, month, areas, reason)
    making = {document.area for document in run.todo}
    if not as_json:
        for document in run.documents:
            state = "要生成" if document.area in making else "已是最新"
            console.print(f"{state}　{document.name}", highlight=False)
        return
    documents = [
        {
            "area": document.area,
            "name": document.name,
            "notebook": str(document.notebook),
            "parameters": document.parameters,
            "is_up_to_date": document.area not in making,
        }
        for document in run.documents
    ]
    content = {
        "month": str(month),
        "revision": run.revision.number,
        "reason": run.revision.reason,
        "run_key": run.key,
        "workspace": str(space.root),
        "documents": documents,
    }
    print(json.dumps(content, ensure_ascii=False, indent=2))


def _notify(space: Workspace, notices_of: Callable[[str, str], "list[Notice]"]) -> None:
    """Tell what `notices_of` says, given the bulletin's name and the head of the record of runs.

    Nothing of it can fail: that somebody could not be told is a line on the terminal.
    """
    from hanbin_lib import audit
    from hanbin_lib.cli.unexpected import keep_record
    from hanbin_lib.schedule import load_notify, send

    try:
        channels = load_notify(space)
        notices = notices_of(_name(space), audit.told(audit.head(space.audit)))
        faults = [fault for notice in notices for fault in send(channels, notice, os.environ)]
    except HanbinError as error:
        faults = [f"HB-NTF-001 没有通知：{error}"]
    except Exception as error:  # noqa: BLE001 -- that nobody could be told changes nothing else
        keep_record(error, space)
        faults = [f"HB-NTF-001 没有通知：{type(error).__name__}"]
    for fault in faults:
        error_console.print(fault, markup=False, highlight=False, soft_wrap=True)


def _name(space: Workspace) -> str:
    from hanbin_lib.params import Settings

    return Settings.load(space).county.bulletin_name


def tell_standing(space: Workspace, month: Month) -> bool:
    """Say that a month is up to date where it stands as the last run left it; whether it does."""
    from hanbin_lib.release.standing import standing

    published = standing(space, month)
    if published is not None:
        tell_nothing_to_do(len(published.manifest["documents"]), published.folder)
    return published is not None


def tell_nothing_to_do(documents: int, folder: Path) -> None:
    """Say that all documents are up to date."""
    console.print(f"已是最新，共 {documents} 份，无需生成：{folder}", soft_wrap=True)


def _day(text: str) -> date:
    """The day asked for, today by the clock if none; raise ``HB-PAR-009`` where it is no day."""
    if not text:
        return date.today()  # noqa: DTZ011 - the office's calendar is the local one
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise HanbinError(
            "HB-PAR-009",
            f"“{text[:20]}”不是有效的日期",
            action="按“年-月-日”填写，例如 2022-10-12",
            exit_code=ExitCode.PARAMS_INVALID,
        ) from None
