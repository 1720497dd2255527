"""Which revision of a month a call makes, and what of the published one is still true."""

from dataclasses import dataclass, replace

from hanbin_lib import audit, state
from hanbin_lib.bulletin import Bulletin
from hanbin_lib.errors import ExitCode, HanbinError, refused_input
from hanbin_lib.release import ledger
from hanbin_lib.release.batch import Batch
from hanbin_lib.release.plan import (
    FIRST,
    Document,
    Revision,
    inputs_of,
    plan,
    reason_of,
    run_key_of,
    with_record,
)
from hanbin_lib.release.publication import Published
from hanbin_lib.release.staging import Staging
from hanbin_lib.state import Anchor
from hanbin_lib.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Run:
    """What one call has to do.

    Parameters
    ----------
    published
        What is published now, None where nothing is.
    revision
        The revision that is made.
    documents
        What was asked for.
    still_true
        Published documents that were not asked for and stay.
    whole_key
        What the revision depends on, whichever areas were asked for.
    record
        Head of the record of runs that the revision prints: as it was before its first publication.
    """

    workspace: Workspace
    county: Bulletin
    batch: Batch
    published: Published | None
    revision: Revision
    documents: tuple[Document, ...]
    still_true: tuple[Document, ...]
    whole_key: str
    record: Anchor

    @property
    def kept(self) -> tuple[Document, ...]:
        """Documents asked for that are published and up to date."""
        return tuple(d for d in self.documents if _holds(self.published, d))

    @property
    def todo(self) -> tuple[Document, ...]:
        """Documents asked for that must be made."""
        return tuple(d for d in self.documents if not _holds(self.published, d))

    @property
    def key(self) -> str:
        """What the publication depends on; the same key means the same publication."""
        return run_key_of((*self.documents, *self.still_true))


@dataclass(frozen=True, slots=True)
class Given:
    """A revision to be made exactly as it was: for making a publication again."""

    revision: Revision
    record: Anchor


def given_revision(number: int, reason: str, record: str) -> Given | None:
    """The revision that a command names (`record` as JSON), None where it names none."""
    if not number:
        return None
    return Given(Revision(number, reason), state.parsed(record, Anchor) or audit.NOTHING)


def prepare(
    workspace: Workspace,
    county: Bulletin,
    batch: Batch,
    areas: tuple[str, ...] = (),
    reason: str = "",
    given: Given | None = None,
) -> Run:
    """Compare what is published with the inputs of today.

    Inputs that changed since make another revision, with `reason` or what changed as its reason;
    a file that was damaged does not.

    Raises
    ------
    HanbinError
        ``HB-REL-001`` only some areas were asked for, and the others would be out of date;
        ``HB-REL-006`` a published month would lose the data of a month before it.
    """
    published = _as_entered(workspace, Published.read(workspace, county.month))
    revision = given.revision if given else _revision(workspace, county, published, areas, reason)
    whole = plan(workspace, county, (), revision)
    chosen = set(areas) or {document.area for document in whole}
    documents = plan(workspace, county, areas, revision) if areas else whole
    others = tuple(d for d in whole if d.area not in chosen)
    still_true = tuple(d for d in others if _holds(published, d))
    run = Run(
        workspace,
        county,
        batch,
        published,
        revision,
        documents,
        still_true,
        run_key_of(whole),
        audit.NOTHING,
    )
    return _with_record(run, given.record if given else _record(run))


def _as_entered(workspace: Workspace, published: Published | None) -> Published | None:
    """The publication, None where its manifest is not the one that was entered: nothing of it is kept.

    A revision with gaps may have been filled by a run that was killed before it was entered.
    """
    last = ledger.last(workspace, published.month) if published else None
    if published and last and last.revision == published.manifest.revision and not last.has_gaps:
        return published if last.manifest == published.sha256 else None
    return published


def _revision(
    workspace: Workspace,
    county: Bulletin,
    published: Published | None,
    areas: tuple[str, ...],
    reason: str,
) -> Revision:
    """The published revision while its inputs stand, else the next one."""
    last = ledger.last(workspace, county.month)
    if last and (published is None or published.manifest.revision < last.revision):
        return _again(workspace, county, last, reason)
    if published is None:
        return FIRST
    revision = Revision(published.manifest.revision, published.manifest.reason)
    whole = plan(workspace, county, (), revision)
    if not _is_outdated(published, whole):
        return revision
    _refuse_mixture(published, set(areas) or {d.area for d in whole}, bool(areas))
    _refuse_loss(published, county)
    why = reason or reason_of(published.manifest.inputs, inputs_of(workspace, county))
    return Revision(published.manifest.revision + 1, why)


def _again(workspace: Workspace, county: Bulletin, last: ledger.Entry, reason: str) -> Revision:
    """The revision that was entered and is not in its place any more: itself, if its inputs stand."""
    revision = Revision(last.revision, last.reason)
    if run_key_of(plan(workspace, county, (), revision)) == last.whole_key:
        return revision
    return Revision(last.revision + 1, reason or f"第{last.revision}版的发布目录已损坏，按现有数据重做")


def _record(run: Run) -> Anchor:
    """What the revision printed or would print, so that whatever is made anew is the same to the byte."""
    published, month = run.published, run.county.month
    if published and published.manifest.revision == run.revision.number and published.manifest.record:
        return published.manifest.record
    last = ledger.last(run.workspace, month)
    if last and last.record and (last.revision, last.reason) == (run.revision.number, run.revision.reason):
        return last.record
    return Staging.record_of(run.workspace, month, run.key) or audit.head(run.workspace.audit)


def _with_record(run: Run, record: Anchor) -> Run:
    documents = tuple(with_record(document, record) for document in run.documents)
    return replace(run, documents=documents, record=record)


def _holds(published: Published | None, document: Document) -> bool:
    return published is not None and published.holds(document.area, document.key)


def _is_outdated(published: Published, whole: tuple[Document, ...]) -> bool:
    """Whether a published document would be another one if it were made today."""
    current = {document.area: document.key for document in whole}
    return any(current.get(area) != entry.key for area, entry in published.manifest.documents.items())


def _refuse_mixture(published: Published, chosen: set[str], only_some: bool) -> None:
    """A month is published from one state of the inputs; single areas may not mix two."""
    stale = set(published.manifest.documents) - chosen
    if only_some and stale:
        raise HanbinError(
            "HB-REL-001",
            f"数据、参数或程序已变，已发布的另外{len(stale)}份还是旧的，不能只更新部分地区",
            action="不带 --area 重新运行，全部更新",
            exit_code=ExitCode.GATE_FAILED,
        )


def _refuse_loss(published: Published, county: Bulletin) -> None:
    """Data that were damaged since are no reason for another revision that knows less."""
    lost = sorted({str(month) for month in county.sources.damaged} & set(published.manifest.snapshots))
    if lost:
        raise refused_input(
            "HB-REL-006",
            f"{'、'.join(lost)}的数据已损坏，已发布的{county.month.label}月报不因此改版",
            f"重新导入这些月份的原始文件（hanbin import … --month {lost[0]}），再重新运行",
        )
