"""``hanbin init, demo, doctor, fonts, template``: what there is to do once, and when something is wrong."""

from pathlib import Path
from typing import Annotated

import typer

from hanbin_lib.cli import template
from hanbin_lib.cli.console import progress_bar, say
from hanbin_lib.cli.options import WorkspaceOption
from hanbin_lib.months import Month
from hanbin_lib.workspace import Workspace

app = typer.Typer()
app.add_typer(template.app, name="template", short_help="本单位自己的 Word 模板：样例、核对、填写")


@app.command(short_help="新建工作目录，换成自己的县")
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
    from hanbin_lib.cli.initialise import initialise

    initialise(folder, exports, code, name, make_codes=make_codes)
    fonts()


@app.command(short_help="生成演示数据（全部虚构）")
def demo(
    workspace: WorkspaceOption = None,
    month: Annotated[str, typer.Option("--month", "-m", help="月份，例如 2022-09")] = "2022-09",
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

    space, wanted = Workspace.find(workspace), Month.parse(month)
    register = AreaRegister.read(space.params / "areas.csv", wanted)
    with progress_bar("生成演示数据") as progress:
        written = write_demo(
            space.root, register, month=wanted, seed=seed, scale=scale, hard=hard, progress=progress
        )
    say(f"演示数据：新写 {len(written)} 个文件。" if written else "演示数据已是最新，未改动。")


@app.command(short_help="检查安装和工作目录，说明怎么修")
def doctor(
    repair: Annotated[
        bool, typer.Option("--repair", help="列出损坏的状态文件，和能从现有文件重建的")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="与 --repair 合用：动手重建")] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """检查安装和工作目录：Python、依赖、字体、磁盘、权限、内核、数据、时钟，说明怎么修。"""
    from hanbin_lib.cli.doctor import examine, repair_state, report

    if repair:
        raise typer.Exit(repair_state(Workspace.find(workspace), does_it=yes))
    raise typer.Exit(report(examine(workspace)))


@app.command(short_help="安装月报用的字体")
def fonts() -> None:
    """安装月报用的字体（已装好的不动；装的是替代字体时，再试一次标准字体）。"""
    from hanbin_lib.fonts.install import install

    install()
