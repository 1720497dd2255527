"""The guard before publication: nothing personal in any file of the month, nor in its logs.

It fails closed: without the names and numbers of every month that the bulletin reads, and
before a file that nobody can look into, nothing is published.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from hanbin_lib.bulletin import Bulletin, MonthInputs
from hanbin_lib.contract.tables import HOUSEHOLDS
from hanbin_lib.disclosure import Rounding, exposed
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.files import sha256_of
from hanbin_lib.locks import folder_prefix
from hanbin_lib.months import Month
from hanbin_lib.privacy import Guard, Hit, PersonalTerms, Unreadable, Words, program_texts, read_terms
from hanbin_lib.privacy.numbers import of_its_form
from hanbin_lib.snapshots import Snapshot
from hanbin_lib.workspace import Workspace

_MOST_LISTED = 20
# What stands in files that this run has looked into, by name and SHA-256: never kept on a disk.
Looked = Mapping[tuple[str, str], tuple[Hit, ...]]


def look_into(files: Iterable[Path], guard: Guard) -> Looked:
    """What is personal in each of `files`; one that cannot be looked into is left to `guard_files`."""
    found = {}
    for path in files:
        with suppress(Unreadable):
            found[path.name, sha256_of(path)] = tuple(guard.scan(path))
    return found


def guard_files(
    files: list[Path], guard: Callable[[], Guard], month: Month, looked: Looked | None = None
) -> None:
    """Look for every person of the inputs in `files`.

    Parameters
    ----------
    guard
        Gives the guard; asked for where a file was not looked into yet.
    month
        Whose entries may answer for a word.
    looked
        What this run has found already with the same guard (`look_into`).

    Raises
    ------
    HanbinError
        ``HB-GRD-001`` where one appears, ``HB-GRD-003`` where a file cannot be looked into.
    """
    hits: list[Hit] = []
    unread: list[str] = []
    for path in files:
        try:
            before = looked.get((path.name, sha256_of(path))) if looked else None
            hits += guard().scan(path) if before is None else before
        except Unreadable as error:
            unread.append(f"{path.name}（{error}）")
    if unread:
        raise _stopped(
            "HB-GRD-003",
            f"有{len(unread)}个文件不能检查，停止发布：{'，'.join(unread[:_MOST_LISTED])}",
            "删去或重做这些文件；不认识的格式不能放进发布目录",
        )
    if hits:
        raise _stopped(
            "HB-GRD-001",
            f"发现个人信息，停止发布（共{len(hits)}项）：\n"
            + "\n".join(map(_described, hits[:_MOST_LISTED])),
            "按文件和位置查明来自哪个单元格，改正后重新导入（写在参数、笔记本、模板里的，改那里）；"
            "确实不是人名、号码（如项目编号）的，由负责人在 "
            f"params/issues/{month}.yaml 的 false_alarms 里写明词、确认人和原因。原有发布内容没有改动",
        )


def guard_made(made: Mapping[str, bytes], county: MonthInputs, workspace: Workspace) -> None:
    """Look for every person of the inputs in files that are not written yet.

    Raises as `month_guard` and `guard_files`.

    Parameters
    ----------
    made
        Content by file name.
    """
    with TemporaryDirectory(prefix=folder_prefix("guard")) as folder:
        paths = [Path(folder) / name for name in made]
        for path, content in zip(paths, made.values(), strict=True):
            path.write_bytes(content)
        guard = month_guard(county, workspace)
        guard_files(paths, lambda: guard, county.month)


def guard_counts(indicators: Path, county: Bulletin) -> None:
    """Attack the public edition with what is written: no count that is not told may be given back.

    Raises
    ------
    HanbinError
        ``HB-GRD-004`` where one is.
    """
    if not county.is_public:
        return
    settings = county.settings.disclosure
    written = pd.read_csv(indicators, dtype={"place_code": str, "month": str})
    found = exposed(written, str(county.month), Rounding(settings.threshold, settings.base))
    if len(found):
        where = (
            f"{row.place_name}{row.indicator}（{row.group}）" for row in found.head(_MOST_LISTED).itertuples()
        )
        raise _stopped(
            "HB-GRD-004",
            f"公开版里有{len(found)}个不公布的数可以由公布的数推出，停止发布：{'、'.join(where)}",
            "调大 params/disclosure.yaml 的 base 后重新运行；仍不行的，这个月不发公开版",
        )


def guard_entries(reason: str, county: Bulletin, guard: Callable[[], Guard]) -> None:
    """Look for persons in what officers typed for this publication: where it is typed, not in print.

    Raises
    ------
    HanbinError
        ``HB-GRD-001`` naming the entry.
    """
    source = f"params/issues/{county.month}.yaml"
    typed = {f"{source} 的 document_number": county.issue.document_number or "", "修订原因": reason}
    found = [where for where, text in typed.items() if text and guard().is_person(text)]
    if found:
        raise _stopped(
            "HB-GRD-001",
            f"{'、'.join(found)} 里有个人信息，停止发布",
            f"改写后重新运行；确实不是人名的，由负责人在 {source} 的 false_alarms 里写明词、确认人和原因",
        )


def month_guard(county: MonthInputs, workspace: Workspace) -> Guard:
    """The guard of the bulletin's months, less the words that an officer answers for.

    Raises
    ------
    HanbinError
        ``HB-GRD-002`` where the names and numbers to look for are missing or of another workspace.
    """
    register = county.scope.register
    names = [*register.table["place_name"], *register.former_names]
    printed = (*names, county.settings.county.name)
    answered = {alarm.word for alarm in county.issue.false_alarms}
    # A code that has the form of a telephone or card; one that is somebody's is found all the same.
    numbers = frozenset(word for word in answered if word.isdecimal())
    allowed = tuple(sorted(answered - numbers))
    return _guard(month_terms(county, workspace), printed, allowed, _codes(county.snapshot) | numbers)


@lru_cache(maxsize=1)
def _guard(
    terms: PersonalTerms, printed: tuple[str, ...], allowed: tuple[str, ...], codes: frozenset[str]
) -> Guard:
    return Guard(terms, Words(program_texts(), printed), allowed, codes)


def forget_terms() -> None:
    """Let go of what the last guard was built from: names and numbers of a county take 55 MB."""
    _guard.cache_clear()


def _codes(snapshot: Snapshot) -> frozenset[str]:
    """Codes of households that have the form of a person's number: the lists of towns are full of them."""
    tables = [name for name in HOUSEHOLDS if snapshot.has(name)]
    columns = [snapshot.table(name, ["household_code"])["household_code"] for name in tables]
    return frozenset[str]().union(*(of_its_form(column.dropna().unique().tolist()) for column in columns))


def month_terms(county: MonthInputs, workspace: Workspace) -> PersonalTerms:
    """Values of the personal columns of all months that the bulletin reads; raises ``HB-GRD-002``."""
    secret = workspace.secret.read_bytes() if workspace.secret.is_file() else b""
    whole, missing = PersonalTerms(), []
    for month, version in county.sources.ids.items():
        terms = read_terms(workspace.personal_terms / f"{version}.terms", secret) if secret else None
        if terms is None:
            missing.append(str(month))
        else:
            whole = whole.joined(terms)
    if missing or not whole.names:
        raise _stopped(
            "HB-GRD-002",
            f"缺少或打不开核对个人信息用的名录（{'、'.join(missing) or county.month}），不能发布",
            "从备份恢复 data/pseudonym.key 和 data/guard/，或重新导入这些月份的原始文件",
        )
    return whole


def _described(hit: Hit) -> str:
    return f"{hit.file}{f'（{hit.place}）' if hit.place else ''}：{hit.kind}{hit.places}处"


def _stopped(code: str, message: str, action: str) -> HanbinError:
    return HanbinError(code, message, action=action, exit_code=ExitCode.PERSONAL_DATA)
