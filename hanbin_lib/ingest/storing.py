"""What is stored of a month's sheets, under which name, and as which bytes.

A month's data are what was known at its end. A ledger's column of months decides whose row it is: rows
of other months are kept apart, so that no figure can reach them. What the register of a later export
says of the month after is taken back; what lies later still cannot be. An import is named by its files, its
parameters and the program. Most programs read the same from the same files: then the month keeps the version
it has, and an upgrade corrects no data that nobody corrected.
"""

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from hanbin_lib.contract import MEASURES, Level, Table
from hanbin_lib.contract.columns import SOURCE
from hanbin_lib.contract.labels import SEXES
from hanbin_lib.contract.schemas import PLACE_CODES, check_keys, check_stored, stored_names
from hanbin_lib.contract.tables import AREAS
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.ingest.findings import Fault, Severity
from hanbin_lib.ingest.grid import Mask
from hanbin_lib.ingest.identity import birth_months, pseudonyms
from hanbin_lib.ingest.rows import Rows, as_text, joined, tell_all
from hanbin_lib.locks import exclusive
from hanbin_lib.months import Month, ordinals
from hanbin_lib.params import Settings
from hanbin_lib.places import AreaRegister
from hanbin_lib.snapshots import Snapshot
from hanbin_lib.store import digest_of, program_digest
from hanbin_lib.store.tables import read_frame
from hanbin_lib.workspace import Workspace

# What has happened; planned ends and due dates may lie ahead.
_HAPPENED = ("identified_month", "eliminated_month", "first_measure_month")
IDENTIFIED_LATER = "识别时间在统计月以后"
STARTED_LATER = "务工开始时间在统计月以后"
_OTHER = "HB-I-206"
_CUT = "HB-I-207"
HEAD = "户主"
SPOUSE = "配偶"
_KEY = "household_code"
_DIGITS = 16
_ROWS_A_GROUP = 1 << 16


def place_in_time(rows: Rows, month: Month) -> None:
    """Keep rows of other months apart, and take the register back to the end of `month`."""
    _keep_apart(rows, month)
    _tell_too_late(rows, month)
    _cut(rows, month)


def _months(rows: Rows, name: str) -> np.ndarray:
    """Months since year 0 (`Month.ordinal`), NaN where there is no date."""
    numbers: np.ndarray = ordinals(rows.frame[name]).to_numpy(dtype=float, na_value=np.nan)
    return numbers


def _keep_apart(rows: Rows, month: Month) -> None:
    name = rows.sheet.table.month
    if not name:
        return
    owner = _months(rows, name)
    other = ~np.isnan(owner) & (owner != month.ordinal)
    if not other.any():
        return
    heading = rows.sheet.table.column(name).heading
    found = {str(Month.from_ordinal(int(n))): owner == n for n in np.unique(owner[other])}
    counted = "、".join(f"{one} {int(mask.sum())}行" for one, mask in found.items())
    text = f"按“{heading}”，{counted}不是{month.label}的，单独存放，不计入本月；此为第一处"
    action = "确是以前月份留下的行，不需要处理；是本月的行，更正月份后重新导入"
    fault = Fault(_OTHER, "其他月份的行", text, heading, Severity.WARNING, action)
    if other.all():
        text = f"按“{heading}”，没有一行是{month.label}的（{counted}）"
        action = "核对文件是否放错了月份的文件夹、--month 是否写错；不是本月的文件移出文件夹"
        fault = replace(fault, message=text, severity=Severity.ERROR, action=action)
    rows.tell_first(other, fault)
    rows.other_months = {one: rows.frame[mask].reset_index(drop=True) for one, mask in found.items()}
    rows.frame = rows.frame[~other].reset_index(drop=True)


def _tell_too_late(rows: Rows, month: Month) -> None:
    """Events after the next month: the export is not this month's, or the date is wrong."""
    for column in rows.sheet.table.columns:
        if column.name in _HAPPENED:
            late = _months(rows, column.name) > month.ordinal + 1
            text = f"“{column.heading}”晚于导入的月份{month.label}"
            action = "核对 --month 是否写错，或更正后重新导出"
            rows.tell(late, Fault("HB-I-205", "时间晚于统计月", text, column.heading, action=action))


def _cut(rows: Rows, month: Month) -> None:
    """Take back what the month after brought: an export made after the month's end knows it already."""
    if rows.sheet.table.name == "migrant_work":
        late = _months(rows, "started_month") > month.ordinal
        _tell_cut(rows, late, "started_month", f"在{month.label}以后才开始，没有存入")
        rows.leave(late, STARTED_LATER)
    if rows.sheet.table.name != "monitored_persons":
        return
    after = month.ordinal + 1
    late = _months(rows, "identified_month") == after
    _tell_cut(rows, late, "identified_month", f"在{month.label}以后，月末还不是监测对象，没有存入")
    rows.leave(late, IDENTIFIED_LATER)
    late = _months(rows, "eliminated_month") == after
    _tell_cut(rows, late, "eliminated_month", f"在{month.label}以后，按月末尚未消除存入")
    rows.frame.loc[late, "is_risk_eliminated"] = False
    rows.frame.loc[late, ["eliminated_month", "elimination_mode"]] = None
    late = _months(rows, "first_measure_month") == after
    _tell_cut(rows, late, "first_measure_month", f"在{month.label}以后，按月末尚无帮扶措施存入")
    rows.frame.loc[late, ["first_measure_month", *MEASURES]] = None


