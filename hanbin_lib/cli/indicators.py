"""``hanbin indicators``: what every number means."""

import json
from dataclasses import asdict
from typing import Annotated, Any

import typer

app = typer.Typer(help="指标口径：每个数的分子、分母、时点和来源。", no_args_is_help=True)
_PARTS = (("分子", "numerator"), ("分母", "denominator"), ("时点", "as_of"), ("来源", "source"))


@app.callback()
def _group() -> None:
    """Keeps ``list`` a command of its own while there is only one."""


@app.command("list")
def list_(
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON，供程序读取")] = False,
) -> None:
    """列出全部指标口径。"""
    from hanbin_lib.indicators import CHAPTERS

    listed = [{"chapter": chapter, **asdict(d)} for chapter, group in CHAPTERS.items() for d in group]
    typer.echo(json.dumps(listed, ensure_ascii=False, indent=2) if as_json else _as_text(listed))


def _as_text(listed: list[dict[str, Any]]) -> str:
    """A block an indicator: its lines are too long for the columns of a terminal."""
    lines = []
    chapter = ""
    for entry in listed:
        if entry["chapter"] != chapter:
            chapter = entry["chapter"]
            lines.append(f"【{chapter}】")
        lines.append(f"{entry['id']}　{entry['name']}（{entry['unit']}）")
        lines += [f"  {label}：{entry[field] or '—'}" for label, field in _PARTS]
    return "\n".join(lines)
