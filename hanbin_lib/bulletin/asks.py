"""What page one asks for: at most three points, each with its owner, its day and the cases behind it.

And whose on-time rates (按期率) are so low that page one tells them, by a rule of the house.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from hanbin_lib.bulletin.exhibits import most_first
from hanbin_lib.bulletin.opening import ANNEX, Bulletin
from hanbin_lib.bulletin.wording import chinese_date, counted, sentence, words, year_of
from hanbin_lib.display import Figure, Phrase, Shown, Text
from hanbin_lib.indicators import ALL, DEFINITIONS, Selection, selections_behind
from hanbin_lib.indicators.safeguards import REGISTERED

MOST = 3
_MOST_NAMED = 3
MEASURE, OVERDUE, PHONE, CLUE = "measure", "overdue", "phone", "clue"
LINE, BELOW, INCOME = "line", "below_line", "income"
# What the cases of each kind of point are called, and counted in.
NOUNS = {
    MEASURE: ("户", "无措施户"),
    OVERDUE: ("个", "逾期问题"),
    PHONE: ("户次", "三保障和饮水线索"),
    CLUE: ("条", "逾期未核定线索"),
    LINE: ("项", "监测范围事项"),
    BELOW: ("户", "低收入脱贫户"),
    INCOME: ("户", "收入数据"),
}
# What each kind of point counts; the others ask for something that the program itself knows.
_COUNTED = {
    MEASURE: (("households_without_measure", ALL),),
    OVERDUE: (("problems_overdue", ALL),),
    PHONE: tuple(("safeguard_phone_only_households", f"safeguard={one}") for one in REGISTERED.values()),
    BELOW: (("below_line_unmonitored_households", ALL),),
    CLUE: (("clues_overdue", ALL),),
    INCOME: (("income_mismatch_households", ALL),),
}
_TOWNS = "各镇（街道）"
_UNITS = "责任单位"
# What a row says, and under which heading of the tables its case is found.
_HOUSEHOLD, _OTHERS = "household_code", ("problem_code", "clue_code")
Selected = Mapping[tuple[str, str], Selection | None]
COLUMNS = ("case", "code", "town_code", "village_code", "owner", "content")
RATES = ("timely_measure_share", "rectification_on_time_share")
_DEPARTMENT = "department"


@dataclass(frozen=True)
class Ask:
    """One point.

    Parameters
    ----------
    key
        What kind of point it is, the same every month.
    counts
        Indicators with their groups, whose sum is its number; empty where it asks for one thing, no case.
    ask, detail
        As page one prints it.
    owner
        Who settles it.
    chapter
        Where to read on (`contents.CONTENTS`).
    """

    key: str
    counts: tuple[tuple[str, str], ...]
    ask: tuple[Text, ...]
    detail: tuple[Text, ...]
    owner: str
    chapter: str

    def number(self, bulletin: Bulletin) -> int:
        """How many cases it asks to be settled."""
        values = (bulletin.figures.value(name, group=group) or 0.0 for name, group in self.counts)
        return round(sum(values)) if self.counts else 1


def asks(bulletin: Bulletin) -> tuple[Ask, ...]:
    """The month's points for the bulletin's place, most pressing first."""
    return _found(bulletin)[:MOST]


def further_asks(bulletin: Bulletin) -> tuple[Ask, ...]:
    """Points that page one has no room for: named there, but given out on no list."""
    return _found(bulletin)[MOST:]


def _found(bulletin: Bulletin) -> tuple[Ask, ...]:
    found = (one(bulletin) for one in (_measure, _overdue, _phone, _line, _below_line, _clues, _income))
    return tuple(one for one in found if one is not None)


def unknown_asks(bulletin: Bulletin) -> tuple[str, ...]:
    """Of what there might be points, for all that is known: data did not come in, a line is not entered."""
    known = bulletin.figures
    return tuple(
        bulletin.scope.spoken(NOUNS[key][1])
        for key, counts in _COUNTED.items()
        if any(
            known.value(name, group=g) is None and not known.has_no_base(name, group=g) for name, g in counts
        )
    )


def due_day(bulletin: Bulletin) -> date:
    """Last day by which the month's points are to be settled (``action_months`` of the house rules)."""
    return date.fromisoformat(bulletin.month.shift(bulletin.settings.rules.action_months).last_day)


