"""All input files of the demonstration district, and the truth behind them."""

import dataclasses
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from hanbin_demo import clues, exports, inspections, ledgers, phone, roster, series, spells
from hanbin_demo.assumptions import GENERATOR_VERSION
from hanbin_demo.district import District, build_district
from hanbin_demo.hard import write_hard_sheet
from hanbin_demo.sheets import MARK, bureau_sheet
from hanbin_demo.xlsx import Sheet, write_sheet
from hanbin_lib.contract.labels import MONITORED_CATEGORIES, RISK_CAUSES
from hanbin_lib.files import write_atomically
from hanbin_lib.months import Month
from hanbin_lib.places import AreaRegister

Progress = Callable[[str, int, int], None]
DEFAULT_MONTH = Month(2022, 9)
EARLIER_MONTHS = 11
_FILES_OF_MONTH, _FILES_OF_EARLIER_MONTH = 18, 6


def write_demo(
    target: Path,
    register: AreaRegister,
    *,
    month: Month = DEFAULT_MONTH,
    seed: int = 20220930,
    scale: float = 1.0,
    hard: bool = False,
    progress: Progress | None = None,
) -> list[Path]:
    """Write the input files of `month` and the bureau's tables of the eleven months before.

    Parameters
    ----------
    target
        Workspace: files go to ``data/inbox/<month>/``, the truth to ``data/demo/truth.json`` (of another
        month than the usual one to ``truth-<month>.json``). Demonstrations a year apart stay side by side.
    seed, scale
        The same seed and scale give the same bytes; scale 1 is the published size.
    hard
        A difficult month (`Assumptions.hard`) in files as offices re-save them (`demo.hard`).
    progress
        Called with what is being done, how many steps are done, and how many there are.

    Returns
    -------
    list of Path
        Files written; empty where the same demonstration is there already.
    """
    name = "truth.json" if month == DEFAULT_MONTH else f"truth-{month}.json"
    truth = target / "data" / "demo" / name
    made_from = {"version": GENERATOR_VERSION, "month": str(month), "seed": seed, "scale": scale}
    made_from |= {"hard": True} if hard else {}
    if _is_there(target, truth, made_from):
        return []
    tell = progress or _silent
    total = 1 + _FILES_OF_MONTH + EARLIER_MONTHS * _FILES_OF_EARLIER_MONTH
    tell("生成户和人", 0, total)
    district = build_district(register, month=month, seed=seed, scale=scale, hard=hard)
    written: list[Path] = []
    planted: dict[str, int] = dict(district.planted)
    for sheet in _sheets(district, target / "data" / "inbox", planted):
        tell(sheet.path.name, 1 + len(written), total)
        written.append(write_hard_sheet(sheet, month) if hard else write_sheet(sheet))
    _remove_stale(target, truth, month, written)
    # The truth comes last: where it stands, all the files stand.
    content = {**made_from, "files": [str(p.relative_to(target).as_posix()) for p in written]}
    content |= truth_of(district, planted)
    text = json.dumps(content, ensure_ascii=False, indent=1, default=_plain)
    write_atomically(truth, text.encode())
    tell("完成", total, total)
    return [*written, truth]


def _silent(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


def _remove_stale(target: Path, truth: Path, month: Month, written: list[Path]) -> None:
    """Remove what earlier demonstrations of these months wrote and this one did not; nobody else's files."""
    inbox, new = (target / "data" / "inbox").resolve(), {p.resolve() for p in written}
    for known in truth.parent.glob("truth*.json"):
        recorded = _recorded(known)
        then = Month.parse(recorded.get("month", str(month)))
        if abs(then.ordinal - month.ordinal) > EARLIER_MONTHS:
            continue
        for name in recorded.get("files", []):
            path = (target / name).resolve()
            if MARK in path.name and path.is_relative_to(inbox) and path not in new:
                path.unlink(missing_ok=True)
        if known != truth:
            known.unlink()


def _recorded(truth: Path) -> dict[str, Any]:
    """Read what the last demonstration was made from; empty where there is none."""
    try:
        content: dict[str, Any] = json.loads(truth.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content


def _is_there(target: Path, truth: Path, made_from: dict[str, object]) -> bool:
    content = _recorded(truth)
    same = all(content.get(name) == value for name, value in {"hard": None, **made_from}.items())
    return same and all((target / name).is_file() for name in content.get("files", [""]))


def _sheets(district: District, inbox: Path, planted: dict[str, int]) -> Iterator[Sheet]:
    """All files, one in memory at a time; counts of planted faults are added to `planted`."""
    folder = inbox / str(district.month)
    monitored, faults = exports.monitored_sheet(district, folder)
    planted.update(faults)
    yield monitored
    yield from exports.lifted_sheets(district, folder)
    yield spells.work_sheet(district, folder)
    yield exports.village_sheet(district, folder)
    projects = ledgers.draw_projects(district)
    yield bureau_sheet("projects", projects, folder / f"衔接资金项目_{MARK}.xlsx")
    yield ledgers.workshop_sheet(district, folder)
    yield ledgers.duty_sheet(district, folder)
    yield series.series_sheet(folder)
    yield roster.roster_sheet(district, folder)
    yield clues.clue_sheet(district, clues.clue_history(district), folder)
    codes = {str(town): list(rows) for town, rows in projects.groupby("town_code")["project_code"]}
    history = ledgers.problem_history(district)
    for month in district.month.shift(-EARLIER_MONTHS).until(district.month):
        here = inbox / str(month)
        yield phone.phone_sheet(district, month, here)
        yield from inspections.inspection_sheets(district, codes, month, here)
        yield ledgers.rectification_sheet(history, month, here)
        yield ledgers.task_sheet(district, month, here)
        yield inspections.weekly_sheet(district, month, here)


def truth_of(district: District, planted: dict[str, int]) -> dict[str, object]:
    """Collect the true parameters, totals and planted faults, for testing estimators against."""
    places = district.places
    towns = places.towns.set_index("code").drop(columns="name").round(6)
    villages = places.villages.set_index("code")[["prevalence", "income", "finding", "problem"]]
    return {
        "note": "演示数据：全部虚构，仅供测试估计方法",
        "totals": dataclasses.asdict(district.totals),
        "assumptions": dataclasses.asdict(district.assumptions),
        "planted_faults": planted,
        "town_effects": towns.to_dict("index"),
        "village_effects": villages.round(6).to_dict("index"),
        "prevalence": _prevalence(district),
        "first_causes": _counts(RISK_CAUSES, district.causes[:, 0]),
        "categories": _counts(MONITORED_CATEGORIES, district.households["category"].to_numpy()),
        "phone": phone.phone_truth(district),
        "inspection": inspections.finding_truth(district),
        "clues": clues.clue_truth(district, clues.clue_history(district)),
    }


def _counts(labels: tuple[str, ...], codes: np.ndarray) -> dict[str, int]:
    return {label: int((codes == number).sum()) for number, label in enumerate(labels)}


def _prevalence(district: District) -> dict[str, float]:
    """Count monitored households as a share of all households of the demonstration, by town."""
    homes = district.households
    town = district.places.villages["town"].to_numpy()[homes["village"]]
    shares = (homes["category"] >= 0).groupby(town).mean()
    codes = district.places.towns["code"].to_numpy()[shares.index]
    return dict(zip(codes, shares.round(6).tolist(), strict=True))


def _plain(value: object) -> object:
    return value.item() if isinstance(value, np.generic) else str(value)
