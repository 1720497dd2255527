"""Income on the register's calibre: recomputed, compared with the stored value, screened.

Net income per head = (wage + business + property + transfer - business cost) / persons in
the household (人均纯收入). A missing part is not zero: such a household is not recomputed.
"""

import itertools
from collections.abc import Iterator
from functools import partial

import numpy as np
import pandas as pd

from hanbin_lib.contract.national import COST, RECEIPTS
from hanbin_lib.indicators.register import states
from hanbin_lib.indicators.scope import Scope
from hanbin_lib.indicators.table import (
    AT_EXPORT,
    REGISTER,
    Definition,
    NoteCode,
    Pooling,
    Rows,
    Unit,
    count_rows,
    defines,
    note_rows,
    number_rows,
    share_rows,
)
from hanbin_lib.statistics.estimates import shortfall

COMPONENTS = {
    "wage_income_yuan": "工资性收入",
    "net_business_income_yuan": "生产经营净收入",
    "property_income_yuan": "财产性收入",
    "transfer_income_yuan": "转移性收入",
}
QUANTILES = {"低四分位": 0.25, "中位": 0.5, "高四分位": 0.75}
_FGT = {"headcount": 0, "gap": 1, "severity": 2}
STORED = "net_income_per_head_yuan"

_CALIBRE = "登记簿年度收入（上年10月至当年9月），与调查口径的可支配收入不可比"
_LINE = "监测对象信息；监测线见 monitoring_lines.yaml"
_HH = Unit.HOUSEHOLDS


def _fgt_definition(order: str, name: str, counted: str) -> Definition:
    """One of the three FGT measures; the register is of the at-risk, not of the population."""
    return Definition(
        f"fgt_{order}_share",
        name,
        Unit.SHARE,
        counted,
        "收入可以重算的在册监测人口（监测对象本身就是风险人群，不是全体农村人口的贫困率）",
        _CALIBRE,
        _LINE,
    )


_of_income = partial(Definition, as_of=_CALIBRE, source=REGISTER)
_INCOME = (
    _of_income(
        "net_income_per_head_yuan",
        "监测户人均纯收入",
        Unit.YUAN,
        "户纯收入合计（工资性＋生产经营性＋财产性＋转移性－生产经营性支出，重新计算）",
        "同一批户的家庭人口合计",
        pooling=Pooling.RATIO,
    ),
    Definition(
        "income_mismatch_households",
        "人均纯收入存值与重算不符户数",
        _HH,
        "重算的人均纯收入与系统存值相差超过容差的监测户",
        "",
        AT_EXPORT,
        "监测对象信息；容差见 rules.yaml（income_tolerance_yuan）",
    ),
    Definition(
        "income_missing_households",
        "收入缺项户数",
        _HH,
        "收入各项、家庭人口或存值有缺项、不能重算的监测户（缺项不按零处理）",
        "",
        AT_EXPORT,
        REGISTER,
    ),
    Definition(
        "income_band_households",
        "监测户收入分组",
        _HH,
        "重算的人均纯收入落在该组的监测户（左闭右开）",
        "",
        AT_EXPORT,
        "监测对象信息；界线见 rules.yaml（income_bands_yuan）",
    ),
    Definition(
        "below_line_open_households",
        "未消除风险且低于监测线户数",
        _HH,
        "未消除风险、重算的人均纯收入低于当年监测线的户",
        "",
        AT_EXPORT,
        _LINE,
    ),
    Definition(
        "below_line_unmonitored_households",
        "低于监测线且未纳入监测的脱贫户数",
        _HH,
        "脱贫户中人均纯收入低于当年监测线、又不在册监测的户（应纳未纳筛查线索，须入户核实）",
        "",
        AT_EXPORT,
        "脱贫户信息、监测对象信息；监测线见 monitoring_lines.yaml",
    ),
    _of_income(
        "income_component_share",
        "收入构成",
        Unit.SHARE,
        "该项收入合计（经营性收入已减经营性支出）",
        "同一批监测户的纯收入合计",
    ),
    Definition(
        "income_component_below_share",
        "低于监测线监测户的收入构成",
        Unit.SHARE,
        "低于当年监测线的监测户该项收入合计",
        "这些户的纯收入合计",
        _CALIBRE,
        _LINE,
    ),
    _of_income(
        "income_quantile_yuan",
        "监测户人均纯收入分位数",
        Unit.YUAN,
        "重算的人均纯收入由低到高排列，位于该分位的户的值",
        "",
        pooling=Pooling.PERSONS,
    ),
    _fgt_definition("headcount", "监测人口低于监测线比例", "人均纯收入低于当年监测线的监测人口"),
    _fgt_definition("gap", "监测人口收入缺口率", "低于监测线的监测人口与监测线的相对差距之和，不低于的计零"),
    _fgt_definition(
        "severity", "监测人口收入缺口强度", "低于监测线的监测人口与监测线的相对差距平方之和，不低于的计零"
    ),
)
_FALL = (
    Definition(
        "income_fell_households",
        "人均纯收入明显下降户数",
        _HH,
        "重算的人均纯收入比上月登记簿下降达到规定幅度的在册监测户，按降得最多的一项分组",
        "",
        AT_EXPORT,
        "本月和上月的监测对象信息；幅度见 rules.yaml（income_fall_share）",
    ),
)


