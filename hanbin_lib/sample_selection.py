"""The month's draw as files: a list for the groups, and a record by which anyone draws it again.

``data/draws/2022-10/`` holds the list (Excel) and ``draw.json``: recipe, seed, rules, visits on
record, identity of the data. A month is drawn once; nothing is overwritten. The list names
households by their code alone: the guard looks into it before it is written, and this account alone reads it.
"""

import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict

from hanbin_lib import snapshots
from hanbin_lib.bulletin.month_inputs import open_inputs
from hanbin_lib.contract.labels import DEMONSTRATION
from hanbin_lib.display import AnnexTable, Column, Figure, Masthead
from hanbin_lib.errors import refused_input
from hanbin_lib.files import write_atomically
from hanbin_lib.months import Month
from hanbin_lib.params import Settings
from hanbin_lib.places import AreaRegister
from hanbin_lib.release.checks.personal_data import guard_made
from hanbin_lib.rendering.spreadsheet import workbook_of
from hanbin_lib.simulate import sampling_frame
from hanbin_lib.simulate.permanent_random_numbers import RECIPE, checked_seed, draw_weeks
from hanbin_lib.simulate.sampling import Frame, MonthDraw, Past, SamplingRules, draw_month
from hanbin_lib.snapshots import Snapshot
from hanbin_lib.workspace import Workspace

RECORD = "draw.json"
_OWN = 0o600
_HOW_TO_DRAW_AGAIN = (
    "每个编号的签：把“hanbin-draw-1|种子|月份|阶段|编号”（UTF-8）取 SHA-256 十六进制值；阶段为村、户、项目。",
    "同一个镇（街道）的村按签从小到大取，轮换期内抽过的排除；每村的户、每镇的项目同样按签从小到大取。",
    "督查组：各组镇数相差不超过一个，不到上月去过的镇；先让以往镇数少的组多一个，再取签（前6位）之和最小的分法。",
    "任何人用同样的种子和编号都能重做；hanbin draw 月份 --verify 逐行核对。",
)


class DrawRecord(BaseModel):
    """All that the draw is a function of, but for the codes themselves.

    Parameters
    ----------
    frame_month, snapshot
        The data whose villages, households and projects could be drawn.
    frame_sha256
        Of all their codes and places, sorted.
    past, last_week
        Visits on record as the draw saw them.
    villages
        Villages drawn, so that next month's rotation knows them before the inspection is in.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    recipe: str
    month: str
    seed: str
    flagged: tuple[str, ...]
    rules: SamplingRules
    frame_month: str
    snapshot: str
    frame_sha256: str
    months_since: dict[str, int]
    rounds: tuple[dict[str, str], ...]
    last_week: dict[str, str]
    villages: tuple[str, ...] = ()
    groups: dict[str, str] = {}
    list_file: str = ""
    list_sha256: str = ""

    @property
    def past(self) -> Past:
        """The inspections on record."""
        return Past(self.months_since, self.rounds)


@dataclass(frozen=True)
class Drawn:
    """A draw that was made: where its list is, its record, and what fell short."""

    path: Path
    record: DrawRecord
    draw: MonthDraw
    is_demonstration: bool


def make_draw(workspace: Workspace, month: Month, seed: str, flagged: Sequence[str] = ()) -> Drawn:
    """Draw `month` and write list and record.

    Raises
    ------
    HanbinError
        ``HB-SMP-005`` the month was drawn before; what `draw_month` raises; ``HB-GRD-…`` a person stands in
        what would be written. Nothing is written then.
    """
    checked_seed(seed)
    folder = workspace.draws / str(month)
    if (folder / RECORD).exists():
        raise refused_input(
            "HB-SMP-005", f"{month.label}已经抽过，不能另抽一次", f"名单在 {folder}；用 --verify 复核"
        )
    register = _register(workspace, month)
    snapshot = sampling_frame.frame_snapshot(workspace, month)
    frame = sampling_frame.read_frame(snapshot.read_for(register), register)
    rules = SamplingRules.load(workspace)
    past = sampling_frame.past_of(_rounds(workspace, month, max(rules.rotation_months, 1), register), month)
    record = DrawRecord(
        recipe=RECIPE,
        month=str(month),
        seed=seed,
        flagged=tuple(sorted(set(flagged))),
        rules=rules,
        frame_month=str(snapshot.month),
        snapshot=snapshot.id,
        frame_sha256=frame_digest(frame),
        months_since=dict(past.months_since),
        rounds=tuple(dict(groups) for groups in past.rounds),
        last_week=sampling_frame.last_week(workspace, month, register),
    )
    return _write(folder, record, workspace, snapshot, frame)


def verify_draw(workspace: Workspace, month: Month) -> list[str]:
    """Draw `month` again from its record; what differs, in words, never the code of a household.

    Raises
    ------
    HanbinError
        ``HB-SMP-006`` there is no draw, or its record is damaged; ``HB-SMP-007`` the codes that
        can be drawn are no longer those of the record.
    """
    record = read_record(workspace, month)
    snapshot = snapshots.open_version(workspace, Month.parse(record.frame_month), record.snapshot)
    register = _register(workspace, month)
    frame = sampling_frame.read_frame(snapshot.read_for(register), register)
    if frame_digest(frame) != record.frame_sha256:
        raise refused_input(
            "HB-SMP-007",
            "可抽的村、户、项目与抽样时不同（区划名册或数据已变）",
            "换回抽样时的 params/areas.csv 和 area_changes.csv",
        )
    path = workspace.draws / record.month / record.list_file
    content, draw = _again(record, workspace, snapshot, frame)
    if (sorted(record.villages), record.groups) != _outcome(draw):
        return ["draw.json 记录的村或分组与重抽的不同"]
    written = path.read_bytes() if path.is_file() else b""
    if written == content:
        return []
    return list(_differences(written, content)) or [f"{path.name} 的内容相同，但文件被另存过"]


def read_record(workspace: Workspace, month: Month) -> DrawRecord:
    """Record of a month's draw; raise ``HB-SMP-006`` where there is none or it is damaged."""
    path = workspace.draws / str(month) / RECORD
    try:
        return DrawRecord.model_validate_json(path.read_text(encoding="utf-8"))
    except OSError:
        raise refused_input(
            "HB-SMP-006", f"{month.label}还没有抽样", f"先运行 hanbin draw {month} --seed 种子"
        ) from None
    except ValueError:
        raise refused_input(
            "HB-SMP-006", f"{month.label}的抽样记录 {RECORD} 已损坏", "从备份恢复该文件"
        ) from None


