"""Recounts of what the register says: stocks, measures, safeguards, income, work."""

import math
from collections.abc import Iterator
from itertools import pairwise

from recounting import Numbers, One, counts, numbers, shares
from worlds import COUNTY, FINDINGS, Row, World

from hanbin_lib.indicators.register import STRATA
from hanbin_lib.months import Month

MEASURES = (
    "产业帮扶", "就业帮扶", "金融帮扶", "公益岗位帮扶", "住房安全保障", "饮水安全保障", "健康帮扶", "义务教育保障",
    "教育帮扶", "综合保障", "社会帮扶", "搬迁",
)  # fmt: skip
REGISTER, LIFTED = "监测对象信息", "脱贫户信息"


# --- households -------------------------------------------------------------------------------


def families(rows: list[Row] | None) -> dict[str, list[Row]]:
    """Household code -> its persons, in the order of the sheet."""
    found: dict[str, list[Row]] = {}
    for row in rows or []:
        found.setdefault(row["户编号"], []).append(row)
    return found


def monitored(w: World, month: Month) -> Iterator[tuple[Row, list[Row], bool]]:
    """Household, its persons, and whether its risk was eliminated, of who was in the register then."""
    for persons in families(w.rows(REGISTER)).values():
        home = persons[0]
        if home["镇"] not in w.towns or home["识别监测时间"] > month:
            continue
        gone, when = bool(home["风险是否已消除"]), home.get("消除监测时间")
        # The flag decides today; for an earlier month the month does, where one is recorded.
        if month < w.month and when is not None and when > month:
            gone = False
        yield home, persons, gone


def has_measure(home: Row) -> bool:
    return any(home.get(measure) for measure in MEASURES)


def at(home: Row) -> tuple[str, str]:
    return home["镇"], home["村"]


def _groups(w: World, home: Row, month: Month) -> list[str]:
    groups = ["all"]
    if month >= w.month.shift(-1):
        groups += [f"category={home['监测对象类别']}", f"cause={home.get('致贫/返贫风险1') or '未填写'}"]
    return groups


def _stock(w: World, month: Month, keep, *, persons: bool) -> Iterator[One]:
    for home, members, gone in monitored(w, month):
        if keep(home, gone):
            for group in _groups(w, home, month):
                yield One(*at(home), len(members) if persons else 1, group=group)


def _situation(w: World, home: Row) -> str:
    age = w.month.ordinal - home["识别监测时间"].ordinal
    if not has_measure(home) and age >= w.rules.measure_deadline_months:
        return "超期无措施"
    if home.get("整户无劳动能力兜底保障户"):
        return "整户无劳动能力"
    return "监测未满规定月数" if age < w.rules.least_months_to_elimination else "措施已落实待稳定"


for _unit, _persons in (("households", False), ("persons", True)):

    @counts(f"monitored_{_unit}")
    def _(w, month, persons=_persons):
        return _stock(w, month, lambda home, gone: True, persons=persons)

    @counts(f"risk_eliminated_{_unit}")
    def _(w, month, persons=_persons):
        return _stock(w, month, lambda home, gone: gone, persons=persons)

    @counts(f"open_risk_{_unit}")
    def _(w, month, persons=_persons):
        yield from _stock(w, month, lambda home, gone: not gone, persons=persons)
        if month == w.month:
            for home, members, gone in monitored(w, month):
                if not gone:
                    amount = len(members) if persons else 1
                    yield One(*at(home), amount, group=f"situation={_situation(w, home)}")

    @counts(f"new_{_unit}")
    def _(w, month, persons=_persons):
        return _stock(w, month, lambda home, gone: home["识别监测时间"] == month, persons=persons)

    @counts(f"newly_eliminated_{_unit}")
    def _(w, month, persons=_persons):
        return _stock(
            w, month, lambda home, gone: gone and home.get("消除监测时间") == month, persons=persons
        )


# --- measures ---------------------------------------------------------------------------------


@counts("households_without_measure")
def _(w: World, month: Month) -> Iterator[One]:
    for home, _persons, gone in monitored(w, month):
        age = month.ordinal - home["识别监测时间"].ordinal
        if gone or age < w.rules.measure_deadline_months:
            continue
        first = home.get("首次帮扶时间")
        if month == w.month:
            had_one = has_measure(home)
        elif first is not None:
            had_one = first <= month
        else:  # a measure without a month counts as given in time
            had_one = has_measure(home)
        if not had_one:
            yield One(*at(home), 1)


@shares("measure_coverage_share")
def _(w: World, month: Month) -> Iterator[One]:
    for home, _persons, gone in monitored(w, month):
        if not gone:
            yield One(*at(home), has_measure(home), 1)


