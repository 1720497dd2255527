"""The receipt: what became of every row, from the sheet to the figures, and whether it balances."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from hanbin_lib.contract import Kind, Level
from hanbin_lib.contract.labels import CALL_DISPOSITIONS
from hanbin_lib.contract.tables import HOUSEHOLDS, TABLES
from hanbin_lib.ingest.findings import Finding, Severity
from hanbin_lib.ingest.rows import Rows, as_text
from hanbin_lib.months import Month
from hanbin_lib.params import ImportLimits
from hanbin_lib.places import AreaRegister
from hanbin_lib.snapshots import Join, Receipt, Source
from hanbin_lib.store.tables import is_among

Tables = dict[str, pd.DataFrame]
_NUMBERS = (Kind.COUNT, Kind.AMOUNT)
_TOLERANCE = 1e-6
_LEAST_ROWS = 10
# A department's problem or project has no town; of calls see below.
_TOWNLESS = frozenset({"rectification", "projects", "phone_checks", "clues"})
_NO_TOWN = "没有填写镇（街道）"
_UNCOUNTED = "镇（街道）不计入统计"


def receipts(
    sheets: list[Rows], sources: list[Source], tables: Tables, register: AreaRegister, month: Month
) -> list[Source]:
    """The sources with their receipts.

    Parameters
    ----------
    sheets, sources
        Every sheet as it was read, in one order.
    tables
        The stored tables, whose ``source_file`` is a position in that order.
    """
    why = {name: _unreached(name, tables, register, month) for name in TABLES if name in tables}
    done = []
    for number, (rows, source) in enumerate(zip(sheets, sources, strict=True)):
        name = rows.sheet.table.name
        own = tables[name]["source_file"].to_numpy() == number
        reasons = why[name][own].value_counts()
        receipt = Receipt(
            seen=rows.seen,
            left=rows.left,
            other_months={one: len(frame) for one, frame in rows.other_months.items()},
            reached=int(reasons.pop("")) if "" in reasons else 0,
            unreached={str(reason): int(count) for reason, count in sorted(reasons.items())},
            sums=_sums(rows, tables[name][own]),
        )
        done.append(source.model_copy(update={"rows": int(own.sum()), "receipt": receipt}))
    return done


def imbalances(sources: list[Source]) -> Iterator[Finding]:
    """An error for every receipt that does not balance."""
    for source in sources:
        receipt = source.receipt
        if receipt is None:
            continue
        faults = [
            f"“{heading}”文件内合计{in_file:g}，存入{stored:g}"
            for heading, (in_file, stored) in receipt.sums.items()
            if abs(in_file - stored) > _TOLERANCE * max(1.0, abs(in_file))
        ]
        apart = sum(receipt.left.values()) + sum(receipt.other_months.values())
        if receipt.seen != source.rows + apart:
            faults.append(f"读到{receipt.seen}行，存入{source.rows}行，另有{apart}行未存入，对不上")
        if source.rows != receipt.reached + sum(receipt.unreached.values()):
            faults.append("存入的行与进入指标、未进入指标的行对不上")
        for fault in faults:
            yield Finding(
                Severity.ERROR,
                "HB-I-402",
                "收据不平",
                source.file,
                fault,
                "这是程序的问题，请把本条信息告知维护人员",
                sheet=source.sheet,
                table=source.table,
            )


def uneven_columns(sources: list[Source]) -> Iterator[Finding]:
    """A warning for every column that some sheets of a table have and others lack."""
    for name, table in TABLES.items():
        sheets = [source for source in sources if source.table == name]
        for column in table.columns:
            lacking = [source for source in sheets if column.name not in source.columns]
            if lacking and len(lacking) < len(sheets) and not column.is_area_code:
                yield Finding(
                    Severity.WARNING,
                    "HB-I-306",
                    "各文件的列不一致",
                    lacking[0].file,
                    f"“{table.title}”别的文件有“{column.heading}”，这里没有：用到这一列的数按未收到处理",
                    "导出时各文件选同样的列",
                    sheet=lacking[0].sheet,
                    column=column.heading,
                    table=name,
                )


def _sums(rows: Rows, stored: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Sums of the columns of numbers, in the sheet as it was read and in the store."""
    table = rows.sheet.table
    return {
        column.heading: (_total(rows.frame[column.name]), _total(stored[column.name]))
        for column in table.columns
        if column.kind in _NUMBERS and column.level in (Level.ROW, Level.PERSON) and column.name in stored
        and column.name in rows.sheet.places and column.name != "year"
    }  # fmt: skip


def _total(values: pd.Series) -> float:
    return round(float(np.nansum(values.to_numpy(dtype=float, na_value=np.nan))), 6)


def _unreached(name: str, tables: Tables, register: AreaRegister, month: Month) -> pd.Series:
    """Why each stored row reaches no figure; empty where it reaches one."""
    rows = tables[name]
    if name == "phone_checks":
        # A call counts where its household lives, whatever the ledger says.
        rows = rows.assign(town_code=as_text(rows["household_code"]).map(_homes(tables)))
    found = _place(rows, register, needs_town=name not in _TOWNLESS)
    others = _REASONS.get(name)
    if others is not None:
        for reason, mask in others(rows, tables, month):
            found = found.mask(found.eq("") & mask, reason)
    return found