def frame_digest(frame: Frame) -> str:
    """SHA-256 of all codes that can be drawn with their places, sorted."""
    projects = None if frame.projects is None else sorted(frame.projects.items())
    parts = (sorted(frame.villages.items()), sorted(frame.households.items()), projects)
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def _register(workspace: Workspace, month: Month) -> AreaRegister:
    return AreaRegister.read(workspace.areas, month)


def _rounds(
    workspace: Workspace, month: Month, count: int, register: AreaRegister
) -> Iterator[sampling_frame.Round]:
    """Inspections of the months before: as they came in, else as they were drawn; codes of `register`."""
    for back in range(1, count + 1):
        before = month.shift(-back)
        found = sampling_frame.inspected(workspace, before, register)
        if found is None and (workspace.draws / str(before) / RECORD).is_file():
            record, bridge = read_record(workspace, before), register.since(before)
            found = sampling_frame.Round(
                before,
                tuple(sorted({new for one in record.villages if (new := bridge.code(one))})),
                {new: group for one, group in record.groups.items() if (new := bridge.code(one))},
            )
        if found is not None:
            yield found


def _write(folder: Path, record: DrawRecord, workspace: Workspace, snapshot: Snapshot, frame: Frame) -> Drawn:
    content, draw = _again(record, workspace, snapshot, frame)
    villages, groups = _outcome(draw)
    mark = f"_{DEMONSTRATION}" if snapshot.manifest.is_demonstration else ""
    name = f"抽查名单{mark}_{record.month}.xlsx"
    complete = record.model_copy(
        update={
            "villages": tuple(villages),
            "groups": groups,
            "list_file": name,
            "list_sha256": hashlib.sha256(content).hexdigest(),
        }
    )
    files = {name: content, RECORD: (complete.model_dump_json(indent=1) + "\n").encode()}
    guard_made(files, open_inputs(record.frame_month, snapshot.id, workspace=workspace), workspace)
    for file, written in files.items():  # the record comes last: without it there is no draw
        write_atomically(folder / file, written, mode=_OWN)
    return Drawn(folder / name, complete, draw, snapshot.manifest.is_demonstration)