def waits(w: World, month: Month) -> Iterator[tuple[Row, int, int, bool]]:
    """Household of the last twelve months, its age, months to the measure (or to now), measured or not."""
    for persons in families(w.rows(REGISTER)).values():
        home = persons[0]
        age = month.ordinal - home["识别监测时间"].ordinal
        if home["镇"] not in w.towns or not 0 <= age <= 11:
            continue
        first = home.get("首次帮扶时间")
        if first is None and has_measure(home):
            continue  # measured, nobody knows when
        waited = None if first is None else max(first.ordinal - home["识别监测时间"].ordinal, 0)
        measured = waited is not None and waited <= age
        yield home, age, waited if measured else age, measured


@shares("timely_measure_share")
def _(w: World, month: Month) -> Iterator[One]:
    for home, age, months, measured in waits(w, month):
        deadline = w.rules.measure_deadline_months
        if age >= deadline:
            yield One(*at(home), measured and months <= deadline, 1)


def kaplan_meier_median(cases: list[tuple[int, bool]]) -> float:
    """First duration by which at least half have ended (product limit)."""
    left = 1.0
    for time in sorted({time for time, ended in cases if ended}):
        at_risk = sum(1 for t, _ in cases if t >= time)
        ends = sum(1 for t, ended in cases if t == time and ended)
        left *= 1 - ends / at_risk
        if left <= 0.5 + 1e-12:
            return float(time)
    return math.nan


@numbers("median_months_to_measure")
def _(w: World, month: Month) -> Numbers:
    found = {}
    for place in (COUNTY, *w.towns):
        cases = [(m, done) for home, _, m, done in waits(w, month) if place in (COUNTY, home["镇"])]
        found["all", place] = {"value": kaplan_meier_median(cases), "denominator": len(cases)}
    return found


@counts("data_warnings")
def _(w: World, month: Month) -> Iterator[One]:
    for row in w.rows(FINDINGS, month):
        yield One(row["镇"] if row["镇"] in w.towns else None, None, 1)


# --- safeguards -------------------------------------------------------------------------------


def homes(w: World) -> dict[str, tuple[Row, str]]:
    """Household code -> household and state, of all monitored and lifted households, each once."""
    found = {}
    for code, persons in families(w.rows(REGISTER)).items():
        found[code] = persons[0], STRATA[1] if persons[0]["风险是否已消除"] else STRATA[0]
    for code, persons in families(w.rows(LIFTED)).items():
        found.setdefault(code, (persons[0], STRATA[2]))
    return {code: one for code, one in found.items() if one[0]["镇"] in w.towns}


def people(w: World) -> dict[str, list[Row]]:
    """Household code -> its persons from both sheets, a person in both once."""
    seen, found = set(), {}
    for row in (w.rows(REGISTER) or []) + (w.rows(LIFTED) or []):
        if row["证件号码"] not in seen:
            seen.add(row["证件号码"])
            found.setdefault(row["户编号"], []).append(row)
    return found


def age(row: Row, month: Month) -> int | None:
    born = row.get("出生日期")
    return None if born is None else (month.ordinal - born.ordinal) // 12


def _out_of_school(row: Row, month: Month) -> bool:
    years = age(row, month)
    if years is None or not 6 <= years <= 15 or row.get("在校生状况"):
        return False
    return row.get("文化程度") in ("文盲或半文盲", "小学", None)


def _insured(row: Row) -> bool | None:
    both = (row.get("是否参加城乡居民基本医疗保险"), row.get("是否参加城镇职工基本医疗保险"))
    if True in both:
        return True
    return None if None in both else False


def register_says(w: World, code: str, home: Row, month: Month) -> dict[str, bool | None]:
    """Safeguard -> True a problem, False none, None not known."""
    persons = people(w).get(code, [])
    insured = [_insured(row) for row in persons]
    water = home.get("是否解决安全饮用水")
    return {
        "义务教育": any(_out_of_school(row, month) for row in persons),
        "基本医疗": True if False in insured else None if None in insured else False,
        "住房安全": home.get("是否危房户"),
        "饮水安全": None if water is None else not water,
    }


@counts("registered_households", "phone_base_households")
def _(w: World, month: Month) -> Iterator[One]:
    for home, _state in homes(w).values():
        yield One(*at(home), 1)


def _by_safeguard(w: World, keep) -> Iterator[One]:
    for code, (home, _state) in homes(w).items():
        for safeguard, problem in register_says(w, code, home, w.month).items():
            if keep(code, safeguard, problem):
                yield One(*at(home), 1, group=f"safeguard={safeguard}")


@counts("register_problem_households")
def _(w: World, month: Month) -> Iterator[One]:
    return _by_safeguard(w, lambda code, safeguard, problem: problem is True)


