"""What a month's files come to: read, cleaned, checked and judged by the rules. Nothing is written."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from hanbin_lib.contract import TABLES, Table
from hanbin_lib.contract.local import local_tables
from hanbin_lib.contract.schemas import other_months
from hanbin_lib.ingest.exports import InboxFile
from hanbin_lib.ingest.findings import Finding, Severity, as_table, combined
from hanbin_lib.ingest.identity import check_duplicates, pseudonym_key
from hanbin_lib.ingest.quality import QualityReport
from hanbin_lib.ingest.receipt import imbalances, joins, low_joins, receipts, uneven_columns
from hanbin_lib.ingest.rows import Rows
from hanbin_lib.ingest.rules import RULES, Context, apply_rules, household_sums
from hanbin_lib.ingest.sheets import FileContent, read_file
from hanbin_lib.ingest.storing import HOUSEHOLDS_OF, ledger, place_in_time, release, split
from hanbin_lib.ingest.table_checks import (
    check_codes,
    masses,
    persons_typed,
    stated_earlier,
    tell_repeated_rows,
    terms_of,
)
from hanbin_lib.months import Month
from hanbin_lib.params import Settings
from hanbin_lib.places import AreaRegister
from hanbin_lib.privacy import PersonalTerms
from hanbin_lib.raw_files import Keeper
from hanbin_lib.snapshots import Join, Source
from hanbin_lib.workspace import Workspace

Progress = Callable[[str, int, int], None]
# Reading Excel leaves the interpreter free: while one file is unpacked another is cleaned.
_THREADS = 2
# Steps that follow the reading of the files.
STEPS = 3


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
    stops = [
        *masses(found, tables, limits),
        *(stop for stop in low_joins(joined, tables, sources, limits) if stop.table not in unplaced),
        *imbalances(sources),
    ]
    return combined([found, as_table(stops)])


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