def recomputed_income(households: pd.DataFrame) -> pd.DataFrame:
    """Columns ``net_yuan``, ``size``, ``per_head_yuan``; NaN where a part is missing.

    Where 当前家庭人口数 is empty the rows in the sheet are the household's size.
    """
    parts = households[list(RECEIPTS)].astype("Float64")
    net = parts.sum(axis=1, skipna=False) - households[COST].astype("Float64")
    size = households["household_size"].astype("Float64").fillna(households["members"])
    size = size.where(size > 0)
    result = pd.DataFrame({"net_yuan": net, "size": size, "per_head_yuan": net / size})
    return result.astype(float)


def gap_to_stored(households: pd.DataFrame) -> pd.Series:
    """Yuan per head between the recomputed and the stored income; NaN where one of them is missing."""
    return (recomputed_income(households)["per_head_yuan"] - households[STORED].astype(float)).abs()


@defines(*_INCOME)
def income_indicators(monitored: pd.DataFrame, lifted: pd.DataFrame | None, scope: Scope) -> Iterator[Rows]:
    """Mean income, agreement with the stored value, bands, and the screens by the line."""
    rows = scope.counted(monitored)
    income = recomputed_income(rows)
    known = income["per_head_yuan"].notna()
    yield share_rows(
        "net_income_per_head_yuan",
        scope.month,
        scope.select(rows[known], income.loc[known, "net_yuan"]),
        scope.select(rows[known], income.loc[known, "size"]),
    )
    gap = gap_to_stored(rows)
    mismatch = rows[gap > scope.rules.income_tolerance_yuan]
    yield count_rows("income_mismatch_households", scope.month, scope.select(mismatch))
    yield count_rows("income_missing_households", scope.month, scope.select(rows[gap.isna()]))
    yield from _composition("income_component_share", rows[known], scope)
    yield from _quantiles(rows[known], income.loc[known, "per_head_yuan"], scope)
    yield from _bands(rows[known], income.loc[known, "per_head_yuan"], scope)
    yield from _screens(rows, income["per_head_yuan"], lifted, scope)
    yield from _poverty(rows[known], income[known], scope)


def components(households: pd.DataFrame) -> pd.DataFrame:
    """Parts of net income (yuan a household), business income less its cost."""
    parts = households[list(RECEIPTS)].astype("Float64").astype(float)
    cost = households[COST].astype("Float64").astype(float)
    parts["net_business_income_yuan"] = parts.pop("business_income_yuan") - cost
    return parts[list(COMPONENTS)]


