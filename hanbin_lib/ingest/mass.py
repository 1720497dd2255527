"""Warnings that stop by mass: what one household in a hundred has is a fault of the file."""

from collections.abc import Iterator

import pandas as pd

from hanbin_lib.contract.schemas import SPLIT
from hanbin_lib.contract.tables import TABLES
from hanbin_lib.ingest.findings import Finding, Severity
from hanbin_lib.params import ImportLimits

_CODES = "像是户编号被表格软件改动，几户并成了一户"
_SHIFTED = "像是排序时只排了部分列，或各列错了位"
# Faults of cells, not of households: a county may have many overdue ones, but not many with two heads.
_CAUSES = {
    "HB-R-102": "像是“与户主关系”认错了列，或只导出了部分成员",
    "HB-R-103": _CODES,
    "HB-R-104": f"{_CODES}，或{_SHIFTED}",
    "HB-R-105": _CODES,
    "HB-R-106": _SHIFTED,
    "HB-R-111": _SHIFTED,
    "HB-R-112": _SHIFTED,
    "HB-R-241": "像是收入各列认错了表头、单位不是元，或只导出了部分列",
    "HB-R-243": f"{_CODES}，或户级单元格是合并的、只导出了部分成员",
    "HB-R-251": "像是把监测对象信息或一般农户放进了脱贫户信息",
    "HB-R-310": "像是“出生日期”的格式被改动",
}


def masses(found: pd.DataFrame, tables: dict[str, pd.DataFrame], limits: ImportLimits) -> Iterator[Finding]:
    """An error for each rule that is broken by too large a share of a register's households."""
    chosen = found[found["rule_id"].isin(_CAUSES)]
    for (rule_id, table), rows in chosen.groupby(["rule_id", "table"], sort=True):
        homes = tables.get(_homes_of(str(table)))
        number = len(rows.drop_duplicates(["file", "sheet", "row"]))
        if homes is None or number < limits.mass_least or number <= limits.mass_share * len(homes):
            continue
        title = rows["rule_title"].iloc[0]
        yield Finding(
            Severity.ERROR,
            "HB-I-401",
            "同类问题过多",
            "、".join(sorted(rows["file"].dropna().unique())),
            f"“{title}”有{number}行，超过{len(homes)}户的{limits.mass_share:.0%}：{_CAUSES[str(rule_id)]}",
            "先核对文件再导入；确实如此的，调高 params/import.yaml 的 mass_share",
            table=str(table),
        )


def _homes_of(table: str) -> str:
    name = SPLIT[table].name if table in SPLIT else TABLES[table].name
    return name.replace("_persons", "_households")
