"""What a month's files come to: read, cleaned, checked and judged by the rules. Nothing is written."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd

from hanbin_lib.contract import TABLES, Table
from hanbin_lib.contract.local import local_tables
from hanbin_lib.contract.schemas import other_months
from hanbin_lib.contract.tables import HOUSEHOLDS_OF
from hanbin_lib.ingest.exports import InboxFile, UnreadableFileError, check_size, grids_of, unreadable
from hanbin_lib.ingest.findings import Fault, Finding, Severity, as_table, combined
from hanbin_lib.ingest.grid import Grid
from hanbin_lib.ingest.identity import check_duplicates, check_numbers, pseudonym_key
from hanbin_lib.ingest.quality import QualityReport
from hanbin_lib.ingest.reading import read_rows
from hanbin_lib.ingest.receipt import imbalances, joins, low_joins, receipts, uneven_columns
from hanbin_lib.ingest.recognise import NOT_RECOGNISED, Recognised, listed, recognise, to_be_entered
from hanbin_lib.ingest.rows import Rows
from hanbin_lib.ingest.rules import RULES, Context, apply_rules, household_sums
from hanbin_lib.ingest.storing import ledger, place_in_time, release, split
from hanbin_lib.ingest.table_checks import (
    check_codes,
    masses,
    persons_typed,
    stated_earlier,
    tell_improbable_units,
    tell_repeated_rows,
    tell_spellings,
    terms_of,
    without_persons,
)
from hanbin_lib.months import Month
from hanbin_lib.params import Settings
from hanbin_lib.places import AreaRegister
from hanbin_lib.privacy import PersonalTerms
from hanbin_lib.raw_files import Keeper
from hanbin_lib.snapshots import Join, Source
from hanbin_lib.workspace import Workspace

# How sheets are called that are no list of this month's, and how Excel calls a copy.
_NO_ORIGINAL = re.compile(r"样表|示例|模板|范例|作废|备份|旧表|副本|\(\d\)$")
_SAMPLE = Fault(
    "HB-I-333", "像是样表或旧表", "工作表的名称像是样表、备份或复制的一份，已照常读取",
    severity=Severity.WARNING, action="不应导入的，删去这张工作表后保存再导入",
)  # fmt: skip
_NO_DATA, _NO_DATA_TITLE = "HB-I-104", "没有数据"
Progress = Callable[[str, int, int], None]
# Reading Excel leaves the interpreter free: while one file is unpacked another is cleaned.
_THREADS = 2
# Steps that follow the reading of the files.
STEPS = 3


@dataclass
class FileContent:
    """Rows of the recognised sheets of one file, and findings about the file as a whole."""

    rows: list[Rows] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def read_file(file: InboxFile, register: AreaRegister, tables: Sequence[Table]) -> FileContent:
    """Read, recognise (as one of `tables`) and clean every sheet of a file."""
    content = FileContent()
    try:
        grids = _grids(file)
    except UnreadableFileError as fault:
        content.findings.append(fault.finding)
        return content
    results = [recognise(grid, tables) for grid in grids]
    content.findings += _about_file(file, results)
    for sheet in results:
        if isinstance(sheet, Recognised) and sheet.grid.is_hidden:
            content.findings.append(_hidden(sheet))
        elif isinstance(sheet, Recognised):
            _add_sheet(content, sheet, file, register)
    _excuse_empty(content)
    # What reading took goes back to the system before the next file is read.
    release()
    return content


def _excuse_empty(content: FileContent) -> None:
    """A town's own sheet may be empty where another sheet of the file has rows of that table."""
    came = {rows.sheet.table.name for rows in content.rows}
    content.findings = [
        replace(found, severity=Severity.WARNING, action="核对；确无数据的工作表不影响导入")
        if found.rule_id == _NO_DATA and found.table in came
        else found
        for found in content.findings
    ]


