"""What came back of a month's lists: read in one pass, every fault named, kept only where there is none."""

import datetime as dt
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hanbin_lib import audit, state
from hanbin_lib.action_lists.workbook import DAY, ID, LOCKED, MANIFEST, STATE, first_day
from hanbin_lib.bulletin.handed_out import (
    DONE,
    RETURNS,
    STATES,
    HandedOut,
    folder_of,
    handed_out,
    seal,
)
from hanbin_lib.errors import refused_input
from hanbin_lib.files import sha256_of, write_atomically
from hanbin_lib.months import Month
from hanbin_lib.state import ReturnedRow, ReturnRecord
from hanbin_lib.workspace import Workspace

ENDINGS = (".xlsx", ".xls", ".ods")
_WRITTEN_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_OWN = 0o600


@dataclass(frozen=True)
class Returned:
    """What a pass took in: rows by state and list, and lists of which nothing has come back yet."""

    states: dict[str, int]
    lists: tuple[str, ...]
    outstanding: tuple[str, ...]


@dataclass(frozen=True)
class _Line:
    """A row of a returned list: where it stands, and its cells by heading."""

    where: str
    cells: dict[str, Any]

    @property
    def id(self) -> str:
        return _text(self.cells[ID])


def import_returns(workspace: Workspace, month: Month, files: Sequence[Path], today: dt.date) -> Returned:
    """Take in filled lists; of a case reported again the later report counts.

    Parameters
    ----------
    today
        No case can have been settled later.

    Raises
    ------
    HanbinError
        ``HB-ACT-004`` there are no lists of the month; ``HB-ACT-005`` naming every fault of every file: what
        is no list of the month, rows lost, doubled, foreign or changed, states and days that cannot be.
        Nothing is kept then.
    """
    out = handed_out(workspace, month)
    if out is None or not out.key:
        raise refused_input(
            "HB-ACT-004",
            f"{month.label}还没有做过行动清单，或清单记录、密钥不在本机",
            f"先运行 hanbin actions {month}",
        )
    desk = _Desk(out, month, today)
    faults = [fault for path in files for fault in desk.read(path)]
    if not files:
        faults.append(f"没有可以收回的文件（{'、'.join(ENDINGS)}）")
    if faults:
        raise refused_input(
            "HB-ACT-005", "\n".join([f"回执有{len(faults)}处要改，一条也没有收：", *faults]),
            "退回改正后，连同其他回执一次重新收",
        )  # fmt: skip
    return _kept(workspace, out, desk, files)


