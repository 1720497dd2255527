"""The places of a county that has no register yet, as its own exports name them.

Names are certain where the list of villages (行政村信息) has them or many rows do; a name of few rows that
is like another one beside it is doubtful, and is asked about together with its nearest neighbour.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import pandas as pd

from hanbin_lib.areas import COUNTY, KINDS, LIKE_A_TOWN, Area, kind_by_name, town_key, village_key
from hanbin_lib.contract.tables import TABLES
from hanbin_lib.errors import HanbinError, refused_input
from hanbin_lib.ingest.exports import UnreadableFileError, inbox_files, read_grids
from hanbin_lib.ingest.grid import Encoded
from hanbin_lib.ingest.recognise import Recognised, recognise
from hanbin_lib.ingest.rows import is_plain

_SOURCES = ("monitored_persons", "lifted_persons", "migrant_work", "villages")
_CODE_HEADING = re.compile(r"(村|区划).*(代码|编码|编号)$")
_VILLAGE_CODE = re.compile(r"[0-9]{12}")
# A name of fewer rows is a slip of the pen, where one that is like it has ten times as many.
_FEW, _TIMES = 20, 10
_FIRST_CODE = {"街道": 1, "镇": 100, "乡": 200, "民族乡": 200, "苏木": 200, "民族苏木": 200, LIKE_A_TOWN: 400,
               "社区": 1, "村": 200}  # fmt: skip
Named = tuple[str, str]  # town and village as a row has them


@dataclass(frozen=True)
class Found:
    """What the exports say of the county's places.

    Parameters
    ----------
    county
        Name of the county, empty where no export has it.
    areas
        Columns of ``areas.csv``.
    doubtful
        Written name (``镇`` or ``镇/村``) -> the neighbour that it is taken for, and its rows.
    is_coded
        Whether the codes are those of the exports.
    """

    county: str
    areas: pd.DataFrame
    doubtful: dict[str, tuple[str, int]]
    is_coded: bool


def found_places(folder: Path, county_code: str, county_name: str = "") -> Found:
    """Read the names of county, towns and villages from the exports in `folder`.

    Raises
    ------
    HanbinError
        ``HB-INI-001`` no export names a town and a village, or none the county, or its name says no kind.
    """
    rows: Counter[Named] = Counter()
    listed: Counter[Named] = Counter()
    counties: Counter[str] = Counter()
    codes: dict[Named, str] = {}
    for sheet in _sheets(folder):
        for county, named, code in _read(sheet):
            counties[county] += 1
            rows[named] += 1
            listed[named] += sheet.table.name == "villages"
            if code:
                codes.setdefault(named, code)
    counties.pop("", None)
    county = county_name or (counties.most_common(1)[0][0] if counties else "")
    if not rows or not county:
        raise _nothing("没有认出填有镇和村的表" if not rows else "没有一张表填有县名，请用 --name 写明")
    if county[-1] not in KINDS[COUNTY]:
        raise _nothing(f"“{county}”没有写明是{'、'.join(KINDS[COUNTY])}中的哪一种", "用 --name 写全名")
    return _arranged(county, county_code, rows, +listed, codes)


def _nothing(
    why: str, action: str = "把监测对象信息、脱贫户信息或行政村信息的导出文件放进文件夹"
) -> HanbinError:
    return refused_input("HB-INI-001", why, action)


def _sheets(folder: Path) -> Iterator[Recognised]:
    files, _ = inbox_files(folder)
    for file in files:
        try:
            grids = read_grids(file.path)
        except UnreadableFileError:
            continue
        for grid in grids:
            sheet = recognise(grid, TABLES.values())
            if isinstance(sheet, Recognised) and not grid.is_hidden and sheet.table.name in _SOURCES:
                yield sheet


def _read(sheet: Recognised) -> Iterator[tuple[str, Named, str]]:
    """County, town and village of each row that has the last two, and the village's code."""
    columns = [_cells(sheet, name) for name in ("county_name", "town_name", "village_name")]
    codes = _codes(sheet)
    for number, (county, town, village) in enumerate(zip(*columns, strict=True)):
        if is_plain(town) and is_plain(village):
            yield county, (town, village), codes[number] if codes else ""


def _cells(sheet: Recognised, name: str) -> list[str]:
    start = sheet.header + 1
    if name not in sheet.places:
        return [""] * (sheet.grid.height - start)
    return _texts(sheet.grid.columns[sheet.places[name][0]], start)


