"""The start page of the lab: what there is, which months are in, what is wrong with them."""

from pathlib import Path

import nbformat
import pandas as pd

from hanbin_lib import snapshots
from hanbin_lib.bulletin.wording import note, sentence, words
from hanbin_lib.contract.tables import AREAS
from hanbin_lib.display import AnnexTable, Column, Figure, Missing, Paragraph, Table, Text
from hanbin_lib.display.model import Display
from hanbin_lib.months import Month
from hanbin_lib.release.publication import Published
from hanbin_lib.snapshots import Snapshot
from hanbin_lib.workspace import Workspace

_REGISTER = "monitored_households"
_NOTHING = Missing("数据", "还没有导入任何月份；运行 hanbin import 文件夹 --month 月份")


def month_table(workspace: Workspace | None = None) -> Display:
    """One row a month, newest first: tables, households, findings, version, publication."""
    space = workspace or Workspace.find()
    months = snapshots.months(space)
    if not months:
        return _NOTHING
    heads = ("月份", "表", "监测户", "错误", "警告", "数据版本", "发布")
    columns = tuple(Column(head, "right" if head in heads[1:5] else "left") for head in heads)
    rows = tuple(_month_row(space, month) for month in reversed(months))
    return Table("已导入的月份", columns, rows, "监测户为当月导出的户数，含已消除；警告不影响导入")


def _month_row(space: Workspace, month: Month) -> tuple[Text, ...]:
    snapshot = snapshots.latest(space, month)
    stored = snapshot.manifest.tables
    households = stored.get(_REGISTER)
    severities = _findings(snapshot)["severity"].astype("str").value_counts()
    published = Published.read(space, month)
    where = f"snapshot|{month}"
    return (
        month.label,
        Figure(len(stored.keys() - {AREAS}), "", where),
        Figure(households.rows, "", where) if households else "未收到",
        Figure(severities.get("错误", 0), "", where),
        Figure(severities.get("警告", 0), "", where),
        words(snapshot.id, where),
        _revision(published, snapshot),
    )


def _revision(published: Published | None, snapshot: Snapshot) -> Text:
    """The published revision, and whether it was made from the data that are current now."""
    if published is None:
        return "未发布"
    revision = f"第{published.manifest.revision}版"
    return revision if published.manifest.snapshot == snapshot.id else f"{revision}（数据已更新，待重发）"


def month_state(month: str = "", workspace: Workspace | None = None) -> Display:
    """One sentence: how many findings the month has, and where the list is."""
    space = workspace or Workspace.find()
    snapshot = _chosen(space, month)
    if snapshot is None:
        return _NOTHING
    found = _findings(snapshot)
    where = f"findings|{snapshot.month}"
    missing = () if snapshot.has(_REGISTER) else (sentence("没有收到监测对象信息，不能生成月报。"),)
    demonstration = (sentence("这是演示数据。"),) if snapshot.manifest.is_demonstration else ()
    told: Paragraph = note(
        "数据质量",
        sentence(
            "{month}的数据有{count}提示，涉及{rules}；都指到文件、工作表、行和列。",
            month=words(snapshot.month.label, where),
            count=Figure(len(found), "条", where),
            rules=Figure(found["rule_id"].nunique(), "条规则", where),
        ),
        *missing,
        *demonstration,
    )
    return told


def finding_table(month: str = "", workspace: Workspace | None = None) -> Display:
    """Findings of a month counted by rule, with what to do."""
    snapshot = _chosen(workspace or Workspace.find(), month)
    if snapshot is None:
        return _NOTHING
    found = _findings(snapshot).astype({"severity": "str", "rule_id": "str", "rule_title": "str"})
    keys = ["severity", "rule_id", "rule_title"]
    counted = found.groupby(keys, sort=True)["action"].agg(["size", "first"]).reset_index()
    counted = counted.sort_values("size", ascending=False, kind="stable")
    rows = tuple(
        (str(title), severity, Figure(size, "", f"findings|{rule}"), str(action))
        for severity, rule, title, size, action in counted.itertuples(index=False)
    )
    columns = (Column("规则"), Column("级别"), Column("条数", "right"), Column("怎么办"))
    return Table(f"{snapshot.month.label}数据有什么问题", columns, rows, "导入时的核查，按条数排列")


def finding_list(month: str = "", workspace: Workspace | None = None) -> Display:
    """Every finding of a month with its place; no value of any cell is shown."""
    snapshot = _chosen(workspace or Workspace.find(), month)
    if snapshot is None:
        return _NOTHING
    names = ("file", "sheet", "row", "column", "rule_title", "message")
    found = _findings(snapshot)[list(names)].astype("str").replace({"<NA>": "", "nan": ""})
    heads = ("文件", "工作表", "行", "列", "规则", "说明")
    columns = tuple(Column(head, "right" if head == "行" else "left") for head in heads)
    rows = tuple(tuple(row) for row in found.head(_MOST).itertuples(index=False))
    return AnnexTable(
        f"前{len(rows)}条明细", columns, rows, f"全部在 data/quality/{snapshot.month}/数据质量清单.xlsx"
    )


_MOST = 200


def notebook_table(workspace: Workspace | None = None) -> Table:
    """The notebooks of the workspace: file, title, and their first words."""
    space = workspace or Workspace.find()
    paths = sorted(space.notebooks.glob("*.ipynb"))
    rows = tuple((path.name, *_title_of(path)) for path in paths if path.stem != "index")
    columns = (Column("文件"), Column("笔记本"), Column("做什么"))
    return Table("有哪些笔记本", columns, rows, "在左侧文件栏双击打开，菜单“运行”选“运行所有单元格”")


def _title_of(path: Path) -> tuple[str, str]:
    cells = nbformat.read(path, as_version=4).cells
    text = next((cell.source for cell in cells if cell.cell_type == "markdown"), "")
    title, _, rest = text.partition("\n")
    lines = (line.strip().replace("`", "") for line in rest.splitlines())
    return title.lstrip("# "), next((line for line in lines if line), "")


def _chosen(space: Workspace, month: str) -> Snapshot | None:
    """The month asked for, the newest where none is; None where nothing is in."""
    if month:
        return snapshots.latest(space, Month.parse(month))
    known = snapshots.months(space)
    return snapshots.latest(space, known[-1]) if known else None


def _findings(snapshot: Snapshot) -> pd.DataFrame:
    return snapshot.table("findings")
