"""The month's lists, made of the published page one: for the county, by town, for its departments."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import nbformat
import pandas as pd
import pypdfium2

from hanbin_lib import audit, state
from hanbin_lib.action_lists.workbook import DAY, LOCKED, STATE, ListFile, Sheet, ids_digest, list_workbook
from hanbin_lib.bulletin import Bulletin, open_bulletin
from hanbin_lib.bulletin.asks import NOUNS, Ask, asks, cases, due_day, selected
from hanbin_lib.bulletin.handed_out import DONE, LISTS, action_id, folder_of, handed_out, seal
from hanbin_lib.contract.labels import DEMONSTRATION
from hanbin_lib.display import Decision, Decisions, plain_text
from hanbin_lib.errors import refused_input
from hanbin_lib.files import sha256_of, write_atomically
from hanbin_lib.ingest.identity import pseudonym_key
from hanbin_lib.months import Month
from hanbin_lib.release.checks.personal_data import guard_made
from hanbin_lib.release.publication import Published
from hanbin_lib.rendering import content_of
from hanbin_lib.state import ActionAsk, ActionList, ActionRecord
from hanbin_lib.workspace import Workspace

_REPLACED = "替换前"
_OWN, _FOLDER = 0o600, 0o700


@dataclass(frozen=True)
class Made:
    """Where a month's lists are: files with their numbers of rows, and whether they are new."""

    folder: Path
    rows: Mapping[str, int]
    is_new: bool


@dataclass(frozen=True)
class Front:
    """What a page one asks for, and the page on which each chapter begins, by its numeral."""

    points: tuple[Decision, ...]
    pages: Mapping[str, int]


@dataclass(frozen=True)
class _Point:
    """A point of one place's page one with its cases, which have their ids."""

    ask: Ask
    title: str
    page: str
    cases: pd.DataFrame


def make_lists(workspace: Workspace, month: Month, *, renew: bool = False) -> Made:
    """Make the lists of a published month; the same publication makes the same files.

    Parameters
    ----------
    renew
        Put other lists of the month aside, where there are any, instead of stopping.

    Raises
    ------
    HanbinError
        ``HB-ACT-001`` the month is not published, or page one says something else than data and
        parameters do now; ``HB-ACT-002`` there are other lists of the month; ``HB-ACT-003`` a point has
        not as many cases as its number; ``HB-GRD-…`` a person stands in a list. Nothing is written then.
    """
    published = Published.read(workspace, month)
    if published is None:
        raise refused_input("HB-ACT-001", f"{month.label}还没有发布", f"先运行 hanbin bulletin {month}")
    documents = published.manifest.documents
    county = open_bulletin(
        str(month), min(documents, key=len), published.manifest.snapshot, workspace=workspace
    )
    fronts = {area: _front(published.folder, documents[area].name) for area in sorted(documents)}
    return write_lists(workspace, county, fronts, renew=renew)


def write_lists(
    workspace: Workspace, county: Bulletin, fronts: Mapping[str, Front], *, renew: bool = False
) -> Made:
    """Make the lists of what those pages one ask for; raises as `make_lists`.

    Parameters
    ----------
    county
        The month's bulletin of the county, as it was published.
    fronts
        By place code.
    """
    key = pseudonym_key(workspace.secret)
    points = _points(county, fronts, key)
    files = list(_files(county, points))
    # They say more of a row than the bulletin does.
    guard_made({_file_name(one): list_workbook(one) for one in files}, county, workspace)
    return _written(workspace, _record(county, points, files, key), files, renew=renew)


def _front(folder: Path, name: str) -> Front:
    content = content_of(nbformat.read(folder / f"{name}.ipynb", as_version=4))
    points = next((one.items for one in content.displays if isinstance(one, Decisions)), ())
    return Front(points, _chapter_pages(folder / f"{name}.pdf"))


def _points(county: Bulletin, fronts: Mapping[str, Front], key: bytes) -> dict[str, list[_Point]]:
    """Of every place its points, each held against page one and against its number."""
    bulletins = [county.seen_from(area, 1, "") for area in fronts]
    own = {one.place: asks(one) for one in bulletins}
    behind = selected(county, [ask for several in own.values() for ask in several])
    found: dict[str, list[_Point]] = {}
    for one in bulletins:
        front, mine = fronts[one.place], own[one.place]
        if [plain_text(p.ask) for p in front.points] != [plain_text(p.ask) for p in mine]:
            raise refused_input(
                "HB-ACT-001",
                f"{one.place_name}已发布的首页与按现在的数据、参数算出的事项不同",
                "先用 hanbin bulletin 重新发布该月，再做清单",
            )
        rows = cases(one, mine, behind)
        found[one.place] = [
            _point(one, ask, rows[ask.key], _page_of(point, front.pages), key)
            for ask, point in zip(mine, front.points, strict=True)
        ]
    return found


def _point(bulletin: Bulletin, ask: Ask, rows: pd.DataFrame, page: str, key: bytes) -> _Point:
    ids = [action_id(key, ask.key, case) for case in rows["case"]]
    if len(rows) != ask.number(bulletin) or len(set(ids)) != len(ids):
        raise refused_input(
            "HB-ACT-003",
            f"{bulletin.place_name}“{plain_text(ask.ask)}”的数是{ask.number(bulletin)}，"
            f"能逐条列出的是{len(rows)}条（不同的{len(set(ids))}条）",
            "检查该月数据里重复的户编号、问题编号，改正后重新导入",
        )
    town, village = (rows[name].map(bulletin.names).fillna("") for name in ("town_code", "village_code"))
    due = str(due_day(bulletin))
    cells = rows.assign(id=ids, town=town, village=village, due=due)
    return _Point(ask, plain_text(ask.ask).removesuffix("。"), page, cells)