def _place(rows: pd.DataFrame, register: AreaRegister, *, needs_town: bool) -> pd.Series:
    found = pd.Series("", index=rows.index, dtype="str")
    if "town_code" not in rows:
        return found
    given = rows["town_code"].notna()
    found = found.mask(given & ~rows["town_code"].isin(register.towns["place_code"]), _UNCOUNTED)
    return found.mask(~given, _NO_TOWN) if needs_town else found


Reasons = Iterator[tuple[str, pd.Series]]


def _homes(tables: Tables) -> pd.Series:
    """Town of every household of the registers, by its code."""
    names = [name for name in HOUSEHOLDS if name in tables]
    known = [
        pd.Series(as_text(tables[name]["town_code"]).array, index=as_text(tables[name]["household_code"]))
        for name in names
    ]
    homes = pd.concat(known) if known else pd.Series(dtype="str")
    return homes[~homes.index.duplicated()]


def _lifted(rows: pd.DataFrame, tables: Tables, _month: Month) -> Reasons:
    if "monitored_households" in tables:
        both = is_among(rows["household_code"], tables["monitored_households"]["household_code"])
        yield "所在户也在监测对象信息内，按监测户计一次", both


def _work(rows: pd.DataFrame, _tables: Tables, _month: Month) -> Reasons:
    yield "同一人较早的务工段，取最后一段", rows.duplicated("person_key", keep="last")


def _calls(rows: pd.DataFrame, tables: Tables, month: Month) -> Reasons:
    homes = _homes(tables)
    foreign, unchecked = "户编号不在监测对象和脱贫户名册内", "本月没有监测对象和脱贫户名册，户编号没有核对"
    yield (
        foreign if len(homes) else unchecked,
        ~is_among(rows["household_code"], homes.index.to_series()),
    )
    late = pd.Series(False, index=rows.index)
    if pd.api.types.is_datetime64_any_dtype(rows["called_at"]):
        late = rows["called_at"].dt.normalize() > pd.Timestamp(month.last_day)
    yield "拨打时间晚于月末", late
    rank = {label: number for number, label in enumerate(CALL_DISPOSITIONS)}
    order = as_text(rows["disposition"]).map(rank).fillna(len(rank))
    best = order[~late].sort_values(kind="stable").index
    kept = rows.loc[best].drop_duplicates("household_code").index
    yield "同一户的其他通话，取最好的一次", ~rows.index.to_series().isin(kept)


def _inspected(rows: pd.DataFrame, tables: Tables, _month: Month) -> Reasons:
    if "inspection_units" not in tables:
        yield "没有收到专项督查单元", pd.Series(True, index=rows.index)
        return
    units = tables["inspection_units"]
    yield "单元编号不在专项督查单元内", ~is_among(rows["unit_code"], units["unit_code"])


def _problems(rows: pd.DataFrame, _tables: Tables, month: Month) -> Reasons:
    yield "发现时间在月末以后", rows["found_date"] > pd.Timestamp(month.last_day)


_REASONS: dict[str, Callable[[pd.DataFrame, Tables, Month], Reasons]] = {
    "lifted_persons": _lifted,
    "migrant_work": _work,
    "phone_checks": _calls,
    "inspection_findings": _inspected,
    "rectification": _problems,
    "clues": _problems,
}


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
    Referent("phone_checks", "household_code", "户编号在监测对象和脱贫户名册内", _OTHER_LEDGER, HOUSEHOLDS,
             "household_code"),
    Referent("migrant_work", "household_code", "户编号在监测对象和脱贫户名册内", _OTHER_LEDGER, HOUSEHOLDS,
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
        Join(table=referent.table, what=referent.what, matched=int(matched.sum()), rows=len(matched))
        for referent in REFERENTS
        if (matched := _matched(referent, tables, sources)) is not None
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
    """Rows that lead somewhere; None where not all that they may lead to came in, unless none leads there."""
    rows = tables.get(one.table)
    came_in = [name for name in one.others if name in tables]
    if rows is None or rows.empty or (one.others and not came_in):
        return None
    if not one.others:
        name = one.column.replace("_code", "_name")
        came = any(source.table == one.table and name in source.columns for source in sources)
        return rows[one.column].notna() if came else None
    matched = is_among(rows[one.column], pd.concat([as_text(tables[name][one.other]) for name in came_in]))
    is_told = len(came_in) == len(one.others) or (len(rows) >= _LEAST_ROWS and not matched.any())
    return matched if is_told else None


def _lengths(one: Referent, tables: Tables) -> str:
    """Speak of codes that have another length than those that they should be found among."""
    if not one.column.endswith("_code") or not one.others:
        return ""
    own = as_text(tables[one.table][one.column]).str.len().mode()
    came_in = [name for name in one.others if name in tables]
    known = pd.concat([as_text(tables[name][one.other]) for name in came_in]).str.len().mode()
    if own.empty or known.empty or own[0] == known[0]:
        return ""
    return f"台账的编号多为{own[0]:.0f}位，名册的多为{known[0]:.0f}位：像是编号被表格软件改动"
