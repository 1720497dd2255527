"""Recounts of phone checks, inspections and the rectification of problems."""

import math
from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from recount_register import age, at, homes, kaplan_meier_median, people
from recounting import Numbers, One, counts, numbers, shares
from scipy import stats
from worlds import COUNTY, Row, World

from hanbin_lib.months import Month

CALLS, LEDGER = "电话抽查记录", "问题整改台账"
ORDER = ("有效接通", "接通后挂断", "非本人", "无人接听", "占线", "关机停机", "空号")
ANSWERS = ("吃饭穿衣", "义务教育", "基本医疗", "住房安全", "饮水安全")


def end_of(month: Month) -> date:
    return date(month.year, month.number, monthrange(month.year, month.number)[1])


# --- telephone --------------------------------------------------------------------------------


def best_calls(w: World, month: Month) -> dict[str, Row]:
    """Household -> its best call up to the month's end, the first of equals."""
    best: dict[str, Row] = {}
    for row in w.rows(CALLS, month) or []:
        day = row.get("拨打时间")
        if day is not None and date.fromisoformat(day[:10]) > end_of(month):
            continue
        old = best.get(row["户编号"])
        if old is None or ORDER.index(row["接通情况"]) < ORDER.index(old["接通情况"]):
            best[row["户编号"]] = row
    return best


def answers(w: World, month: Month, item: str) -> dict[str, bool | None]:
    """Household -> True a problem, False none, None no answer; 'all' is any of the five."""
    calls, found = best_calls(w, month), {}
    for code in homes(w):
        row = calls.get(code)
        reached = row is not None and row["接通情况"] == "有效接通"
        said = [row.get(name) for name in (ANSWERS if item == "all" else (item,))] if reached else []
        known = [one == "有问题" for one in said if one is not None]
        found[code] = any(known) if known else None
    return found


def yes_no(w: World, month: Month, heading: str, good: tuple) -> dict[str, bool | None]:
    calls, found = best_calls(w, month), {}
    for code in homes(w):
        row = calls.get(code)
        said = row.get(heading) if row is not None and row["接通情况"] == "有效接通" else None
        found[code] = None if said is None else said in good
    return found


def wilson(cases: float, size: float) -> tuple[float, float]:
    """Score interval of Wilson (1927) at 95 %."""
    if size <= 0:
        return math.nan, math.nan
    z, p = 1.959963984540054, cases / size
    centre = (p + z * z / (2 * size)) / (1 + z * z / size)
    half = z / (1 + z * z / size) * math.sqrt(p * (1 - p) / size + z * z / (4 * size * size))
    return max(centre - half, 0.0), min(centre + half, 1.0)


@counts("phone_called_households")
def _(w: World, month: Month) -> Iterator[One]:
    calls = best_calls(w, month)
    for code, (home, _) in homes(w).items():
        yield One(*at(home), code in calls)


def _reached(w: World, month: Month, code: str) -> bool:
    row = best_calls(w, month).get(code)
    return row is not None and row["接通情况"] == "有效接通"


@counts("phone_reached_households")
def _(w: World, month: Month) -> Iterator[One]:
    for code, (home, _) in homes(w).items():
        yield One(*at(home), _reached(w, month, code))


@counts("phone_disposition_households")
def _(w: World, month: Month) -> Iterator[One]:
    calls = best_calls(w, month)
    for code, (home, _) in homes(w).items():
        if code in calls:
            yield One(*at(home), 1, group=f"disposition={calls[code]['接通情况']}")


def _head_band(w: World, code: str) -> str:
    heads = [row for row in people(w).get(code, []) if row["与户主关系"] == "户主"]
    years = age(heads[0], w.month) if heads else None
    if years is None:
        return "户主年龄不详"
    return "40岁以下" if years < 40 else "40—59岁" if years < 60 else "60岁及以上"


@shares("phone_contact_share")
def _(w: World, month: Month) -> Iterator[One]:
    calls = best_calls(w, month)
    for code, (home, state) in homes(w).items():
        if code in calls:
            for group in ("all", f"stratum={state}", f"age={_head_band(w, code)}"):
                yield One(home["镇"], None, calls[code]["接通情况"] == "有效接通", 1, group=group)


