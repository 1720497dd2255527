"""Which edition of a month a call makes, and what of the published one is still true."""

from dataclasses import dataclass

from hanbin_lib.bulletin import Bulletin
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.release.plan import FIRST, Document, Revision, inputs_of, plan, reason_of, run_key_of
from hanbin_lib.release.policy import Batch
from hanbin_lib.release.publication import Published
from hanbin_lib.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Run:
    """What one call has to do.

    Parameters
    ----------
    published
        What is published now, None where nothing is.
    revision
        The edition that is made.
    documents
        What was asked for.
    still_true
        Published documents that were not asked for and stay.
    """

    workspace: Workspace
    county: Bulletin
    policy: Batch
    published: Published | None
    revision: Revision
    documents: tuple[Document, ...]
    still_true: tuple[Document, ...]

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


def prepare(
    workspace: Workspace,
    county: Bulletin,
    policy: Batch,
    areas: tuple[str, ...] = (),
    reason: str = "",
    revision: Revision | None = None,
) -> Run:
    """Compare what is published with the inputs of today.

    Inputs that changed since make another edition, with `reason` or what changed as its reason;
    a file that was damaged does not.

    Raises
    ------
    HanbinError
        ``HB-REL-001`` only some areas were asked for, and the others would be out of date.
    """
    published = Published.read(workspace, county.month)
    edition = revision or (Revision(published.revision, published.reason) if published else FIRST)
    whole = plan(workspace, county, (), edition)
    chosen = set(areas) or {document.area for document in whole}
    if published and not revision and _is_outdated(published, whole):
        _refuse_mixture(published, chosen, bool(areas))
        why = reason or reason_of(published.manifest.get("inputs", {}), inputs_of(county))
        edition = Revision(published.revision + 1, why)
        whole = plan(workspace, county, (), edition)
    documents = plan(workspace, county, areas, edition) if areas else whole
    others = tuple(d for d in whole if d.area not in chosen)
    still_true = tuple(d for d in others if _holds(published, d))
    return Run(workspace, county, policy, published, edition, documents, still_true)


def _holds(published: Published | None, document: Document) -> bool:
    return published is not None and published.holds(document.area, document.key)


def _is_outdated(published: Published, whole: tuple[Document, ...]) -> bool:
    """Whether a published document would be another one if it were made today."""
    current = {document.area: document.key for document in whole}
    return any(current.get(area) != entry["key"] for area, entry in published.manifest["documents"].items())


def _refuse_mixture(published: Published, chosen: set[str], only_some: bool) -> None:
    """A month is published from one state of the inputs; single areas may not mix two."""
    stale = set(published.manifest["documents"]) - chosen
    if only_some and stale:
        raise HanbinError(
            "HB-REL-001",
            f"数据、参数或程序已变，已发布的另外{len(stale)}份还是旧的，不能只更新部分地区",
            action="不带 --area 重新运行，全部更新",
            exit_code=ExitCode.GATE_FAILED,
        )
