"""F and L: the monthly inspections of drawn units, and the weekly rounds of the groups."""

from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from hanbin_demo.chance import draw, sigmoid
from hanbin_demo.district import District
from hanbin_demo.sheets import MARK, bureau_sheet, office, stamp
from hanbin_demo.xlsx import Sheet
from hanbin_lib.contract.labels import INSPECTION_UNIT_KINDS, SEVERITIES
from hanbin_lib.months import Month
from hanbin_lib.statistics import stream

VILLAGES_A_TOWN, HOUSEHOLDS_A_VILLAGE, PROJECTS_A_TOWN = 2, 5, 5
INSPECTION_GROUPS, WEEKLY_GROUPS = 8, 10
VISITS_A_GROUP_AND_WEEK = 4
_NUMERALS = "一二三四五六七八九十"
_KINDS = {
    "村": ("村级台账不规范", "政策宣传不到位", "人居环境整治不力", "驻村队员不在岗", "集体经济收益分配滞后"),
    "户": ("帮扶措施未落实", "收入核算不准确", "一户一策不精准", "住房存在隐患", "明白卡填写错误"),
    "项目": ("项目进度滞后", "资金支付缓慢", "联农带农机制不健全", "资产未及时移交"),
}
_SEVERITY_SHARES = (0.72, 0.22, 0.06)


def inspection_sheets(
    district: District, project_codes: dict[str, list[str]], month: Month, folder: Path
) -> list[Sheet]:
    """Units drawn in every town, and what was found in them.

    Parameters
    ----------
    project_codes
        Town code -> codes of its projects.
    """
    rng = stream(district.seed, "inspection", month)
    units = draw_units(district, project_codes, month, rng)
    chance = _chances(district, units)
    findings = _findings(units[rng.random(len(units)) < chance], rng)
    units = units.assign(inspection_month=stamp(month))
    findings = findings.assign(inspection_month=stamp(month))
    return [
        bureau_sheet("inspection_units", units, folder / f"专项督查单元_{MARK}_{stamp(month)}.xlsx"),
        bureau_sheet("inspection_findings", findings, folder / f"专项督查问题_{MARK}_{stamp(month)}.csv"),
    ]