class _Desk:
    """The lists as they went out, and what has been seen of them in this pass."""

    def __init__(self, out: HandedOut, month: Month, today: dt.date) -> None:
        self.out, self.month, self.today = out, month, today
        self.rows: dict[str, ReturnedRow] = {}
        self.lists: list[str] = []

    def read(self, path: Path) -> Iterator[str]:
        """Faults of one file; its rows are taken down."""
        sheets = _sheets(path)
        if sheets is None:
            yield f"{path.name}：读不开，应为 {'、'.join(ENDINGS)} 文件"
            return
        name, fault = self._list_of(sheets)
        if fault:
            yield f"{path.name}：{fault}"
            return
        self.lists.append(name)
        wanted: set[str] = set(self.out.record.lists[name].ids)
        found: dict[str, str] = {}
        for line in _lines(path.name, sheets):
            if line.id not in wanted:
                yield f"{line.where} {ID}：不是这份清单里的行，应删去增加的行"
            elif line.id in found:
                yield f"{line.where} {ID}：与{found[line.id]}重复，只能有一行"
            else:
                found[line.id] = line.where
                yield from self._row(line, name)
        yield from (f"{path.name}：缺少编号 {one} 的一行，应原样保留" for one in sorted(wanted - set(found)))

    def _list_of(self, sheets: dict[str, list[list[Any]]]) -> tuple[str, str]:
        """Which list it is, and what is wrong with its manifest."""
        rows = sheets.get(MANIFEST, [])
        facts = {_text(row[0]): _text(row[1]) for row in rows if len(row) > 1}
        name, known = facts.get("清单", ""), self.out.record.lists
        if not facts:
            return "", f"没有隐藏的工作表“{MANIFEST}”，不是发出的清单，或另建了文件；请在发出的文件里填写"
        if facts.get("月份") != str(self.month):
            return "", f"是{facts.get('月份', '')}的清单，应为{self.month}"
        if name not in known or facts.get("编号校验值") != known[name].ids_sha256:
            return "", "与现在的行动清单不是同一版，请用最近发出的清单填写"
        if name in self.lists:
            return "", f"清单“{name}”在这一次里交了两份，只能交一份"
        return name, ""

    def _row(self, line: _Line, name: str) -> Iterator[str]:
        if seal(self.out.key, [_text(line.cells[one]) for one in LOCKED]) != self.out.record.seals[line.id]:
            yield f"{line.where}：锁定的内容被改动，应与发出时一样"
        day, faults = self._reported(line)
        yield from faults
        said = _text(line.cells[STATE])
        if not said or faults:
            return
        before = self.rows.get(line.id)
        if before is not None:
            yield f"{line.where} {STATE}：同一编号在清单“{before.of_list}”里也填了，只能填在一份里"
        self.rows[line.id] = ReturnedRow(state=said, day=str(day or ""), of_list=name)

    def _reported(self, line: _Line) -> tuple[dt.date | None, list[str]]:
        """The day, and what is wrong with state and day."""
        said, given = _text(line.cells[STATE]), line.cells[DAY]
        day, faults = _day(given), []
        is_state = not said or said in STATES
        if not is_state:
            faults.append(f"{line.where} {STATE}：应为{'、'.join(STATES)}中的一个")
        first = first_day(self.month)
        if _text(given) and (day is None or not first <= day <= self.today):
            faults.append(
                f"{line.where} {DAY}：应为{first}至{self.today}之间的日期，例如 {self.month.shift(1)}-15"
            )
        elif said == DONE and day is None:
            faults.append(f"{line.where} {DAY}：{STATE}为{DONE}的应填日期")
        elif is_state and said != DONE and day is not None:
            faults.append(f"{line.where} {STATE}：填了{DAY}的应为{DONE}")
        return day, faults


def _kept(workspace: Workspace, out: HandedOut, desk: _Desk, files: Iterable[Path]) -> Returned:
    rows = {**out.returned.rows, **desk.rows}
    path = folder_of(workspace, desk.month) / RETURNS
    content = state.as_json(ReturnRecord(month=str(desk.month), rows=rows))
    if state.content_of(path) != content:
        write_atomically(path, content, mode=_OWN)
        given = dict(zip(desk.lists, map(sha256_of, files), strict=True))
        outputs = {"returns": sha256_of(path), "rows": len(desk.rows)}
        audit.append(workspace.audit, f"returns {desk.month}", given, outputs)
    states = {one: sum(row.state == one for row in desk.rows.values()) for one in STATES}
    back = {row.of_list for row in rows.values()} | set(desk.lists)
    return Returned(states, tuple(desk.lists), tuple(sorted(set(out.record.lists) - back)))


def _sheets(path: Path) -> dict[str, list[list[Any]]] | None:
    """Cells of every sheet, hidden ones too; None where it is no workbook."""
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 - it is read only here

    content = state.content_of(path)
    if content is None or path.suffix.lower() not in ENDINGS:
        return None
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return {
            name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names
        }
    except (CalamineError, ValueError):
        return None


def _lines(file: str, sheets: dict[str, list[list[Any]]]) -> Iterator[_Line]:
    """Rows below the headings, wherever these stand; of other sheets nothing."""
    for name, rows in sheets.items():
        heads: dict[str, int] = {}
        for number, row in enumerate(rows, 1):
            texts = [_text(cell) for cell in row]
            if not heads:
                found = {text: place for place, text in enumerate(texts) if text}
                heads = found if {*LOCKED, STATE, DAY} <= set(found) else {}
            elif any(texts[place] for place in (heads[one] for one in LOCKED) if place < len(texts)):
                cells = {one: row[place] if place < len(row) else "" for one, place in heads.items()}
                yield _Line(f"{file} 工作表“{name}”第{number}行", cells)


def _text(cell: object) -> str:
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return str(cell.date())
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


def _day(cell: object) -> dt.date | None:
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    match = _WRITTEN_DAY.fullmatch(_text(cell))
    try:
        return dt.date(*map(int, match.groups())) if match else None
    except ValueError:
        return None
