"""The four exports of the national system (A to D), with the quirks of real ones."""

from pathlib import Path

import numpy as np
import pandas as pd

from hanbin_lib.contract import MEASURES
from hanbin_lib.demo import truth
from hanbin_lib.demo.district import District
from hanbin_lib.demo.truth import scaled
from hanbin_lib.demo.writing import MARK, Sheet, sheet_of
from hanbin_lib.months import Month
from hanbin_lib.places import AreaRegister

_EXTRA_COLUMNS = 36
_TRAILER = ((), ("合计", "", ""))
_FULL_WIDTH = str.maketrans("0123456789()", "０１２３４５６７８９（）")


def export_sheets(
    rng: np.random.Generator,
    district: District,
    register: AreaRegister,
    month: Month,
    folder: Path,
    scale: float,
) -> tuple[list[Sheet], dict[str, int]]:
    """Sheets of A, B (three files), C and D; and how many defects of each kind were planted."""
    rows = _person_rows(district, register)
    monitored = rows[rows["is_monitored"]].reset_index(drop=True)
    monitored, defects = _with_defects(rng, monitored, scale)
    lifted = rows[rows["is_lifted"]].drop(columns=[*MEASURES, "monitored_category"], errors="ignore")
    sheets = [
        _monitored_sheet(monitored, folder),
        *_lifted_sheets(lifted.reset_index(drop=True), folder),
        _migrant_sheet(rng, rows, month, folder),
        _village_sheet(rng, district, register, folder),
    ]
    return sheets, defects


def _person_rows(district: District, register: AreaRegister) -> pd.DataFrame:
    """One row a person with its household's facts repeated, as the export has it."""
    homes, people = district.households, district.people
    rows = people.merge(homes, left_on="household", right_index=True, how="left")
    county = register.county["place_name"]
    codes = rows["household_code"] + (rows["position"] + 1).astype(str).str.zfill(2)
    return rows.assign(
        province_name="陕西省",
        city_name="安康市",
        county_name=county,
        person_code=codes,
        sex=rows["sex"].map({1: "男", 2: "女"}),
        id_type="居民身份证",
        household_phone="1990000" + (rows["household"] % 10_000).astype(str).str.zfill(4),
        subsistence_allowance=np.where(rows["measure_social_security"].eq("低保"), "农村低保", "未享受"),
        destitute_support="未享受",
        household_type=np.where(rows["is_lifted"], "脱贫户", "一般农户"),
        household_size=rows["size"],
        is_dilapidated_house="否",
        has_safe_water="是",
        identified_month=_yyyymm(rows["identified"]),
        eliminated_month=_yyyymm(rows["eliminated"]),
        first_measure_month=_yyyymm(rows["first_measure"]),
        out_of_pocket_yuan=np.where(rows["risk_cause_1"].eq("因病") | rows["risk_cause_2"].eq("因病"), 4000 + rows["household"] % 9000, 0.0),
        claims_yuan=0.0,
    )


def _yyyymm(ordinals: pd.Series) -> pd.Series:
    def written(value: object) -> str | None:
        number = 0 if value is None or value != value else int(value)  # type: ignore[call-overload]  # noqa: PLR0124
        return f"{number // 12}{number % 12 + 1:02d}" if number > 0 else None

    return ordinals.map({value: written(value) for value in ordinals.unique()}).astype(object)