def draw_units(
    district: District,
    project_codes: dict[str, list[str]],
    month: Month,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Per town two villages, five households in each of them, five projects, all at random."""
    village_of = district.households["village"].to_numpy()
    places = district.places.villages["town"].to_numpy()
    rows: list[dict[str, object]] = []
    for number, town in enumerate(district.places.towns.itertuples()):
        group = f"第{_NUMERALS[(number + month.ordinal) % INSPECTION_GROUPS]}督查组"
        base: dict[str, object] = {"group_name": group, "town_name": town.name, "town": number}
        own = rng.permutation(np.flatnonzero(places == number))[:VILLAGES_A_TOWN]
        for village in np.sort(own):
            homes = np.flatnonzero(village_of == village)
            rows += [base | row for row in _village_units(district, int(village), homes, rng)]
        projects = rng.permutation(project_codes.get(str(town.code), []))[:PROJECTS_A_TOWN]
        blank = {"village": -1, "village_name": "", "village_households": "", "unit_kind": "项目"}
        rows += [base | blank | {"unit_code": str(code)} for code in np.sort(projects)]
    return pd.DataFrame(rows)


def _village_units(
    district: District, village: int, homes: np.ndarray, rng: np.random.Generator
) -> list[dict[str, object]]:
    """Draw households in a village and list them with the village itself."""
    place = district.places.villages.iloc[village]
    base = {"village": village, "village_name": place["name"], "village_households": str(len(homes))}
    drawn = np.sort(rng.permutation(homes)[:HOUSEHOLDS_A_VILLAGE])
    return [base | {"unit_kind": "村", "unit_code": place["code"]}] + [
        base | {"unit_kind": "户", "unit_code": district.codes[home]} for home in drawn
    ]


def _chances(district: District, units: pd.DataFrame) -> np.ndarray:
    """Chance that a unit has a problem: by its kind, its village or else its town."""
    base = np.array(district.assumptions.finding_logits)
    kind = pd.Index(INSPECTION_UNIT_KINDS).get_indexer(pd.Index(units["unit_kind"]))
    of_town = district.places.towns["finding"].to_numpy()[units["town"]]
    of_village = district.places.villages["finding"].to_numpy()[units["village"]]
    return sigmoid(base[kind] + np.where(units["village"] >= 0, of_village, of_town))


def _findings(units: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """One problem a unit, in a fifth of them two."""
    units = units.loc[units.index.repeat(1 + (rng.random(len(units)) < 0.2))]
    kinds = [_KINDS[kind][rng.integers(len(_KINDS[kind]))] for kind in units["unit_kind"]]
    severity = np.array(SEVERITIES, dtype=object)[draw(rng, _SEVERITY_SHARES, len(units))]
    return pd.DataFrame(
        {
            "unit_code": units["unit_code"].to_numpy(),
            "problem_kind": kinds,
            "severity": severity,
            "problem_text": [f"{kind}（演示）" for kind in kinds],
            "responsible_unit": [office(town) for town in units["town_name"]],
        }
    )


def finding_truth(district: District) -> dict[str, dict[str, float]]:
    """Return the true shares of units with a problem by town.

    Of villages the plain mean, of households the mean over all households of the town.
    """
    villages, towns = district.places.villages, district.places.towns
    homes = np.bincount(district.households["village"], minlength=len(villages))
    effect, town = villages["finding"].to_numpy(), villages["town"].to_numpy()
    logits = district.assumptions.finding_logits
    truth = {}
    for number in np.unique(town):
        own = town == number
        weights = homes[own] + 1e-9
        truth[str(towns["code"].iloc[number])] = {
            "village": float(sigmoid(logits[0] + effect[own]).mean().round(6)),
            "household": float(np.average(sigmoid(logits[1] + effect[own]), weights=weights).round(6)),
            "project": float(sigmoid(logits[2] + towns["finding"].iloc[number]).round(6)),
        }
    return truth


class _Ground(NamedTuple):
    """Where the groups go: towns and villages by number; a cell of a data frame would cost more than a visit."""

    towns: list[str]
    villages: list[str]
    town_of_village: np.ndarray
    finding_of_village: np.ndarray
    inhabited_towns: np.ndarray


def _ground(district: District) -> _Ground:
    towns, villages = district.places.towns, district.places.villages
    town_of_village = villages["town"].to_numpy()
    return _Ground(
        towns["name"].tolist(),
        villages["name"].tolist(),
        town_of_village,
        villages["finding"].to_numpy(),
        np.unique(town_of_village),
    )


def weekly_sheet(district: District, month: Month, folder: Path) -> Sheet:
    """Visits of the groups in the weeks whose Friday lies in the month."""
    rng = stream(district.seed, "rounds", month)
    ground, rows = _ground(district), []
    for friday in _fridays(month):
        year, week, _ = friday.isocalendar()
        for group in range(WEEKLY_GROUPS):
            rows += [
                {
                    "year": str(year),
                    "week": str(week),
                    "group_name": f"第{_NUMERALS[group]}督帮组",
                    **_visit(ground, group, week, friday, rng),
                }
                for _ in range(VISITS_A_GROUP_AND_WEEK)
            ]
    path = folder / f"周下沉督帮记录_{MARK}_{stamp(month)}.xlsx"
    return bureau_sheet("weekly_rounds", pd.DataFrame(rows), path)


def _fridays(month: Month) -> list[date]:
    first = date(month.year, month.number, 1)
    friday = first + timedelta(days=(4 - first.weekday()) % 7)
    days = [friday + timedelta(days=7 * number) for number in range(5)]
    return [day for day in days if day.month == month.number]


def _visit(ground: _Ground, group: int, week: int, friday: date, rng: np.random.Generator) -> dict[str, str]:
    inhabited = ground.inhabited_towns
    own = inhabited[(np.arange(len(inhabited)) + week) % WEEKLY_GROUPS == group]
    town = rng.choice(own if len(own) else inhabited)
    village = rng.choice(np.flatnonzero(ground.town_of_village == town))
    found = int(rng.poisson(2.2 * np.exp(0.4 * float(ground.finding_of_village[village]))))
    settled = int(rng.binomial(found, 0.62))
    passed = int(rng.binomial(found - settled, 0.85))
    # The first Friday may follow days of the month before.
    day = max(friday - timedelta(days=int(rng.integers(0, 4))), friday.replace(day=1))
    return {
        "town_name": ground.towns[town],
        "village_name": ground.villages[village],
        "visited_date": day.strftime("%Y%m%d"),
        "problems_found": str(found),
        "problems_settled": str(settled),
        "problems_passed_on": str(passed),
        "matters_text": "群众反映道路、饮水等事项（演示）" if found else "",
    }
