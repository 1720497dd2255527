"""Worlds drawn at random, with every boundary of the definitions likely to be met."""

import random
from datetime import date, timedelta

from worlds import FINDINGS, Row, World, area_register, clocks

from hanbin_lib.contract import labels
from hanbin_lib.contract.columns import Kind
from hanbin_lib.contract.national import MONITORED_PERSONS
from hanbin_lib.months import Month
from hanbin_lib.params import HouseRules
from hanbin_lib.yearly_documents import MonitoringLine

MONTH = Month(2022, 9)
LAST = Month(2022, 8)
END = date(2022, 9, 30)
MEASURES = [c.heading for c in MONITORED_PERSONS.columns if c.kind is Kind.CHOICES and c.level == "household"]
TOWNS = {f"10000100{n}": n < 4 for n in range(1, 6)}
SAFEGUARDS = ("吃饭穿衣", "义务教育", "基本医疗", "住房安全", "饮水安全")
ITEMS = ("防返贫监测", "稳岗就业", "产业", "村集体经济", "资产", "短板")
_FLAG = (True, False, None)


def random_world(seed: int, rules: HouseRules, households: int = 60) -> World:
    """Every sheet of two months, some of them of more; five towns, of which two are not counted."""
    rng = random.Random(seed)
    monitored = _people(rng, "监", households, risks=True)
    lifted = _people(rng, "脱", households, risks=False) + [
        {**row, "产业帮扶": None} for row in monitored if rng.random() < 0.2 and row["与户主关系"] == "户主"
    ]
    people = monitored + lifted
    codes = sorted({row["户编号"] for row in people})
    sheets = {
        ("监测对象信息", MONTH): monitored,
        ("监测对象信息", LAST): [_earlier(rng, row) for row in monitored if rng.random() < 0.9],
        ("脱贫户信息", MONTH): lifted,
        ("已外出务工信息", MONTH): _spells(rng, people),
        ("行政村信息", MONTH): _villages(rng),
        (FINDINGS, MONTH): [{"镇": _town(rng)} for _ in range(20)],
        ("社区工厂名册", MONTH): _workshops(rng),
        ("责任清单", MONTH): _duties(rng),
        ("问题整改台账", MONTH): _ledger(rng, 150),
        ("低收入人口名册", MONTH): _roster(rng, people),
        ("线索和预警", MONTH): _clues(rng, [row["户编号"] for row in monitored]),
    }
    for month in (MONTH, LAST):
        sheets["电话抽查记录", month] = _calls(rng, people, codes, month)
        sheets["衔接资金项目", month] = _projects(rng)
        sheets["周下沉督帮记录", month] = _rounds(rng, month)
        sheets["部门任务", month] = _tasks(rng)
    for back in (0, 1, 3):
        month = MONTH.shift(-back)
        units = _units(rng, month)
        sheets["专项督查单元", month] = units
        sheets["专项督查问题", month] = _found(rng, units)
    line = MonitoringLine(year=2022, value_yuan=6000, document="〔测试〕1号", entered_by="测试")
    days = clocks(*((15, "日"), (10, "工作日"))[seed % 2])
    return World(MONTH, rules, line, area_register(TOWNS), sheets, days)


def _town(rng: random.Random) -> str | None:
    return rng.choice([*TOWNS, None])


def _place(rng: random.Random, *, nowhere: bool = False) -> Row:
    town = _town(rng) if nowhere else rng.choice(list(TOWNS))
    village = None if town is None else f"{town}20{rng.choice((1, 2))}"
    return {"镇": town, "村": village}


def _people(rng: random.Random, mark: str, number: int, *, risks: bool) -> list[Row]:
    rows = []
    for n in range(number):
        home = {"户编号": f"{mark}{n}", **_place(rng), **_income(rng)}
        home |= {"是否危房户": rng.choice(_FLAG), "是否解决安全饮用水": rng.choice(_FLAG)}
        if risks:
            home |= _risk(rng)
        size = rng.randint(1, 4)
        home["当前家庭人口数"] = rng.choice((None, size, size + 1))
        _store_income(rng, home, size)
        for member in range(size):
            relation = "户主" if member == 0 and rng.random() < 0.95 else rng.choice(("配偶", "之子"))
            rows.append({**home, **_member(rng), "与户主关系": relation, "证件号码": f"{mark}{n}-{member}"})
    return rows


