"""Importing a month: read and judge its files, and only if nothing is wrong, store what they came to.

Reading depends on the month's files alone, and months may be read side by side; what they come to is
compared with the month before and stored one month after the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from hanbin_lib import raw_files, snapshots
from hanbin_lib.contract.schemas import FINDINGS
from hanbin_lib.contract.tables import AREAS
from hanbin_lib.ingest.continuity import since_stored
from hanbin_lib.ingest.exports import InboxFile, inbox_files
from hanbin_lib.ingest.findings import Finding, as_table, combined
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
from hanbin_lib.params import Settings
from hanbin_lib.places import AreaRegister
from hanbin_lib.privacy import read_terms, sealed_terms, write_terms
from hanbin_lib.raw_files import Keeper, KeptFiles
from hanbin_lib.snapshots import Manifest, Snapshot, Source
from hanbin_lib.store import program_digest
from hanbin_lib.store.tables import Entry
from hanbin_lib.workspace import Workspace


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
    found = combined([as_table(prepared.left), read.findings, as_table(since_stored(read, run))])
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
