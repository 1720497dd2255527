"""Commands of `hanbin`: their arguments, and how their results and errors are told."""

import os
import sys
from contextlib import nullcontext
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from hanbin_lib import __version__
from hanbin_lib import workspace as workspaces
from hanbin_lib.cancelling import cancellable
from hanbin_lib.cli import actions, excerpts, indicators, originals, records, scheduling, template
from hanbin_lib.cli.console import error_console, progress_bar, set_up_chinese_help, tell_error
from hanbin_lib.cli.inbox import READS_A_MONTH, month_folders
from hanbin_lib.cli.options import (
    MonthArgument,
    MonthOption,
    WorkersOption,
    WorkspaceOption,
    month_begun,
    this_month,
)
from hanbin_lib.cli.order import Ordered
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.months import Month
from hanbin_lib.workspace import Workspace

_EXIT_CODES = """
退出码：0 完成或已是最新 · 2 用法错误 · 10 参数无效 · 11 数据有误或缺失 · 20 指标核对未通过 ·
21 有个人信息 · 22 字体或缺字 · 30 笔记本运行失败 · 31 笔记本超时 · 32 内核中断 · 40 部分发布（有地区失败） ·
50 发布失败 · 60 逾期未发布 · 70 程序出错 · 75 被占用，稍后再试 · 130 被中止

任何命令加 --debug 可看程序出错时的完整调用记录。
"""

app = typer.Typer(
    cls=Ordered,
    name="hanbin",
    help="县级防返贫动态监测：从每月导出的 Excel 到月报。",
    epilog=_EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)
app.add_typer(actions.app)  # actions, returns
app.add_typer(excerpts.app)  # figures, message
app.add_typer(indicators.app, name="indicators")
app.add_typer(originals.app)  # raw-key, restore-raw
app.add_typer(records.app)  # verify, audit, versions
app.add_typer(template.app, name="template")
app.add_typer(scheduling.app)  # due, health, schedule, prune
console = Console()


_NOT_FOR_OTHERS = 0o027


class Edition(StrEnum):
    """For whom a bulletin is made."""

    INTERNAL = workspaces.INTERNAL
    PUBLIC = workspaces.PUBLIC


def main() -> None:
    """Run the command; an error is told in Chinese and decides the exit code."""
    set_up_chinese_help()
    if hasattr(os, "umask"):  # whatever is written is the bureau's: never for every account of the machine
        os.umask(os.umask(_NOT_FOR_OTHERS) | _NOT_FOR_OTHERS)
    debug = "--debug" in sys.argv
    sys.argv = [argument for argument in sys.argv if argument != "--debug"]
    try:
        app()
    except HanbinError as error:
        if debug:
            raise
        tell_error(error)
        sys.exit(error.exit_code)
    except Exception as error:
        if debug:
            raise
        from hanbin_lib.cli.unexpected import tell_unexpected

        sys.exit(tell_unexpected(error))