def fallen(now: pd.DataFrame, before: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Households whose income per head fell by ``income_fall_share`` or more since last month.

    Columns of `now` and ``fall_yuan`` (per head), ``component`` (what fell most). Only
    households whose income can be recomputed in both registers, and was positive, are judged.
    """
    rows = scope.counted(now).set_index("household_code", drop=False)
    old = before.drop_duplicates("household_code").set_index("household_code").reindex(rows.index)
    per_head = [
        recomputed_income(table.assign(members=rows["members"]))["per_head_yuan"] for table in (rows, old)
    ]
    fall = per_head[1] - per_head[0]
    fell = (per_head[1] > 0) & (fall >= scope.rules.income_fall_share * per_head[1])
    drop = (components(old) - components(rows))[fell.to_numpy()]
    names = drop.idxmax(axis=1).map(COMPONENTS) if len(drop) else pd.Series(dtype="str")
    return rows[fell.to_numpy()].assign(fall_yuan=fall[fell], component=names).reset_index(drop=True)


@defines(*_FALL)
def fall_indicators(now: pd.DataFrame, before: pd.DataFrame | None, scope: Scope) -> Iterator[Rows]:
    """Who fell since last month's register, and by which part of income."""
    name = "income_fell_households"
    if before is None:
        yield note_rows(name, scope.month, scope.upper_places, NoteCode.NOT_RECEIVED)
        return
    rows = fallen(now, before, scope)
    yield count_rows(name, scope.month, scope.select(rows))
    for label in COMPONENTS.values():
        counts = scope.select(rows[rows["component"].eq(label)])
        yield count_rows(name, scope.month, counts, f"component={label}")


def band_labels(limits: tuple[int, ...]) -> list[str]:
    """Labels of the bands that `limits` (yuan per head) make, lowest first."""
    inner = [f"{low}—{high}元" for low, high in itertools.pairwise(limits)]
    return [f"{limits[0]}元以下", *inner, f"{limits[-1]}元及以上"]


def _bands(rows: pd.DataFrame, per_head: pd.Series, scope: Scope) -> Iterator[Rows]:
    limits = scope.rules.income_bands_yuan
    position = np.digitize(per_head.to_numpy(), limits)
    for number, label in enumerate(band_labels(limits)):
        counts = scope.select(rows[position == number])
        yield count_rows("income_band_households", scope.month, counts, f"band={label}")


def _no_line(scope: Scope) -> NoteCode:
    """Why a figure by the line has no value: it was not entered, or the standard names no income."""
    return NoteCode.NOT_APPLICABLE if scope.line else NoteCode.PARAMETER_MISSING


def _screens(
    rows: pd.DataFrame, per_head: pd.Series, lifted: pd.DataFrame | None, scope: Scope
) -> Iterator[Rows]:
    """The two screens by the year's line; without a line, or an income in it, they say so."""
    screens = ("below_line_open_households", "below_line_unmonitored_households")
    line = scope.income_line
    if line is None:
        for name in screens:
            yield note_rows(name, scope.month, scope.upper_places, _no_line(scope))
        return
    below = (per_head < line) & states(rows, scope.month, is_current=True)["open_risk"]
    yield count_rows(screens[0], scope.month, scope.select(rows[below]))
    if lifted is None:
        yield note_rows(screens[1], scope.month, scope.upper_places, NoteCode.NOT_RECEIVED)
        return
    poor = scope.counted(lifted)
    poor = poor[recomputed_income(poor)["per_head_yuan"] < line]
    unmonitored = poor[~poor["household_code"].isin(rows["household_code"])]
    yield count_rows(screens[1], scope.month, scope.select(unmonitored))


def _composition(name: str, rows: pd.DataFrame, scope: Scope) -> Iterator[Rows]:
    parts = components(rows)
    total = scope.select(rows, parts.sum(axis=1))
    for column, label in COMPONENTS.items():
        amount = scope.select(rows, parts[column])
        yield share_rows(name, scope.month, amount, total, f"component={label}")


def _quantiles(rows: pd.DataFrame, per_head: pd.Series, scope: Scope) -> Iterator[Rows]:
    by_town = per_head.groupby(rows["town_code"])
    for label, share in QUANTILES.items():
        values = by_town.quantile(share).reindex(scope.upper_places)
        values.iloc[0] = per_head.quantile(share) if len(per_head) else np.nan
        frame = pd.DataFrame({"value": values, "denominator": scope.by_place(rows)})
        yield number_rows("income_quantile_yuan", scope.month, frame, f"quantile={label}")


def _poverty(rows: pd.DataFrame, income: pd.DataFrame, scope: Scope) -> Iterator[Rows]:
    """FGT indices over the monitored persons with a known income, and the poor's income mix."""
    line = scope.income_line
    if line is None:
        for name in _FGT:
            yield note_rows(f"fgt_{name}_share", scope.month, scope.upper_places, _no_line(scope))
        return
    persons = scope.select(rows, income["size"])
    for name, order in _FGT.items():
        short = shortfall(income["per_head_yuan"].to_numpy(), line, order) * income["size"]
        yield share_rows(f"fgt_{name}_share", scope.month, scope.select(rows, short), persons)
    yield from _composition("income_component_below_share", rows[income["per_head_yuan"] < line], scope)