def selected(bulletin: Bulletin, points: Iterable[Ask]) -> Selected:
    """Who counts in the numbers of points, computed in one pass: county and towns may share it."""
    wanted = {one for point in points for one in point.counts}
    return selections_behind(bulletin.sources, bulletin.scope, wanted)


def cases(bulletin: Bulletin, points: Iterable[Ask], behind: Selected) -> dict[str, pd.DataFrame]:
    """The cases behind each point, one row each, by its key.

    Parameters
    ----------
    behind
        From `selected`.

    Returns
    -------
    dict
        Tables with `COLUMNS`: ``case`` (what makes the id), ``code`` (as the towns know it), place codes,
        who settles it, and what is to be settled, in words.
    """
    found = {}
    for point in points:
        chosen = ((one, behind.get(one)) for one in point.counts)
        rows = [s.at(bulletin.place).assign(group=one[1]) for one, s in chosen if s is not None]
        found[point.key] = _listed(point, pd.concat(rows) if rows else None, bulletin)
    return found


def _listed(point: Ask, rows: pd.DataFrame | None, bulletin: Bulletin) -> pd.DataFrame:
    if rows is None:
        year = str(bulletin.month.year)
        what = bulletin.scope.spoken("确定当年监测收入范围的标准和文号")
        one = (year, f"{year}年", "", "", point.owner, what)
        return pd.DataFrame([one], columns=list(COLUMNS))
    code = next((name for name in _OTHERS if name in rows), _HOUSEHOLD)
    text = {name: rows[name].astype("str") for name in rows}
    towns = rows["town_code"].astype("object").where(rows["town_code"].notna(), "")
    villages = rows["village_code"].astype("object") if "village_code" in rows else pd.Series("", rows.index)
    owner = text.get("responsible_unit", towns.map(bulletin.names).fillna(_TOWNS))
    content = [_content(point.key, row, bulletin) for row in rows.to_dict("records")]
    case = text[code] + ("|" + text["group"] if point.key == PHONE else "")
    table = pd.DataFrame(
        {
            "case": case, "code": text[code], "town_code": towns,
            "village_code": villages.where(villages.notna(), ""), "owner": owner, "content": content,
        }
    )  # fmt: skip
    return table.sort_values(["town_code", "village_code", "case"], ignore_index=True)


def _content(key: str, row: Mapping[Hashable, Any], bulletin: Bulletin) -> str:
    """What is to be settled; codes and official terms only."""
    if key == MEASURE:
        identified = pd.Timestamp(str(row["identified_month"]))
        return f"{row['monitored_category']}，{identified:%Y-%m}识别，仍无帮扶措施"
    if key == OVERDUE:
        due = pd.Timestamp(str(row["due_date"]))
        return f"{row['problem_kind']}，时限{due:%Y-%m-%d}，逾期{row['days_overdue']}天；{row['step']}"
    if key == PHONE:
        item = str(row["group"]).partition("=")[2]
        return f"{item}：电话答有问题，登记簿没有显示"
    if key == CLUE:
        found = pd.Timestamp(str(row["found_date"]))
        return f"{row['channel']}，{found:%Y-%m-%d}发现，已过核定期限"
    if key == BELOW:
        return bulletin.scope.spoken("登记收入低于监测线且未纳入监测")
    return "系统存值与重算的人均纯收入不一致"


def _measure(bulletin: Bulletin) -> Ask | None:
    figures, name = bulletin.figures, "households_without_measure"
    if not figures.value(name):
        return None
    ask = sentence("{late}无措施户限期清零。", late=figures.figure(name))
    by = sentence("由{owner}{day}前办结。", **_who_and_when(bulletin, _towns(bulletin)))
    detail = (*_where_most(bulletin, name), *by)
    return Ask(MEASURE, ((name, ALL),), ask, detail, _towns(bulletin), "monitoring")