def _print_version(wanted: bool) -> None:
    if wanted:
        console.print(__version__)
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[  # handled by its callback, before any command
        bool, typer.Option("--version", help="显示版本", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Options that stand before every command."""


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="新工作目录", metavar="目录")],
    exports: Annotated[
        Path | None, typer.Option("--from", help="本县的导出文件：由它生成县、镇、村和笔记本的默认地区")
    ] = None,
    code: Annotated[str, typer.Option(help="与 --from 合用：县级区划代码（6位）")] = "",
    name: Annotated[str, typer.Option(help="与 --from 合用：县名；导出文件里有的可以不写")] = "",
    make_codes: Annotated[
        bool, typer.Option("--make-codes", help="与 --from 合用：导出文件里没有镇、村代码时，确认由程序暂编")
    ] = False,
) -> None:
    """新建一个工作目录（参数、笔记本、空的数据和报告目录）。"""
    from hanbin_lib.cli.initialise import init_and_tell

    init_and_tell(folder, exports, code, name, console, make_codes=make_codes)
    fonts()


@app.command()
def fonts() -> None:
    """安装月报用的字体（已装好的不动；装的是替代字体时，再试一次标准字体）。"""
    from hanbin_lib.fonts.install import install

    install()


@app.command()
def areas(
    month: Annotated[
        str, typer.Option("--month", "-m", help="哪个月的名册，例如 2026-01；不写则为最新的")
    ] = "",
    compare: Annotated[
        Path | None, typer.Option("--compare", help="与另一份清单（CSV，有代码和名称两列）比较，列出不同")
    ] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """列出地区代码和是否计入统计；或与另一份清单比较。"""
    from hanbin_lib.cli.comparing import areas_of, tell_areas, tell_comparison

    known = areas_of(Workspace.find(workspace), month)
    if compare is None:
        tell_areas(known, console)
    else:
        tell_comparison(known, compare, month, console)


@app.command()
def demo(
    workspace: WorkspaceOption = None,
    month: MonthOption = "2022-09",
    seed: Annotated[int, typer.Option(help="随机种子；同一种子生成的文件逐字节相同", min=0)] = 20220930,
    scale: Annotated[float, typer.Option(help="规模，1 为全区规模", min=0.001, max=1.0)] = 1.0,
    hard: Annotated[
        bool,
        typer.Option("--hard", help="难的月份：集中排查、亏损、空镇，文件另存过（合并、混月）"),
    ] = False,
) -> None:
    """生成演示数据（全部虚构），写入 data/inbox。"""
    from hanbin_demo.files import write_demo
    from hanbin_lib.places import AreaRegister

    space = Workspace.find(workspace)
    register = AreaRegister.read(space.params / "areas.csv", Month.parse(month))
    with progress_bar("生成演示数据") as progress:
        written = write_demo(
            space.root,
            register,
            month=Month.parse(month),
            seed=seed,
            scale=scale,
            hard=hard,
            progress=progress,
        )
    console.print(f"演示数据：新写 {len(written)} 个文件。" if written else "演示数据已是最新，未改动。")


@app.command("import")
def import_(
    folder: Annotated[Path, typer.Argument(help="放着当月导出文件的文件夹", metavar="文件夹")],
    month: Annotated[
        str, typer.Option("--month", "-m", help="月份，例如 2022-09；不写则导入其中每个以月份命名的子文件夹")
    ] = "",
    keep_raw: Annotated[
        bool, typer.Option("--keep-raw", help="连同原始文件一起保存（加密，只有保管人能打开）")
    ] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """导入导出文件：识别、清洗、核查，存成不可改动的快照。"""
    from hanbin_lib.kernels import parent_ahead

    space = Workspace.find(workspace)
    wanted = {month_begun(month): folder} if month else month_folders(folder)
    with parent_ahead(READS_A_MONTH) if len(wanted) > 1 else nullcontext():
        from hanbin_lib.cli.importing import import_and_tell

        failed = import_and_tell(wanted, space, console, keep_raw=keep_raw)
    if failed:
        raise typer.Exit(max(failed))


@app.command("check-headings")
def check_headings(
    file: Annotated[Path, typer.Argument(help="导出文件，只有表头也可以", metavar="文件")],
    workspace: WorkspaceOption = None,
) -> None:
    """核对一个导出文件的表头：认成哪张表、缺哪些列、哪些列不认识、参数里补哪一行。"""
    from hanbin_lib.cli.headings import heading_lines
    from hanbin_lib.contract.local import local_tables
    from hanbin_lib.params import Settings

    settings = Settings.load(Workspace.find(workspace)).at(this_month())
    lines, is_well = heading_lines(file, local_tables(settings.columns, settings.county.code).values())
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    if not is_well:
        raise typer.Exit(ExitCode.INPUT_INVALID)


@app.command()
def bulletin(
    month: MonthArgument,
    area: Annotated[
        list[str] | None, typer.Option("--area", "-a", help="只做这些地区（可重复）；默认全部")
    ] = None,
    workers: WorkersOption = None,
    scheduler: Annotated[str, typer.Option(help="交给 Dask 集群，例如 tcp://10.0.0.5:8786")] = "",
    exchange: Annotated[
        str, typer.Option(help="集群各机器共用的目录或 s3:// 地址；默认工作目录下 data/exchange")
    ] = "",
    edition: Annotated[
        Edition,
        typer.Option(help="内部版 internal；公开版 public（小数不公布），写入 reports/public"),
    ] = Edition.INTERNAL,
    reason: Annotated[str, typer.Option(help="已发布的月份为何再发一版；不写则按变动的输入说明")] = "",
    as_revision: Annotated[int, typer.Option(hidden=True, help="复核用：按此版次重做")] = 0,
    as_record: Annotated[str, typer.Option(hidden=True, help="复核用：印出的操作记录（JSON）")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只列出要生成哪些文档，不生成")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="与 --dry-run 合用：输出 JSON")] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """生成并发布一个月的月报：全县一份、每镇一份（PDF、HTML、Excel 附表、执行后的笔记本）。"""
    space = replace(Workspace.find(workspace), edition=edition.value)
    if dry_run:
        scheduling.tell_plan(space, month_begun(month), tuple(area or ()), reason, as_json=as_json)
        return
    if not (area or reason or as_revision or scheduler) and scheduling.tell_standing(
        space, month_begun(month)
    ):
        return
    from hanbin_lib.kernels import parent_ahead

    with cancellable(), nullcontext() if scheduler else parent_ahead(), progress_bar("生成月报") as progress:
        from hanbin_lib.cli.makers import maker_of
        from hanbin_lib.release import given_edition, release_month

        outcome = release_month(
            space,
            month_begun(month),
            tuple(area or ()),
            maker=maker_of(space, workers, scheduler, exchange),
            reason=reason,
            given=given_edition(as_revision, reason, as_record),
            progress=progress,
        )
    for name, why in outcome.failed.items():
        error_console.print(f"失败 {name}：{why}", markup=False, highlight=False, soft_wrap=True)
    for name, exhibits in outcome.gaps.items():
        told = f"暂缺 {name}：{'、'.join(exhibits)} 没有生成，其余照发"
        error_console.print(told, markup=False, highlight=False, soft_wrap=True)
    for note in outcome.notes:
        error_console.print(note, markup=False, highlight=False, soft_wrap=True)
    if outcome.made:
        counts = f"新生成 {len(outcome.made)} 份，沿用 {len(outcome.kept)} 份"
        console.print(f"第{outcome.revision.number}版：{counts}：{outcome.folder}", soft_wrap=True)
    elif not outcome.failed:
        scheduling.tell_nothing_to_do(len(outcome.kept), outcome.folder)
    raise typer.Exit(outcome.exit_code)


@app.command()
def pool(
    month: MonthArgument,
    workspaces: Annotated[
        list[str], typer.Argument(help="各县的工作目录，或 s3:// 等地址", metavar="工作目录…")
    ],
    code: Annotated[str, typer.Option(help="上级地区代码，例如 610900")],
    name: Annotated[str, typer.Option(help="上级地区名称，例如 安康市")],
    output: Annotated[Path, typer.Option("--output", "-o", help="写入的指标表（CSV）")],
    with_persons: Annotated[
        bool, typer.Option("--with-persons", help="连同中位数和分位数（要读各县的数据）")
    ] = False,
) -> None:
    """合并各县已发布的指标，成为市或省的指标表。"""
    from hanbin_lib.cli.pooling import pool_and_tell

    pool_and_tell(tuple(workspaces), Month.parse(month), (code, name), output, console, with_persons)


@app.command()
def draw(
    month: MonthArgument,
    seed: Annotated[str, typer.Option(help="抽样前公开产生的种子（数字或文字），例如当日开奖号码")] = "",
    revisit: Annotated[
        list[str] | None, typer.Option(help="要“回头看”的村代码，不受轮换限制（可重复）")
    ] = None,
    verify: Annotated[bool, typer.Option("--verify", help="按记录重抽一遍，核对名单")] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """抽取一个月的督查样本（每镇若干村、户、项目和督查组），写成名单；任何人可以重抽核对。"""
    from hanbin_lib.cli.drawing import draw_and_tell, verify_and_tell

    space, wanted = Workspace.find(workspace), Month.parse(month)
    if not verify:
        draw_and_tell(space, wanted, seed, revisit or (), console)
    elif not verify_and_tell(space, wanted, console):
        raise typer.Exit(ExitCode.GATE_FAILED)


@app.command()
def lab(
    port: Annotated[int, typer.Option(help="端口；被占用时自动换一个", min=1, max=65535)] = 8888,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="不打开浏览器，只显示网址")] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """打开 JupyterLab：从开始页看有哪些月份、数据有什么问题、有哪些笔记本（只限本机）。"""
    from hanbin_lib.cli.lab import run_lab

    raise typer.Exit(run_lab(Workspace.find(workspace), port, opens_browser=not no_browser))


@app.command()
def doctor(
    repair: Annotated[
        bool, typer.Option("--repair", help="列出损坏的状态文件，和能从现有文件重建的")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="与 --repair 合用：动手重建")] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """检查安装和工作目录：Python、依赖、字体、磁盘、权限、内核、数据、时钟，说明怎么修。"""
    from hanbin_lib.cli.doctor import examine, tell
    from hanbin_lib.cli.repairing import repair_and_tell

    if repair:
        raise typer.Exit(repair_and_tell(Workspace.find(workspace), console, does_it=yes))
    raise typer.Exit(tell(examine(workspace), console))


@app.command()
def index(workspace: WorkspaceOption = None) -> None:
    """重新生成报告目录的首页 reports/index.html（每次发布后自动生成）。"""
    from hanbin_lib.release.index import write_index

    console.print(f"已生成：{write_index(Workspace.find(workspace))}", soft_wrap=True)


@app.command()
def serve(
    port: Annotated[int, typer.Option(help="端口；0 为任选一个空闲的", min=0, max=65535)] = 8610,
    workspace: WorkspaceOption = None,
) -> None:
    """在本机浏览已发布的报告（只限本机，只读；按 Ctrl+C 结束）。"""
    from hanbin_lib.cli.serving import serve_folder

    serve_folder(Workspace.find(workspace).reports, port, tell=console.print)


@app.command()
def trace(
    month: MonthArgument,
    indicator: Annotated[str, typer.Argument(help="指标代码，见 hanbin indicators list", metavar="指标")],
    area: Annotated[str, typer.Option("--area", "-a", help="地区代码；默认全县")] = "",
    group: Annotated[str, typer.Option(help="分组，例如 category=边缘易致贫户")] = "all",
    rows: Annotated[bool, typer.Option("--rows", help="逐户列出户编号、文件和行号（内部使用）")] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """一个数的来历：口径、数据版本、程序版本、来源文件和行。"""
    from hanbin_lib.bulletin import open_bulletin
    from hanbin_lib.cli.trace import trace_lines
    from hanbin_lib.params import Settings

    space, wanted = Workspace.find(workspace), Month.parse(month)
    place = area or Settings.load(space).county.code
    for line in trace_lines(open_bulletin(str(wanted), place, workspace=space), indicator, group, rows=rows):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