def _hidden(sheet: Recognised) -> Finding:
    """A hidden sheet is an old copy, as a rule: not read, and told."""
    rows = sheet.grid.height - sheet.header - 1
    text = f"工作表是隐藏的，有“{sheet.table.title}”的表头和{rows}行，没有读取"
    action = "要导入的取消隐藏后保存；不要的删去"
    return _about(sheet, Fault("HB-I-325", "隐藏的工作表", text, "", Severity.WARNING, action))


def _about(sheet: Recognised, fault: Fault, row: int | None = None) -> Finding:
    """A finding about a sheet as a whole."""
    return fault.told_of(sheet.grid.file, sheet.grid.sheet, table=sheet.table.name, row=row)


def _grids(file: InboxFile) -> list[Grid]:
    """Sheets of one copy of the file, which is the one that was hashed."""
    name = file.path.name
    check_size(file.path)
    content = file.content()
    if content is None:
        raise unreadable(name, "读取时文件被改动或移走了", "关闭正在使用它的程序，再导入一次")
    return grids_of(name, content)


def _add_sheet(content: FileContent, sheet: Recognised, file: InboxFile, register: AreaRegister) -> None:
    rows = read_rows(sheet, register)
    # The cells are typed now: the text of a full district is not kept beside them.
    empty = Grid(sheet.grid.file, sheet.grid.sheet, ())
    rows.sheet = replace(sheet, grid=empty)
    if rows.frame.empty:
        content.findings.append(_no_rows(sheet))
        return
    if "id_number" in rows.frame:
        check_numbers(rows)
    if sheet.unknown:
        content.findings.append(_unknown_columns(sheet))
    if _NO_ORIGINAL.search(sheet.grid.sheet):
        content.findings.append(_about(sheet, _SAMPLE))
    content.rows.append(rows)
    content.sources.append(
        Source(
            file=sheet.grid.file,
            sheet=sheet.grid.sheet,
            sha256=file.sha256,
            table=sheet.table.name,
            rows=len(rows.frame),
            columns=_received(rows, sheet),
            unknown_columns=sheet.unknown,
            is_demonstration=sheet.is_demonstration,
        )
    )


def _received(rows: Rows, sheet: Recognised) -> tuple[str, ...]:
    """Names of the columns that came in; a code of a place brings what its name would have brought."""
    names = {"town_code": "town_name", "village_code": "village_name"}
    has_codes = any(column.is_area_code and column.name in sheet.places for column in sheet.table.columns)
    brought = {
        name
        for code, name in names.items()
        if has_codes and code in rows.frame and rows.frame[code].notna().any()
    }
    came = {*sheet.places, *brought}
    if "town_name" not in came and "village_code" in rows.frame and rows.frame["village_code"].isna().all():
        came.discard("village_name")  # villages of no town are nobody's
    return tuple(c.name for c in sheet.table.columns if c.name in came)


def _about_file(file: InboxFile, results: list[Recognised | Finding | None]) -> list[Finding]:
    """Tell of sheets that are no table; beside a recognised sheet that only warns."""
    if all(result is None for result in results):
        return [_empty(file)]
    found = [result for result in results if isinstance(result, Finding)]
    if all(
        result is None or (isinstance(result, Recognised) and result.grid.is_hidden) for result in results
    ):
        return [
            _empty(file, "文件里有数据的工作表都是隐藏的，没有读取", "取消隐藏后保存，或把文件移出文件夹")
        ]
    if not any(isinstance(result, Recognised) for result in results):
        return found
    return [
        replace(finding, severity=Severity.WARNING, action="确不需要导入的工作表可以不管")
        if finding.rule_id == NOT_RECOGNISED
        else finding
        for finding in found
    ]


def _empty(
    file: InboxFile,
    text: str = "文件里没有数据，工作表都是空的",
    action: str = "重新导出，或把文件移出文件夹",
) -> Finding:
    return Finding(Severity.ERROR, _NO_DATA, _NO_DATA_TITLE, file.path.name, text, action)