def items() -> dict[str, str]:
    """Item -> group; all five together first."""
    return {"all": "all", **{name: f"answer={name}" for name in ANSWERS}}


@counts("phone_problem_households")
def _(w: World, month: Month) -> Iterator[One]:
    for item, group in items().items():
        said = answers(w, month, item)
        for code, (home, _) in homes(w).items():
            yield One(*at(home), said[code] is True, group=group)


@numbers("phone_problem_bound_share")
def _(w: World, month: Month) -> Numbers:
    found = {}
    for item, group in items().items():
        said = answers(w, month, item)
        for place in (COUNTY, *w.towns):
            own = [said[code] for code, (home, _) in homes(w).items() if place in (COUNTY, home["镇"])]
            bad, silent, base = own.count(True), own.count(None), len(own)
            found[group, place] = {
                "numerator": bad, "denominator": base, "value": weighted(w, said, place)[0],
                "lower": bad / base if base else math.nan, "upper": (bad + silent) / base if base else math.nan,
            }  # fmt: skip
    return found


# --- inspections ------------------------------------------------------------------------------


def inspected(w: World, month: Month) -> list[Row] | None:
    """Units of the month in counted towns, with the number of findings under 查出."""
    units, findings = w.rows("专项督查单元", month), w.rows("专项督查问题", month)
    if units is None or findings is None:
        return None
    found = [row["单元编号"] for row in findings]
    return [{**row, "查出": found.count(row["单元编号"])} for row in units if row["镇"] in w.towns]


def pooled_months(w: World, month: Month) -> list[tuple[Month, list[Row]]]:
    months = [month.shift(-n) for n in range(w.rules.inspection_pool_months)]
    return [(m, units) for m in months if (units := inspected(w, m)) is not None]


@counts("inspection_units")
def _(w: World, month: Month) -> Iterator[One]:
    for row in inspected(w, month):
        yield One(row["镇"], row["村"], 1, group=f"unit={row['单元类型']}")


@counts("inspection_problem_units")
def _(w: World, month: Month) -> Iterator[One]:
    for row in inspected(w, month):
        yield One(row["镇"], row["村"], row["查出"] > 0, group=f"unit={row['单元类型']}")


@counts("inspection_findings")
def _(w: World, month: Month) -> Iterator[One]:
    place = {row["单元编号"]: row["镇"] for row in inspected(w, month)}
    for row in w.rows("专项督查问题", month):
        if row["单元编号"] in place:
            for group in ("all", f"severity={row.get('严重程度')}", f"kind={row['问题类别']}"):
                if not group.endswith("None"):
                    yield One(place[row["单元编号"]], None, 1, group=group)


def _village_size(w: World, row: Row, own: list[Row]) -> float:
    """Households of the unit's village: as stated, else as registered, never fewer than drawn."""
    drawn = sum(1 for other in own if other["村"] == row["村"])
    registered = sum(1 for home, _ in homes(w).values() if home["村"] == row["村"])
    stated = row.get("所属村户数")
    return max(stated if stated is not None else registered or drawn, drawn)


def two_stage(units: list[tuple]) -> tuple[float, float, int]:
    """Weighted share, standard error and degrees of freedom of a stratified two-stage draw.

    `units` holds (stratum, cluster, clusters of the stratum, units of the cluster, bad or not).
    """
    strata: dict = {}
    for stratum, cluster, *rest in units:
        strata.setdefault(stratum, {}).setdefault(cluster, []).append(rest)
    lines = []
    for h, clusters in strata.items():
        for c, members in clusters.items():
            for of_stratum, of_cluster, bad in members:
                lines.append((h, c, (of_stratum / len(clusters)) * (of_cluster / len(members)), bad))
    base = sum(weight for *_, weight, _ in lines)
    share = sum(weight * bad for *_, weight, bad in lines) / base
    totals, inner = {}, {}
    for h, c, weight, bad in lines:
        u = weight * (bad - share) / base
        totals[h, c] = totals.get((h, c), 0.0) + u
        inner.setdefault((h, c), []).append(u)
    grand = sum(totals.values()) / len(totals)
    variance = 0.0
    for h, clusters in strata.items():
        m, whole = len(clusters), next(iter(clusters.values()))[0][0]
        centre = sum(totals[h, c] for c in clusters) / m if m > 1 else grand
        variance += (1 - m / whole) * m / max(m - 1, 1) * sum((totals[h, c] - centre) ** 2 for c in clusters)
        for c, members in clusters.items():
            n, inside, mean = len(members), members[0][1], sum(inner[h, c]) / len(members)
            spread = sum((u - mean) ** 2 for u in inner[h, c])
            variance += (m / whole) * (1 - n / inside) * n / max(n - 1, 1) * spread
    return share, math.sqrt(max(variance, 0.0)), len(totals) - len(strata)


