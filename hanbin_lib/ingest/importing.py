"""Importing a month: read, clean, check, and only if nothing is wrong, store."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from hanbin_lib import raw_files, snapshots
from hanbin_lib.contract import TABLES, Table
from hanbin_lib.contract.local import local_tables
from hanbin_lib.contract.schemas import FINDINGS, other_months
from hanbin_lib.contract.tables import AREAS
from hanbin_lib.ingest.changed_areas import changed_areas
from hanbin_lib.ingest.codes import check_codes
from hanbin_lib.ingest.findings import Finding, Severity, as_table, combined
from hanbin_lib.ingest.households import HOUSEHOLDS_OF, split
from hanbin_lib.ingest.identity import check_duplicates, pseudonym_key
from hanbin_lib.ingest.inbox import InboxFile, inbox_files
from hanbin_lib.ingest.joining import joins, low_joins
from hanbin_lib.ingest.ledgers import ledger
from hanbin_lib.ingest.mass import masses
from hanbin_lib.ingest.persons_typed import persons_typed, terms_of
from hanbin_lib.ingest.quality import QualityReport
from hanbin_lib.ingest.receipt import imbalances, receipts, uneven_columns
from hanbin_lib.ingest.repeats import falls, tell_repeated_rows
from hanbin_lib.ingest.rows import Rows
from hanbin_lib.ingest.rules import RULES, Context, apply_rules, household_sums
from hanbin_lib.ingest.sheets import FileContent, read_file
from hanbin_lib.ingest.storing import (
    alone,
    as_parquet,
    changed_tables,
    inputs_of,
    memory_given_back,
    release,
    version_id,
)
from hanbin_lib.ingest.timing import place_in_time
from hanbin_lib.months import Month
from hanbin_lib.params import Settings
from hanbin_lib.places import AreaRegister
from hanbin_lib.privacy import PersonalTerms, read_terms, write_terms
from hanbin_lib.raw_files import Keeper, KeptFiles
from hanbin_lib.snapshots import Join, Manifest, Snapshot, Source
from hanbin_lib.store.cache import Entry
from hanbin_lib.store.identity import program_digest
from hanbin_lib.workspace import Workspace

Progress = Callable[[str, int, int], None]
# Reading Excel leaves the interpreter free: while one file is unpacked another is cleaned.
_THREADS = 2
# Steps that follow the reading of the files.
_STEPS = 3


@dataclass(frozen=True)
class ImportResult:
    """What an import came to.

    Parameters
    ----------
    snapshot
        The month's current version, None where errors stopped the import.
    quality
        Everything that was found.
    is_new
        Whether the month's current version is another one than before.
    kept
        The files that were kept as they came, None where none were or they were kept before.
    reread
        Names of the tables that came out otherwise from the files of the month's version before, now that
        program or parameters are others; empty where all are the same, None where the files are others.
    """

    snapshot: Snapshot | None
    quality: QualityReport
    is_new: bool
    kept: KeptFiles | None = None
    reread: tuple[str, ...] | None = None


def import_month(
    folder: Path,
    month: Month,
    *,
    workspace: Workspace,
    settings: Settings,
    register: AreaRegister,
    progress: Progress | None = None,
    keepers: Sequence[Keeper] = (),
) -> ImportResult:
    """Import the files of `folder` as the data of `month`.

    Errors stop the import and leave the store as it was; warnings do not. Files that were
    imported before change nothing: under the same parameters and program they are not read again, under
    others they make a new version only if a table comes out otherwise.

    Parameters
    ----------
    folder
        Exported files; which table a file holds is told by its headings.
    progress
        Called with what is being done, steps done, steps in all.
    keepers
        Who can open the files as they came, which are kept encrypted; without anybody they are not kept.

    Raises
    ------
    HanbinError
        ``HB-IMP-001`` no files, ``HB-IMP-002`` another import is running, ``HB-RAW-003`` a file to be
        kept was changed meanwhile.
    """
    files, left, settings = *inbox_files(folder), settings.at(month)
    run = _Run(
        month,
        workspace,
        settings,
        register.spelt(settings.columns.places),
        progress or _silent,
        tuple(keepers),
    )
    with alone(workspace), memory_given_back():
        _ = run.contract  # a fault of params/columns.yaml is told before anything is read
        inputs = inputs_of([file.sha256 for file in files], month, settings, register)
        entry = Entry.of(workspace.cache, f"import-{month}", *inputs)
        version = version_id(inputs)
        known = _known(files, left, entry.read() if entry.is_kept else version, run)
        result = known or _import(files, left, version, run)
        if result.snapshot is not None and result.snapshot.id != version:
            # Read by another program or under other parameters, and found to be the same by this one.
            entry.write(result.snapshot.id)
    return result


def _silent(_what: str, _done: int, _total: int) -> None:
    """Show nothing."""


@dataclass(frozen=True)
class _Run:
    """What every step of one import needs."""

    month: Month
    workspace: Workspace
    settings: Settings
    register: AreaRegister
    progress: Progress
    keepers: tuple[Keeper, ...]

    @cached_property
    def contract(self) -> dict[str, Table]:
        """The contract as the county's files spell it."""
        return local_tables(self.settings.columns, str(self.register.county["place_code"]))