def _texts(column: Encoded, start: int) -> list[str]:
    """Texts of the rows from `start` on, folded; empty where there is none."""
    folded = [unicodedata.normalize("NFKC", text).strip() for text in column.texts.to_pylist()]
    folded.append("")  # of code -1
    return [folded[code] for code in column.codes[start:].tolist()]


def _codes(sheet: Recognised) -> list[str]:
    """Twelve-digit codes of villages, where a column that the contract does not know has them."""
    for heading, column in zip(sheet.headings, sheet.grid.columns, strict=True):
        if _CODE_HEADING.search(heading):
            texts = _texts(column, sheet.header + 1)
            return [text if _VILLAGE_CODE.fullmatch(text) else "" for text in texts]
    return []


def _arranged(
    county: str, code: str, rows: Counter[Named], listed: Counter[Named], codes: dict[Named, str]
) -> Found:
    towns = _merged(_sums(rows, 0), town_key)
    known_towns = {town_key(town) for town, _ in listed}
    doubtful = {
        spelt: (other, towns[spelt])
        for spelt, other in _slips(towns, {name for name in towns if town_key(name) in known_towns}).items()
    }
    official = {town_key(town): doubtful.get(town, (town, 0))[0] for town in towns}
    villages: dict[str, Counter[str]] = defaultdict(Counter)
    sure: dict[str, set[str]] = defaultdict(set)
    for (town, village), count in rows.items():
        villages[official[town_key(town)]][village] += count
        if (town, village) in listed:
            sure[official[town_key(town)]].add(village_key(village))
    kept: dict[str, list[str]] = {}
    for town, counts in sorted(villages.items()):
        merged = _merged(counts, village_key)
        slips = _slips(merged, {name for name in merged if village_key(name) in sure[town]})
        doubtful |= {f"{town}/{spelt}": (other, merged[spelt]) for spelt, other in slips.items()}
        kept[town] = sorted(set(merged) - set(slips))
    found = {(official[town_key(t)], village_key(v)): c for (t, v), c in codes.items()}
    return Found(county, _areas(county, code, kept, found), doubtful, bool(codes))


def _sums(rows: Counter[Named], part: int) -> Counter[str]:
    total: Counter[str] = Counter()
    for named, count in rows.items():
        total[named[part]] += count
    return total


def _merged(counts: Counter[str], key: Callable[[str], str]) -> dict[str, int]:
    """Spellings of one name become the longest of them, with all their rows."""
    groups: dict[str, list[str]] = defaultdict(list)
    for name in counts:
        groups[key(name)].append(name)
    return {max(names, key=lambda n: (len(n), n)): sum(counts[n] for n in names) for names in groups.values()}


def _slips(counts: dict[str, int], sure: set[str]) -> dict[str, str]:
    """Names of few rows -> a name that is like them and has many more, or is listed."""
    slips = {}
    for name, count in counts.items():
        others = [o for o in counts if o != name and (counts[o] >= _TIMES * count or o in sure)]
        near = get_close_matches(name, others, n=1, cutoff=0.6)
        if name not in sure and count < _FEW and near:
            slips[name] = near[0]
    return slips


def _areas(
    county: str, code: str, kept: dict[str, list[str]], codes: dict[tuple[str, str], str]
) -> pd.DataFrame:
    """``areas.csv``: codes of the exports, else made by the form of the statistics' codes, and said so."""
    rows = [(code, county, county[-1], "", "是", "")]
    made = "暂编代码，待核"
    taken: set[str] = set(codes.values()) | {village_code[:9] for village_code in codes.values()}
    for town, villages in kept.items():
        kind = kind_by_name(town) or "镇"
        own = [codes[town, village_key(v)] for v in villages if (town, village_key(v)) in codes]
        town_code = own[0][:9] if own else _next(code, _FIRST_CODE[kind], taken)
        rows.append((town_code, town, kind, code, "是", "" if own else made))
        for village in villages:
            known = codes.get((town, village_key(village)))
            kind = "社区" if "社区" in village or "居委会" in village else "村"
            at = known or _next(town_code, _FIRST_CODE[kind], taken)
            rows.append((at, village, kind, town_code, "是", "" if known else made))
    return pd.DataFrame(rows, columns=list(Area.__dataclass_fields__)).sort_values(
        "place_code", ignore_index=True
    )


def _next(parent: str, first: int, taken: set[str]) -> str:
    number = next(n for n in range(first, 1000) if f"{parent}{n:03d}" not in taken)
    taken.add(f"{parent}{number:03d}")
    return f"{parent}{number:03d}"
