"""The demonstration district (演示数据): input files at true scale, made from a seed.

Published totals hold exactly; persons, names and numbers are invented (identity numbers of a
region that does not exist). ``data/demo/truth.json`` keeps the parameters that made them.
"""

import json
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from hanbin_lib.demo import ledgers, truth
from hanbin_lib.demo.district import make_district
from hanbin_lib.demo.exports import export_sheets
from hanbin_lib.demo.truth import Totals, scaled
from hanbin_lib.demo.writing import Sheet, write
from hanbin_lib.files import write_atomically
from hanbin_lib.months import Month
from hanbin_lib.places import AreaRegister

__all__ = ["write_demo"]

VERSION = 1
_PARTS = (
    "households", "places", "people", "traits", "work", "monitoring", "incomes", "exports", "phone",
    "inspections", "problems", "tasks", "rounds", "projects", "workshops",
)  # fmt: skip
_EARLIER_MONTHS = 11
_LARGE_ROWS = 20_000
Progress = Callable[[str, int, int], None]


def write_demo(
    root: Path,
    register: AreaRegister,
    *,
    month: Month = Month(2022, 9),
    seed: int = 20220930,
    scale: float = 1.0,
    progress: Progress = lambda what, done, total: None,
) -> list[Path]:
    """Write the month's files (A to M) and the bureau's tables of eleven earlier months.

    Parameters
    ----------
    root
        Workspace; files go to ``data/inbox/<month>/``.
    seed, scale
        The same seed and scale give the same bytes; scale 1 is the published size.

    Returns
    -------
    list of Path
        Files written; empty where the same demonstration is there already.
    """
    marker = root / "data" / "demo" / "truth.json"
    made_from = {"seed": seed, "scale": scale, "month": str(month), "version": VERSION}
    if _is_there(root, marker, made_from):
        return []
    # A stream a part: what one part draws never moves the others.
    streams = {
        name: np.random.Generator(np.random.PCG64(np.random.SeedSequence((seed, number))))
        for number, name in enumerate(_PARTS)
    }
    progress("生成户和人", 0, 1)
    sheets, defects = _all_sheets(streams, register, month, scale, root / "data" / "inbox")
    written = _write_all(sheets, progress)
    record = {
        **made_from,
        "totals": vars_of(Totals.at(scale)),
        "defects": defects,
        "parameters": _public(truth),
        "files": sorted(p.relative_to(root).as_posix() for p in written),
    }
    write_atomically(marker, json.dumps(record, ensure_ascii=False, indent=2).encode())
    return written


def _all_sheets(
    streams: dict[str, np.random.Generator],
    register: AreaRegister,
    month: Month,
    scale: float,
    inbox: Path,
) -> tuple[list[Sheet], dict[str, int]]:
    district = make_district(streams, register, month, scale)
    folder = inbox / str(month)
    sheets, defects = export_sheets(streams["exports"], district, register, month, folder, scale)
    problems = ledgers.all_problems(streams["problems"], register, month, scale)
    effects = streams["inspections"].normal(0, truth.INSPECTION_TOWN_LOGIT_SD, len(register.towns))
    town_effect = dict(zip(register.towns["place_code"], effects, strict=True))
    for one in month.shift(-_EARLIER_MONTHS).until(month):
        calls = truth.PHONE_CALLS if one == month else truth.PHONE_CALLS_EARLIER
        sheets += [
            ledgers.phone_checks(streams["phone"], district, one, inbox / str(one), scaled(calls, scale)),
            *ledgers.inspections(streams["inspections"], district, register, one, inbox / str(one), town_effect),
            ledgers.rectification(problems, one, inbox / str(one)),
            ledgers.department_tasks(streams["tasks"], one, inbox / str(one)),
            ledgers.weekly_rounds(streams["rounds"], register, one, inbox / str(one)),
        ]
    sheets += [
        ledgers.projects(streams["projects"], register, month, folder, scale),
        ledgers.workshops(streams["workshops"], register, folder, Totals.at(scale).workshops),
        ledgers.duties(folder),
        ledgers.area_series(folder),
    ]
    return sheets, defects


def _write_all(sheets: list[Sheet], progress: Progress) -> list[Path]:
    """Large files side by side in two processes, largest first, then the small ones."""
    large = sorted((s for s in sheets if len(s.columns[0]) >= _LARGE_ROWS), key=lambda s: -len(s.columns[0]))
    small = [s for s in sheets if len(s.columns[0]) < _LARGE_ROWS]
    written: list[Path] = []
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        running = [pool.submit(write, sheet) for sheet in large]
        for sheet in small:
            written.append(write(sheet))
            progress(sheet.path.name, len(written), len(sheets))
        for future in as_completed(running):
            written.append(future.result())
            progress(written[-1].name, len(written), len(sheets))
    return written


def _is_there(root: Path, marker: Path, made_from: dict[str, object]) -> bool:
    try:
        record = json.loads(marker.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return False
    same = all(record.get(name) == value for name, value in made_from.items())
    return same and all((root / name).is_file() for name in record["files"])


def vars_of(totals: Totals) -> dict[str, int]:
    """Fields of the totals by name."""
    return {name: getattr(totals, name) for name in Totals.__dataclass_fields__}


def _public(module: object) -> dict[str, object]:
    """The constants of a module that are true parameters."""
    return {name: value for name, value in vars(module).items() if name.isupper()}