def _with_defects(
    rng: np.random.Generator, rows: pd.DataFrame, scale: float
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Plant defects that warn; returns how many of each."""
    planted = {name: scaled(count, scale) for name, count in truth.DEFECTS.items()}
    head = rows["position"].eq(0).to_numpy()
    open_homes = rows.loc[head & rows["is_risk_eliminated"].eq("否"), "household"].to_numpy()
    homes = iter(rng.permutation(open_homes))

    def some(number: int) -> list[int]:
        return [int(home) for _, home in zip(range(number), homes, strict=False)]

    rows = rows.copy()
    chosen = rows["household"].isin(some(planted["income_mismatch"]))
    rows.loc[chosen, "net_income_per_head_yuan"] = rows.loc[chosen, "net_income_per_head_yuan"] + 500
    several = [h for h in some(60) if rows["household"].eq(h).sum() > 1][: planted["household_field_differs"]]
    rows.loc[rows["household"].isin(several) & ~head, "is_dilapidated_house"] = "是"
    healthy = rows.groupby("household")["health"].transform(lambda h: ~h.str.contains("残疾").any())
    pool = rows.loc[head & healthy & rows["is_risk_eliminated"].eq("否"), "household"].to_numpy()
    sound = rng.choice(pool, min(planted["cause_disabled_without_disabled"], len(pool)), replace=False)
    rows.loc[rows["household"].isin(sound), "risk_cause_2"] = "因残"
    gone = rows.loc[head & rows["eliminated"].ge(Month(2022, 5).ordinal), "household"].to_numpy()
    early = rng.choice(gone, min(planted["eliminated_too_early"], len(gone)), replace=False)
    rows.loc[rows["household"].isin(early), "elimination_mode"] = "自然消除"
    shifted = rows["household"].isin(early)
    soon = rows.loc[shifted, "eliminated"].astype(int) - 3
    rows.loc[shifted, "identified_month"] = _yyyymm(soon)
    rows.loc[shifted, "first_measure_month"] = _yyyymm(soon)
    labelled = some(planted["unknown_label"])
    rows.loc[rows["household"].isin(labelled), "risk_cause_1"] = "因市场行情波动"
    return rows, {name: count for name, count in planted.items()}


def _monitored_sheet(rows: pd.DataFrame, folder: Path) -> Sheet:
    """A: aliases, a doubled heading, leaked floats, full-width text, columns nobody asked for."""
    rows = rows.copy()
    every = rows.index % 7 == 3
    rows.loc[every, "identified_month"] = rows.loc[every, "identified_month"] + ".0"
    rows.loc[rows.index % 11 == 5, "village_name"] = " " + rows.loc[rows.index % 11 == 5, "village_name"] + " "
    rows.loc[rows.index % 13 == 1, "town_name"] = rows.loc[rows.index % 13 == 1, "town_name"].str.replace("镇", "镇　")
    choice = rows.index % 5 == 2
    rows.loc[choice, "health"] = rows.loc[choice, "health"].map(_reversed)
    base = sheet_of(folder / f"（自定义）监测对象信息_{MARK} (22).xlsx", "monitored_persons", rows)
    headings = [_A_HEADINGS.get(h, h) for h in base.headings]
    again = base.columns[base.headings.index("风险是否已消除")]
    doubled = [value if n % 3 else None for n, value in enumerate(again)]
    extra = [f"备用指标{n:02d}" for n in range(1, _EXTRA_COLUMNS + 1)]
    blank = [None] * len(rows)
    return Sheet(
        base.path,
        (*headings, "风险是否已消除", *extra),
        (*base.columns, doubled, *[blank] * len(extra)),
        title=f"监测对象信息（{MARK}，虚构，不对应任何真实个人）",
        trailer=_TRAILER,
    )


_A_HEADINGS = {
    "人口编号": "人编号",
    "务工时间（月）": "务工时间(月)",
    "监测对象类别": "监测对象 类别",
    "人均纯收入（元）": "人均纯收入（元） ",
    "公益岗位帮扶": "公益性岗位帮扶",
}


def _reversed(text: str) -> str:
    return "，".join(reversed(text.split(",")))


def _lifted_sheets(rows: pd.DataFrame, folder: Path) -> list[Sheet]:
    """B in three files of different column order; one household goes on in the next file."""
    rows = rows.assign(sex=rows["sex"].map({"男": "1", "女": "2"}))
    rows["village_name"] = rows["village_name"].str.replace("村委会", "村").str.replace("社区居委会", "社区")
    edges = [0, *(_inside(rows, share) for share in (0.34, 0.67)), len(rows)]
    sheets = []
    for number, (start, end) in enumerate(zip(edges, edges[1:], strict=False), 1):
        path = folder / f"（基础信息）脱贫户信息_{MARK}_{number}.xlsx"
        base = sheet_of(path, "lifted_persons", rows.iloc[start:end])
        order = np.roll(np.arange(len(base.headings)), 5 * (number - 1))
        headings = [base.headings[n] for n in order]
        if number == 2:
            headings = [h.translate(_FULL_WIDTH) if "(" in h else h for h in headings]
        sheets.append(
            Sheet(
                path,
                tuple(headings),
                tuple(base.columns[n] for n in order),
                title=f"脱贫户信息（{MARK}）",
                trailer=_TRAILER if number == 3 else (),
            )
        )
    return sheets


def _inside(rows: pd.DataFrame, share: float) -> int:
    """A row near `share` of the table that is inside a household, not at its start."""
    place = int(len(rows) * share)
    while place < len(rows) - 1 and rows["position"].iat[place] == 0:
        place += 1
    return place


def _migrant_sheet(rng: np.random.Generator, rows: pd.DataFrame, month: Month, folder: Path) -> Sheet:
    """C: one spell a worker, an earlier one for some, and some who came home."""
    working = rows[rows["is_worker"]]
    home = rows[~rows["is_worker"] & rows["is_able"] & rows["public_post"].isna()]
    home = home.iloc[rng.permutation(len(home))[: len(working) // 40]]
    earlier = working.iloc[rng.permutation(len(working))[: len(working) // 50]]
    started = month.ordinal - rng.integers(1, 30, len(working))
    parts = [
        earlier.assign(is_working="否", started_month="2019年03月", ended_month="2019年12月"),
        working.assign(is_working="是", started_month=[_chinese(n) for n in started], ended_month=None),
        home.assign(is_working="否", started_month="2021年03月", ended_month="2021年11月"),
    ]
    spells = pd.concat(parts, ignore_index=True)
    spells["monthly_pay_yuan"] = np.round(rng.lognormal(8.25, 0.28, len(spells)) / 50) * 50
    spells["work_county"] = spells["work_place"]
    spells["work_channel"] = rng.choice(np.array(["外出务工", "帮扶车间", "企业招聘"], dtype=object), len(spells))
    path = folder / f"（务工月监测）已外出务工信息_{MARK}.xlsx"
    return sheet_of(path, "migrant_work", spells, title=f"已外出务工信息（{MARK}）", trailer=_TRAILER)


def _chinese(ordinal: int) -> str:
    return f"{ordinal // 12}年{ordinal % 12 + 1:02d}月"


def _village_sheet(
    rng: np.random.Generator, district: District, register: AreaRegister, folder: Path
) -> Sheet:
    """D: one row a village or community."""
    villages = register.villages
    lifted = district.households[district.households["is_lifted"]].groupby("village_code").size()
    poor = lifted.reindex(villages["place_code"]).fillna(0).astype(int).to_numpy()
    households = poor + rng.integers(150, 600, len(villages))
    data = pd.DataFrame(
        {
            "county_name": register.county["place_name"],
            "town_name": villages["parent_code"].map(register.name),
            "village_name": villages["place_name"],
            "households": households,
            "persons": np.round(households * rng.uniform(3.0, 3.7, len(villages))).astype(int),
            "lifted_households": poor,
            "collective_income_10k_yuan": np.round(rng.lognormal(2.3, 0.7, len(villages)), 2),
            "net_income_per_head_yuan": np.round(rng.normal(13_000, 1500, len(villages))).astype(int),
            "unsafe_water_households": 0,
            "dilapidated_households": 0,
        }
    )
    path = folder / f"（自定义）行政村信息_{MARK}.xlsx"
    return sheet_of(path, "villages", data, title=f"行政村信息（{MARK}）", trailer=_TRAILER)
