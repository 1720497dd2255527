"""Importing a month: read and judge its files, and only if nothing is wrong, store what they came to.

Reading depends on the month's files alone, and months may be read side by side; what they come to is
compared with the month before and stored one month after the other.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from hanbin_lib import raw_files, snapshots
from hanbin_lib.area_changes import FILE
from hanbin_lib.area_comparison import since_import
from hanbin_lib.contract.schemas import FINDINGS
from hanbin_lib.contract.tables import AREAS, TABLES
from hanbin_lib.ingest.exports import InboxFile, inbox_files
from hanbin_lib.ingest.findings import Finding, Severity, as_table, combined
from hanbin_lib.ingest.identity import pseudonym_key
from hanbin_lib.ingest.judging import STEPS, Progress, Run, judged
from hanbin_lib.ingest.quality import QualityReport
from hanbin_lib.ingest.storing import (
    alone,
    as_parquet,
    changed_tables,
    inputs_of,
    memory_given_back,
    release,
    version_id,
)
from hanbin_lib.months import Month
from hanbin_lib.params import ImportLimits, Settings
from hanbin_lib.places import AreaRegister
from hanbin_lib.privacy import read_terms, sealed_terms, write_terms
from hanbin_lib.raw_files import Keeper, KeptFiles
from hanbin_lib.snapshots import Manifest, Snapshot, Source
from hanbin_lib.store import program_digest
from hanbin_lib.store.cache import Entry
from hanbin_lib.workspace import Workspace

_REGISTER = "monitored_persons"


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
    with alone(workspace):
        run = Run.of(month, workspace, settings, register, keepers)
        return commit(prepare(folder, run, progress or silent), progress or silent)


def silent(_what: str, _done: int, _total: int) -> None:
    """Show nothing."""


@dataclass(frozen=True)
class Prepared:
    """What a month's files came to, before anything of it is written.

    Parameters
    ----------
    run
        What it depends on, besides the files.
    files, left
        What is read, and what was left in the folder.
    entry
        Where it is kept that another version's tables are the same (`_known`).
    version
        What the month is called.
    known
        The version that these files came to before, None where they never did: then they are read.
    quality
        Everything found in them.
    content
        The tables as they are stored; empty where there are errors.
    terms
        Values of personal columns, encrypted.
    """

    run: Run
    files: list[InboxFile]
    left: list[Finding]
    entry: Entry
    version: str
    known: str | None = None
    quality: QualityReport | None = None
    content: dict[str, bytes] = field(default_factory=dict)
    terms: bytes = b""


def prepare(folder: Path, run: Run, progress: Progress) -> Prepared:
    """Read and judge the files, and encode what they came to: all that needs no other month.

    Raises
    ------
    HanbinError
        ``HB-IMP-001`` no files; what the contract of the county's own columns says.
    """
    files, left = inbox_files(folder)
    _ = run.contract  # a fault of params/columns.yaml is told before anything is read
    inputs = inputs_of([file.sha256 for file in files], run.month, run.settings, run.register)
    entry = Entry.of(run.workspace.cache, f"import-{run.month}", *inputs)
    version = version_id(inputs)
    before = entry.read() if entry.is_kept else version
    if _is_known(before, run):
        return Prepared(run, files, left, entry, version, before)
    with memory_given_back():
        return _read(Prepared(run, files, left, entry, version), progress)


def _read(prepared: Prepared, progress: Progress) -> Prepared:
    run, files = prepared.run, prepared.files
    found = judged(files, run, progress)
    if found.quality.errors:
        return replace(prepared, quality=found.quality)
    release()
    progress("存储", len(files) + 2, len(files) + STEPS)
    findings = found.quality.findings
    content = as_parquet(found.tables | found.others | {FINDINGS: findings, AREAS: run.register.table})
    terms = sealed_terms(found.terms, pseudonym_key(run.workspace.secret))
    return replace(prepared, quality=found.quality, content=content, terms=terms)


def commit(prepared: Prepared, progress: Progress) -> ImportResult:
    """Compare with the month before, and store; nothing is written where that finds an error.

    Months are to be committed in their order, by one process at a time (`storing.alone`).

    Raises
    ------
    HanbinError
        ``HB-RAW-003`` a file to be kept was changed meanwhile.
    """
    result = _as_known(prepared) if prepared.known else _newly_stored(prepared)
    if result.snapshot is not None and result.snapshot.id != prepared.version:
        # Read by another program or under other parameters, and found to be the same by this one.
        prepared.entry.write(result.snapshot.id)
    progress("完成", len(prepared.files) + STEPS, len(prepared.files) + STEPS)
    return result


def _newly_stored(prepared: Prepared) -> ImportResult:
    run, read, content = prepared.run, prepared.quality, prepared.content
    assert read is not None
    since = [
        *same_register(read.sources, run.workspace, run.month),
        *falls(read.sources, run.workspace, run.month, run.settings.limits),
        *changed_areas(run.workspace, run.month, run.register),
    ]
    found = combined([as_table(prepared.left), read.findings, as_table(since)])
    quality = replace(read, findings=found)
    if quality.errors:
        return ImportResult(None, quality, is_new=False)
    before = _of_same_files(quality.sources, run)
    reread = None if before is None or before.id == prepared.version else changed_tables(before, content)
    same = before if not reread else None
    version = same.id if same else prepared.version
    write_terms(_terms_path(version, run), prepared.terms)  # for the guard before publication
    kept = _keep_raw(prepared.files, version, run)
    snapshot = same or _in_store(content, quality, version, run)
    is_new = snapshots.make_current(run.workspace, run.month, snapshot.id)
    return ImportResult(snapshot, quality, is_new, kept, reread)


def _as_known(prepared: Prepared) -> ImportResult:
    """What the same files under the same parameters came to before."""
    run = prepared.run
    assert prepared.known is not None
    snapshot = snapshots.find(run.workspace, run.month, prepared.known)
    assert snapshot is not None
    found = combined([as_table(prepared.left), snapshot.table("findings")])
    kept = _keep_raw(prepared.files, prepared.known, run)
    is_new = snapshots.make_current(run.workspace, run.month, prepared.known)
    quality = QualityReport(run.month, found, snapshot.manifest.sources, snapshot.manifest.joins)
    return ImportResult(snapshot, quality, is_new, kept)


def _is_known(version: str, run: Run) -> bool:
    """Whether a version is stored with its personal terms, without which the guard publishes nothing."""
    if snapshots.find(run.workspace, run.month, version) is None:
        return False
    return read_terms(_terms_path(version, run), pseudonym_key(run.workspace.secret)) is not None


def _in_store(content: dict[str, bytes], quality: QualityReport, version: str, run: Run) -> Snapshot:
    manifest = Manifest(
        id=version,
        month=str(run.month),
        is_demonstration=any(source.is_demonstration for source in quality.sources),
        program=program_digest(),
        sources=quality.sources,
        joins=quality.joins,
    )
    return snapshots.store(run.workspace, manifest, content)


def _of_same_files(sources: Sequence[Source], run: Run) -> Snapshot | None:
    """The month's current version where it was read from the same files and is undamaged."""
    current = snapshots.find(run.workspace, run.month)
    if current is None or {s.sha256 for s in current.manifest.sources} != {s.sha256 for s in sources}:
        return None
    return current


