"""``hanbin actions, returns``: page one's points as lists to be settled, and the lists that come back."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from hanbin_lib.cli.options import MonthArgument, WorkspaceOption
from hanbin_lib.months import Month
from hanbin_lib.workspace import Workspace

app = typer.Typer()
console = Console()


@app.command()
def actions(
    month: MonthArgument,
    renew: Annotated[bool, typer.Option("--renew", help="换发：原来的清单和回执移到一旁，另做一套")] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """把月报首页的交办事项做成行动清单（Excel，全县一份、每镇一份），写入 data/actions，只有本账户可读。"""
    from hanbin_lib.action_lists.making import make_lists

    made = make_lists(Workspace.find(workspace), Month.parse(month), renew=renew)
    for name, rows in made.rows.items():
        console.print(f"{name}　{rows}条", markup=False, highlight=False)
    told = "已写入" if made.is_new else "已是最新，未改动"
    console.print(f"{told}：{made.folder}", markup=False, highlight=False, soft_wrap=True)


@app.command()
def returns(
    month: MonthArgument,
    files: Annotated[list[Path], typer.Argument(help="填好的清单，或放着清单的文件夹", metavar="文件…")],
    workspace: WorkspaceOption = None,
) -> None:
    """收回填好的行动清单：缺行、重行、外来行、改动、状态和日期一次查清；有一处不对就一条也不收。"""
    from hanbin_lib.action_lists.returning import ENDINGS, import_returns

    given = [
        path
        for one in files
        for path in (sorted(p for p in one.iterdir() if _is_list(p, ENDINGS)) if one.is_dir() else [one])
    ]
    today = date.today()  # noqa: DTZ011 - the office's calendar is the local one
    back = import_returns(Workspace.find(workspace), Month.parse(month), given, today)
    told = "、".join(f"{name}{count}条" for name, count in back.states.items() if count) or "都没有填"
    console.print(f"收回{len(back.lists)}份：{told}", markup=False, highlight=False, soft_wrap=True)
    if back.outstanding:
        console.print(
            f"还没有交的：{'、'.join(back.outstanding)}", markup=False, highlight=False, soft_wrap=True
        )


def _is_list(path: Path, endings: tuple[str, ...]) -> bool:
    return path.is_file() and path.suffix.lower() in endings and not path.name.startswith(("~", "."))