def _tell_cut(rows: Rows, late: Mask, name: str, text: str) -> None:
    heading = rows.sheet.table.column(name).heading
    text = f"{late.sum()}行的“{heading}”{text}；此为第一处"
    action = "导出晚于月末的，按月末截止，不需要处理；月份写错的，更正后重新导入"
    rows.tell_first(late, Fault(_CUT, "按月末截止", text, heading, Severity.WARNING, action))


def split(parts: list[Rows], key: bytes) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Households and persons of all sheets of one table; a household may go on in the next file.

    Returns
    -------
    households
        One row a household: its facts from the head's row (the first row where there is no
        head), ``members`` (rows in the sheets), place, source of that row.
    persons
        One row a person: ``person_key`` and ``birth_month`` in place of personal columns.

    Both are in the order of their codes, so that the same rows make the same tables however
    they are ordered and spread over files.
    """
    table = parts[0].sheet.table
    stored = [*table.names(Level.HOUSEHOLD), *table.names(Level.PERSON)]
    whole = joined(parts, [*stored, *PLACE_CODES, "id_number", "birth_date", *SOURCE])
    codes, _ = pd.factorize(whole[_KEY], use_na_sentinel=False)
    head = _head_rows(whole, codes)
    _check_heads(parts, whole, codes)
    _check_agreement(parts, whole, head[codes], table)
    facts = [name for name in table.names(Level.HOUSEHOLD) if name != _KEY]
    households = whole.loc[head, [_KEY, *PLACE_CODES, *facts, *SOURCE]].reset_index(drop=True)
    households.insert(3, "members", np.bincount(codes, minlength=len(head)).astype("int32"))
    keys = {name: as_text(whole[name]) for name in (_KEY, "person_code")}
    order = pd.DataFrame(keys).sort_values([_KEY, "person_code"], kind="stable").index.to_numpy()
    made = {"person_key": pseudonyms(whole, key), "birth_month": birth_months(whole)}
    names = (_KEY, *PLACE_CODES, *made, *table.names(Level.PERSON), *SOURCE)
    # Column by column out of the whole, so that it shrinks as the persons grow.
    persons = pd.DataFrame(
        {name: (made if name in made else whole).pop(name).take(order).array for name in names}, copy=False
    )
    return households.sort_values([_KEY], key=as_text, ignore_index=True, kind="stable"), persons


def _head_rows(whole: pd.DataFrame, codes: np.ndarray) -> np.ndarray:
    """Position of each household's head, in the order in which households appear."""
    is_head = whole["relation_to_head"].eq(HEAD).to_numpy(bool)
    order = np.lexsort((np.arange(len(whole)), ~is_head, codes))
    first = np.flatnonzero(np.diff(codes[order], prepend=-1))
    return order[first]


def _check_heads(parts: list[Rows], whole: pd.DataFrame, codes: np.ndarray) -> None:
    """One head, at most one spouse, of different sex."""
    is_head = whole["relation_to_head"].eq(HEAD).to_numpy(bool)
    is_spouse = whole["relation_to_head"].eq(SPOUSE).to_numpy(bool)
    heads = np.bincount(codes, weights=is_head)
    first = ~pd.Series(codes).duplicated().to_numpy()
    tell_all(parts, first & (heads[codes] == 0), _warning(102, "户内没有户主", "户级信息取第一行"))
    fault = _warning(103, "户内不止一个户主", "户级信息取第一个户主行")
    tell_all(parts, _again(codes, is_head), fault)
    fault = _warning(105, "户内不止一个配偶", "应只有一个配偶")
    tell_all(parts, _again(codes, is_spouse), fault)
    known = whole["sex"].where(whole["sex"].isin(SEXES))  # what HB-I-301 told is not told row by row
    sex, of_head = pd.factorize(known)[0], _head_rows(whole, codes)[codes]
    same = is_spouse & is_head[of_head] & (sex == sex[of_head]) & (sex >= 0)
    tell_all(parts, same, _warning(106, "户主与配偶性别相同", "核对性别和与户主关系"))


def _warning(number: int, title: str, message: str, heading: str = "与户主关系") -> Fault:
    return Fault(f"HB-R-{number}", title, message, heading, Severity.WARNING, "入户核实后在系统中更正")