def korn_graubard(share: float, error: float, freedom: int, size: int) -> tuple[float, float]:
    """Clopper-Pearson with the effective size, at 95 % (Korn and Graubard 1998)."""
    t = stats.t.ppf(0.975, max(freedom, 1))
    n = share * (1 - share) / error**2 if error > 0 and 0 < share < 1 else float(size)
    n = min(n * (stats.t.ppf(0.975, max(size - 1, 1)) / t) ** 2, size)
    x = share * n
    low = stats.beta.ppf(0.025, x, n - x + 1) if share > 0 else 0.0
    high = stats.beta.ppf(0.975, x + 1, n - x) if share < 1 else 1.0
    return float(low), float(high)


def _draw(w: World, kind: str, own: list[Row], mark: str = "") -> list[tuple]:
    """The units of one kind and month as `two_stage` wants them."""
    villages = {t: sum(1 for v in w.register.villages["place_code"] if v[:9] == t) for t in w.towns}
    drawn = {t: sum(1 for row in own if row["镇"] == t) for t in w.towns}
    found = []
    for number, row in enumerate(own):
        town, bad = row["镇"], row["查出"] > 0
        if kind == "户":
            size = _village_size(w, row, own)
            found.append((town + mark, str(row["村"]) + mark, villages[town], size, bad))
            continue
        projects = w.rows("衔接资金项目")
        inside = sum(1 for one in projects or [] if one["镇"] == town)
        frame = villages[town] if kind == "村" else inside or math.nan
        found.append(
            (town + mark, f"{number}{mark}", frame if math.isnan(frame) else max(frame, drawn[town]), 1, bad)
        )
    return found


@numbers("inspection_problem_share")
def _(w: World, month: Month) -> Numbers:
    found = {}
    for kind in ("村", "户", "项目"):
        units = [row for row in inspected(w, month) if row["单元类型"] == kind]
        for place in (COUNTY, *w.towns):
            own = [row for row in units if place in (COUNTY, row["镇"])]
            bad, size = sum(row["查出"] > 0 for row in own), len(own)
            share, (low, high) = bad / size if size else math.nan, wilson(bad, size)
            if place == COUNTY and own:
                draw = _draw(w, kind, own)
                share, low, high = math.nan, math.nan, math.nan
                if not any(math.isnan(inside) for _, _, inside, _, _ in draw):
                    share, error, freedom = two_stage(draw)
                    low, high = korn_graubard(share, error, freedom, size)
            found[f"unit={kind}", place] = {
                "numerator": bad, "denominator": size, "value": share, "lower": low, "upper": high,
            }  # fmt: skip
    return found


@numbers("inspection_pooled_share")
def _(w: World, month: Month) -> Numbers:
    found, spread, simple = {}, 0.0, 0.0
    for place in (COUNTY, *w.towns):
        units, size, bad = [], 0, 0
        for of_month, rows in pooled_months(w, month):
            own = [row for row in rows if row["单元类型"] == "户" and place in (COUNTY, row["镇"])]
            units += _draw(w, "户", own, f"@{of_month}")
            size, bad = size + len(own), bad + sum(row["查出"] > 0 for row in own)
        one = {"numerator": bad, "denominator": size, "value": math.nan, "lower": math.nan, "upper": math.nan}
        if units:
            share, error, freedom = two_stage(units)
            low, high = korn_graubard(share, error, freedom, size)
            one |= {"value": share, "lower": low, "upper": high}
            if place != COUNTY:
                spread, simple = spread + error**2, simple + share * (1 - share) / size
        found["all", place] = one
    effect = max(1.0, spread / simple) if simple > 0 else 1.0
    for (_, place), one in found.items():
        if place != COUNTY and one["denominator"]:
            size = one["denominator"] / effect
            one["lower"], one["upper"] = wilson(one["value"] * size, size)
    return found