def _keep_raw(files: list[InboxFile], version: str, run: Run) -> KeptFiles | None:
    """Keep the files as they came where somebody is to open them."""
    if not run.keepers:
        return None
    originals = {file.sha256: file.path for file in files}
    return raw_files.keep(run.workspace, run.month, version, originals, run.keepers)


def _terms_path(version: str, run: Run) -> Path:
    return run.workspace.personal_terms / f"{version}.terms"


def changed_areas(workspace: Workspace, month: Month, register: AreaRegister) -> Iterator[Finding]:
    """An error for every place that was renamed, appeared or is gone and no change on record says so.

    Otherwise figures of one town would go on under another's name, and no table could tell.
    """
    before = _before(workspace, month)
    kept = before.areas if before else None
    if before is None or kept is None:
        return
    for difference in since_import(kept, before.month, register):
        yield Finding(
            Severity.ERROR,
            "HB-I-405",
            "区划名册与上次导入时不同",
            "areas.csv",
            f"与导入{before.month.label}时的名册比，{difference.text}",
            f"params/areas.csv 改回原样；确有变更的，在 params/{FILE} 写一行：{difference.line(str(month))}",
        )


def _before(workspace: Workspace, month: Month) -> Snapshot | None:
    """The last month before that is undamaged and kept its register."""
    for earlier in reversed(snapshots.months(workspace)):
        if (
            earlier < month
            and (found := snapshots.find(workspace, earlier)) is not None
            and found.areas is not None
        ):
            return found
    return None


def same_register(sources: Sequence[Source], workspace: Workspace, month: Month) -> Iterator[Finding]:
    """An error for each file of the register that is, byte for byte, that of the month before or after."""
    for other in (month.shift(-1), month.shift(1)):
        kept = snapshots.find(workspace, other)
        known = (
            {source.sha256 for source in kept.manifest.sources if source.table == _REGISTER}
            if kept
            else set()
        )
        for source in sources:
            if source.table == _REGISTER and source.sha256 in known:
                yield Finding(
                    Severity.ERROR,
                    "HB-I-406",
                    "与别的月份是同一个文件",
                    source.file,
                    f"“{TABLES[_REGISTER].title}”与{other.label}导入的是同一个文件",
                    f"换成{month.label}的；{other.label}放错了的，先更正那个月；确实没有变化的，重新导出一次，"
                    "仍相同的另存一次（CSV 用记事本在末尾加一个空行）",
                    table=_REGISTER,
                )


def falls(
    sources: Sequence[Source], workspace: Workspace, month: Month, limits: ImportLimits
) -> Iterator[Finding]:
    """An error for every lasting table that lost too many rows since last month's import.

    Ledgers of a month's own events rise and fall; registers and ledgers that are kept on do not.
    """
    before = month.shift(-1)
    if before not in snapshots.months(workspace):
        return
    then, now = _rows(snapshots.latest(workspace, before).manifest.sources), _rows(sources)
    known = {(fall.month, fall.table) for fall in limits.acknowledged_falls}
    for name, count in now.items():
        table, old = TABLES[name], then.get(name, 0)
        if table.month or count >= (1 - limits.row_fall_share) * old or (str(month), table.title) in known:
            continue
        entry = f"{{month: {month}, table: {table.title}, by: 经办人, reason: 原因}}"
        yield Finding(
            Severity.ERROR,
            "HB-I-404",
            "行数比上月大幅减少",
            "、".join(dict.fromkeys(source.file for source in sources if source.table == name)),
            f"“{table.title}”上月{old}行，本月{count}行，减少{1 - count / old:.0%}：像是只导出了一部分",
            f"补齐文件；确实如此的，在 params/import.yaml 的 acknowledged_falls 下写：{entry}",
            table=name,
        )


def _rows(sources: Sequence[Source]) -> dict[str, int]:
    found: dict[str, int] = {}
    for source in sources:
        found[source.table] = found.get(source.table, 0) + source.rows
    return found
