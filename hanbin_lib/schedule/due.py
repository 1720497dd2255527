"""Every closed month that lacks a publication, oldest first, each from its own data; which are overdue."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING

from hanbin_lib.errors import ExitCode, HanbinError, refused_params
from hanbin_lib.months import Month
from hanbin_lib.release import ledger
from hanbin_lib.release.batch import load_batch
from hanbin_lib.release.publication import Published, publications
from hanbin_lib.workspace import Workspace

if TYPE_CHECKING:  # where nothing is due, nothing is imported that could make it
    from hanbin_lib.release import Outcome

Keep = Callable[[Exception, Month], object]
# The data of the month are not there: only its own files can help.
_NO_DATA = frozenset({"HB-SNP-001", "HB-IND-001"})
# Another run is on, or somebody wants this one to end: the months that follow are not tried.
_NOT_THIS_MONTH = frozenset({ExitCode.LOCKED, ExitCode.CANCELLED})


class State(StrEnum):
    """What came of a month."""

    PUBLISHED = "已发布"
    PARTLY = "部分发布"
    WAITING = "等待数据"
    FAILED = "未能发布"


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one month that was due.

    Parameters
    ----------
    code
        How the command would end for this month alone.
    error
        Stable code of the error, empty where there is none.
    message
        What to tell the person in front of the screen.
    gaps
        Documents that are missing from the publication, by name.
    documents, revision
        Of the publication.
    last
        The last of several months in a row that came to the same (`together`).
    """

    month: Month
    state: State
    code: ExitCode = ExitCode.OK
    error: str = ""
    message: str = ""
    gaps: tuple[str, ...] = ()
    documents: int = 0
    revision: int = 0
    last: Month | None = None

    @property
    def label(self) -> str:
        """The month, or the months, in Chinese."""
        return self.month.label_until(self.last or self.month)


def together(results: Iterable[Result]) -> Iterator[Result]:
    """Results, those of months in a row that all lack their data as one: however many there are.

    What it says of the first of them is what to do next.
    """
    rows = groupby(enumerate(results), lambda numbered: _alike(*numbered))
    for _, numbered in rows:
        first, *others = (one for _, one in numbered)
        yield replace(first, last=others[-1].month) if others else first


def _alike(number: int, one: Result) -> tuple[object, ...]:
    """What months in a row without data have in common; a published month between them parts them."""
    if one.error not in _NO_DATA:
        return (one.month,)
    return one.state, one.error, one.month.ordinal - number


def due_months(workspace: Workspace, today: date) -> list[Month]:
    """Closed months without a publication, oldest first.

    From ``first_month`` of ``params/batch.yaml``, else from the first month ever published,
    up to the last month that is over. What counts as published is in place, and the ledger's last entry.

    Raises
    ------
    HanbinError
        ``HB-DUE-001`` neither tells where to begin.
    """
    entered = ledger.newest(workspace)
    first = load_batch(workspace).first or min(entered, default=None)
    if first is None:
        raise refused_params(
            "HB-DUE-001",
            "还没有发布过任何月份，不知道从哪个月起补",
            "在 params/batch.yaml 填写 first_month，或先用 hanbin bulletin 发布一个月",
        )
    return [
        month
        for month in first.until(last_closed(today))
        if not _is_in_step(Published.read(workspace, month), entered.get(month))
    ]


def _is_in_step(published: Published | None, entry: ledger.Entry | None) -> bool:
    """Whether what is in place is what was entered last: a run may have been killed between the two."""
    return published is not None and entry is not None and published.sha256 == entry.manifest


def published_ahead(workspace: Workspace, today: date) -> Month | None:
    """The newest published month where it has not begun by `today`: then the clock has been set back."""
    newest = max(ledger.newest(workspace), default=None)
    return newest if newest is not None and newest > Month(today.year, today.month) else None


def last_closed(today: date) -> Month:
    """The month before today's."""
    return Month(today.year, today.month).shift(-1)


def deadline(month: Month, due_day: int) -> date:
    """Day by which a month should be published: a day of the month after it."""
    after = month.shift(1)
    return date(after.year, after.number, due_day)


