"""G, H, I, J and M: the bureau's ledgers of problems, projects, workshops, tasks and duties."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from hanbin_demo.chance import apportion, draw
from hanbin_demo.district import District
from hanbin_demo.sheets import MARK, bureau_sheet, office, stamp
from hanbin_demo.xlsx import Sheet
from hanbin_lib.contract.labels import FUND_SOURCES, PROBLEM_SOURCES
from hanbin_lib.months import Month
from hanbin_lib.statistics import stream

# With the county's kind (区, 县 …) put in.
_DEPARTMENTS = (
    "{}乡村振兴局", "{}农业农村局", "{}发展和改革局", "{}财政局", "{}教育科技和体育局",
    "{}卫生健康局", "{}医疗保障局", "{}住房和城乡建设局", "{}水利局", "{}人力资源和社会保障局",
    "{}民政局", "{}残疾人联合会", "{}交通运输局", "{}自然资源局", "{}林业局",
    "{}文化和旅游广电局", "{}经济贸易局", "{}委组织部", "{}委政法委", "{}审计局",
    "{}应急管理局", "{}供销合作社", "团{}委",
)  # fmt: skip
# The fifteen work items (十五件具体事项) of the campaign of 2022.
WORK_ITEMS = (
    "防返贫监测", "稳岗就业", "产业", "村集体经济", "扶贫资产与衔接资金绩效", "三保障及饮水短板",
    "搬迁后扶", "乡村治理", "人居环境", "问题整改", "规划与示范", "后评估与考核",
    "重点县政策争取", "驻村帮扶", "社会帮扶",
)  # fmt: skip
# Who leads each of the fifteen items (position in the list above), in their order.
_LEADERS = (0, 9, 1, 17, 3, 0, 2, 18, 1, 0, 2, 0, 2, 17, 0)
_TASKS = {
    "防返贫监测": "完成当月线索核查", "稳岗就业": "脱贫劳动力转移就业", "产业": "产业到户奖补兑付",
    "村集体经济": "集体经济空壳村清零", "扶贫资产与衔接资金绩效": "衔接资金支出",
    "三保障及饮水短板": "短板问题清零",
    "搬迁后扶": "搬迁户后续帮扶走访", "乡村治理": "网格化排查", "人居环境": "卫生厕所改造",
    "问题整改": "反馈问题销号", "规划与示范": "示范村建设", "后评估与考核": "自查自评",
    "重点县政策争取": "项目申报", "驻村帮扶": "驻村工作督查", "社会帮扶": "消费帮扶",
}  # fmt: skip
_PROBLEM_KINDS = (
    "监测识别不及时",
    "帮扶措施不精准",
    "资金支出进度慢",
    "项目管理不规范",
    "数据质量问题",
    "责任落实不到位",
    "饮水安全不稳定",
    "就业帮扶薄弱",
)
_SOURCE_SHARES = (0.03, 0.09, 0.40, 0.30, 0.18)
_DAYS_ALLOWED = (90, 60, 30, 15, 30)
_PROBLEMS_AT_FULL_SCALE, _PROJECTS_AT_FULL_SCALE = 3200, 640
_PROBLEM_MONTHS, _LEAST_PROJECTS = 21, 6
_PROJECT_KINDS = ("产业发展", "就业项目", "乡村建设行动", "易地搬迁后扶", "巩固三保障成果", "项目管理费")
_FACTORIES = ("毛绒玩具", "服装加工", "电子元件", "手套编织", "食品加工", "箱包加工")


def departments(district: District) -> list[str]:
    """Names of the twenty-three departments."""
    kind = str(district.places.register.county["kind"])
    return [name.format(kind) for name in _DEPARTMENTS]


def days_as_text(dates: np.ndarray) -> np.ndarray:
    """YYYYMMDD; NaT is empty."""
    texts = np.datetime_as_string(dates)
    return np.array(["" if t == "NaT" else t.replace("-", "") for t in texts], dtype=object)


def problem_history(district: District) -> pd.DataFrame:
    """Every problem ever found, with the dates on which it was, or will be, done and closed."""
    rng, a = stream(district.seed, "problems"), district.assumptions
    count = max(20, round(_PROBLEMS_AT_FULL_SCALE * district.scale))
    first = np.datetime64(f"{district.month.shift(1 - _PROBLEM_MONTHS)}-01", "D")
    span = int((np.datetime64(district.month.last_day, "D") - first).astype(int))
    found = np.sort(first + rng.integers(0, span + 1, count))
    source = draw(rng, _SOURCE_SHARES, count)
    allowed = np.array(_DAYS_ALLOWED)[source]
    town = rng.integers(0, len(district.places.towns), count)
    by_town = rng.random(count) < 0.7
    in_time = rng.random(count) < a.done_in_time_share
    share = np.where(in_time, rng.beta(3, 2, count), 1 + rng.exponential(0.6, count))
    done = found + np.maximum(1, np.round(allowed * share)).astype(int)
    closed = done + rng.integers(1, 12, count)
    looked = closed + rng.integers(45, 120, count)
    names = district.places.towns["name"].to_numpy(dtype=object)
    department = rng.choice(np.array(departments(district), dtype=object), count)
    return pd.DataFrame(
        {
            "problem_code": [f"WT{str(day)[:4]}{number + 1:05d}" for number, day in enumerate(found)],
            "source": np.array(PROBLEM_SOURCES, dtype=object)[source],
            "town_name": np.where(by_town, names[town], ""),
            "responsible_unit": np.where(by_town, [office(names[n]) for n in town], department),
            "problem_kind": rng.choice(np.array(_PROBLEM_KINDS, dtype=object), count),
            "found": found, "due": found + allowed, "done": done, "closed": closed, "looked": looked,
            "relapsed": rng.random(count) < a.relapse_share,
        }
    )  # fmt: skip


def rectification_sheet(history: pd.DataFrame, month: Month, folder: Path) -> Sheet:
    """G as it stood at the month's end: what came later is still empty."""
    end = np.datetime64(month.last_day, "D")
    known = history[history["found"].to_numpy().astype("datetime64[D]") <= end]

    def until_now(column: str) -> np.ndarray:
        dates = known[column].to_numpy().astype("datetime64[D]")
        return days_as_text(np.where(dates <= end, dates, np.datetime64("NaT", "D")))

    looked = until_now("looked")
    result = np.where(known["relapsed"], "反弹", "未反弹")
    rows = known.assign(
        found_date=until_now("found"),
        due_date=days_as_text(known["due"].to_numpy().astype("datetime64[D]")),
        done_date=until_now("done"),
        closed_date=until_now("closed"),
        look_back_date=looked,
        look_back_result=np.where(looked != "", result, ""),
    )
    return bureau_sheet("rectification", rows, folder / f"问题整改台账_{MARK}_{stamp(month)}.xlsx")