def _again(codes: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Rows among the chosen that are not the first of their household."""
    again = np.zeros(len(codes), dtype=bool)
    again[chosen] = pd.Series(codes[chosen]).duplicated().to_numpy()
    return again


def _check_agreement(parts: list[Rows], whole: pd.DataFrame, of_head: np.ndarray, table: Table) -> None:
    """Household facts repeat on every row; where they differ, the head's row counts."""
    for name in (*table.names(Level.HOUSEHOLD), "village_code"):
        values, _ = pd.factorize(whole[name])
        differs = (values != values[of_head]) & (values >= 0)
        if differs.any():
            heading = table.column(name.replace("village_code", "village_name")).heading
            text = f"“{heading}”与户主行不一致，按户主行取值"
            tell_all(parts, differs, _warning(104, "户内各行的户级信息不一致", text, heading))


def ledger(parts: list[Rows], key: bytes) -> pd.DataFrame:
    """All rows of one table in the order in which they came.

    An identity number becomes ``person_key``, a free text that may name persons becomes
    ``has_<name>``: whether anything was written.
    """
    table = parts[0].sheet.table
    whole = joined(parts, parts[0].frame.columns.tolist())
    for column in table.personal:
        if column.name == "id_number":
            whole["person_key"] = pseudonyms(whole, key)
        else:
            whole[f"has_{column.name}"] = whole[column.name].notna()
    return whole[[*stored_names(table), *SOURCE]]


def inputs_of(hashes: list[str], month: Month, settings: Settings, register: AreaRegister) -> tuple[Any, ...]:
    """All that an import depends on, besides the program: files (by SHA-256), month, rules, areas."""
    policy = settings.policies.of(month)
    own = (settings.columns, settings.limits, policy.entry_limit if policy else None)
    # Which place a code means may be declared by a list of a later month.
    lists = (register.later_key,) if settings.columns.area_codes else ()
    return str(month), sorted(hashes), settings.rules, *own, settings.lines.of(month), register.key, *lists


def version_id(inputs: tuple[Any, ...]) -> str:
    """Name what an import of these inputs would store: same files, same rules, same program, same name."""
    return digest_of(program_digest(), *inputs)[:_DIGITS]


def changed_tables(before: Snapshot, content: dict[str, bytes]) -> tuple[str, ...]:
    """Names of the tables that are others than those of `before`, which was read from the same files.

    Bytes that differ by the library that wrote them alone are no difference, nor is that a program before
    kept no register of areas.
    """
    stored = before.manifest.tables
    names = dict.fromkeys([*stored, *content])
    if AREAS not in stored:
        names.pop(AREAS, None)
    return tuple(
        name
        for name in names
        if name not in stored or name not in content or _differ(before, name, content[name])
    )


def _differ(before: Snapshot, name: str, content: bytes) -> bool:
    if before.manifest.tables[name].sha256 == hashlib.sha256(content).hexdigest():
        return False
    old, new = (read_frame(stored) for stored in (before.content(name), content))
    return digest_of(old) != digest_of(new)


def as_parquet(tables: dict[str, pd.DataFrame]) -> dict[str, bytes]:
    """Check every table against its schema and encode it."""
    return {name: _encoded(name, rows) for name, rows in tables.items()}


def _encoded(name: str, rows: pd.DataFrame) -> bytes:
    check_keys(name, rows)
    groups = (_checked(name, group) for group in _in_groups(rows))
    first = next(groups)
    buffer = io.BytesIO()
    with pq.ParquetWriter(buffer, first.schema, compression="zstd") as writer:
        for group in chain([first], groups):
            writer.write_table(group)
    return buffer.getvalue()


def _checked(name: str, rows: pd.DataFrame) -> pa.Table:
    check_stored(name, rows)
    return pa.Table.from_pandas(rows, preserve_index=False)


def _in_groups(rows: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Some rows at a time as they are stored: a whole register is never laid out as text."""
    for start in range(0, max(len(rows), 1), _ROWS_A_GROUP):
        group = rows.iloc[start : start + _ROWS_A_GROUP]
        yield pd.DataFrame({name: as_text(column) for name, column in group.items()}, copy=False)


@contextmanager
def memory_given_back() -> Iterator[None]:
    """Let Arrow take its memory from the system, which gets back what is free (`release`).

    Arrow's own pool keeps it: beside the pool of Python and numpy that was a fifth of the import's peak.
    """
    before = pa.default_memory_pool()
    pa.set_memory_pool(pa.system_memory_pool())
    try:
        yield
    finally:
        release()
        pa.set_memory_pool(before)


def release() -> None:
    """Give back to the system what the last step took and no longer needs."""
    pa.default_memory_pool().release_unused()


@contextmanager
def alone(workspace: Workspace) -> Iterator[None]:
    """Hold the workspace's import lock; raise ``HB-IMP-002`` where another import holds it."""
    busy = HanbinError(
        "HB-IMP-002",
        "另一个导入正在进行",
        action="等它结束后再运行",
        exit_code=ExitCode.LOCKED,
    )
    with exclusive(workspace.root / "data" / ".import.lock", busy):
        yield
