"""The exports of the national system (A to D), with the cell_noise of real ones.

Two lines above the headings, all cells text, headings that differ from file to file or stand
twice, one table split over three files with a household that goes on in the next.
"""

from pathlib import Path

import numpy as np

from hanbin_demo import cell_noise
from hanbin_demo.cells import Texts, household_texts, person_texts, place_texts
from hanbin_demo.chance import choose, draw
from hanbin_demo.defects import plant_in_cells
from hanbin_demo.district import District
from hanbin_demo.sheets import MARK, columns_of
from hanbin_demo.xlsx import Sheet
from hanbin_lib.contract import TABLES, Level, Table
from hanbin_lib.statistics import stream

_DOUBLED = ("is_risk_eliminated", "identified_month")
_LIFTED_PARTS = 3
# Headings of a file that are not the official ones.
_MONITORED_HEADINGS = {
    "relation_to_head": " 与户主关系 ",
    "public_post_months": "公益性岗位（月数）",
    "has_resident_insurance": "是否参加新型农村合作医疗（城乡居民基本医疗保险）",
}
_PART_HEADINGS: tuple[dict[str, str], ...] = (
    {},
    {"person_code": "人编号", "work_months": "务工时间(月)", "net_income_per_head_yuan": "人均纯收入(元)"},
    {
        "household_size": "家庭人口数",
        "household_phone": "联系电话",
        "town_name": "乡(镇)",
        "village_name": "行政村",
    },
)
# Heading -> labels that fill it, first the commonest; none means the column stays empty.
LIFTED: dict[str, tuple[str, ...]] = {
    "民族": ("汉族", "回族", "土家族"),
    "政治面貌": ("群众", "中共党员", "共青团员"),
    "耕地面积（亩）": ("3.2", "2.0", "4.5", "1.1"),
    "林地面积（亩）": ("6", "12.5", "0"),
    "入户路类型": ("水泥路", "泥土路", "砂石路"),
    "是否加入农民专业合作组织": ("是", "否"),
    "主要燃料类型": ("柴草", "清洁能源", "煤炭"),
    "是否有卫生厕所": ("是", "否"),
}
MONITORED: dict[str, tuple[str, ...]] = {
    **LIFTED,
    "年度": ("2022",),
    "义务教育阶段未上学原因": (),
    "残疾类别": (),
    "残疾证办证年度": (),
    "是否会讲普通话": ("是", "否"),
    "是否国外务工": (),
    "就业渠道（易地搬迁后扶使用）": (),
    "产业分类": (),
    "是否参加大病保险": ("是", "否"),
    "是否参加商业补充医疗保险": ("否", "是"),
    "是否接受医疗救助": ("否", "是"),
    "是否参加城乡居民基本养老保险": ("是", "否"),
    "是否参加城镇职工基本养老保险": ("否", "是"),
    "是否享受人身意外保险补贴": (),
    "大专或本科毕业生未就业原因": (),
    "是否事实无人抚养儿童": ("否",),
    "识别标准": ("省定标准",),
    "是否军烈属": ("否", "是"),
    "年度家庭人口数": (),
    "退耕还林面积（亩）": ("1.5", "3", "0"),
    "林果面积（亩）": ("0", "2"),
    "牧草地面积": (),
    "水面面积": (),
    "入户道路是否硬化": ("是", "否"),
    "与村主干路距离": ("0.2", "0.5", "1"),
    "是否有龙头企业带动": ("否", "是"),
    "是否有创业致富带头人带动": ("否", "是"),
    "到户产业帮扶类型": (),
    "是否通生活用电": ("是",),
    "是否通生产用电": ("是",),
    "是否通广播电视": ("是",),
    "住房面积": ("80", "100", "120"),
    "因自然灾害子项": (),
    "其他备注": (),
    "纳入监测对象的收入参考范围": (),
    "实施开发式帮扶措施情况": ("已实施", "尚未实施"),
    "生产生活条件改善": (),
    "基础设施建设": (),
    "风险消除后：是否住房损毁": (),
    "风险消除后：是否饮水设施损毁": (),
    "风险消除后：家庭纯收入": (),
}