def draw_projects(district: District) -> pd.DataFrame:
    """H: projects of the year, at least six a town."""
    rng, villages = stream(district.seed, "projects"), district.places.villages
    towns, listed = np.unique(villages["town"], return_counts=True)
    least = _LEAST_PROJECTS * len(towns)
    total = max(least, round(_PROJECTS_AT_FULL_SCALE * district.scale))
    town = np.repeat(towns, _LEAST_PROJECTS + apportion(listed, total - least))
    village = np.array([rng.choice(np.flatnonzero(villages["town"] == n)) for n in town])
    count = len(town)
    kind = np.array(_PROJECT_KINDS, dtype=object)[draw(rng, (0.5, 0.1, 0.28, 0.04, 0.07, 0.01), count)]
    planned = np.round(np.exp(rng.normal(3.6, 0.9, count)), 1)
    progress = np.clip(np.round(rng.beta(3.2, 1.3, count) * 110), 0, 100)
    paid = np.round(planned * np.clip(progress / 100 * rng.uniform(0.6, 1.05, count), 0, 1), 1)
    year = np.datetime64(f"{district.month.year}-01-01", "D")
    end = np.datetime64(district.month.last_day, "D")
    started = np.minimum(year + rng.integers(20, 200, count), end)
    finished = np.where(
        progress >= 100, np.minimum(started + rng.integers(30, 150, count), end), np.datetime64("NaT", "D")
    )
    names = villages["name"].to_numpy(dtype=object)[village]
    return pd.DataFrame(
        {
            "project_code": [f"XM{district.month.year}{number + 1:04d}" for number in range(count)],
            "project_name": [f"{name}{k}项目（演示）" for name, k in zip(names, kind, strict=True)],
            "town_name": district.places.towns["name"].to_numpy(dtype=object)[town],
            "town_code": district.places.towns["code"].to_numpy(dtype=object)[town],
            "village_name": names,
            "project_kind": kind,
            "fund_source": np.array(FUND_SOURCES, dtype=object)[draw(rng, (0.52, 0.24, 0.09, 0.15), count)],
            "planned_10k_yuan": [f"{v:g}" for v in planned],
            "paid_10k_yuan": [f"{v:g}" for v in paid],
            "progress_percent": [f"{v:g}" for v in progress],
            "started_date": days_as_text(started),
            "finished_date": days_as_text(finished),
            "benefiting_households": [str(n) for n in rng.poisson(planned * 0.6 + 3)],
        }
    )