@dataclass(frozen=True)
class _Judged:
    """The month's tables, rows of other months, everything found, and the values of personal columns."""

    tables: dict[str, pd.DataFrame]
    others: dict[str, pd.DataFrame]
    quality: QualityReport
    terms: PersonalTerms


def _import(files: list[InboxFile], left: list[Finding], version: str, run: _Run) -> ImportResult:
    judged = _read_and_judged(files, run)
    found = judged.quality.findings
    quality = replace(judged.quality, findings=combined([as_table(left), found]))
    if quality.errors:
        return ImportResult(None, quality, is_new=False)
    release()
    run.progress("存储", len(files) + 2, len(files) + _STEPS)
    content = as_parquet(judged.tables | judged.others | {FINDINGS: found, AREAS: run.register.table})
    before = _of_same_files(quality.sources, run)
    reread = None if before is None or before.id == version else changed_tables(before, content)
    same = before if not reread else None
    # Kept, encrypted, for the guard before publication.
    secret = pseudonym_key(run.workspace.secret)
    write_terms(_terms_path(same.id if same else version, run), judged.terms, secret)
    kept = _keep_raw(files, same.id if same else version, run)
    snapshot = same or _stored(content, quality, version, run)
    is_new = snapshots.make_current(run.workspace, run.month, snapshot.id)
    run.progress("完成", len(files) + _STEPS, len(files) + _STEPS)
    return ImportResult(snapshot, quality, is_new, kept, reread)


def _read_and_judged(files: list[InboxFile], run: _Run) -> _Judged:
    """Read and judge all files; what they say cell by cell is gone when the tables are stored."""
    contents = _read(files, run)
    sheets = [rows for content in contents for rows in content.rows]
    sources = [source for content in contents for source in content.sources]
    for number, rows in enumerate(sheets):
        for frame in (rows.frame, *rows.other_months.values()):
            frame["source_file"] = np.int16(number)
    run.progress("核对", len(files), len(files) + _STEPS)
    tables, others = _tables(sheets, run)
    sources = receipts(sheets, sources, tables, run.register, run.month)
    joined = joins(tables, sources)
    release()
    run.progress("逻辑核查", len(files) + 1, len(files) + _STEPS)
    terms = terms_of(sheets)
    found = _findings(contents, tables, sources, joined, terms, run)
    return _Judged(tables, others, QualityReport(run.month, found, tuple(sources), tuple(joined)), terms)