def catch_up(
    workspace: Workspace,
    today: date,
    release: "Callable[[Month], Outcome]",
    most: int | None = None,
    *,
    keep: Keep = lambda error, month: None,
) -> Iterator[Result]:
    """Publish the months that are due; one that cannot be does not stop the others.

    A month of the newest ones that lacks something is made again when what it was made from has changed
    since, the program too: what was missing may be there now. With the same inputs it would not be.

    Parameters
    ----------
    release
        Publishes a month.
    most
        Stop after so many publications.
    keep
        Told of every exception that nobody foresaw and of its month, for a record of it.

    Raises
    ------
    HanbinError
        ``HB-DUE-001``; ``HB-REL-003`` another run is on: it is left to it; ``HB-RUN-001`` somebody
        ended the run.
    """
    due_day = load_batch(workspace).due_day
    published = 0
    for month in sorted({*due_months(workspace, today), *_to_be_completed(workspace)}):
        if most is not None and published >= most:
            return
        result = _one(month, release, keep, is_late=today > deadline(month, due_day))
        published += result.state in {State.PUBLISHED, State.PARTLY}
        yield result


def worst(results: list[Result]) -> ExitCode:
    """How a command that did several months ends."""
    return max((result.code for result in results), default=ExitCode.OK)


def _to_be_completed(workspace: Workspace) -> list[Month]:
    """Published months, of the newest, that lack something and would be another edition today."""
    return [one.month for one in incomplete(workspace) if _has_changed(workspace, one)]


def _has_changed(workspace: Workspace, published: Published) -> bool:
    """Whether a run for all areas would make another edition; not where it would not even begin."""
    from hanbin_lib.release.run import planned  # noqa: PLC0415 -- only where something is missing

    try:
        return planned(workspace, published.month).whole_key != published.manifest.whole_key
    except Exception:  # noqa: BLE001 -- a month that is out keeps none that is due
        return False


def incomplete(workspace: Workspace) -> list[Published]:
    """Of the newest ``open_months`` publications those that lack a document or an exhibit, oldest first."""
    newest = list(publications(workspace).values())[-load_batch(workspace).open_months :]
    return [published for published in newest if published.missing]


def _one(month: Month, release: "Callable[[Month], Outcome]", keep: Keep, *, is_late: bool) -> Result:
    try:
        outcome = release(month)
    except HanbinError as error:
        if error.exit_code in _NOT_THIS_MONTH:
            raise
        if error.code in _NO_DATA and not is_late:
            return Result(month, State.WAITING, error=error.code, message=str(error))
        return Result(month, State.FAILED, error.exit_code, error.code, str(error))
    except Exception as error:  # noqa: BLE001 -- whatever a month ends with, the next one is tried
        keep(error, month)
        message = f"HB-INT-001 程序出了没有料到的错误（{type(error).__name__}）"
        return Result(month, State.FAILED, ExitCode.UNEXPECTED, "HB-INT-001", message)
    gaps = tuple(sorted(outcome.failed))
    is_published = bool(outcome.made or outcome.kept)
    state = (State.PARTLY if gaps else State.PUBLISHED) if is_published else State.FAILED
    code = next(iter(outcome.failed.values()), "").split(" ")[0]
    count, told = len(outcome.made) + len(outcome.kept), "\n".join(outcome.told)
    return Result(month, state, outcome.exit_code, code, told, gaps, count, outcome.revision.number)


@dataclass(frozen=True, slots=True)
class Health:
    """What was found.

    Parameters
    ----------
    overdue
        Unpublished months past their day, with that day.
    unlike_ledger
        Months whose folder is missing, damaged, or not the one last entered.
    incomplete
        Of the newest publications those that lack something.
    ahead
        The newest month that was published where it lies after today: the clock is behind, and whatever is
        late does not show.
    """

    overdue: tuple[tuple[Month, date], ...]
    unlike_ledger: tuple[Month, ...]
    incomplete: tuple[Published, ...] = ()
    ahead: Month | None = None

    @property
    def exit_code(self) -> ExitCode:
        """Not as entered is worse than late, and late is worse than published with something missing."""
        if self.unlike_ledger:
            return ExitCode.PUBLICATION_FAILED
        if self.overdue or self.ahead:
            return ExitCode.OVERDUE
        return ExitCode.PARTLY_PUBLISHED if self.incomplete else ExitCode.OK


def examine(workspace: Workspace, today: date) -> Health:
    """Look for months that are overdue, and read every published file again.

    Raises
    ------
    HanbinError
        ``HB-DUE-001`` nothing was ever published and no first month is set; ``HB-AUD-001``
        the ledger is broken.
    """
    due_day = load_batch(workspace).due_day
    days = [(month, deadline(month, due_day)) for month in due_months(workspace, today)]
    unlike = tuple(ledger.deviations(workspace))
    late = tuple((month, day) for month, day in days if today > day)
    return Health(late, unlike, tuple(incomplete(workspace)), published_ahead(workspace, today))