def workshop_sheet(district: District, folder: Path) -> Sheet:
    """I: community workshops by town."""
    rng = stream(district.seed, "workshops")
    towns = district.places.towns
    count = district.totals.workshops
    weights = (
        district.places.villages.groupby("town")["weight"].sum().reindex(range(len(towns)), fill_value=0.0)
    )
    town = np.repeat(np.arange(len(towns)), apportion(weights + 0.01, count))
    product = np.array(_FACTORIES, dtype=object)[rng.integers(0, len(_FACTORIES), count)]
    employees = np.maximum(5, np.round(np.exp(rng.normal(3.6, 0.6, count)))).astype(int)
    names = towns["name"].to_numpy(dtype=object)[town]
    rows = pd.DataFrame(
        {
            "workshop_name": [
                f"{t}{p}社区工厂{n + 1}号（演示）"
                for n, (t, p) in enumerate(zip(names, product, strict=True))
            ],
            "town_name": names,
            "resettlement_site": [f"{t}集中安置社区" for t in names],
            "employees": employees.astype(str),
            "lifted_employees": rng.binomial(employees, 0.55).astype(str),
            "state": np.where(rng.random(count) < 0.06, "停产", "正常"),
        }
    )
    return bureau_sheet("workshops", rows, folder / f"社区工厂名册_{MARK}.xlsx")


def task_sheet(district: District, month: Month, folder: Path) -> Sheet:
    """J: what each department was to do by the year's end and how far it is."""
    rng = stream(district.seed, "tasks")
    rows = []
    for number, (department, item) in enumerate(_assignments(departments(district))):
        target = int(rng.integers(4, 60)) * 5
        pace = float(np.clip(rng.normal(1.0, 0.12), 0.6, 1.25))
        done = min(target, int(target * pace * month.number / 12))
        rows.append(
            {
                "task_month": stamp(month),
                "department": department,
                "work_item": item,
                "task": f"{_TASKS[item]}（任务{number + 1}）",
                "target_value": str(target),
                "done_value": str(done),
                "due_date": f"{month.year}1231",
                "state": "已完成" if done >= target else "推进中" if pace >= 0.85 else "滞后",
            }
        )
    return bureau_sheet(
        "department_tasks", pd.DataFrame(rows), folder / f"部门任务_{MARK}_{stamp(month)}.xlsx"
    )


def _assignments(names: list[str]) -> Iterable[tuple[str, str]]:
    """Every item with its leader, then every department with two items in turn."""
    for item, leader in zip(WORK_ITEMS, _LEADERS, strict=True):
        yield names[leader], item
    for number, department in enumerate(names):
        for step in range(2):
            yield department, WORK_ITEMS[(number * 2 + step * 7) % len(WORK_ITEMS)]


def duty_sheet(district: District, folder: Path) -> Sheet:
    """M: who leads and who helps in each of the fifteen items; offices, never persons."""
    names, rows = departments(district), []
    superior = f"分管副{district.places.register.county['kind']}长"
    for number, (item, leader) in enumerate(zip(WORK_ITEMS, _LEADERS, strict=True)):
        helpers = [n for n in range(len(names)) if n % 5 == number % 5 and n != leader]
        rows += [
            {
                "responsible_unit": names[position],
                "work_item": item,
                "office": "主要负责人" if position == leader else "分管负责人",
                "role": "牵头" if position == leader else "配合",
                "due_date": f"{district.month.year}1231",
                "escalates_to": superior if position == leader else "牵头单位主要负责人",
            }
            for position in (leader, *helpers)
        ]
    return bureau_sheet("duties", pd.DataFrame(rows), folder / f"责任清单_{MARK}.xlsx")