# --- rectification ----------------------------------------------------------------------------


def problems(w: World, month: Month) -> Iterator[Row]:
    """Problems known at the month's end, of counted towns or of no town, as things stood then."""
    end = end_of(month)
    for row in w.rows(LEDGER) or []:
        if row["发现时间"] > end or (row["镇"] is not None and row["镇"] not in w.towns):
            continue
        closed = row["销号时间"] is not None and row["销号时间"] <= end
        finished = row["完成时间"] if row["完成时间"] is not None else row["销号时间"]
        done = finished is not None and finished <= end
        late = (end - row["整改时限"]).days if not done and row["整改时限"] < end else 0
        yield {**row, "已销": closed, "已完成": done, "逾期天数": late}


def _problem(row: Row, group: str = "all") -> One:
    return One(row["镇"], None, 1, group=group)


@counts("problems_at_start")
def _(w: World, month: Month) -> Iterator[One]:
    first = date(month.year, month.number, 1)
    for row in problems(w, month):
        if row["发现时间"] < first and (row["销号时间"] is None or row["销号时间"] >= first):
            yield _problem(row)


@counts("problems_opened")
def _(w: World, month: Month) -> Iterator[One]:
    for row in problems(w, month):
        if (row["发现时间"].year, row["发现时间"].month) == (month.year, month.number):
            yield _problem(row)
            yield _problem(row, f"source={row['来源']}")


@counts("problems_closed")
def _(w: World, month: Month) -> Iterator[One]:
    for row in problems(w, month):
        day = row["销号时间"]
        if day is not None and (day.year, day.month) == (month.year, month.number):
            yield _problem(row)


def _age_band(days: int) -> str:
    return "30天以内" if days <= 30 else "31—60天" if days <= 60 else "61—90天" if days <= 90 else "90天以上"


def _department(row: Row) -> Iterator[str]:
    if row["镇"] is None:
        yield f"department={row['责任单位']}"


@counts("problems_open")
def _(w: World, month: Month) -> Iterator[One]:
    for row in problems(w, month):
        if row["已销"]:
            continue
        band = _age_band((end_of(month) - row["发现时间"]).days)
        groups = ("all", f"source={row['来源']}", f"open_age={band}", f"source_and_age={row['来源']}/{band}",
                  f"problem_kind={row['问题类别']}", *_department(row))  # fmt: skip
        for group in groups:
            yield _problem(row, group)


@counts("problems_overdue")
def _(w: World, month: Month) -> Iterator[One]:
    for row in problems(w, month):
        if row["逾期天数"] > 0:
            for group in ("all", f"source={row['来源']}", *_department(row)):
                yield _problem(row, group)


@counts("problems_due_next")
def _(w: World, month: Month) -> Iterator[One]:
    after = month.shift(1)
    for row in problems(w, month):
        if not row["已完成"] and (row["整改时限"].year, row["整改时限"].month) == (after.year, after.number):
            yield _problem(row)


def _due_this_year(w: World, month: Month) -> Iterator[Row]:
    for row in problems(w, month):
        if date(month.year, 1, 1) <= row["整改时限"] <= end_of(month):
            yield row


@shares("rectification_on_time_share")
def _(w: World, month: Month) -> Iterator[One]:
    for row in _due_this_year(w, month):
        finished = row["完成时间"] or row["销号时间"]
        timely = finished is not None and finished <= row["整改时限"]
        for group in ("all", f"source={row['来源']}", *_department(row)):
            yield One(row["镇"], None, timely, 1, group=group)


@numbers("rectification_median_days")
def _(w: World, month: Month) -> Numbers:
    found, end = {}, end_of(month)
    year_ago = date(end.year - 1, end.month, end.day)
    for place in (COUNTY, *w.towns):
        cases = []
        for row in problems(w, month):
            if place in (COUNTY, row["镇"]) and row["发现时间"] > year_ago:
                last = row["销号时间"] if row["已销"] else end
                cases.append(((last - row["发现时间"]).days, row["已销"]))
        found["all", place] = {"value": kaplan_meier_median(cases), "denominator": len(cases)}
    return found