def monitored_sheet(district: District, folder: Path) -> tuple[Sheet, dict[str, int]]:
    """Sheet A, the monitored households' members; and how many faults of each kind were planted."""
    table = TABLES["monitored_persons"]
    rng = stream(district.seed, "monitored sheet")
    rows = _rows(district, district.households["category"].to_numpy() >= 0)
    texts, household = _texts(district, table, rows, rng)
    texts["sex"] = np.where(texts["sex"] == "男", "1", "2").astype(object)
    planted = plant_in_cells(texts, household, district.defects, district.scale, rng)
    texts = _untidy(texts, rng)
    columns = [column for column in table.columns if not column.is_area_code]
    names = [column.name for column in columns]
    cells = [texts[name] for name in names]
    headings = [_MONITORED_HEADINGS.get(c.name, c.heading) for c in columns]
    for heading, column in unused_columns(MONITORED, household, rng).items():
        headings.append(heading)
        cells.append(column)
    for name in _DOUBLED:
        left, right = _doubled(texts[name], rng)
        cells[names.index(name)] = left
        headings.append(table.column(name).heading)
        cells.append(right)
    cells = cell_noise.with_blank_rows(cells, [len(rows) // 3])
    cells = cell_noise.with_total(cells, names.index("household_size"), str(len(rows)))
    path = folder / f"（自定义）监测对象信息_{MARK} (22).xlsx"
    return Sheet(path, headings, cells, national_title(district, table)), planted


def lifted_sheets(district: District, folder: Path) -> list[Sheet]:
    """B: the lifted households' members in three files, whose columns stand differently."""
    table = TABLES["lifted_persons"]
    rng = stream(district.seed, "lifted sheets")
    rows = _rows(district, district.households["is_lifted"].to_numpy())
    texts, household = _texts(district, table, rows, rng)
    texts = _untidy(texts, rng)
    extra = unused_columns(LIFTED, household, rng)
    cuts = [0, *(_cut(household, part) for part in range(1, _LIFTED_PARTS)), len(rows)]
    sheets = []
    for part in range(_LIFTED_PARTS):
        here = slice(cuts[part], cuts[part + 1])
        names = _order(table, part, rng)
        headings = [_PART_HEADINGS[part].get(n, table.column(n).heading) for n in names]
        cells = [texts[name][here] for name in names] + [column[here] for column in extra.values()]
        if part == _LIFTED_PARTS - 1:
            cells = cell_noise.with_total(cells, names.index("household_size"), str(len(rows)))
        path = folder / f"（基础信息）脱贫户信息_{MARK}_{_stamp(district)}_{part + 1}.xlsx"
        sheets.append(Sheet(path, [*headings, *extra], cells, national_title(district, table)))
    return sheets


def _cut(household: np.ndarray, part: int) -> int:
    return cell_noise.middle_of_household(household, len(household) * part // _LIFTED_PARTS)


def _rows(district: District, wanted: np.ndarray) -> np.ndarray:
    """Persons of the wanted households, by village, households in no order within it."""
    rng = stream(district.seed, "rows")
    villages = district.households["village"].to_numpy()
    rank = np.empty(len(villages), dtype=int)
    rank[np.lexsort((rng.random(len(villages)), villages))] = np.arange(len(villages))
    household = district.persons["household"].to_numpy()
    chosen = np.flatnonzero(wanted[household])
    return chosen[np.argsort(rank[household[chosen]], kind="stable")]


def _texts(
    district: District, table: Table, rows: np.ndarray, rng: np.random.Generator
) -> tuple[Texts, np.ndarray]:
    """Cells of all columns of a person table, and the household of each row."""
    household = district.persons["household"].to_numpy()[rows]
    villages = district.households["village"].to_numpy()[household]
    texts = place_texts(district, villages, rng) | person_texts(district, rows, name=table.name)
    facts = household_texts(district)
    for column in table.columns:
        if column.level is Level.HOUSEHOLD and column.name not in texts:
            texts[column.name] = facts[column.name][household]
    return texts, household


def _untidy(texts: Texts, rng: np.random.Generator) -> Texts:
    """Spoil a few cells in ways that change no meaning."""
    changes = (
        ("identified_month", 0.04, cell_noise.leaked_float),
        ("eliminated_month", 0.03, cell_noise.leaked_float),
        ("household_size", 0.02, cell_noise.leaked_float),
        ("work_months", 0.03, cell_noise.leaked_float),
        ("household_size", 0.01, cell_noise.full_width),
        ("work_months", 0.01, cell_noise.full_width),
        ("village_name", 0.01, cell_noise.padded),
        ("person_name", 0.01, cell_noise.padded),
        ("labour_skill", 0.005, cell_noise.padded),
        ("education", 0.005, cell_noise.padded),
    )
    texts = dict(texts)
    for name, share, change in changes:
        if name in texts:
            texts[name] = cell_noise.spoiled(texts[name], share, change, rng)
    return texts


def _doubled(cells: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Let a column stand twice: the right one is partly filled and helps out the left one."""
    right = np.where(rng.random(len(cells)) < 0.25, cells, "").astype(object)
    left = cells.copy()
    empty = choose(rng, np.ones(len(cells)), max(1, len(cells) // 1000))
    right[empty] = cells[empty]
    left[empty] = ""
    return left, right


def _order(table: Table, part: int, rng: np.random.Generator) -> list[str]:
    """Names of columns: places first, the rest in an order of the file's own."""
    place = [c.name for c in table.columns if c.level is Level.PLACE and not c.is_area_code]
    rest = [c.name for c in table.columns if c.level is not Level.PLACE]
    if part == 0:
        return place + rest
    return place + [rest[n] for n in rng.permutation(len(rest))]


def national_title(district: District, table: Table) -> tuple[str, str]:
    """Return the two lines above the headings."""
    county = district.places.register.county["place_name"]
    return (
        f"{table.title}（{MARK}，全部虚构）",
        f"单位：{county}    导出时间：{district.month.last_day}",
    )


def _stamp(district: District) -> str:
    return district.month.last_day.replace("-", "")


def village_sheet(district: District, folder: Path) -> Sheet:
    """D: one row a village."""
    table = TABLES["villages"]
    rng = stream(district.seed, "village sheet")
    villages = district.places.villages
    count = len(villages)
    homes = district.households
    lifted = np.bincount(homes["village"], weights=homes["is_lifted"], minlength=count).astype(int)
    share = np.clip(0.32 + 0.10 * district.places.towns["remote"].to_numpy()[villages["town"]], 0.12, 0.7)
    total = np.maximum((lifted / share * np.exp(rng.normal(0, 0.15, count))).astype(int), lifted + 5)
    collective = np.round(np.exp(rng.normal(2.6, 0.8, count)), 2)
    income = np.round(13_300 * np.exp(villages["income"].to_numpy() + rng.normal(0, 0.05, count)))
    texts = place_texts(district, np.arange(count), rng)
    texts |= {
        "households": np.array([str(n) for n in total], dtype=object),
        "persons": np.array([str(int(n * 3.3)) for n in total], dtype=object),
        "lifted_households": np.array([str(n) for n in lifted], dtype=object),
        "collective_income_10k_yuan": np.array([f"{v:g}" for v in collective], dtype=object),
        "net_income_per_head_yuan": np.array([f"{v:.0f}" for v in income], dtype=object),
        "unsafe_water_households": np.full(count, "0", dtype=object),
        "dilapidated_households": np.full(count, "0", dtype=object),
    }
    headings, cells = columns_of(table, texts)
    path = folder / f"（自定义）行政村信息_{MARK}.xlsx"
    return Sheet(
        path, headings, cell_noise.with_total(cells, 3, str(total.sum())), national_title(district, table)
    )


def unused_columns(
    columns: dict[str, tuple[str, ...]], household: np.ndarray, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """Heading -> cells; members of a household agree."""
    homes = int(household.max()) + 1 if len(household) else 0
    filled = {}
    for heading, labels in columns.items():
        if labels:
            chosen = draw(rng, 0.6 ** np.arange(len(labels)) ** 1.5, homes)
            filled[heading] = np.array(labels, dtype=object)[chosen][household]
        else:
            filled[heading] = np.full(len(household), "", dtype=object)
    return filled
