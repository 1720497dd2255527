"""``hanbin verify, audit, versions, raw-key, restore-raw``: what was done and kept."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from hanbin_lib.cli.console import MonthArgument, WorkspaceOption, cancellable, console, say, warn
from hanbin_lib.errors import ExitCode, refused_input
from hanbin_lib.months import Month
from hanbin_lib.workspace import Workspace

app = typer.Typer()


@app.command(short_help="在另一处重做一遍，逐字节比较")
def verify(
    folder: Annotated[Path, typer.Argument(help="已发布的月份目录，例如 reports/2022-09", metavar="目录")],
    workspace: WorkspaceOption = None,
) -> None:
    """复核：用发布时的数据、参数和程序在另一个环境里重做一遍，逐字节比较。"""
    from hanbin_lib.release.checks.reproducibility import verify_month

    with cancellable():
        # The month that lies there, not the one of that name here.
        space = Workspace.find(workspace or Workspace.above(folder))
        found = verify_month(space, Month.parse(folder.name))
    warn(*found.different)
    say(f"相同 {found.same} 个文件，不同 {len(found.different)} 项")
    if found.different:
        raise typer.Exit(ExitCode.GATE_FAILED)


@app.command("audit", short_help="操作记录：谁、何时、导入和发布了什么")
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
    from hanbin_lib import audit

    space = Workspace.find(workspace)
    table = Table("时间（UTC）", "账户", "操作", "结果")
    for record in audit.records(space.audit):
        result = record.outputs.get("snapshot") or str(record.outputs.get("manifest", ""))[:16]
        table.add_row(record.at, record.who, record.action, str(result))
    console.print(table)
    sealed = "，密封与密钥相符" if audit.sealing_key() else ""
    say(f"记录完整，没有被改动{sealed}。{audit.told(audit.head(space.audit))}")
    if against is not None:
        _compare(space, against)


def _compare(space: Workspace, earlier: Path) -> None:
    """Hold the record of runs against what a bulletin, its folder or a kept notice tells of it."""
    from hanbin_lib import audit
    from hanbin_lib.release.checks.reproducibility import anchors_in

    anchors = anchors_in(earlier)
    is_there = earlier.exists()
    if not anchors:
        raise refused_input(
            "HB-AUD-005",
            f"{earlier.name} 里没有印操作记录的校验值" if is_there else f"没有 {earlier} 这个文件",
            "换一份发布过的月报（PDF、网页、Word）、其目录，或存下来的通知",
        )
    count = audit.check_against(space.audit, anchors)
    say(f"相符：{earlier.name} 印出时有{anchors[-1][0]}条，现在{count}条，其间没有删改。")


@app.command(short_help="一个月导入过的数据版本")
def versions(month: MonthArgument, workspace: WorkspaceOption = None) -> None:
    """列出一个月导入过的数据版本，最后一行是当前版本。"""
    from hanbin_lib import snapshots
    from hanbin_lib.contract.tables import AREAS

    space = Workspace.find(workspace)
    snapshots.latest(space, month)  # raises where the month was never imported
    table = Table("版本", "表", "户（监测）", "来源文件")
    for snapshot in snapshots.versions(space, month):
        names = snapshot.manifest.tables
        households = names.get("monitored_households")
        table.add_row(
            snapshot.id,
            str(len(names.keys() - {AREAS})),
            str(households.rows if households else "—"),
            str(len(snapshot.manifest.sources)),
        )
    console.print(table)


@app.command("raw-key", short_help="为保管人生成原始文件的密钥")
def raw_key(
    file: Annotated[Path, typer.Argument(help="新私钥文件，放在工作目录之外", metavar="文件")],
    name: Annotated[str, typer.Option(help="保管人，例如 办公室")],
    workspace: WorkspaceOption = None,
) -> None:
    """为一位保管人生成密钥：私钥写入文件，公钥填进 params/keepers.yaml。"""
    from hanbin_lib.raw_files import new_key

    public = new_key(file, Workspace.find(workspace))
    say(
        f"私钥：{file}（只交给保管人，另存一份备份）",
        "在 params/keepers.yaml 的 keepers: 下加一行：",
        f"  - {{name: {name}, key: {public}}}",
    )


@app.command("restore-raw", short_help="解密取回保存的原始文件")
def restore_raw(
    month: MonthArgument,
    to: Annotated[Path, typer.Option("--to", help="写入的新文件夹；已有内容的不覆盖")],
    key: Annotated[Path, typer.Option("--key", help="保管人的私钥文件")],
    version: Annotated[str, typer.Option(help="数据版本（开头几位即可）；默认现行版本")] = "",
    workspace: WorkspaceOption = None,
) -> None:
    """把导入时用 --keep-raw 保存的原始文件解密取回，与导入时逐字节相同。"""
    from hanbin_lib.raw_files import restore

    restored = restore(Workspace.find(workspace), month, to, key, version=version)
    say(
        f"已取回版本 {restored.version} 的原始文件 {len(restored.hashes)} 个：{to}",
        "里面有个人信息，用完即删。",
    )