def _looked_back(w: World, month: Month) -> Iterator[Row]:
    for row in problems(w, month):
        day = row["回头看时间"]
        if day is not None and date(month.year, 1, 1) <= day <= end_of(month) and row["回头看结果"]:
            yield row


@counts("problems_looked_back")
def _(w: World, month: Month) -> Iterator[One]:
    return (_problem(row) for row in _looked_back(w, month))


@numbers("rebound_share")
def _(w: World, month: Month) -> Numbers:
    found = {}
    for place in (COUNTY, *w.towns):
        own = [row for row in _looked_back(w, month) if place in (COUNTY, row["镇"])]
        back, size = sum(row["回头看结果"] == "反弹" for row in own), len(own)
        low, high = wilson(back, size)
        value = back / size if size else math.nan
        found["all", place] = {
            "numerator": back, "denominator": size, "value": value, "lower": low, "upper": high,
        }  # fmt: skip
    return found


@counts("problem_kind_towns")
def _(w: World, month: Month) -> Iterator[One]:
    before = month.shift(-3)
    # Three months back to the same day, or to that month's last.
    last = end_of(before)
    start = min(date(before.year, before.number, min(end_of(month).day, last.day)), last)
    towns = {
        (row["问题类别"], row["镇"]) for row in problems(w, month) if row["镇"] and row["发现时间"] > start
    }
    for kind, _town in sorted(towns):
        yield One(None, None, 1, group=f"problem_kind={kind}")


@counts("problems_to_escalate")
def _(w: World, month: Month) -> Iterator[One]:
    for row in problems(w, month):
        steps = [step for step in w.rules.escalation if row["逾期天数"] >= step.days]
        if row["逾期天数"] > 0 and steps:
            yield _problem(row, f"step={max(steps, key=lambda step: step.days).step}")


@counts("problems_of_the_year")
def _(w: World, month: Month) -> Iterator[One]:
    for row in problems(w, month):
        if row["发现时间"] >= date(month.year, 1, 1):
            for group in ("all", *_department(row)):
                yield _problem(row, group)


# --- weighted shares of the telephone ---------------------------------------------------------


def _cells(w: World, said: dict[str, bool | None], place: str) -> list[tuple[int, int, int]]:
    """Households, answers and cases of each stratum of town and state."""
    cells: dict = {}
    for code, (home, state) in homes(w).items():
        if place in (COUNTY, home["镇"]):
            cell = cells.setdefault((home["镇"], state), [0, 0, 0])
            cell[0] += 1
            cell[1] += said[code] is not None
            cell[2] += said[code] is True
    return [tuple(cell) for cell in cells.values()]


def weighted(w: World, said: dict[str, bool | None], place: str) -> tuple[float, float, float, int, int]:
    """Share weighted to all households, its score limits, cases and answers."""
    known = [cell for cell in _cells(w, said, place) if cell[1] > 0]
    if not known:
        return math.nan, math.nan, math.nan, 0, 0
    whole = sum(base for base, _, _ in known)
    share = sum(base / whole * bad / size for base, size, bad in known)
    low, high = (_limit(known, whole, side) for side in (1, -1))
    return share, low, high, sum(bad for *_, bad in known), sum(size for _, size, _ in known)


def _limit(cells: list[tuple[int, int, int]], whole: int, side: int) -> float:
    """Where likeliest shares that add up to less (or more) are 1.96 standard errors from those seen."""
    leverages = [(base / whole) ** 2 * (1 / size - 1 / base) for base, size, _ in cells]
    plain = sum(leverages)
    strata = []
    for (base, size, bad), own in zip(cells, leverages, strict=True):
        lost = min(size / (size - 1 + own / plain), 2.0) if own else 1.0
        strata.append((base / whole, bad / size, (1 / size - 1 / base) * lost))

    def shares(multiplier: float) -> list[float]:
        return [_likeliest(seen, multiplier * weight * error) for weight, seen, error in strata]

    low, high = -20.0, 40.0
    for _ in range(60):
        middle = (low + high) / 2
        multiplier = side * math.exp(middle)
        variance = sum(
            weight**2 * error * x * (1 - x)
            for (weight, _, error), x in zip(strata, shares(multiplier), strict=True)
        )
        low, high = (middle, high) if multiplier**2 * variance < 1.959963984540054**2 else (low, middle)
    return sum(weight * x for (weight, _, _), x in zip(strata, shares(side * math.exp(high)), strict=True))