def _no_rows(sheet: Recognised) -> Finding:
    text = f"“{sheet.table.title}”只有表头，没有数据行"
    action = "重新导出；本月确无数据的，请把文件移出文件夹"
    return _about(sheet, Fault(_NO_DATA, _NO_DATA_TITLE, text, action=action), sheet.header + 1)


def _unknown_columns(sheet: Recognised) -> Finding:
    first = to_be_entered(sheet.unknown)[0]
    text = f"有{len(sheet.unknown)}列不在数据字典内，没有存入：{listed(sheet.unknown)}"
    action = (
        f"确不需要的，在 params/columns.yaml 的 extra 下写：{sheet.table.title}: [{first}]；"
        f"改了名的列，写在 aliases 下：{sheet.table.title}: {{数据字典的表头: [{first}]}}"
    )
    return _about(
        sheet, Fault("HB-I-303", "未使用的列", text, "", Severity.WARNING, action), sheet.header + 1
    )


@dataclass(frozen=True)
class Run:
    """What one month's import depends on, besides its files.

    Parameters
    ----------
    settings, register
        As they are for that month; the register with the county's own spellings (`Run.of`).
    keepers
        Who can open the files as they came, which are kept encrypted; without anybody they are not kept.
    """

    month: Month
    workspace: Workspace
    settings: Settings
    register: AreaRegister
    keepers: tuple[Keeper, ...] = ()

    @classmethod
    def of(
        cls,
        month: Month,
        workspace: Workspace,
        settings: Settings,
        register: AreaRegister,
        keepers: Sequence[Keeper] = (),
    ) -> "Run":
        """Take settings and register of any month as they are for this one."""
        at_the_time = settings.at(month)
        places = register.spelt(at_the_time.columns.places)
        return cls(month, workspace, at_the_time, places, tuple(keepers))

    @cached_property
    def contract(self) -> dict[str, Table]:
        """The contract as the county's files spell it."""
        return local_tables(self.settings.columns, str(self.register.county["place_code"]))


@dataclass(frozen=True)
class Judged:
    """The month's tables, rows of other months, everything found, and the values of personal columns."""

    tables: dict[str, pd.DataFrame]
    others: dict[str, pd.DataFrame]
    quality: QualityReport
    terms: PersonalTerms


def judged(files: list[InboxFile], run: Run, progress: Progress) -> Judged:
    """Read and judge all files; what they say cell by cell is gone when the tables are stored."""
    contents = _read(files, run, progress)
    sheets = [rows for content in contents for rows in content.rows]
    sources = [source for content in contents for source in content.sources]
    for number, rows in enumerate(sheets):
        for frame in (rows.frame, *rows.other_months.values()):
            frame["source_file"] = np.int16(number)
    progress("核对", len(files), len(files) + STEPS)
    tables, others = _tables(sheets, run)
    sources = receipts(sheets, sources, tables, run.register, run.month)
    joined = joins(tables, sources)
    release()
    progress("逻辑核查", len(files) + 1, len(files) + STEPS)
    terms = terms_of(sheets)
    found = _findings(contents, tables, sources, joined, terms, run)
    return Judged(tables, others, QualityReport(run.month, found, tuple(sources), tuple(joined)), terms)