@counts("register_unknown_households")
def _(w: World, month: Month) -> Iterator[One]:
    return _by_safeguard(w, lambda code, safeguard, problem: problem is None)


def _agreement(name: str, register: bool, telephone: str) -> None:
    @counts(name)
    def _(w: World, month: Month) -> Iterator[One]:
        from recount_checks import best_calls

        calls = best_calls(w, month)

        def keep(code, safeguard, problem):
            said = calls.get(code)
            reached = said is not None and said["接通情况"] == "有效接通"
            return problem is register and reached and said.get(safeguard) == telephone

        return _by_safeguard(w, keep)


_agreement("safeguard_both_households", True, "有问题")
_agreement("safeguard_phone_only_households", False, "有问题")
_agreement("safeguard_register_only_households", True, "有保障")


# --- income -----------------------------------------------------------------------------------

PARTS = {"工资性收入": ("工资性收入",), "生产经营净收入": ("生产经营性收入",),
         "财产性收入": ("财产性收入",), "转移性收入": ("转移性收入",)}  # fmt: skip


def income(home: Row, members: int) -> tuple[dict[str, float], float, float] | None:
    """Parts of the net income, persons, income per head; None where something is missing."""
    names = ("工资性收入", "生产经营性收入", "财产性收入", "转移性收入", "生产经营性支出")
    size = home.get("当前家庭人口数")
    size = members if size is None else size
    if size <= 0 or any(home.get(name) is None for name in names):
        return None
    parts = {label: home[label] for label in ("工资性收入", "财产性收入", "转移性收入")}
    parts["生产经营净收入"] = home["生产经营性收入"] - home["生产经营性支出"]
    return parts, size, sum(parts.values()) / size


def earners(w: World) -> Iterator[tuple[Row, dict[str, float], float, float]]:
    """Monitored households whose income can be computed: row, parts, persons, per head."""
    for persons in families(w.inside(REGISTER)).values():
        found = income(persons[0], len(persons))
        if found is not None:
            yield persons[0], *found


@shares("net_income_per_head_yuan")
def _(w: World, month: Month) -> Iterator[One]:
    for home, parts, size, _ in earners(w):
        yield One(*at(home), sum(parts.values()), size)


@counts("income_mismatch_households")
def _(w: World, month: Month) -> Iterator[One]:
    for home, _, _, per_head in earners(w):
        stored = home.get("人均纯收入（元）")
        if stored is not None and abs(per_head - stored) > w.rules.income_tolerance_yuan:
            yield One(*at(home), 1)


@counts("income_missing_households")
def _(w: World, month: Month) -> Iterator[One]:
    for persons in families(w.inside(REGISTER)).values():
        if income(persons[0], len(persons)) is None or persons[0].get("人均纯收入（元）") is None:
            yield One(*at(persons[0]), 1)


def band(value: float, limits, unit: str) -> str:
    """Label of the band; the lower limit belongs to it, the upper does not."""
    if value < limits[0]:
        return f"{limits[0]:g}{unit}以下"
    for low, high in pairwise(limits):
        if low <= value < high:
            return f"{low:g}—{high:g}{unit}"
    return f"{limits[-1]:g}{unit}及以上"


@counts("income_band_households")
def _(w: World, month: Month) -> Iterator[One]:
    for home, _, _, per_head in earners(w):
        yield One(*at(home), 1, group=f"band={band(per_head, w.rules.income_bands_yuan, '元')}")


@counts("below_line_open_households")
def _(w: World, month: Month) -> Iterator[One]:
    for home, _, _, per_head in earners(w):
        if per_head < w.line.value_yuan and home["识别监测时间"] <= month and not home["风险是否已消除"]:
            yield One(*at(home), 1)


@counts("below_line_unmonitored_households")
def _(w: World, month: Month) -> Iterator[One]:
    known = set(families(w.inside(REGISTER)))
    for code, persons in families(w.inside(LIFTED)).items():
        found = income(persons[0], len(persons))
        if code not in known and found is not None and found[2] < w.line.value_yuan:
            yield One(*at(persons[0]), 1)


@shares("income_component_share")
def _(w: World, month: Month) -> Iterator[One]:
    for home, parts, _, _ in earners(w):
        for label, amount in parts.items():
            yield One(*at(home), amount, sum(parts.values()), group=f"component={label}")


@shares("income_component_below_share")
def _(w: World, month: Month) -> Iterator[One]:
    for home, parts, _, per_head in earners(w):
        for label, amount in parts.items():
            if per_head < w.line.value_yuan:
                yield One(*at(home), amount, sum(parts.values()), group=f"component={label}")


