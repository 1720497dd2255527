"""Arguments and options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

WorkspaceOption = Annotated[
    Path | None,
    typer.Option("--workspace", "-w", help="工作目录（也可用环境变量 HANBIN_WORKSPACE）"),
]
MonthArgument = Annotated[str, typer.Argument(help="月份，例如 2022-09", metavar="月份")]
MonthOption = Annotated[str, typer.Option("--month", "-m", help="月份，例如 2022-09")]
WorkersOption = Annotated[
    int | None,
    typer.Option(help="同时生成几份；默认比处理器核数多一份，最多8份", min=1, max=64),
]