def _likeliest(seen: float, pull: float) -> float:
    """Solve ``seen - x = pull x (1 - x)`` within 0 and 1."""
    if pull == 0:
        return seen
    root = math.sqrt(max((1 + pull) ** 2 - 4 * pull * seen, 0.0))
    return min(max((1 + pull - root) / (2 * pull), 0.0), 1.0)


def _weighted_rows(w: World, said: dict[str, bool | None], group: str) -> Numbers:
    found = {}
    for place in (COUNTY, *w.towns):
        share, low, high, bad, size = weighted(w, said, place)
        found[group, place] = {
            "numerator": bad, "denominator": size, "value": share, "lower": low, "upper": high,
        }  # fmt: skip
    return found


def _likeness(w: World, now: dict, before: dict, place: str) -> float:
    """Correlation of the two estimates: the strata's overlap times that of one household's answers."""
    cells: dict = {}
    pairs = []
    for code, (home, state) in homes(w).items():
        if place not in (COUNTY, home["镇"]):
            continue
        cell = cells.setdefault((home["镇"], state), [0, 0, 0, 0])
        both = now[code] is not None and before[code] is not None
        for n, yes in enumerate((True, now[code] is not None, before[code] is not None, both)):
            cell[n] += yes
        pairs += [(now[code], before[code])] if both else []
    size, a, b = len(pairs), sum(x for x, _ in pairs), sum(y for _, y in pairs)
    spread = a * (size - a) * b * (size - b)
    phi = (size * sum(x and y for x, y in pairs) - a * b) / math.sqrt(spread) if spread > 0 else 0.0
    bases = [sum(cell[0] for cell in cells.values() if cell[n] > 0) for n in (1, 2)]
    together = apart_now = apart_then = 0.0
    for base, n1, n2, m in cells.values():
        w1, w2 = (base / whole if n else 0.0 for n, whole in zip((n1, n2), bases, strict=True))
        apart_now += w1**2 * (1 / n1 - 1 / base) if n1 else 0.0
        apart_then += w2**2 * (1 / n2 - 1 / base) if n2 else 0.0
        together += w1 * w2 * (m / (n1 * n2) - 1 / base) if n1 and n2 else 0.0
    apart = math.sqrt(apart_now * apart_then)
    return max(-1.0, min(1.0, phi * together / apart)) if apart > 0 else 0.0


@numbers("phone_problem_change")
def _(w: World, month: Month) -> Numbers:
    found = {}
    for item, group in items().items():
        now, before = answers(w, month, item), answers(w, month.shift(-1), item)
        levels = _weighted_rows(w, now, group), _weighted_rows(w, before, group)
        for place in (COUNTY, *w.towns):
            one, other = (rows[group, place] for rows in levels)
            r = _likeness(w, now, before, place)
            p, q = one["value"], other["value"]
            sides = []
            for x, y in ((p - one["lower"], other["upper"] - q), (one["upper"] - p, q - other["lower"])):
                sides.append(math.sqrt(max(x * x + y * y - 2 * r * x * y, 0.0)))
            found[group, place] = {"value": p - q, "lower": p - q - sides[0], "upper": p - q + sides[1]}
    return found


@numbers("phone_problem_share")
def _(w: World, month: Month) -> Numbers:
    found = {}
    for item, group in items().items():
        found |= _weighted_rows(w, answers(w, month, item), group)
    return found


@numbers("phone_visited_share")
def _(w: World, month: Month) -> Numbers:
    return _weighted_rows(w, yes_no(w, month, "责任人是否走访", (True,)), "all")


@numbers("phone_satisfied_share")
def _(w: World, month: Month) -> Numbers:
    return _weighted_rows(w, yes_no(w, month, "满意度", ("满意", "基本满意")), "all")
