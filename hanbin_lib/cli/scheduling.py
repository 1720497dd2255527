"""``hanbin due, health, schedule, index, prune, unpack``: the batch without a person."""

import os
import sys
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hanbin_lib.cli.console import (
    MonthArgument,
    WorkersOption,
    WorkspaceOption,
    cancellable,
    going_on,
    keep_record,
    progress_bar,
    say,
    today,
    warn,
)
from hanbin_lib.errors import ExitCode, HanbinError, refused_params
from hanbin_lib.files import write_atomically
from hanbin_lib.months import Month
from hanbin_lib.workspace import Workspace

if TYPE_CHECKING:
    from hanbin_lib.release import Outcome
    from hanbin_lib.schedule import Notice

app = typer.Typer()
_UTF16 = ".xml"  # the Task Scheduler reads no other
TodayOption = Annotated[
    str, typer.Option(help="按这一天计算，例如 2022-10-12；默认今天", show_default=False, metavar="日期")
]
NotifyOption = Annotated[bool, typer.Option("--notify", help="按 params/notify.yaml 通知结果")]


@app.command(short_help="补齐所有该发布而未发布的月份")
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
    from hanbin_lib.schedule.notify import behind, of_result

    space, day = Workspace.find(workspace), _day(today)
    if listed:
        say(*map(str, schedule.due_months(space, day)))
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
        for result in schedule.together(schedule.catch_up(space, day, release, most, keep=keep)):
            results.append(result)
            tell = warn if result.message else say
            tell(f"{result.label}：{result.state}\n{result.message}".rstrip())
            if notify:
                _notify(space, partial(of_result, result))
        _pack(space)
    ahead = schedule.published_ahead(space, day)
    if ahead:
        warn(behind(ahead, day))
    elif not results:
        say("没有应补的月份。")
    raise typer.Exit(max(schedule.worst(results), ExitCode.OVERDUE if ahead else ExitCode.OK))


@app.command(short_help="检查有没有逾期，发布目录是否完好")
def health(today: TodayOption = "", notify: NotifyOption = False, workspace: WorkspaceOption = None) -> None:
    """检查：有没有逾期未发布的月份，发布目录与发布记录是否相符，最近发布的有没有暂缺；有问题时退出码不为零。"""
    from hanbin_lib import schedule
    from hanbin_lib.schedule.notify import of_health

    space, day = Workspace.find(workspace), _day(today)
    found = schedule.examine(space, day)
    notices = of_health(found, day, _name(space))
    warn(*(f"{notice.subject}：{notice.text}" for notice in notices))
    if notify:
        _notify(space, partial(of_health, found, day))
    if not notices:
        say("没有逾期的月份，发布目录与记录相符。")
    raise typer.Exit(found.exit_code)


@app.command("schedule", short_help="打印计划任务")
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
            say(f"已写入：{folder / name}")


@app.command(short_help="重新生成报告目录的首页")
def index(workspace: WorkspaceOption = None) -> None:
    """重新生成报告目录的首页 reports/index.html（每次发布后自动生成）。"""
    from hanbin_lib.release.index import write_index

    say(f"已生成：{write_index(Workspace.find(workspace))}")


@app.command(short_help="清理过期的半成品、日志和缓存")
def prune(
    dry_run: Annotated[
        bool, typer.Option("--dry-run/--delete", help="只列出能清理的（默认）；或真正删除")
    ] = True,
    today: TodayOption = "",
    workspace: WorkspaceOption = None,
) -> None:
    """清理过期的半成品、日志和缓存；发布记录里的版本一律不动。"""
    from hanbin_lib import schedule
    from hanbin_lib.locks import clear_abandoned_folders

    space = Workspace.find(workspace)
    found = schedule.leftovers(space, _day(today))
    for leftover in found:
        path = leftover.path.relative_to(space.root).as_posix()
        say(f"{leftover.what}　{path}　{leftover.size / 2**20:.1f} MB")
    if not dry_run:
        schedule.remove(space, found)
        clear_abandoned_folders()
        _pack(space)
    say(f"{'可清理' if dry_run else '已清理'} {len(found)} 项。")


@app.command(short_help="取回打包的旧月份")
def unpack(month: MonthArgument, workspace: WorkspaceOption = None) -> None:
    """取回：把一个月打包的网页、Word、附表、笔记本放回发布目录；下次 hanbin due 再打包。"""
    from hanbin_lib.release.publication import unpack_month

    count = unpack_month(Workspace.find(workspace), month)
    say(f"{month.label}：{f'放回 {count} 个文件' if count else '没有打包的文件'}。")


def _pack(space: Workspace) -> None:
    """Pack older months; that it could not be done changes nothing of what was published."""
    with going_on("没有打包", space):
        from hanbin_lib.release.publication import pack_older

        done = pack_older(space)
        if done:
            from hanbin_lib.release.index import write_index

            write_index(space)
            say(f"已打包 {len(done)} 个以前的发布目录（hanbin unpack 月份 可取回）。")


def _notify(space: Workspace, notices_of: Callable[[str, str], "list[Notice]"]) -> None:
    """Tell what `notices_of` says, given the bulletin's name and the head of the record of runs.

    That somebody could not be told is a line on the terminal and changes nothing else.
    """
    with going_on("HB-NTF-001 没有通知", space):
        from hanbin_lib import audit
        from hanbin_lib.schedule import load_notify, send

        channels = load_notify(space)
        notices = notices_of(_name(space), audit.told(audit.head(space.audit)))
        warn(*(fault for notice in notices for fault in send(channels, notice, os.environ)))


def _name(space: Workspace) -> str:
    from hanbin_lib.params import Settings

    return Settings.load(space).county.bulletin_name


def _day(text: str) -> date:
    """The day asked for, today by the clock if none; raise ``HB-PAR-009`` where it is no day."""
    if not text:
        return today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise refused_params(
            "HB-PAR-009", f"“{text[:20]}”不是有效的日期", "按“年-月-日”填写，例如 2022-10-12"
        ) from None
