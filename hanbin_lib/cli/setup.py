"""``hanbin init, demo, doctor, fonts, template``: what there is to do once, and when something is wrong."""

from pathlib import Path
from typing import Annotated

import typer

from hanbin_lib.cli.console import MonthArgument, WorkspaceOption, progress_bar, say
from hanbin_lib.errors import refused_input, refused_params
from hanbin_lib.months import Month
from hanbin_lib.workspace import Workspace

app = typer.Typer()
template_app = typer.Typer(
    help="本单位自己的 Word 模板：生成样例、核对占位符、用一个月的月报填写。", no_args_is_help=True
)
_IN_USE = "月报模板.docx"


app.add_typer(template_app, name="template", short_help="本单位自己的 Word 模板：样例、核对、填写")


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
    register = AreaRegister.read(space.areas, wanted)
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


@template_app.command("new")
def new_template(
    file: Annotated[
        Path | None, typer.Argument(help=f"写到哪里；默认 params/{_IN_USE}", metavar="文件")
    ] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """生成一份样例模板：公文版式，每一处占位符都在；在 Word、WPS 里照着改。"""
    from hanbin_lib.rendering import example_template

    path = file or Workspace.find(workspace).params / _IN_USE
    if path.suffix.lower() != ".docx":
        raise refused_input(
            "HB-TYP-007", f"{path.name} 不是 .docx：样例是 Word 文件，没有写入", "文件名以 .docx 结尾"
        )
    _write_new(path, example_template())
    say(
        f"已写入：{path}",
        "改好后运行 hanbin template check，再在 params/typography.yaml 写上 word_template: 文件名",
    )


@template_app.command("check")
def check_template(
    files: Annotated[
        list[Path] | None, typer.Argument(help="模板；不写则核对正在用的", metavar="文件…")
    ] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """核对模板（.docx）和幻灯母版（.pptx）：不认识的占位符、看不懂的写法，逐处写明在哪一段，一次列全。"""
    from hanbin_lib.rendering import check_documents

    paths = files or _in_use(Workspace.find(workspace))
    check_documents([(path.name, _bytes(path)) for path in paths])
    say(*(f"{path.name}：没有问题" for path in paths))


@template_app.command("names")
def template_names() -> None:
    """列出可用的占位符。"""
    from hanbin_lib.rendering import placeholder_names

    for kind, listed in placeholder_names().items():
        say(f"{kind}：{'　'.join(listed)}")
    say(
        "指标：{{ 数.指标代码 }}，按月报的写法连单位印出，代码见 hanbin indicators list",
        "有才印：{% if 文号 %}…{% endif %}",
    )


@template_app.command("fill")
def fill_template(
    file: Annotated[Path, typer.Argument(help="模板（专报、请示等都可以）", metavar="模板")],
    month: MonthArgument,
    output: Annotated[Path, typer.Option("--output", "-o", help="写成的文件；已有的不覆盖")],
    area: Annotated[str, typer.Option("--area", "-a", help="地区代码；默认全县")] = "",
    workspace: WorkspaceOption = None,
) -> None:
    """用已发布的一期月报填写任何一份模板。"""
    from hanbin_lib.params import Settings
    from hanbin_lib.release.excerpts import published_document
    from hanbin_lib.rendering import Part, from_template

    space = Workspace.find(workspace)
    settings = Settings.load(space)
    _, whole = published_document(space, month, area or settings.county.code)
    made = from_template(whole.of(Part.BULLETIN), settings.typography, _bytes(file), file.name)
    _write_new(output, made)
    say(f"已写入：{output}")


def _in_use(workspace: Workspace) -> list[Path]:
    from hanbin_lib.params import Typography

    names = Typography.read(workspace.params).documents
    if not names:
        raise refused_params(
            "HB-TYP-007",
            "没有在用的模板和母版：params/typography.yaml 的 word_template、slide_master 是空的",
            "写明要核对的文件，或先用 hanbin template new 生成一份",
        )
    return [workspace.params / name for name in names]


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise refused_input("HB-TYP-007", f"打不开模板 {path.name}", "核对文件名") from None


def _write_new(path: Path, content: bytes) -> None:
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError:
        raise refused_input(
            "HB-TYP-007", f"{path.name} 已存在，没有覆盖", "换一个文件名，或先移走原文件"
        ) from None
    except OSError:
        raise refused_input(
            "HB-TYP-007", f"{path.name} 不能写入：文件夹不存在，或没有权限", "核对文件夹，或换一个"
        ) from None
