"""``hanbin template``: the office's own Word document, begun, checked, and filled with a month."""

from pathlib import Path
from typing import Annotated

import typer

from hanbin_lib.cli.console import say
from hanbin_lib.cli.options import MonthArgument, WorkspaceOption
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.workspace import Workspace

app = typer.Typer(
    help="本单位自己的 Word 模板：生成样例、核对占位符、用一个月的月报填写。", no_args_is_help=True
)
_IN_USE = "月报模板.docx"


@app.command()
def new(
    file: Annotated[
        Path | None, typer.Argument(help=f"写到哪里；默认 params/{_IN_USE}", metavar="文件")
    ] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """生成一份样例模板：公文版式，每一处占位符都在；在 Word、WPS 里照着改。"""
    from hanbin_lib.rendering import example_template

    path = file or Workspace.find(workspace).params / _IN_USE
    _write_new(path, example_template())
    say(
        f"已写入：{path}",
        "改好后运行 hanbin template check，再在 params/typography.yaml 写上 word_template: 文件名",
    )


@app.command()
def check(
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


@app.command()
def names() -> None:
    """列出可用的占位符。"""
    from hanbin_lib.rendering import placeholder_names

    for kind, listed in placeholder_names().items():
        say(f"{kind}：{'　'.join(listed)}")
    say(
        "指标：{{ 数.指标代码 }}，按月报的写法连单位印出，代码见 hanbin indicators list",
        "有才印：{% if 文号 %}…{% endif %}",
    )


@app.command()
def fill(
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
        raise HanbinError(
            "HB-TYP-007",
            "没有在用的模板和母版：params/typography.yaml 的 word_template、slide_master 是空的",
            action="写明要核对的文件，或先用 hanbin template new 生成一份",
            exit_code=ExitCode.PARAMS_INVALID,
        )
    return [workspace.params / name for name in names]


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise HanbinError(
            "HB-TYP-007", f"打不开模板 {path.name}", action="核对文件名", exit_code=ExitCode.INPUT_INVALID
        ) from None


def _write_new(path: Path, content: bytes) -> None:
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError:
        raise HanbinError(
            "HB-TYP-007",
            f"{path.name} 已存在，没有覆盖",
            action="换一个文件名，或先移走原文件",
            exit_code=ExitCode.INPUT_INVALID,
        ) from None
    except OSError:
        raise HanbinError(
            "HB-TYP-007",
            f"{path.name} 不能写入：文件夹不存在，或没有权限",
            action="核对文件夹，或换一个",
            exit_code=ExitCode.INPUT_INVALID,
        ) from None