def _findings(
    contents: list[FileContent],
    tables: dict[str, pd.DataFrame],
    sources: list[Source],
    joined: list[Join],
    terms: PersonalTerms,
    run: Run,
) -> pd.DataFrame:
    """Everything found in the files, by the rules, and by what the tables are as a whole."""
    about_files = [finding for content in contents for finding in content.findings]
    about_files += stated_earlier((rows for content in contents for rows in content.rows), run.month)
    found = combined(
        [
            as_table([*about_files, *_not_received(sources), *uneven_columns(sources)]),
            *(finding for content in contents for rows in content.rows for finding in rows.findings),
            *_logic(tables, sources, run),
            persons_typed([rows for content in contents for rows in content.rows], terms, run.register),
        ]
    )
    limits = run.settings.limits
    # Of a ledger whose places are not known, told name by name, nothing follows from how few rows have one.
    unplaced = set(found.loc[found["rule_id"].eq("HB-I-204"), "table"])
    # Of a table that came twice its households have two heads each: that it did is told.
    doubled = set(found.loc[found["rule_id"].eq("HB-I-212"), "table"])
    doubled |= {HOUSEHOLDS_OF[name] for name in doubled & set(HOUSEHOLDS_OF)}
    stops = [
        *masses(found[~found["table"].isin(doubled)], tables, limits),
        *(stop for stop in low_joins(joined, tables, sources, limits) if stop.table not in unplaced),
        *imbalances(sources),
    ]
    return without_persons(combined([found, as_table(stops)]), terms, run.register)


def _read(files: list[InboxFile], run: Run, progress: Progress) -> list[FileContent]:
    """Read all files, the largest first: none is left to be read alone at the end."""
    contents: dict[str, FileContent] = {}
    with ThreadPoolExecutor(_THREADS) as pool:
        largest_first = sorted(files, key=lambda file: -file.size)
        for file, content in zip(
            largest_first, pool.map(lambda f: _read_one(f, run), largest_first), strict=True
        ):
            contents[file.sha256] = content
            progress(f"已读取 {file.path.name}", len(contents), len(files) + STEPS)
    return [contents[file.sha256] for file in files]


def _read_one(file: InboxFile, run: Run) -> FileContent:
    content = read_file(file, run.register, tuple(run.contract.values()))
    for rows in content.rows:
        check_codes(rows)
        tell_spellings(rows)
        tell_improbable_units(rows)
        place_in_time(rows, run.month)
    return content


def _tables(sheets: list[Rows], run: Run) -> tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]:
    """Make the stored tables, and those of other months' rows; faults are added to the sheets' findings."""
    parts: dict[str, list[Rows]] = defaultdict(list)
    for rows in sheets:
        parts[rows.sheet.table.name].append(rows)
    key = pseudonym_key(run.workspace.secret)
    tables: dict[str, pd.DataFrame] = {}
    others: dict[str, pd.DataFrame] = {}
    for name in (name for name in TABLES if name in parts):
        _check_unique(parts[name])
        if name in HOUSEHOLDS_OF:
            tables[HOUSEHOLDS_OF[name]], tables[name] = split(parts[name], key)
        else:
            tables[name] = ledger(parts[name], key)
        apart = [replace(rows, frame=frame) for rows in parts[name] for frame in rows.other_months.values()]
        if apart:
            others[other_months(name)] = ledger(apart, key)
    return tables, others


def _check_unique(parts: list[Rows]) -> None:
    table = parts[0].sheet.table
    if table.key:
        check_duplicates(parts, table.key, "重复的记录")
    tell_repeated_rows(parts)
    if table.name in HOUSEHOLDS_OF:
        check_duplicates(parts, ("id_number",), "重复的人员")


def _logic(tables: dict[str, pd.DataFrame], sources: list[Source], run: Run) -> Iterator[pd.DataFrame]:
    persons, policy = tables.get("monitored_persons"), run.settings.policies.of(run.month)
    context = Context(
        run.month,
        run.settings.rules,
        run.settings.lines.of(run.month),
        tables,
        household_sums(persons, tables.get("migrant_work")) if persons is not None else pd.DataFrame(),
        policy.entry_limit if policy else None,
    )
    return apply_rules(RULES, context, sources)


def _not_received(sources: list[Source]) -> list[Finding]:
    table = TABLES["monitored_persons"]
    if any(source.table == table.name for source in sources):
        return []
    text = f"没有收到“{table.title}”，不能生成月报"
    return [Finding(Severity.WARNING, "HB-I-304", "缺少主表", "", text, "补齐文件后重新导入")]
