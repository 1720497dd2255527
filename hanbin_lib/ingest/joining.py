"""What a ledger's rows speak of has to be there: join rates, and the likely cause of a low one."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from hanbin_lib.contract.tables import TABLES
from hanbin_lib.ingest.findings import Finding, Severity
from hanbin_lib.ingest.spread import as_text
from hanbin_lib.params import ImportLimits
from hanbin_lib.snapshots import Join, Source
from hanbin_lib.store.frames import is_among

Tables = dict[str, pd.DataFrame]
_REGISTERS = ("monitored_households", "lifted_households")


@dataclass(frozen=True)
class Referent:
    """Where the rows of a ledger have to lead.

    Parameters
    ----------
    table, column
        The ledger and its column.
    others
        Tables that have to have come in, in which `other` holds what `column` names; without any the
        column only has to be filled in.
    what
        What is looked up where, in Chinese.
    cause
        Likely cause of a low rate, in Chinese.
    """

    table: str
    column: str
    what: str
    cause: str
    others: tuple[str, ...] = ()
    other: str = ""


_OTHER_LEDGER = "像是别的县、别的月份的台账，或户编号被表格软件改动"
_MERGED = "像是合并单元格只有第一行有内容，或这一列认错了表头"
REFERENTS = (
    Referent("phone_checks", "household_code", "户编号在监测对象和脱贫户名册内", _OTHER_LEDGER, _REGISTERS,
             "household_code"),
    Referent("migrant_work", "household_code", "户编号在监测对象和脱贫户名册内", _OTHER_LEDGER, _REGISTERS,
             "household_code"),
    Referent("inspection_findings", "unit_code", "单元编号在专项督查单元内",
             "像是别的月份的督查问题，或单元编号被改动", ("inspection_units",), "unit_code"),
    Referent("projects", "town_code", "填有镇（街道）", _MERGED),
    Referent("workshops", "town_code", "填有镇（街道）", _MERGED),
    Referent("department_tasks", "department", "部门在责任清单内",
             "像是部门名称写法不同，或责任清单不全", ("duties",), "responsible_unit"),
)  # fmt: skip


def joins(tables: Tables, sources: list[Source]) -> list[Join]:
    """Join rates of the ledgers whose referents came in."""
    return [
        Join(table=one.table, what=one.what, matched=int(matched.sum()), rows=len(matched))
        for one in REFERENTS
        if (matched := _matched(one, tables, sources)) is not None
    ]


def low_joins(
    found: list[Join], tables: Tables, sources: list[Source], limits: ImportLimits
) -> Iterator[Finding]:
    """An error for every ledger that leads nowhere too often."""
    for join in found:
        title = TABLES[join.table].title
        least = limits.join_shares.get(title, limits.least_join_share)
        if join.rows == 0 or join.matched >= least * join.rows:
            continue
        one = next(r for r in REFERENTS if (r.table, r.what) == (join.table, join.what))
        share = f"{join.matched / join.rows:.1%}"
        text = f"“{title}”{join.rows}行里只有{join.matched}行（{share}）{join.what}，低于{least:.0%}"
        yield Finding(
            Severity.ERROR,
            "HB-I-403",
            "对应率过低",
            "、".join(dict.fromkeys(source.file for source in sources if source.table == join.table)),
            f"{text}；{_lengths(one, tables) or one.cause}",
            f"核对文件；确实如此的，在 params/import.yaml 的 join_shares 下写：{title}: 可以接受的最低比例",
            table=join.table,
        )


def _matched(one: Referent, tables: Tables, sources: list[Source]) -> pd.Series | None:
    rows = tables.get(one.table)
    if rows is None or rows.empty or any(name not in tables for name in one.others):
        return None
    if not one.others:
        name = one.column.replace("_code", "_name")
        came = any(source.table == one.table and name in source.columns for source in sources)
        return rows[one.column].notna() if came else None
    known = pd.concat([as_text(tables[name][one.other]) for name in one.others])
    return is_among(rows[one.column], known)


def _lengths(one: Referent, tables: Tables) -> str:
    """Speak of codes that have another length than those that they should be found among."""
    if not one.column.endswith("_code") or not one.others:
        return ""
    own = as_text(tables[one.table][one.column]).str.len().mode()
    known = pd.concat([as_text(tables[name][one.other]) for name in one.others]).str.len().mode()
    if own.empty or known.empty or own[0] == known[0]:
        return ""
    return f"台账的编号多为{own[0]:.0f}位，名册的多为{known[0]:.0f}位：像是编号被表格软件改动"
