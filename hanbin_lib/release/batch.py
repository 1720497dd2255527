"""What the bureau decides about the batch (``params/batch.yaml``); nothing of it is in a bulletin.

All defaults are of our own making and may be changed there.
"""

from typing import Annotated

from pydantic import Field

from hanbin_lib.months import Month
from hanbin_lib.parameter_files import Params, read_params
from hanbin_lib.state import MonthText
from hanbin_lib.workspace import Workspace


class Jump(Params):
    """How far a figure may move in a month before a person has to answer for it.

    Both limits must be passed: a small town moves far in percent, a large one in number.
    """

    indicator: Annotated[str, Field(min_length=1)]
    share: Annotated[float, Field(gt=0)]
    least: Annotated[float, Field(ge=0)]


class Batch(Params):
    """Policy of the batch.

    Parameters
    ----------
    most_failed_documents
        Up to so many towns may be published as gaps; beyond it nothing is published. The
        county's own bulletin may never be missing.
    retries
        How often a document is tried again after a fault that may pass (a kernel that did not
        start, a disk that was busy); after running out of time, once.
    first_month
        First month the schedule answers for; without it, the first month ever published.
    due_day
        Day of the following month by which a month should be published.
    keep_days
        How long leftovers of failed runs and logs are kept.
    stops_on_failed_exhibit
        Whether one exhibit that fails stops the month; otherwise it is a sentence, and named in the
        run's report.
    document_memory_mib
        How much memory a document's kernel (and each process it starts) may take beyond what it
        begins with, MiB (Linux); what asks for more ends that document only.
    open_months
        So many published months, newest first, stay as they were published; of older ones, and of
        revisions that were replaced, what few open is packed (`archive`).
    jumps
        Changes since last month that need an acknowledgement.
    """

    most_failed_documents: Annotated[int, Field(ge=0)] = 3
    retries: Annotated[int, Field(ge=0, le=5)] = 2
    first_month: MonthText | None = None
    due_day: Annotated[int, Field(ge=1, le=28)] = 10
    keep_days: Annotated[int, Field(ge=1)] = 90
    stops_on_failed_exhibit: bool = False
    document_memory_mib: Annotated[int, Field(ge=256, le=1_048_576)] = 4096
    open_months: Annotated[int, Field(ge=1, le=1200)] = 2
    jumps: tuple[Jump, ...] = ()

    @property
    def first(self) -> Month | None:
        """`first_month` as a month."""
        return Month.parse(self.first_month) if self.first_month else None


def load_batch(workspace: Workspace) -> Batch:
    """Read ``params/batch.yaml``; the defaults where there is none.

    Raises
    ------
    HanbinError
        ``HB-PAR-002`` naming every fault of the file.
    """
    path = workspace.params / "batch.yaml"
    return read_params(path, Batch) if path.is_file() else Batch()