def quantile(values: list[float], share: float) -> float:
    """Value at `share` of the way through the ordered values, on a line between two of them."""
    if not values:
        return math.nan
    ordered, place = sorted(values), share * (len(values) - 1)
    low = math.floor(place)
    high = min(low + 1, len(values) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


@numbers("income_quantile_yuan")
def _(w: World, month: Month) -> Numbers:
    found = {}
    for label, share in (("低四分位", 0.25), ("中位", 0.5), ("高四分位", 0.75)):
        for place in (COUNTY, *w.towns):
            values = [per_head for home, _, _, per_head in earners(w) if place in (COUNTY, home["镇"])]
            found[f"quantile={label}", place] = {"value": quantile(values, share), "denominator": len(values)}
    return found


for _name, _order in (("headcount", 0), ("gap", 1), ("severity", 2)):

    @shares(f"fgt_{_name}_share")
    def _(w: World, month: Month, order=_order) -> Iterator[One]:
        line = w.line.value_yuan
        for home, _, size, per_head in earners(w):
            short = ((line - per_head) / line) ** order if per_head < line else 0.0
            yield One(*at(home), size * short, size)


@counts("income_fell_households")
def _(w: World, month: Month) -> Iterator[One]:
    before = families(w.rows(REGISTER, month.shift(-1)))
    for code, persons in families(w.inside(REGISTER)).items():
        now = income(persons[0], len(persons))
        then = income(before[code][0], len(persons)) if code in before else None
        if now is None or then is None or then[2] <= 0:
            continue
        if then[2] - now[2] >= w.rules.income_fall_share * then[2]:
            drops = {label: then[0][label] - now[0][label] for label in PARTS}
            most = max(PARTS, key=lambda label: drops[label])  # the first of equals
            for group in ("all", f"component={most}"):
                yield One(*at(persons[0]), 1, group=group)


# --- work -------------------------------------------------------------------------------------


def last_spells(w: World) -> dict[str, Row]:
    """Person -> the last of the person's spells."""
    return {row["证件号码"]: row for row in w.rows("已外出务工信息") or []}


@counts("transferred_workers")
def _(w: World, month: Month) -> Iterator[One]:
    for row in last_spells(w).values():
        if row["是否已务工"] and row["镇"] in w.towns:
            for group in ("all", row.get("就业渠道") and f"channel={row['就业渠道']}"):
                if group:
                    yield One(row["镇"], None, 1, group=group)


def _holds_post(row: Row) -> bool:
    return row.get("公益性岗位") not in (None, "无", "否", "未享受", "不享受")


@counts("public_post_holders")
def _(w: World, month: Month) -> Iterator[One]:
    seen = set()
    for title in (REGISTER, LIFTED):
        for row in w.rows(title) or []:
            if _holds_post(row) and row["证件号码"] not in seen:
                seen.add(row["证件号码"])
                if row["镇"] in w.towns:
                    yield One(row["镇"], None, 1)


def _able(w: World, code: str, month: Month) -> bool:
    able = ("普通劳动力", "技能劳动力", "弱劳动力或半劳动力")
    return any(
        age(row, month) is not None and 16 <= age(row, month) <= 59
        and not row.get("在校生状况") and row.get("劳动技能") in able
        for row in people(w).get(code, [])
    )  # fmt: skip


def _somebody_works(w: World, code: str, away: set[str]) -> bool:
    rows = people(w).get(code, [])
    return code in away or any((row.get("务工时间（月）") or 0) > 0 or _holds_post(row) for row in rows)


@counts("able_households")
def _(w: World, month: Month) -> Iterator[One]:
    for code, (home, state) in homes(w).items():
        if _able(w, code, month):
            for group in ("all", f"stratum={state}"):
                yield One(*at(home), 1, group=group)


@counts("no_worker_households")
def _(w: World, month: Month) -> Iterator[One]:
    away = {row["户编号"] for row in last_spells(w).values() if row["是否已务工"]}
    for code, (home, state) in homes(w).items():
        if _able(w, code, month) and not _somebody_works(w, code, away):
            for group in ("all", f"stratum={state}"):
                yield One(*at(home), 1, group=group)


def _workshops(name: str, amount) -> None:
    @counts(name)
    def _(w: World, month: Month) -> Iterator[One]:
        for row in w.inside("社区工厂名册"):
            yield One(row["镇"], None, amount(row))


_workshops("workshops", lambda row: 1)
_workshops("workshops_stopped", lambda row: row.get("状态") == "停产")
_workshops("workshop_employees", lambda row: row["吸纳就业人数"])
_workshops("workshop_lifted_employees", lambda row: row.get("其中脱贫劳动力") or 0)
