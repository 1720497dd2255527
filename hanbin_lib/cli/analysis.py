"""``hanbin lab, trace, areas, draw, pool, figures, message, indicators``: what the data say."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from hanbin_lib.cli.console import MonthArgument, WorkspaceOption, say, warn
from hanbin_lib.errors import ExitCode, refused_input, refused_params
from hanbin_lib.months import Month
from hanbin_lib.workspace import Workspace

app = typer.Typer()
indicators = typer.Typer(help="指标口径：每个数的分子、分母、时点和来源。", no_args_is_help=True)
app.add_typer(indicators, name="indicators", short_help="全部指标的口径")
_PARTS = (("分子", "numerator"), ("分母", "denominator"), ("时点", "as_of"), ("来源", "source"))


@app.command(short_help="打开 JupyterLab 的开始页")
def lab(
    port: Annotated[int, typer.Option(help="端口；被占用时自动换一个", min=1, max=65535)] = 8888,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="不打开浏览器，只显示网址")] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """打开 JupyterLab：从开始页看有哪些月份、数据有什么问题、有哪些笔记本（只限本机）。"""
    from hanbin_lib.cli.serving import run_lab

    raise typer.Exit(run_lab(Workspace.find(workspace), port, opens_browser=not no_browser))


@app.command(short_help="一个数的来历：口径、版本、来源文件和行")
def trace(
    month: MonthArgument,
    indicator: Annotated[str, typer.Argument(help="指标代码，见 hanbin indicators list", metavar="指标")],
    area: Annotated[str, typer.Option("--area", "-a", help="地区代码；默认全县")] = "",
    group: Annotated[str, typer.Option(help="分组，例如 category=边缘易致贫户")] = "all",
    rows: Annotated[bool, typer.Option("--rows", help="逐户列出户编号、文件和行号（内部使用）")] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """一个数的来历：口径、数据版本、程序版本、来源文件和行。"""
    from hanbin_lib.bulletin import open_bulletin
    from hanbin_lib.cli.trace import not_as_published, trace_lines
    from hanbin_lib.params import Settings

    space = Workspace.find(workspace)
    county = open_bulletin(str(month), Settings.load(space).county.code, workspace=space)
    issue = county.seen_from(area, 1, "") if area else county
    for line in trace_lines(issue, indicator, group, rows=rows):
        say(line)
    warn(*filter(None, [not_as_published(space, county)]))


@app.command(short_help="地区代码，是否计入统计；与另一份清单比较")
def areas(
    month: Annotated[
        Month | None,
        typer.Option("--month", "-m", parser=Month.parse, help="哪个月的名册，例如 2026-01；不写则为最新的"),
    ] = None,
    compare: Annotated[
        Path | None, typer.Option("--compare", help="与另一份清单（CSV，有代码和名称两列）比较，列出不同")
    ] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """列出地区代码和是否计入统计；或与另一份清单比较。"""
    from hanbin_lib.cli.areas import areas_of, print_areas, print_comparison

    known = areas_of(Workspace.find(workspace), month)
    if compare is None:
        print_areas(known)
    else:
        print_comparison(known, compare, month)


@app.command(short_help="抽取督查样本；按记录重抽核对")
def draw(
    month: MonthArgument,
    seed: Annotated[str, typer.Option(help="抽样前公开产生的种子（数字或文字），例如当日开奖号码")] = "",
    revisit: Annotated[
        list[str] | None, typer.Option(help="要“回头看”的村代码，不受轮换限制（可重复）")
    ] = None,
    verify: Annotated[bool, typer.Option("--verify", help="按记录重抽一遍，核对名单")] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """抽取一个月的督查样本（每镇若干村、户、项目和督查组），写成名单；任何人可以重抽核对。"""
    space = Workspace.find(workspace)
    if verify:
        _verify_draw(space, month)
    elif seed:
        _draw(space, month, seed, revisit or [])
    else:
        raise refused_params(
            "HB-SMP-001",
            "没有给出抽样种子",
            f"hanbin draw {month} --seed 抽样前公开产生的一串数字，例如当日开奖号码",
        )


def _draw(space: Workspace, month: Month, seed: str, revisit: list[str]) -> None:
    """Draw a month, record it, and say where the list is and what fell short."""
    from hanbin_lib import audit
    from hanbin_lib.contract.labels import DEMONSTRATION
    from hanbin_lib.sample_selection import make_draw

    drawn = make_draw(space, month, seed, revisit)
    record = drawn.record
    outputs = {"list": record.list_sha256, "snapshot": record.snapshot}
    audit.append(space.audit, f"draw {month}", {"seed": seed, "frame": record.frame_sha256}, outputs)
    say(*(f"注意：{message}" for message in drawn.draw.messages))
    counts = drawn.draw.units["unit_kind"].value_counts()
    summary = "、".join(f"{counts.get(kind, 0)}个{kind}" for kind in ("村", "户", "项目"))
    mark = f"（{DEMONSTRATION}）" if drawn.is_demonstration else ""
    say(f"{month.label}抽查名单{mark}：{summary}。{drawn.path}")


def _verify_draw(space: Workspace, month: Month) -> None:
    """Draw a month again from its record, and end otherwise where the list is not the one drawn."""
    from hanbin_lib.sample_selection import verify_draw

    different = verify_draw(space, month)
    if different:
        warn(*different)
        raise typer.Exit(ExitCode.GATE_FAILED)
    say(f"{month.label}抽查名单与重抽的逐行相同。")


@app.command(short_help="合并各县已发布的指标，成为市、省的")
def pool(
    month: MonthArgument,
    workspaces: Annotated[
        list[str], typer.Argument(help="各县的工作目录，或 s3:// 等地址", metavar="工作目录…")
    ],
    code: Annotated[str, typer.Option(help="上级地区代码，例如 610900")],
    name: Annotated[str, typer.Option(help="上级地区名称，例如 安康市")],
    output: Annotated[Path, typer.Option("--output", "-o", help="写入的指标表（CSV）")],
    with_persons: Annotated[
        bool, typer.Option("--with-persons", help="连同中位数和分位数（要读各县的数据）")
    ] = False,
) -> None:
    """合并各县已发布的指标，成为市或省的指标表。"""
    from hanbin_lib.files import write_atomically
    from hanbin_lib.indicators import DEFINITIONS
    from hanbin_lib.pooling import pool_workspaces

    pooled = pool_workspaces(
        tuple(workspaces), month, place_code=code, place_name=name, with_persons=with_persons
    )
    content = pooled.table.to_csv(index=False, lineterminator="\n").encode()
    if output.exists() and output.read_bytes() != content:
        raise refused_input("HB-POL-003", f"{output.name} 已存在，内容不同", "换一个文件名，或先移走原文件")
    write_atomically(output, content)
    for indicator in dict.fromkeys(gap.indicator for gap in pooled.gaps):
        gaps = [gap for gap in pooled.gaps if gap.indicator == indicator]
        places = "、".join(dict.fromkeys(f"{gap.place_code}{gap.text}" for gap in gaps))
        say(f"{DEFINITIONS[indicator].name}：{places}")
    say(f"{name}{month.label}：合并{len(workspaces)}个县，{len(pooled.table)}个数，写入 {output.name}")


@app.command(short_help="一份月报的全部图：SVG、PNG、CSV")
def figures(
    month: MonthArgument,
    area: Annotated[str, typer.Argument(help="地区代码；默认全县", metavar="地区")] = "",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="写到哪个文件夹；默认 data/figures/月份/名称")
    ] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """一份已发布月报的全部图：图形（SVG）、图片（PNG，300点）、数（CSV），各一个文件。"""
    from hanbin_lib.params import Settings
    from hanbin_lib.release.excerpts import figure_files, published_document

    space = Workspace.find(workspace)
    settings = Settings.load(space)
    name, content = published_document(space, month, area or settings.county.code)
    files = figure_files(content, settings.typography)
    folder = output or space.figures / str(month) / name
    write_whole(folder, files)
    size = sum(map(len, files.values())) // 1024
    say(f"{(len(files) - 1) // 3}张图（SVG、PNG、CSV），{size}KB：{folder}")


def write_whole(folder: Path, files: dict[str, bytes]) -> None:
    """Write the files; raise ``HB-REL-009`` rather than write over others, or beside them."""
    from hanbin_lib.files import write_atomically

    there = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    changed = [name for name in there if name not in files or (folder / name).read_bytes() != files[name]]
    if changed:
        raise refused_input(
            "HB-REL-009",
            f"{folder.name} 里已有别的文件，或是另一版的图（{len(changed)}个），没有改动",
            "移走原来的文件夹，或用 --output 换一个",
        )
    for file, made in files.items():
        write_atomically(folder / file, made)


@app.command(short_help="公开版的一段话做成工作群消息（只写文件）")
def message(month: MonthArgument, workspace: WorkspaceOption = None) -> None:
    """公开版的一段话做成工作群消息：文字，企业微信、钉钉的卡片；只写文件，不发送。"""
    from hanbin_lib.params import Settings
    from hanbin_lib.release.excerpts import read_message, write_message

    space = Workspace.find(workspace)
    code = Settings.load(space).county.code
    folder = write_message(space, month, code)
    say(read_message(space, month, code).text, f"已写入：{folder}（没有发送）")


@indicators.callback()
def _group() -> None:
    """Keeps ``list`` a command of its own while there is only one."""


@indicators.command("list")
def list_indicators(
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
