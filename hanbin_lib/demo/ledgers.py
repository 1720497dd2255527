"""The tables that the bureau keeps itself (E to M), month by month."""

from pathlib import Path

import numpy as np
import pandas as pd

from hanbin_lib.contract import labels
from hanbin_lib.demo import truth
from hanbin_lib.demo.district import District
from hanbin_lib.demo.truth import scaled
from hanbin_lib.demo.writing import MARK, Sheet, sheet_of
from hanbin_lib.months import Month
from hanbin_lib.places import AreaRegister

_PROBLEMS = ("政策知晓不足", "台账不规范", "措施未落实", "帮扶责任人未入户", "人居环境差", "项目进度慢", "资料不齐")
_NUMERALS = "一二三四五六七八九十"
_SOURCE_WEIGHTS = (0.05, 0.15, 0.45, 0.25, 0.10)


def phone_checks(
    rng: np.random.Generator, district: District, month: Month, folder: Path, calls: int
) -> Sheet:
    """E: every monitored household, then lifted ones, until the month's calls are used up."""
    homes = district.households
    order = np.lexsort((rng.random(len(homes)), ~homes["is_monitored"].to_numpy()))[:calls]
    called = homes.iloc[order].reset_index(drop=True)
    number = len(called)
    data = called[["town_name", "village_name", "household_code"]].copy()
    data["check_month"] = f"{month.year}{month.number:02d}"
    days = rng.integers(24, 29, number)
    data["called_at"] = [f"{month}-{day:02d}" for day in days]
    shares = truth.DISPOSITION_SHARES
    data["disposition"] = rng.choice(np.array(list(shares), dtype=object), number, p=list(shares.values()))
    reached = data["disposition"].eq("有效接通").to_numpy()
    for name, share in truth.PROBLEM_SHARES.items():
        data[name] = np.where(reached, np.where(rng.random(number) < share, "有问题", "有保障"), None)
    visited = np.where(rng.random(number) < truth.VISITED_SHARE, "是", "否")
    data["is_visited"] = np.where(reached, visited, None)
    opinion = truth.SATISFACTION_SHARES
    said = rng.choice(np.array(list(opinion), dtype=object), number, p=list(opinion.values()))
    data["satisfaction"] = np.where(reached, said, None)
    return sheet_of(folder / f"电话抽查记录_{MARK}_{month}.csv", "phone_checks", data, encoding="gb18030")


