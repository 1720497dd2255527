"""``hanbin raw-key, restore-raw``: the exported files as they came, and who can open them."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from hanbin_lib.cli.options import MonthArgument, WorkspaceOption
from hanbin_lib.months import Month
from hanbin_lib.workspace import Workspace

app = typer.Typer()
console = Console()


@app.command("raw-key")
def raw_key(
    file: Annotated[Path, typer.Argument(help="新私钥文件，放在工作目录之外", metavar="文件")],
    name: Annotated[str, typer.Option(help="保管人，例如 办公室")],
    workspace: WorkspaceOption = None,
) -> None:
    """为一位保管人生成密钥：私钥写入文件，公钥填进 params/keepers.yaml。"""
    from hanbin_lib.raw_files import new_key

    public = new_key(file, Workspace.find(workspace))
    console.print(f"私钥：{file}（只交给保管人，另存一份备份）", soft_wrap=True)
    console.print("在 params/keepers.yaml 的 keepers: 下加一行：")
    print(f"  - {{name: {name}, key: {public}}}")


@app.command("restore-raw")
def restore_raw(
    month: MonthArgument,
    to: Annotated[Path, typer.Option("--to", help="写入的新文件夹；已有内容的不覆盖")],
    key: Annotated[Path, typer.Option("--key", help="保管人的私钥文件")],
    version: Annotated[str, typer.Option(help="数据版本（开头几位即可）；默认现行版本")] = "",
    workspace: WorkspaceOption = None,
) -> None:
    """把导入时用 --keep-raw 保存的原始文件解密取回，与导入时逐字节相同。"""
    from hanbin_lib.raw_files import restore

    restored = restore(Workspace.find(workspace), Month.parse(month), to, key, version=version)
    told = f"已取回版本 {restored.version} 的原始文件 {len(restored.hashes)} 个：{to}"
    console.print(told, soft_wrap=True)
    console.print("里面有个人信息，用完即删。")
