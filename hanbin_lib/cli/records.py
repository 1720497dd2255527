"""``hanbin verify, audit, versions``: what was published and imported, and whether it still holds."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from hanbin_lib.cancelling import cancellable
from hanbin_lib.cli.console import error_console
from hanbin_lib.cli.options import MonthArgument, WorkspaceOption
from hanbin_lib.errors import ExitCode
from hanbin_lib.months import Month
from hanbin_lib.workspace import Workspace

app = typer.Typer()
console = Console()


@app.command()
def verify(
    folder: Annotated[Path, typer.Argument(help="已发布的月份目录，例如 reports/2022-09", metavar="目录")],
    workspace: WorkspaceOption = None,
) -> None:
    """复核：用发布时的数据、参数和程序在另一个环境里重做一遍，逐字节比较。"""
    from hanbin_lib.release.verification import verify_month

    with cancellable():
        # The month that lies there, not the one of that name here.
        space = Workspace.find(workspace or Workspace.above(folder))
        found = verify_month(space, Month.parse(folder.name))
    for line in found.different:
        error_console.print(line, markup=False, highlight=False)
    console.print(f"相同 {found.same} 个文件，不同 {len(found.different)} 项")
    if found.different:
        raise typer.Exit(ExitCode.GATE_FAILED)


@app.command("audit")
def audit_(
    against: Annotated[
        Path | None,
        typer.Option(
            help="与早先的月报（PDF、网页、Word、目录）或存下的通知所印的校验值核对", metavar="文件"
        ),
    ] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """列出操作记录（谁、何时、导入和发布了什么），并核对记录没有被改动。"""
    from hanbin_lib.cli.auditing import compare, list_records

    space = Workspace.find(workspace)
    list_records(space, console)
    if against is not None:
        compare(space, against, console)


@app.command()
def versions(month: MonthArgument, workspace: WorkspaceOption = None) -> None:
    """列出一个月导入过的数据版本，最后一行是当前版本。"""
    from hanbin_lib import snapshots
    from hanbin_lib.contract.tables import AREAS

    space, wanted = Workspace.find(workspace), Month.parse(month)
    snapshots.latest(space, wanted)  # raises where the month was never imported
    table = Table("版本", "表", "户（监测）", "来源文件")
    for snapshot in snapshots.versions(space, wanted):
        names = snapshot.manifest.tables
        households = names.get("monitored_households")
        table.add_row(
            snapshot.id,
            str(len(names.keys() - {AREAS})),
            str(households.rows if households else "—"),
            str(len(snapshot.manifest.sources)),
        )
    console.print(table)
