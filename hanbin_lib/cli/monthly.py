"""``hanbin check-headings, import, bulletin, serve, actions, returns``: the way of a month."""

import json
from contextlib import nullcontext
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hanbin_lib import workspace as workspaces
from hanbin_lib.cli.console import (
    READS_A_MONTH,
    MonthArgument,
    WorkersOption,
    WorkspaceOption,
    cancellable,
    month_begun,
    month_folders,
    progress_bar,
    say,
    this_month,
    today,
    warn,
)
from hanbin_lib.errors import ExitCode
from hanbin_lib.months import Month
from hanbin_lib.workspace import Workspace

if TYPE_CHECKING:  # where nothing is to be made, nothing is imported that could make it
    from hanbin_lib.release import Outcome
    from hanbin_lib.release.execution import Maker

app = typer.Typer()


class Edition(StrEnum):
    """For whom a bulletin is made."""

    INTERNAL = workspaces.INTERNAL
    PUBLIC = workspaces.PUBLIC


@app.command("check-headings", short_help="① 新来的文件先核对表头")
def check_headings(
    file: Annotated[Path, typer.Argument(help="导出文件，只有表头也可以", metavar="文件")],
    workspace: WorkspaceOption = None,
) -> None:
    """核对一个导出文件的表头：认成哪张表、缺哪些列、哪些列不认识、参数里补哪一行。"""
    from hanbin_lib.cli.importing import heading_lines
    from hanbin_lib.contract.local import local_tables
    from hanbin_lib.params import Settings

    settings = Settings.load(Workspace.find(workspace)).at(this_month())
    lines, is_well = heading_lines(file, local_tables(settings.columns, settings.county.code).values())
    say(*lines)
    if not is_well:
        raise typer.Exit(ExitCode.INPUT_INVALID)