def _risk(rng: random.Random) -> Row:
    identified = rng.choice([MONTH.shift(-n) for n in (0, 0, 1, 1, 2, 5, 6, 7, 11, 12, 13, 15)])
    gone = rng.random() < 0.5
    after = MONTH.ordinal - identified.ordinal
    eliminated = rng.choice((None, identified.shift(rng.randint(0, after))))
    measured = [m for m in MEASURES if rng.random() < 0.1]
    first = rng.choice((None, identified.shift(rng.randint(-1, max(after, 1)))))
    return {
        "监测对象类别": rng.choice(labels.MONITORED_CATEGORIES),
        "识别监测时间": identified,
        "致贫/返贫风险1": rng.choice(("因病", "因残", None)),
        "风险是否已消除": gone,
        "消除监测时间": eliminated if gone else None,
        "整户无劳动能力兜底保障户": rng.choice(_FLAG),
        "首次帮扶时间": first if measured or rng.random() < 0.2 else None,
        **dict.fromkeys(measured, "有"),
    }


def _income(rng: random.Random) -> Row:
    names = ("工资性收入", "生产经营性收入", "财产性收入", "转移性收入", "生产经营性支出")
    amounts = {name: float(rng.choice((0, 250, 500, 1000, 3000, 6000))) for name in names}
    if rng.random() < 0.1:
        amounts[rng.choice(names)] = None
    return amounts


def _store_income(rng: random.Random, home: Row, size: int) -> None:
    """Move the household to a round income per head, and store it within or beyond the tolerance."""
    persons = home["当前家庭人口数"] or size
    target = float(rng.choice((-500, 2000, 3999, 4000, 5999, 6000, 6001, 8000, 15000, 20000)))
    parts = [home[n] for n in ("生产经营性收入", "财产性收入", "转移性收入", "生产经营性支出")]
    if None not in parts and home["工资性收入"] is not None:
        home["工资性收入"] = target * persons - (parts[0] + parts[1] + parts[2] - parts[3])
    home["人均纯收入（元）"] = rng.choice((None, target, target + 1, target - 1, target + 1.01, target - 2))


def _member(rng: random.Random) -> Row:
    age = rng.choice((5, 6, 15, 16, 39, 40, 59, 60, 30, 70))
    born = MONTH.shift(-12 * age - rng.choice((0, 0, 11)))
    pupil = rng.random() < 0.2
    return {
        "出生日期": rng.choice((born, born, born, None)),
        "文化程度": None if pupil else rng.choice((*labels.EDUCATION[:3], None)),
        "在校生状况": "小学" if pupil else None,
        "劳动技能": rng.choice((*labels.LABOUR_SKILLS, None)),
        "务工时间（月）": rng.choice((None, None, 0, 3)),
        "公益性岗位": rng.choice((None, None, "无", "未享受", "护林员")),
        "是否参加城乡居民基本医疗保险": rng.choice((True, True, True, False, None)),
        "是否参加城镇职工基本医疗保险": rng.choice((False, False, None, True)),
    }


def _earlier(rng: random.Random, row: Row) -> Row:
    """Last month's register: the household earned more, by less, exactly or more than a fifth."""
    then = dict(row)
    for name in ("工资性收入", "转移性收入"):
        if then[name] is not None:
            then[name] = then[name] * (1.25 if rng.random() < 0.5 else 1.0)
    if rng.random() < 0.3 and then["人均纯收入（元）"] is not None and then["工资性收入"] is not None:
        others = [then[n] for n in ("生产经营性收入", "财产性收入", "转移性收入", "生产经营性支出")]
        if None not in others:
            now = row["工资性收入"] + others[0] + others[1] + row["转移性收入"] - others[3]
            then["转移性收入"] = row["转移性收入"]
            then["工资性收入"] = row["工资性收入"] + now / 4  # the fall is a fifth exactly
    return then


