"""C: spells of work away, one row a spell, the last row of a person being the latest."""

from pathlib import Path

import numpy as np

from hanbin_demo import cell_noise
from hanbin_demo.cells import flags, place_texts, work_places
from hanbin_demo.chance import choose, draw, labelled
from hanbin_demo.district import District
from hanbin_demo.exports import national_title
from hanbin_demo.sheets import MARK
from hanbin_demo.work import CHANNELS, EMPLOYERS, INDUSTRIES, PLACES
from hanbin_demo.xlsx import Sheet
from hanbin_lib.contract import TABLES
from hanbin_lib.contract.labels import HOUSEHOLD_TYPES, MONITORED_CATEGORIES
from hanbin_lib.months import Month
from hanbin_lib.statistics import stream

_EARLIER_SHARE = 0.07
_NOT_WORKING_SHARE = 0.03
_HEADINGS = {"village_name": "行政村", "work_county": "务工所在县"}


def work_sheet(district: District, folder: Path) -> Sheet:
    """Who works away now, some with an earlier spell, and some who have not left."""
    table = TABLES["migrant_work"]
    rng = stream(district.seed, "spells")
    works = district.persons["works"].to_numpy()
    working = np.flatnonzero(works)
    idle = ~works & (district.persons["labour"] <= 2).to_numpy()
    staying = choose(rng, idle, round(_NOT_WORKING_SHARE * len(working)))
    earlier = working[rng.random(len(working)) < _EARLIER_SHARE]
    rows = np.concatenate([earlier, working, staying])
    kind = np.repeat([0, 1, 2], [len(earlier), len(working), len(staying)])
    # A person's earlier spell stands right above the latest one.
    order = np.lexsort((kind, rows))
    texts = _texts(district, rows[order], kind[order], rng)
    columns = [column for column in table.columns if not column.is_area_code]
    headings = [_HEADINGS.get(column.name, column.heading) for column in columns]
    cells = [texts[column.name] for column in columns]
    cells = cell_noise.with_total(cells, len(cells) - 1, "")
    day = district.month.last_day.replace("-", "")
    path = folder / f"（务工月监测）已外出务工信息_{MARK}_{day}.xlsx"
    return Sheet(path, headings, cells, national_title(district, table))


def _texts(
    district: District, rows: np.ndarray, kind: np.ndarray, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """Cells of the spells: 0 an earlier one, 1 the present one, 2 has not left."""
    people = district.persons.iloc[rows]
    homes = district.households.iloc[people["household"]]
    away = kind < 2
    now = people["started"].to_numpy()
    before = now - rng.integers(3, 11, len(rows))
    started = np.where(kind == 0, before, np.where(kind == 1, now, -1))
    ended = np.where(kind == 0, np.maximum(before + 1, now - 1), -1)
    employer = np.where(kind == 0, draw(rng, list(EMPLOYERS.values()), len(rows)), people["employer"])
    place = np.where(kind == 0, draw(rng, list(PLACES.values()), len(rows)), people["work_place"])
    channel = np.where(kind == 0, draw(rng, list(CHANNELS.values()), len(rows)), people["channel"])
    pay = np.where(away, people["pay"], 0)
    return place_texts(district, homes["village"].to_numpy(), rng) | {
        "household_code": district.codes[people["household"]],
        "id_number": people["id_number"].to_numpy(dtype=object),
        "household_type": np.where(homes["is_lifted"], HOUSEHOLD_TYPES[0], HOUSEHOLD_TYPES[1]).astype(object),
        "monitored_category": labelled(MONITORED_CATEGORIES, homes["category"]),
        "is_working": flags(away),
        "started_month": _chinese_months(started),
        "ended_month": _chinese_months(ended),
        "work_county": labelled(work_places(district), place),
        "employer_name": labelled(list(EMPLOYERS), employer),
        "industry": labelled(INDUSTRIES, employer),
        "work_channel": labelled(list(CHANNELS), channel),
        "monthly_pay_yuan": np.array([str(v) if v else "" for v in pay.tolist()], dtype=object),
    }


def _chinese_months(ordinals: np.ndarray) -> np.ndarray:
    """2022年09月; empty where there is none."""
    known = {}
    for number in np.unique(ordinals[ordinals > 0]):
        month = Month.from_ordinal(int(number))
        known[int(number)] = f"{month.year}年{month.number:02d}月"
    return np.array([known.get(n, "") for n in ordinals.tolist()], dtype=object)