def _where_most(bulletin: Bulletin, indicator: str) -> tuple[Text, ...]:
    """How many places and which have most; nothing where none is known (rows of no town or village)."""
    concerned = places_concerned(bulletin, indicator)
    if not concerned:
        return ()
    over = spread(bulletin, indicator) or ""
    names = [bulletin.name(code) for code in concerned]
    if len(names) == 1:
        return sentence("{over}：{place}；", over=over, place=names[0])
    most, first = max(concerned.values()), next(iter(concerned))
    count = bulletin.figures.figure(indicator, place=first)
    if min(concerned.values()) == most:
        return sentence("{over}，每个{count}；", over=over, count=count)
    return (*sentence("{over}，", over=over), *_most(names[: list(concerned.values()).count(most)], count))


def _most(names: Sequence[str], count: Text) -> tuple[Text, ...]:
    """``最多的是甲镇（3户）；``; of several that have as many ``最多的是甲镇、乙镇（各3户）；``."""
    return sentence(
        "最多的是{names}（{each}{count}）；",
        names="、".join(names[:_MOST_NAMED]) + ("等" if len(names) > _MOST_NAMED else ""),
        each="各" if len(names) > 1 else "",
        count=count,
    )


def _overdue(bulletin: Bulletin) -> Ask | None:
    """Problems so long overdue that the last step of escalation has come."""
    figures, name = bulletin.figures, "problems_to_escalate"
    last = max(bulletin.settings.rules.escalation, key=lambda one: one.days)
    group = f"step={last.step}"
    if not figures.value(name, group=group):
        return None
    number, _ = bulletin.chapter("rectification")
    ask = sentence("{count}逾期问题逐个过堂。", count=figures.figure(name, group=group))
    detail = sentence(
        "逾期已满{days}，应{step}；全部逾期{all}，见{chapter}附表；由{owner}{day}前办结。",
        chapter=f"{number}和" if number.startswith(ANNEX) else f"第{number}章和" if number else "",
        days=Figure(last.days, "天", "rules|escalation"),
        step=last.step,
        all=figures.figure("problems_overdue"),
        **_who_and_when(bulletin, _UNITS),
    )
    return Ask(OVERDUE, ((name, group),), ask, detail, _UNITS, "rectification")


def _phone(bulletin: Bulletin) -> Ask | None:
    figures, name = bulletin.figures, "safeguard_phone_only_households"
    known = {group: figures.value(name, group=f"safeguard={group}") for group in REGISTERED.values()}
    values = {group: value or 0.0 for group, value in known.items()}
    total, most = sum(values.values()), max(values.values())
    if not total:
        return None
    source = f"{name}|{bulletin.month}|{bulletin.place}|sum"
    ask = sentence("{count}三保障和饮水线索入户核实。", count=Figure(total, "户次", source))
    first = [group for group, value in values.items() if value == most]
    count = figures.figure(name, group=f"safeguard={first[0]}")
    detail = (
        "电话答有问题而登记簿没有显示，",
        "能对照的项目里" if None in known.values() else "",
        *(sentence("都是{only}；", only=first[0]) if most == total else _most(first, count)),
        *sentence("由{owner}{day}前入户核实。", **_who_and_when(bulletin, _towns(bulletin))),
    )
    counts = tuple((name, f"safeguard={label}") for label in REGISTERED.values() if values[label])
    return Ask(PHONE, counts, ask, detail, _towns(bulletin), "safeguards")


def _clues(bulletin: Bulletin) -> Ask | None:
    return _counted(
        bulletin,
        CLUE,
        "{count}逾期线索限期核定。",
        "发现以来已过规定天数还没有核定，未核定线索共{all}；由{owner}{day}前核定。",
        "clues",
        all=bulletin.figures.figure("clues_open"),
    )


def _line(bulletin: Bulletin) -> Ask | None:
    if bulletin.scope.line is not None or not bulletin.is_county:
        return None
    owner = bulletin.settings.county.bureau_name
    say = bulletin.scope.spoken
    ask = sentence(say("确定并录入{year}监测范围。"), year=year_of(bulletin.month))
    detail = sentence(
        say("当年防返贫监测收入范围尚未录入，应纳未纳筛查和线下户数暂缺；请{owner}{day}前明确标准和文号。"),
        **_who_and_when(bulletin, owner),
    )
    return Ask(LINE, (), ask, detail, owner, "livelihood")


