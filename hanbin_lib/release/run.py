"""Making and publishing a month: documents side by side, gates, publication, ledger."""

import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path

from hanbin_lib.bulletin import Bulletin, open_bulletin
from hanbin_lib.bulletin.income_goals import register
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.locks import clear_abandoned_folders
from hanbin_lib.months import Month
from hanbin_lib.params import Settings
from hanbin_lib.privacy import Guard, Hit
from hanbin_lib.release import ledger
from hanbin_lib.release.archive import unpack
from hanbin_lib.release.assembly import assemble, write_beside
from hanbin_lib.release.batch import load_batch
from hanbin_lib.release.checks.documents import failed_exhibits, incomplete, over_budget
from hanbin_lib.release.checks.personal_data import Looked, month_guard
from hanbin_lib.release.checks.preflight import cannot_write, check_before, check_figures
from hanbin_lib.release.execution import Maker, models_meanwhile, side_by_side
from hanbin_lib.release.index import write_index
from hanbin_lib.release.ledger import remember
from hanbin_lib.release.plan import FIRST, Document, Progress, Revision
from hanbin_lib.release.publication import Published, publish, publishing, settle
from hanbin_lib.release.revision import Given, Run, prepare
from hanbin_lib.release.staging import Staging, sites
from hanbin_lib.state import Files, PublicationManifest
from hanbin_lib.workspace import PUBLIC, Workspace


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did.

    Parameters
    ----------
    folder
        The published folder.
    made, kept
        Names of documents made now, and of those that were up to date.
    failed
        Name of each document that failed, with the reason.
    gaps
        Exhibits that could not be made, by name of the document: it is published without them.
    failure
        How the command ends where nothing could be published.
    revision
        Revision of the month.
    notes
        What went into it otherwise than usual, in Chinese.
    """

    folder: Path
    made: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    failed: dict[str, str] = field(default_factory=dict)
    gaps: dict[str, tuple[str, ...]] = field(default_factory=dict)
    failure: ExitCode = ExitCode.NOTEBOOK_FAILED
    revision: Revision = FIRST
    notes: tuple[str, ...] = ()

    @property
    def told(self) -> tuple[str, ...]:
        """What is missing, and what went in otherwise than usual, line by line."""
        return (
            *(f"失败 {name}：{why}" for name, why in self.failed.items()),
            *(f"暂缺 {name}：{'、'.join(gaps)} 没有生成，其余照发" for name, gaps in self.gaps.items()),
            *self.notes,
        )

    @property
    def exit_code(self) -> ExitCode:
        """Published in full, in part, or not at all."""
        if not self.failed:
            return ExitCode.OK
        return ExitCode.PARTLY_PUBLISHED if self.made or self.kept else self.failure


@dataclass(frozen=True, slots=True)
class _Finished:
    """Documents that are finished.

    Parameters
    ----------
    files
        Hash of each file by area.
    gaps
        Exhibits that could not be made, by name of the document.
    looked
        What the guard found in them, where it has looked already.
    """

    staging: Staging
    files: dict[str, Files]
    gaps: dict[str, tuple[str, ...]]
    looked: dict[tuple[str, str], tuple[Hit, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, staging: Staging, todo: tuple[Document, ...]) -> "_Finished":
        """Those that an earlier call finished."""
        files = staging.finished(todo)
        return cls(staging, files, failed_exhibits(staging.folder, (d for d in todo if d.area in files)))

    def __call__(self, document: Document, looked: Looked | None = None) -> None:
        """Write down that a document is finished."""
        self.files[document.area] = self.staging.record(document)
        self.gaps.update(failed_exhibits(self.staging.folder, [document]))  # while others are being made
        self.looked.update(looked or {})


def release_month(
    workspace: Workspace,
    month: Month,
    areas: tuple[str, ...] = (),
    *,
    maker: Maker | None = None,
    reason: str = "",
    given: Given | None = None,
    progress: Progress = lambda text, done, total: None,
) -> Outcome:
    """Make and publish the month's bulletins; what is up to date is left alone.

    A call that was killed is gone on with from its last finished document.

    Parameters
    ----------
    maker
        Who makes the documents; this machine's worker processes if not given (`execution.usual_workers`).
    reason
        Why a published month is published again; told from what changed if not given.
    given
        Make exactly this revision: for making a publication again.

    Raises
    ------
    HanbinError
        Before any kernel starts, what `check_before` finds, or figures that may not be
        published (``HB-GAT-…``). ``HB-REL-001`` single areas would mix two states of the
        inputs, ``HB-REL-002`` the reports cannot be written, ``HB-REL-003`` another run is on,
        ``HB-GRD-…`` something personal would be published, or nobody could look for it.
    """
    check_before(workspace, month)
    code = Settings.load(workspace).county.code
    with models_meanwhile(workspace, month):
        county = open_bulletin(str(month), code, workspace=workspace)
        batch = load_batch(workspace)
        # Identities hold for what was counted; the public edition withholds some of it.
        check_figures(county, batch)
        if workspace.edition == PUBLIC:
            county = open_bulletin(str(month), code, edition=PUBLIC, workspace=workspace)
        county.sources.let_go()  # the makers of documents have their own
    try:
        with publishing(workspace):
            settle(workspace)
            clear_abandoned_folders()
            unpack(workspace.reports / str(month))
            run = prepare(workspace, county, batch, areas, reason, given)
            outcome, notes = _release(run, maker or side_by_side(), progress), _notes(county)
            if not (
                areas or given or outcome.failed or outcome.gaps or notes
            ):  # what is missing is said each time
                remember(workspace, month)
            return replace(outcome, notes=(*outcome.notes, *notes))
    except OSError as error:
        raise cannot_write(workspace.reports, error) from error


def planned(workspace: Workspace, month: Month, areas: tuple[str, ...] = (), reason: str = "") -> Run:
    """What a run would make, without making it; raises as `release_month` before any kernel."""
    check_before(workspace, month)
    code = Settings.load(workspace).county.code
    county = open_bulletin(str(month), code, edition=workspace.edition, workspace=workspace)
    return prepare(workspace, county, load_batch(workspace), areas, reason)


def _release(run: Run, maker: Maker, progress: Progress) -> Outcome:
    """Make what is not up to date, and publish it with what is."""
    kept, todo = run.kept, run.todo
    before = _gaps_of(run)
    if run.published and not todo and run.published.is_whole:
        _enter(run, run.published, ())
        return Outcome(run.published.folder, kept=_names(kept), gaps=before, revision=run.revision)
    staging = Staging.of(run.workspace, run.county.month, run.key)
    staging.remember(run.record)
    _put_aside(run.workspace.kernel_log(run.county.month))
    write_beside(run, staging.folder)
    finished = _Finished.of(staging, todo)
    errors = maker(
        run.workspace,
        run.county,
        tuple(d for d in todo if d.area not in finished.files),
        staging.folder,
        progress,
        retries=run.batch.retries,
        finished=finished,
    )
    failed = {name: _reason(error) for name, error in errors.items()}
    made = tuple(d for d in todo if d.name not in failed)
    outcome = Outcome(run.workspace.reports / str(run.county.month), failed=failed, revision=run.revision)
    if _may_not_publish(run, errors, made):
        return replace(outcome, failure=max(map(_exit_code, errors.values())))
    gaps = {d.name: finished.gaps[d.name] for d in made if d.name in finished.gaps}
    if gaps and run.batch.stops_on_failed_exhibit:
        raise incomplete(gaps)
    too_long = over_budget(staging.folder, made, run.county.place)
    gaps = {**before, **gaps}
    outcome = replace(outcome, made=_names(made), kept=_names(kept), gaps=gaps, notes=too_long)
    if run.published and not made and run.published.manifest.failed == failed and run.published.is_whole:
        return outcome
    # Whoever made the documents has looked into most; who to look for takes a second and 160 MB.
    guard = cache(partial(month_guard, run.county, run.workspace))
    manifest = _assembled(run, finished, failed, gaps, guard)
    _enter(run, publish(run.workspace, run.county.month, staging, manifest), outcome.made)
    return outcome


def _put_aside(log: Path) -> None:
    """Keep the log of the run before under another name: what stands there says nothing of this run."""
    with suppress(OSError):
        log.replace(log.with_name(f"{log.stem}-previous{log.suffix}"))


def _gaps_of(run: Run) -> dict[str, tuple[str, ...]]:
    """Exhibits that are missing in the published documents that stay."""
    gaps = run.published.manifest.gaps if run.published else {}
    return {d.name: gaps[d.name] for d in (*run.kept, *run.still_true) if d.name in gaps}


def _assembled(
    run: Run,
    finished: _Finished,
    failed: dict[str, str],
    gaps: dict[str, tuple[str, ...]],
    guard: Callable[[], Guard],
) -> PublicationManifest:
    """As `assemble`; what was found to be personal, or could not be looked into, is not left lying there.

    Nor in what earlier runs of the month built: most likely it stands there, too.
    """
    try:
        return assemble(run, finished.staging, finished.files, failed, gaps, guard, finished.looked)
    except HanbinError as error:
        if error.exit_code is ExitCode.PERSONAL_DATA:
            for month, site in sites(run.workspace):
                if month == run.county.month:
                    shutil.rmtree(site, ignore_errors=True)
        raise


def _may_not_publish(run: Run, errors: dict[str, BaseException], made: tuple[Document, ...]) -> bool:
    """Nothing to publish, more gaps than the policy allows, or the county's own bulletin is one."""
    broken_disk = next((error for error in errors.values() if isinstance(error, OSError)), None)
    if broken_disk:
        raise broken_disk
    own = {d.name for d in run.documents if d.area == run.county.place}
    too_many = len(errors) > run.batch.most_failed_documents
    return bool(errors) and (too_many or bool(own & set(errors)) or not (made or run.kept))


def _enter(run: Run, published: Published, made: tuple[str, ...]) -> None:
    """What follows a publication; the next call makes up for it where a run was killed before."""
    for goal in run.county.assessed_goals:
        register(run.workspace.forecasts, goal, run.county.month, run.county.snapshot.id)
    ledger.enter(run.workspace, published, made, run.county.issue.false_alarms)
    write_index(run.workspace)


def _notes(county: Bulletin) -> tuple[str, ...]:
    return tuple(
        f"HB-SNP-002 {month.label}的数据已损坏，本期按未收到处理；重新导入后再运行，即出新版"
        for month in county.sources.damaged
    )


def _names(documents: tuple[Document, ...]) -> tuple[str, ...]:
    return tuple(document.name for document in documents)


def _reason(error: BaseException) -> str:
    """A HanbinError speaks for itself; of anything else only the kind is safe to print."""
    return str(error) if isinstance(error, HanbinError) else f"HB-NBK-000 {type(error).__name__}"


def _exit_code(error: BaseException) -> ExitCode:
    return error.exit_code if isinstance(error, HanbinError) else ExitCode.NOTEBOOK_FAILED