def _findings(
    contents: list[FileContent],
    tables: dict[str, pd.DataFrame],
    sources: list[Source],
    joined: list[Join],
    terms: PersonalTerms,
    run: _Run,
) -> pd.DataFrame:
    """Everything found in the files, by the rules, and by what the tables are as a whole."""
    about_files = [finding for content in contents for finding in content.findings]
    found = combined(
        [
            as_table([*about_files, *_not_received(sources), *uneven_columns(sources)]),
            *(finding for content in contents for rows in content.rows for finding in rows.findings),
            *_logic(tables, sources, run),
            persons_typed([rows for content in contents for rows in content.rows], terms, run.register),
        ]
    )
    limits = run.settings.limits
    stops = [
        *masses(found, tables, limits),
        *low_joins(joined, tables, sources, limits),
        *falls(sources, run.workspace, run.month, limits),
        *imbalances(sources),
        *changed_areas(run.workspace, run.month, run.register),
    ]
    return combined([found, as_table(stops)])


def _stored(content: dict[str, bytes], quality: QualityReport, version: str, run: _Run) -> Snapshot:
    manifest = Manifest(
        id=version,
        month=str(run.month),
        is_demonstration=any(source.is_demonstration for source in quality.sources),
        program=program_digest(),
        sources=quality.sources,
        joins=quality.joins,
    )
    return snapshots.store(run.workspace, manifest, content)


def _of_same_files(sources: Sequence[Source], run: _Run) -> Snapshot | None:
    """The month's current version where it was read from the same files and is undamaged."""
    current = snapshots.find(run.workspace, run.month)
    if current is None or {s.sha256 for s in current.manifest.sources} != {s.sha256 for s in sources}:
        return None
    return current


def _keep_raw(files: list[InboxFile], version: str, run: _Run) -> KeptFiles | None:
    """Keep the files as they came where somebody is to open them."""
    if not run.keepers:
        return None
    originals = {file.sha256: file.path for file in files}
    return raw_files.keep(run.workspace, run.month, version, originals, run.keepers)


def _terms_path(version: str, run: _Run) -> Path:
    return run.workspace.personal_terms / f"{version}.terms"


def _read(files: list[InboxFile], run: _Run) -> list[FileContent]:
    """Read all files, the largest first: none is left to be read alone at the end."""
    contents: dict[str, FileContent] = {}
    with ThreadPoolExecutor(_THREADS) as pool:
        largest_first = sorted(files, key=lambda file: -file.size)
        for file, content in zip(
            largest_first, pool.map(lambda f: _read_one(f, run), largest_first), strict=True
        ):
            contents[file.sha256] = content
            run.progress(f"已读取 {file.path.name}", len(contents), len(files) + _STEPS)
    return [contents[file.sha256] for file in files]


def _read_one(file: InboxFile, run: _Run) -> FileContent:
    content = read_file(file, run.register, tuple(run.contract.values()))
    for rows in content.rows:
        check_codes(rows)
        place_in_time(rows, run.month)
    return content


def _tables(sheets: list[Rows], run: _Run) -> tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]:
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
        apart = [replace(rows, frame=one) for rows in parts[name] for one in rows.other_months.values()]
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


def _logic(tables: dict[str, pd.DataFrame], sources: list[Source], run: _Run) -> Iterator[pd.DataFrame]:
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


def _known(files: list[InboxFile], left: list[Finding], version: str, run: _Run) -> ImportResult | None:
    """Return what the same files under the same parameters came to before, if ever."""
    snapshot = snapshots.find(run.workspace, run.month, version)
    # Without its personal terms, or under another key, the guard publishes nothing.
    if snapshot is None or read_terms(_terms_path(version, run), pseudonym_key(run.workspace.secret)) is None:
        return None
    found = combined([as_table(left), snapshot.table("findings")])
    kept = _keep_raw(files, version, run)
    is_new = snapshots.make_current(run.workspace, run.month, version)
    quality = QualityReport(run.month, found, snapshot.manifest.sources, snapshot.manifest.joins)
    return ImportResult(snapshot, quality, is_new, kept)