def _below_line(bulletin: Bulletin) -> Ask | None:
    return _counted(
        bulletin,
        BELOW,
        "{count}低收入脱贫户逐户核查。",
        bulletin.scope.spoken(
            "登记收入低于{year}监测线且未纳入监测，属筛查线索；由{owner}{day}前入户核实后定。"
        ),
        "livelihood",
        year=year_of(bulletin.month),
    )


def _income(bulletin: Bulletin) -> Ask | None:
    return _counted(
        bulletin,
        INCOME,
        "{count}收入数据限期复核。",
        "系统存值与按分项重新计算的人均纯收入不一致，由{owner}{day}前对照佐证材料更正。",
        "livelihood",
    )


def _counted(bulletin: Bulletin, key: str, ask: str, detail: str, chapter: str, **values: Text) -> Ask | None:
    """A point of one count, that the towns settle; none where the count is nothing or not known."""
    ((indicator, _),) = _COUNTED[key]
    if not bulletin.figures.value(indicator):
        return None
    owner = _towns(bulletin)
    asked = sentence(ask, count=bulletin.figures.figure(indicator))
    told = sentence(detail, **values, **_who_and_when(bulletin, owner))
    return Ask(key, _COUNTED[key], asked, told, owner, chapter)


def _towns(bulletin: Bulletin) -> str:
    return _TOWNS if bulletin.is_county else bulletin.place_name


def _who_and_when(bulletin: Bulletin, owner: str) -> dict[str, Text]:
    text = chinese_date(str(due_day(bulletin)))
    if due_day(bulletin).year == bulletin.month.year:
        text = text.partition("年")[2]
    return {"owner": owner, "day": words(text, "rules|action_months")}


def spread(bulletin: Bulletin, indicator: str) -> Phrase | None:
    """How many places below are concerned."""
    values = places_concerned(bulletin, indicator)
    withheld = (bulletin.figures.is_suppressed(indicator, place=code) for code in bulletin.children)
    if not values or any(withheld):
        return None
    unit = f"个{bulletin.children_word}"
    return counted("涉及", bulletin.number_of_places(len(values), indicator, unit))


def places_concerned(bulletin: Bulletin, indicator: str) -> dict[str, float]:
    """Places below with a value above zero, largest first (code order where equal)."""
    values = {code: bulletin.figures.value(indicator, place=code) or 0.0 for code in bulletin.children}
    return {code: values[code] for code in most_first(values)}


@dataclass(frozen=True)
class Slow:
    """A town or department below the floor.

    Parameters
    ----------
    unit
        Its name.
    value
        The rate, 0 to 1.
    cases
        In print: done in time over due.
    """

    unit: str
    value: float
    cases: Shown


def rate_name(indicator: str) -> str:
    """``帮扶措施按期落实率``."""
    return DEFINITIONS[indicator].name


def slow_units(bulletin: Bulletin, indicator: str) -> list[Slow]:
    """Units with enough cases and a rate below the floor, lowest first; of a town's bulletin the town alone.

    Every case that was due is counted: a rate is what happened, no estimate.
    """
    figures, own = bulletin.figures, bulletin.place
    units = [(bulletin.place_name, own, ALL)]
    if bulletin.is_county:
        departments = figures.groups(indicator, _DEPARTMENT).index
        units = [(bulletin.name(code), code, ALL) for code in bulletin.towns]
        units += [(str(unit), own, f"{_DEPARTMENT}={unit}") for unit in departments]
    found = (_slow(bulletin, indicator, *one) for one in units)
    return sorted((one for one in found if one is not None), key=lambda one: (one.value, one.unit))


def _slow(bulletin: Bulletin, indicator: str, name: str, place: str, group: str) -> Slow | None:
    figures, rules = bulletin.figures, bulletin.settings.rules
    value = figures.value(indicator, place=place, group=group)
    due = figures.number(indicator, "denominator", place=place, group=group) or 0.0
    if value is None or due < rules.on_time_least_cases or value >= rules.on_time_floor_share:
        return None
    return Slow(name, value, figures.cases(indicator, place=place, group=group))