def inspections(
    rng: np.random.Generator,
    district: District,
    register: AreaRegister,
    month: Month,
    folder: Path,
    town_effect: dict[str, float],
) -> list[Sheet]:
    """F: two villages, ten households and five projects a town, and what was found there."""
    homes = district.households
    by_village = {code: rows for code, rows in homes.groupby("village_code", sort=False)}
    units: list[dict[str, object]] = []
    for number, town in enumerate(register.towns.itertuples()):
        group = f"第{_NUMERALS[(number + month.number) % truth.INSPECTION_GROUPS]}督查组"
        own = [code for code in register.children(town.place_code)["place_code"] if code in by_village]
        drawn = rng.choice(np.array(own), min(truth.VILLAGES_DRAWN, len(own)), replace=False) if own else []
        shared = {"group_name": group, "town_name": town.place_name, "town_code": town.place_code}
        for village in drawn:
            rows = by_village[village]
            name = register.name(village)
            units.append({**shared, "unit_kind": "村", "unit_code": village, "village_name": name, "village_households": len(rows)})
            number_drawn = min(truth.HOUSEHOLDS_DRAWN // truth.VILLAGES_DRAWN, len(rows))
            for home in rng.choice(rows["household_code"].to_numpy(str), number_drawn, replace=False):
                units.append({**shared, "unit_kind": "户", "unit_code": str(home), "village_name": name, "village_households": len(rows)})
        for project in range(truth.PROJECTS_DRAWN):
            units.append({**shared, "unit_kind": "项目", "unit_code": f"XM{town.place_code[-3:]}{project + month.number:03d}"})
    table = pd.DataFrame(units)
    table["inspection_month"] = f"{month.year}{month.number:02d}"
    base = np.log(truth.INSPECTION_FINDING_SHARE / (1 - truth.INSPECTION_FINDING_SHARE))
    odds = base + table["town_code"].map(town_effect).to_numpy()
    found = table[rng.random(len(table)) < 1 / (1 + np.exp(-odds))]
    findings = pd.DataFrame(
        {
            "inspection_month": found["inspection_month"],
            "unit_code": found["unit_code"],
            "problem_kind": rng.choice(np.array(_PROBLEMS, dtype=object), len(found)),
            "severity": rng.choice(np.array(labels.SEVERITIES, dtype=object), len(found), p=[0.7, 0.22, 0.08]),
            "responsible_unit": found["town_name"],
        }
    )
    return [
        sheet_of(folder / f"专项督查单元_{MARK}_{month}.xlsx", "inspection_units", table),
        sheet_of(folder / f"专项督查问题_{MARK}_{month}.xlsx", "inspection_findings", findings),
    ]


def all_problems(rng: np.random.Generator, register: AreaRegister, month: Month, scale: float) -> pd.DataFrame:
    """Every problem of two years with its dates, before any month's ledger is cut from it."""
    number = scaled(2600, scale)
    last = np.datetime64(f"{month.shift(1)}-01") - 1
    found = last - rng.integers(0, 730, number)
    due = found + rng.choice([15, 30, 60], number, p=[0.3, 0.5, 0.2])
    done = found + np.round(rng.lognormal(3.1, 0.55, number)).astype(int)
    town = register.towns.iloc[rng.integers(0, len(register.towns), number)]
    responsible = np.where(
        rng.random(number) < 0.6, town["place_name"].to_numpy(), rng.choice(np.array(truth.DEPARTMENTS), number)
    )
    back = done + rng.integers(30, 120, number)
    table = pd.DataFrame(
        {
            "source": rng.choice(np.array(labels.PROBLEM_SOURCES, dtype=object), number, p=_SOURCE_WEIGHTS),
            "found": found, "town_name": town["place_name"].to_numpy(), "responsible_unit": responsible,
            "problem_kind": rng.choice(np.array(_PROBLEMS, dtype=object), number),
            "due": due, "done": done, "closed": done + rng.integers(1, 8, number), "back": back,
            "look_back_result": np.where(rng.random(number) < 0.06, "反弹", "未反弹"),
        }
    ).sort_values("found", ignore_index=True)  # fmt: skip
    table["problem_code"] = [f"WT{n:05d}" for n in range(1, number + 1)]
    return table


def rectification(problems: pd.DataFrame, month: Month, folder: Path) -> Sheet:
    """G: the ledger as it stood at the month's end; what came later is not in it yet."""
    end = pd.Timestamp(month.last_day)
    seen = problems[problems["found"] <= end].copy()
    for name, column in (("done", "done_date"), ("closed", "closed_date"), ("back", "look_back_date")):
        seen[column] = seen[name].where(seen[name] <= end).dt.strftime("%Y%m%d")
    seen["found_date"] = seen["found"].dt.strftime("%Y%m%d")
    seen["due_date"] = seen["due"].dt.strftime("%Y%m%d")
    seen.loc[seen["look_back_date"].isna(), "look_back_result"] = None
    return sheet_of(folder / f"问题整改台账_{MARK}_{month}.xlsx", "rectification", seen)


def department_tasks(rng: np.random.Generator, month: Month, folder: Path) -> Sheet:
    """J: two tasks a department."""
    rows = []
    for number, department in enumerate(truth.DEPARTMENTS):
        for part in range(2):
            item = labels.WORK_ITEMS[(number * 2 + part) % len(labels.WORK_ITEMS)]
            target = int(rng.integers(5, 60))
            done = int(rng.binomial(target, 0.85))
            rows.append((f"{month.year}{month.number:02d}", department, item, f"{item}重点任务", target, done,
                         month.last_day.replace("-", ""), "完成" if done == target else "推进中"))  # fmt: skip
    names = ["task_month", "department", "work_item", "task", "target_value", "done_value", "due_date", "state"]
    data = pd.DataFrame(rows, columns=names)
    return sheet_of(folder / f"部门任务_{MARK}_{month}.xlsx", "department_tasks", data)


def weekly_rounds(rng: np.random.Generator, register: AreaRegister, month: Month, folder: Path) -> Sheet:
    """L: each week the ten groups visit their towns, some towns less often."""
    rows = []
    for day in range(4, 28, 7):
        date = pd.Timestamp(month.year, month.number, day)
        for number, town in enumerate(register.towns.itertuples()):
            if rng.random() < 0.12:
                continue
            villages = register.children(town.place_code)["place_name"].to_numpy()
            found = int(rng.poisson(2.2))
            settled = int(rng.binomial(found, 0.6))
            rows.append((date.isocalendar().year, date.isocalendar().week, f"第{_NUMERALS[number % truth.WEEKLY_GROUPS]}督帮组",
                         town.place_name, rng.choice(villages), date.strftime("%Y%m%d"), found, settled, found - settled))  # fmt: skip
    names = ["year", "week", "group_name", "town_name", "village_name", "visited_date", "problems_found", "problems_settled", "problems_passed_on"]
    data = pd.DataFrame(rows, columns=names)
    return sheet_of(folder / f"周下沉督帮记录_{MARK}_{month}.csv", "weekly_rounds", data, encoding="utf-8-sig")


def projects(rng: np.random.Generator, register: AreaRegister, month: Month, folder: Path, scale: float) -> Sheet:
    """H: projects of the year."""
    number = scaled(420, scale)
    villages = register.villages.iloc[rng.integers(0, len(register.villages), number)]
    planned = np.round(rng.lognormal(3.6, 0.8, number), 1)
    progress = np.clip(np.round(rng.beta(4, 1.5, number) * 100), 0, 100)
    data = pd.DataFrame(
        {
            "project_code": [f"XM{n:05d}" for n in range(1, number + 1)],
            "project_name": "演示项目",
            "town_name": villages["parent_code"].map(register.name).to_numpy(),
            "village_name": villages["place_name"].to_numpy(),
            "project_kind": rng.choice(np.array(["产业发展", "基础设施", "就业", "人居环境"], dtype=object), number),
            "fund_source": rng.choice(np.array(labels.FUND_SOURCES, dtype=object), number, p=[0.5, 0.25, 0.1, 0.15]),
            "planned_10k_yuan": planned,
            "paid_10k_yuan": np.round(planned * np.clip(progress / 100 - rng.uniform(0, 0.25, number), 0, 1), 1),
            "progress_percent": progress.astype(int),
            "started_date": [f"{month.year}0{m}15" for m in rng.integers(1, 7, number)],
            "finished_date": np.where(progress >= 100, month.last_day.replace("-", ""), None),
            "benefiting_households": rng.integers(8, 120, number),
        }
    )
    return sheet_of(folder / f"衔接资金项目_{MARK}.xlsx", "projects", data)


def workshops(rng: np.random.Generator, register: AreaRegister, folder: Path, number: int) -> Sheet:
    """I: the published number of community workshops."""
    town = register.towns.iloc[rng.integers(0, len(register.towns), number)]
    staff = rng.integers(12, 110, number)
    data = pd.DataFrame(
        {
            "workshop_name": [f"演示社区工厂{n:03d}" for n in range(1, number + 1)],
            "town_name": town["place_name"].to_numpy(),
            "resettlement_site": "演示安置社区",
            "employees": staff,
            "lifted_employees": rng.binomial(staff, 0.45),
            "state": np.where(rng.random(number) < 0.94, "正常", "停产"),
        }
    )
    return sheet_of(folder / f"社区工厂名册_{MARK}.xlsx", "workshops", data)


def duties(folder: Path) -> Sheet:
    """M: who leads and who helps with each of the fifteen items."""
    rows = []
    for number, item in enumerate(labels.WORK_ITEMS):
        for part, role in ((0, "牵头"), (7, "配合")):
            unit = truth.DEPARTMENTS[(number + part) % len(truth.DEPARTMENTS)]
            rows.append((unit, item, "主要负责人", role, "20221231", "分管副区长"))
    names = ["responsible_unit", "work_item", "office", "role", "due_date", "escalates_to"]
    return sheet_of(folder / f"责任清单_{MARK}.xlsx", "duties", pd.DataFrame(rows, columns=names))


def area_series(folder: Path) -> Sheet:
    """K: only published values that could be verified, each with its source."""
    nation, lifted = "农村居民人均可支配收入", "脱贫县农村居民人均可支配收入"
    published = (
        ("全国", nation, 2017, 13432, "国家统计局2018年发布"),
        ("全国", nation, 2023, 21691, "国家统计局2024年发布"),
        ("全国", lifted, 2022, 15111, "国务院新闻发布会2023年2月14日"),
        ("全国", lifted, 2023, 16396, "新华社2024年9月20日"),
        ("全国", lifted, 2024, 17522, "2025年10月发布"),
        ("陕西省", nation, 2017, 10265, "国家统计局2018年发布"),
        ("陕西省", nation, 2021, 14745, "陕西省统计局2022年发布"),
        ("汉滨区", nation, 2024, 15285, "2025年公开报道"),
    )
    rows = [(area, name, year, value, "元", source) for area, name, year, value, source in published]
    names = ["area_name", "indicator_name", "year", "value", "unit", "source"]
    return sheet_of(folder / f"历年数据_{MARK}.xlsx", "area_series", pd.DataFrame(rows, columns=names))