def _spells(rng: random.Random, people: list[Row]) -> list[Row]:
    rows = [
        {**{key: row[key] for key in ("镇", "村", "户编号", "证件号码")},
         "是否已务工": rng.random() < 0.6, "就业渠道": rng.choice(("外出务工", "帮扶车间", None))}
        for row in rng.choices(people, k=len(people) // 3)
    ]  # fmt: skip
    strangers = [
        {**_place(rng), "户编号": f"外{n}", "证件号码": f"外{n}", "是否已务工": True} for n in range(9)
    ]
    return rows + strangers


def _villages(rng: random.Random) -> list[Row]:
    incomes = (None, 0.0, 4.99, 5.0, 9.5, 10.0, 20.0, 50.0, 99.0, 100.0)
    return [
        {"镇": town, "村": f"{town}20{v}", "总户数": 100, "总人口数": 300,
         "村级集体经济收入（万元）": rng.choice(incomes)}
        for town in TOWNS for v in (1, 2)
    ]  # fmt: skip


def _workshops(rng: random.Random) -> list[Row]:
    return [
        {**_place(rng), "名称": f"厂{n}", "吸纳就业人数": rng.randint(0, 40),
         "其中脱贫劳动力": rng.choice((None, 0, 7)), "状态": rng.choice(("正常", "停产", None))}
        for n in range(15)
    ]  # fmt: skip


def _duties(rng: random.Random) -> list[Row]:
    return [
        {"镇": None, "村": None, "责任单位": rng.choice(("水利局", "教体局", "住建局")),
         "事项": rng.choice(ITEMS[:5]), "牵头或配合": rng.choice(("牵头", "配合", None))}
        for _ in range(12)
    ]  # fmt: skip


def _tasks(rng: random.Random) -> list[Row]:
    return [
        {"镇": None, "村": None, "月份": MONTH, "部门": rng.choice(("水利局", "教体局", "人社局")),
         "事项": rng.choice(ITEMS), "任务": f"任务{n}",
         "目标值": rng.choice((None, 0.0, 10.0, 100.0)), "完成值": rng.choice((None, 0.0, 5.0, 10.0, 100.0, 120.0)),
         "时限": rng.choice((None, date(2022, 9, 29), END, date(2022, 10, 1), date(2022, 12, 31)))}
        for n in range(40)
    ]  # fmt: skip


def _day(rng: random.Random, first: date, last: date) -> date:
    return first + timedelta(days=rng.randint(0, (last - first).days))


def _ledger(rng: random.Random, number: int) -> list[Row]:
    edges = [date(2022, 9, 30), date(2022, 9, 1), date(2022, 8, 31), date(2022, 7, 1), date(2022, 6, 30),
             date(2022, 1, 1), date(2021, 12, 31), date(2021, 9, 30), date(2021, 10, 1), date(2022, 8, 30),
             date(2022, 8, 1), date(2022, 7, 31), date(2022, 10, 5)]  # fmt: skip
    rows = []
    for n in range(number):
        found = rng.choice((rng.choice(edges), _day(rng, date(2021, 6, 1), date(2022, 10, 10))))
        due = rng.choice((END, END - timedelta(1), END - timedelta(15), END - timedelta(14), END - timedelta(30),
                          date(2022, 10, 1), date(2022, 10, 31), date(2022, 11, 1), date(2022, 1, 1),
                          found + timedelta(30)))  # fmt: skip
        done = rng.choice((None, due, due + timedelta(1), found + timedelta(rng.randint(0, 90))))
        closed = None if done is None or rng.random() < 0.4 else done + timedelta(rng.randint(0, 9))
        looked = None if closed is None or rng.random() < 0.5 else closed + timedelta(rng.randint(1, 60))
        place = _place(rng, nowhere=True)
        rows.append({
            **place, "问题编号": f"题{n}", "来源": rng.choice(labels.PROBLEM_SOURCES),
            "发现时间": found, "责任单位": rng.choice(("水利局", "教体局")) if place["镇"] is None else "某镇政府",
            "问题类别": rng.choice(("住房", "饮水", "档案")), "整改时限": due, "完成时间": done, "销号时间": closed,
            "回头看时间": looked, "回头看结果": looked and rng.choice(("未反弹", "反弹", None)),
        })  # fmt: skip
    return rows


def _clues(rng: random.Random, homes: list[str]) -> list[Row]:
    """Found and decided around every edge; households of the register several times, and strangers."""
    edges = [END - timedelta(n) for n in (0, 9, 13, 14, 15, 16, 17, 29, 30, 45, 46, 47, 364, 365, 366)]
    rows = []
    for n in range(160):
        found = rng.choice((rng.choice(edges), _day(rng, date(2021, 8, 1), date(2022, 10, 5))))
        decided = rng.choice((None, found + timedelta(rng.choice((1, 9, 13, 14, 15, 16, 17, 40))), END,
                              END + timedelta(1)))  # fmt: skip
        noticed = decided and rng.choice((None, *(decided - timedelta(k) for k in (4, 5, 6))))
        result = rng.choice(labels.CLUE_RESULTS) if decided or rng.random() < 0.2 else None
        rows.append({
            **_place(rng, nowhere=True), "线索编号": f"线{n}", "发现时间": found, "核定时间": decided,
            "发现渠道": rng.choice((*labels.CLUE_CHANNELS, *labels.CLUE_CHANNELS, "上级交办")),
            "预警部门": rng.choice((None, None, "医保局", "残联")), "公示时间": noticed, "核定结果": result,
            "户编号": rng.choice((rng.choice(homes), rng.choice(homes), f"外{n}", None)),
        })  # fmt: skip
    return rows


def _roster(rng: random.Random, people: list[Row]) -> list[Row]:
    """Members of both registers, some of them twice and elsewhere, and strangers."""
    numbers = [row["证件号码"] for row in rng.choices(people, k=len(people) // 3)]
    numbers += [f"外{n}" for n in range(15)]
    kinds = (*labels.ROSTER_CLASSES, "其他困难家庭")
    return [{**_place(rng), "证件号码": number, "救助类别": rng.choice(kinds)} for number in numbers]


def _calls(rng: random.Random, people: list[Row], codes: list[str], month: Month) -> list[Row]:
    of_home = {row["户编号"]: row for row in people}
    rows = []
    for code in rng.choices(codes, k=len(codes)):
        where = {key: of_home[code][key] for key in ("镇", "村")}
        outcome = rng.choices(labels.CALL_DISPOSITIONS, weights=(8, 1, 1, 2, 1, 1, 1))[0]
        day = rng.choice((f"{month}-28 10:00", f"{month.last_day} 18:30", None, f"{month.shift(1)}-01 09:00"))
        rows.append({
            **where, "户编号": code, "抽查月份": month, "拨打时间": day, "接通情况": outcome,
            **{name: rng.choice(("有问题", "有保障", "有保障", None)) for name in SAFEGUARDS},
            "责任人是否走访": rng.choice((True, True, False, None)),
            "满意度": rng.choice((*labels.SATISFACTION, None)),
        })  # fmt: skip
    return rows


def _units(rng: random.Random, month: Month) -> list[Row]:
    rows = []
    for town in TOWNS:
        for v in (1, 2)[: rng.randint(0, 2)]:
            where = {"镇": town, "村": f"{town}20{v}", "督查月份": month}
            rows.append({**where, "单元类型": "村", "单元编号": f"村{month}{town}{v}"})
            known = rng.choice((None, 3, 40))
            rows += [
                {**where, "单元类型": "户", "单元编号": f"户{month}{town}{v}{n}", "所属村户数": known}
                for n in range(rng.randint(0, 5))
            ]
        for n in range(rng.randint(0, 5)):
            rows.append({"镇": town, "村": None, "督查月份": month, "单元类型": "项目",
                         "单元编号": f"项{month}{town}{n}"})  # fmt: skip
    return rows


def _found(rng: random.Random, units: list[Row]) -> list[Row]:
    chosen = [row for row in units for _ in range(rng.choice((0, 0, 0, 1, 2)))]
    return [
        {"镇": None, "村": None, "督查月份": row["督查月份"], "单元编号": row["单元编号"],
         "问题类别": rng.choice(("住房", "饮水")), "严重程度": rng.choice((*labels.SEVERITIES, None))}
        for row in chosen
    ]  # fmt: skip


def _projects(rng: random.Random) -> list[Row]:
    return [
        {**_place(rng, nowhere=True), "项目编号": f"项{n}", "项目类别": rng.choice(("产业", "基础设施", None)),
         "资金来源": rng.choice((*labels.FUND_SOURCES, None)), "计划资金（万元）": rng.choice((0.0, 10.0, 100.0)),
         "支出资金（万元）": rng.choice((None, 0.0, 5.0, 30.0, 50.0)),
         "形象进度（%）": rng.choice((None, 0.0, 20.0, 50.0, 54.0, 55.0, 70.0, 100.0)),
         "开工时间": rng.choice((None, date(2022, 3, 1), END, date(2022, 8, 31), date(2022, 10, 1))),
         "完工时间": rng.choice((None, None, END, date(2022, 10, 1))), "带动户数": rng.choice((None, 0, 12))}
        for n in range(40)
    ]  # fmt: skip


def _rounds(rng: random.Random, month: Month) -> list[Row]:
    days = [date(month.year, month.number, n) for n in (1, 2, 9, 15, 16, 17, 28)]
    towns = list(TOWNS)[: 2 if month == MONTH else 4]  # one counted town was visited in no week of this month
    rows = []
    for n in range(25):
        town = rng.choice(towns)
        rows.append({
            "镇": town, "村": rng.choice((None, f"{town}201", f"{town}202")), "年份": month.year, "周次": 30,
            "督帮组": f"组{n}", "到访日期": rng.choice((*days, None, date(2022, 10, 2))),
            "发现问题数": rng.choice((None, 0, 3)), "现场解决数": rng.choice((None, 0, 2)), "转办问题数": rng.choice((None, 1)),
        })  # fmt: skip
    return rows