@app.command("import", short_help="② 导入当月的导出文件：核查，存成数据版本")
def import_(
    folder: Annotated[Path, typer.Argument(help="放着当月导出文件的文件夹", metavar="文件夹")],
    month: Annotated[
        Month | None,
        typer.Option(
            "--month",
            "-m",
            parser=Month.parse,
            help="月份，例如 2022-09；不写则导入其中每个以月份命名的子文件夹",
        ),
    ] = None,
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
        from hanbin_lib.cli.importing import import_months

        failed = import_months(wanted, space, keep_raw=keep_raw)
    if failed:
        raise typer.Exit(max(failed))


@app.command(short_help="③ 生成并发布月报：全县一份，每镇一份")
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
    month, areas, reason = month_begun(month), tuple(area or ()), reason.strip()
    if dry_run:
        _print_plan(space, month, areas, reason, as_json=as_json)
        return
    if not (areas or reason or as_revision or scheduler) and _stands(space, month):
        return
    from hanbin_lib.kernels import parent_ahead, stay_single, uncollected

    stay_single()
    with cancellable(), nullcontext() if scheduler else parent_ahead(), progress_bar("生成月报") as progress:
        with uncollected():
            from hanbin_lib.release import given_revision, release_month
        outcome = release_month(
            space,
            month,
            areas,
            maker=_maker(space, workers, scheduler, exchange),
            reason=reason,
            given=given_revision(as_revision, reason, as_record),
            progress=progress,
        )
    _report_outcome(outcome)
    raise typer.Exit(outcome.exit_code)


def _maker(workspace: Workspace, workers: int | None, scheduler: str, exchange: str) -> "Maker":
    """The cluster at `scheduler` where one is named; `exchange` is what its machines share."""
    from hanbin_lib.release.execution import side_by_side

    if not scheduler:
        return side_by_side(workers)
    from hanbin_lib.release.cluster import Cluster
    from hanbin_lib.release.shared_store import SharedStore

    return Cluster(scheduler, SharedStore(exchange or str(workspace.exchange))).make_all


_MADE_ANEW = "查明原因后要重做暂缺的一份：删去发布目录里该份的网页（.html），再运行同一条命令"


def _report_outcome(outcome: "Outcome") -> None:
    warn(
        *outcome.told,
        *([_MADE_ANEW] if outcome.gaps and not outcome.made else []),
    )
    if outcome.made:
        counts = f"新生成 {len(outcome.made)} 份，沿用 {len(outcome.kept)} 份"
        say(f"第{outcome.revision.number}版：{counts}：{outcome.folder}")
    elif not outcome.failed:
        _report_nothing_to_do(len(outcome.kept), outcome.folder)


def _stands(space: Workspace, month: Month) -> bool:
    """Say that a month is up to date where it stands as the last run left it; whether it does."""
    from hanbin_lib.release.ledger import standing

    published = standing(space, month)
    if published is not None:
        _report_nothing_to_do(len(published.manifest.documents), published.folder)
    return published is not None


def _report_nothing_to_do(documents: int, folder: Path) -> None:
    say(f"已是最新，共 {documents} 份，无需生成：{folder}")


def _print_plan(
    space: Workspace, month: Month, areas: tuple[str, ...], reason: str, *, as_json: bool
) -> None:
    """Print what a run would make; as JSON, what papermill needs to make the same."""
    from hanbin_lib.release.run import planned

    run = planned(space, month, areas, reason)
    making = {document.area for document in run.todo}
    if not as_json:
        for document in run.documents:
            say(f"{'要生成' if document.area in making else '已是最新'}　{document.name}")
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
    typer.echo(json.dumps(content, ensure_ascii=False, indent=2))


@app.command(short_help="④ 在本机浏览已发布的月报")
def serve(
    port: Annotated[int, typer.Option(help="端口；0 为任选一个空闲的", min=0, max=65535)] = 8610,
    workspace: WorkspaceOption = None,
) -> None:
    """在本机浏览已发布的报告（只限本机，只读；按 Ctrl+C 结束）。"""
    from hanbin_lib.cli.serving import serve_folder

    serve_folder(Workspace.find(workspace).reports, port)


@app.command(short_help="⑤ 首页的事项做成行动清单，发给各镇和部门")
def actions(
    month: MonthArgument,
    renew: Annotated[bool, typer.Option("--renew", help="换发：原来的清单和回执移到一旁，另做一套")] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """把月报首页的交办事项做成行动清单（Excel，全县一份、每镇一份），写入 data/actions，只有本账户可读。"""
    from hanbin_lib.action_lists.making import make_lists

    made = make_lists(Workspace.find(workspace), month, renew=renew)
    say(*(f"{name}　{rows}条" for name, rows in made.rows.items()))
    say(f"{'已写入' if made.is_new else '已是最新，未改动'}：{made.folder}")


@app.command(short_help="⑥ 收回填好的清单，下月首页对账")
def returns(
    month: MonthArgument,
    files: Annotated[list[Path], typer.Argument(help="填好的清单，或放着清单的文件夹", metavar="文件…")],
    workspace: WorkspaceOption = None,
) -> None:
    """收回填好的行动清单：缺行、重行、外来行、改动、状态和日期一次查清；有一处不对就一条也不收。"""
    from hanbin_lib.action_lists.returning import ENDINGS, import_returns

    given = [
        path
        for place in files
        for path in (
            sorted(p for p in place.iterdir() if _is_list(p, ENDINGS)) if place.is_dir() else [place]
        )
    ]
    back = import_returns(Workspace.find(workspace), month, given, today())
    summary = "、".join(f"{name}{count}条" for name, count in back.states.items() if count) or "都没有填"
    say(f"收回{len(back.lists)}份：{summary}")
    if back.outstanding:
        say(f"还没有交的：{'、'.join(back.outstanding)}")


def _is_list(path: Path, endings: tuple[str, ...]) -> bool:
    return path.is_file() and path.suffix.lower() in endings and not path.name.startswith(("~", "."))