def _chapter_pages(pdf: Path) -> dict[str, int]:
    """Numeral of a chapter -> its page."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        marks = [(one.get_title(), one.get_dest()) for one in document.get_toc()]
        return {title.partition("、")[0]: dest.get_index() + 1 for title, dest in marks if dest}
    finally:
        document.close()


def _page_of(point: Decision, pages: Mapping[str, int]) -> str:
    if point.section in pages:
        return f"月报第{pages[point.section]}页（{point.section}）"
    return point.section


def _files(county: Bulletin, points: Mapping[str, list[_Point]]) -> Iterator[ListFile]:
    """The county's list of everything, each town's, and one of what belongs to no town."""
    for place, own in points.items():
        if own:
            yield _file(county, f"{place}_{county.name(place)}", own)
    townless = [
        replace(one, cases=one.cases[one.cases["town_code"].eq("")]) for one in points.get(county.place, ())
    ]
    own = [one for one in townless if len(one.cases)]
    if own and len(points) > 1:
        yield _file(county, f"{county.place}_{county.settings.county.kind}直单位", own)


def _file(county: Bulletin, name: str, points: list[_Point]) -> ListFile:
    is_demonstration = county.snapshot.manifest.is_demonstration
    whose = name.partition("_")[2]
    facts = (
        f"发出：{county.settings.county.bureau_name}　依据：{county.month.label}月报首页",
        f"每行一件。只填三格：{STATE}从下拉列表中选；选了{DONE}的填{DAY}；备注不写姓名、证件号码和电话。",
        "其余各格锁定，不增行、不删行、不改动；填好后存成 xlsx 交回，由经办人用 hanbin returns 收回。",
        *(f"{one.title}　{len(one.cases)}条　{_about(one)}" for one in points),
    )
    return ListFile(
        name=name,
        title=f"{whose}{county.month.label}行动清单",
        month=county.month,
        mark=DEMONSTRATION if is_demonstration else "",
        facts=facts,
        sheets=tuple(Sheet(one.title, _about(one), _cells(one)) for one in points),
    )


def _about(point: _Point) -> str:
    due = point.cases["due"].iloc[0]
    return f"责任单位：{point.ask.owner}　办结时限：{due}　出处：{point.page}"


def _cells(point: _Point) -> tuple[tuple[str, ...], ...]:
    """The locked cells of each row (`workbook.LOCKED`)."""
    columns = ["id", "town", "village", "code", "content", "owner", "due"]
    assert len(columns) == len(LOCKED)
    return tuple(tuple(map(str, row)) for row in point.cases[columns].to_numpy())


def _record(
    county: Bulletin, points: Mapping[str, list[_Point]], files: list[ListFile], key: bytes
) -> ActionRecord:
    """What is kept of the lists: ids and hashes alone."""
    kept = {
        place: tuple(
            ActionAsk(
                key=one.ask.key, title=one.title, unit=NOUNS[one.ask.key][0], ids=tuple(one.cases["id"])
            )
            for one in own
        )
        for place, own in points.items()
    }
    lists = {
        one.name: ActionList(
            file=_file_name(one), title=one.title, ids=one.ids, ids_sha256=ids_digest(one.ids)
        )
        for one in files
    }
    return ActionRecord(
        month=str(county.month),
        snapshot=county.snapshot.id,
        due=str(due_day(county)),
        asks=kept,
        lists=lists,
        seals={row[0]: seal(key, row) for one in files for sheet in one.sheets for row in sheet.rows},
    )


def _written(workspace: Workspace, record: ActionRecord, files: list[ListFile], *, renew: bool) -> Made:
    month = Month.parse(record.month)
    folder, before = folder_of(workspace, month), handed_out(workspace, month)
    rows = {one.name: len(one.ids) for one in files}
    if before is not None and before.record == record and _are_there(folder, files):
        return Made(folder, rows, is_new=False)
    if state.is_there(folder / LISTS):
        _put_aside(folder, month, renew=renew)
    _write(folder, record, files)
    outputs = {"lists": sha256_of(folder / LISTS), "rows": len(record.seals)}
    audit.append(workspace.audit, f"actions {month}", {"snapshot": record.snapshot}, outputs)
    return Made(folder, rows, is_new=True)


def _write(folder: Path, record: ActionRecord, files: list[ListFile]) -> None:
    for parent in (folder.parent, folder):
        parent.mkdir(mode=_FOLDER, exist_ok=True)
        parent.chmod(_FOLDER)
    for one in files:
        write_atomically(folder / _file_name(one), list_workbook(one), mode=_OWN)
    # The record comes last: without it there are no lists.
    write_atomically(folder / LISTS, state.as_json(record), mode=_OWN)


def _file_name(given: ListFile) -> str:
    mark = f"_{given.mark}" if given.mark else ""
    return f"{given.name}_行动清单{mark}_{given.month}.xlsx"


def _are_there(folder: Path, files: list[ListFile]) -> bool:
    return all((folder / _file_name(one)).is_file() for one in files)


def _put_aside(folder: Path, month: Month, *, renew: bool) -> None:
    """What is there is another set of lists, which may be out already: it is kept, with what came back."""
    if not renew:
        raise refused_input(
            "HB-ACT-002",
            f"{month.label}已有行动清单，与按现在的发布做出的不同，没有改动",
            "仍用原来的清单；确需换发的加 --renew，原清单和回执移入“替换前”子目录，已发出的须通知作废",
        )
    number = 1
    while (folder / f"{_REPLACED}{number}").exists():
        number += 1
    aside = folder / f"{_REPLACED}{number}"
    aside.mkdir(mode=_FOLDER)
    for path in folder.glob("*"):
        if path.is_file():
            path.rename(aside / path.name)