def _again(
    record: DrawRecord, workspace: Workspace, snapshot: Snapshot, frame: Frame
) -> tuple[bytes, MonthDraw]:
    month = Month.parse(record.month)
    draw = draw_month(frame, record.past, record.rules, month=month, seed=record.seed, flagged=record.flagged)
    weeks = draw_weeks(
        frame.towns, record.rules.weekly_groups, record.last_week, month=month, seed=record.seed
    )
    facts = {
        "种子": record.seed,
        "抽样方法": record.recipe,
        "数据": f"{record.frame_month}（{record.snapshot}）",
        "可抽村（社区）": str(len(frame.villages)),
        "可抽户": str(len(frame.households)),
        "可抽项目": "未收到" if frame.projects is None else str(len(frame.projects)),
        "可抽编号的校验值": record.frame_sha256,
        "回头看的村": "、".join(frame.names[code] for code in record.flagged) or "无",
    }
    county = Settings.load(workspace).county
    info = Masthead(
        bulletin_name=f"{county.name}{month.label}抽查名单",
        issuer=county.bureau_name,
        issue_label=f"抽样种子：{record.seed}",
        date_label="",
        title=county.bureau_name,
        mark=DEMONSTRATION if snapshot.manifest.is_demonstration else "内部使用",
        as_of=Month.parse(record.frame_month).last_day,
    )
    return draw_workbook(info, facts, draw, weeks, frame.names), draw


def _outcome(draw: MonthDraw) -> tuple[list[str], dict[str, str]]:
    villages = sorted(draw.units.loc[draw.units["unit_kind"].eq("村"), "unit_code"])
    return villages, dict(zip(draw.towns["town_code"], draw.towns["group_name"], strict=True))


def _differences(written: bytes, content: bytes) -> Iterator[str]:
    """Sheets and rows that differ; the values may be codes of households and are not told."""
    found, expected = rows_of(written), rows_of(content)
    yield from (f"名单里多出工作表“{name}”" for name in found if name not in expected)
    for name, rows in expected.items():
        if name not in found:
            yield f"名单里没有可读的工作表“{name}”"
            continue
        pairs = enumerate(zip_longest(found[name], rows), 1)
        yield from (f"工作表“{name}”第{number}行与重抽的不同" for number, (old, new) in pairs if old != new)


def draw_workbook(
    info: Masthead,
    facts: Mapping[str, str],
    draw: MonthDraw,
    weeks: pd.DataFrame,
    names: Mapping[str, str],
) -> bytes:
    """The workbook's bytes; the same draw makes the same bytes.

    Parameters
    ----------
    info
        Running head and date of the workbook.
    facts
        Seed, method and data, as they are printed.
    names
        Place code -> official name.
    """
    sheets = (
        ("抽查名单", _units(draw, names)),
        ("各镇抽样", _towns(draw, names)),
        ("周督帮分组", _weeks(weeks, names)),
        ("复算说明", _recipe(facts, draw)),
    )
    return workbook_of(info, sheets)


def rows_of(content: bytes) -> dict[str, list[tuple[str, ...]]]:
    """Cells of every sheet as text, row by row; empty where it is no workbook."""
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    except CalamineError:
        return {}
    return {
        name: [tuple(map(str, row)) for row in book.get_sheet_by_name(name).to_python()]
        for name in book.sheet_names
    }


def _units(draw: MonthDraw, names: Mapping[str, str]) -> AnnexTable:
    columns = ["group_name", "town_code", "unit_kind", "unit_code", "village_code", "note"]
    rows = [
        (group, names[town], kind, code, names.get(village, ""), note)
        for group, town, kind, code, village, note in draw.units[columns].to_numpy()
    ]
    return _table("抽查名单", ("督查组", "镇（街道）", "单元类型", "单元编号", "村（社区）", "说明"), rows)


def _towns(draw: MonthDraw, names: Mapping[str, str]) -> AnnexTable:
    counts = ("villages", "eligible", "drawn", "refilled", "households", "projects")
    rows = [
        (
            row["group_name"],
            names[row["town_code"]],
            *(Figure(row[name], "", f"draw|{name}|{row['town_code']}") for name in counts),
        )
        for row in draw.towns.to_dict("records")
    ]
    headings = (
        "督查组",
        "镇（街道）",
        "村数",
        "可抽村数",
        "抽取村数",
        "其中轮换例外",
        "抽取户数",
        "抽取项目数",
    )
    return _table("各镇抽样", headings, rows)


def _weeks(weeks: pd.DataFrame, names: Mapping[str, str]) -> AnnexTable:
    rows = [(week, names[town], group) for week, town, group in weeks.to_numpy()]
    return _table("周督帮分组", ("周次", "镇（街道）", "督帮组"), rows)


def _recipe(facts: Mapping[str, str], draw: MonthDraw) -> AnnexTable:
    steps = [("方法", step) for step in _HOW_TO_DRAW_AGAIN]
    short = [("抽不满或有例外", message) for message in draw.messages]
    return _table("复算说明", ("项目", "内容"), [*facts.items(), *steps, *short])


def _table(title: str, headings: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> AnnexTable:
    return AnnexTable(title, tuple(Column(heading) for heading in headings), tuple(rows))
