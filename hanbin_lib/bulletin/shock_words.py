"""Words for a scenario: what it assumes, in its units, and what it comes to with its interval."""

from collections.abc import Mapping
from typing import Any

from hanbin_lib.bulletin.wording import interval, joined, wan, with_interval, words
from hanbin_lib.display import BARE, WHOLE, Figure, Phrase, Shown, as_given, written
from hanbin_lib.indicators import Unit
from hanbin_lib.simulate import Scenario, assumptions
from hanbin_lib.simulate.scenarios import Assumption

_WHOLE_FROM = 10  # 万元: below it amounts of a table have a decimal
_NEARLY_NOTHING = 0.05  # 万元, rounds to 0.0
FIELDS = {
    "trial_line": ("试算线", "元"),
    "exposed": ("波及", "%"),
    "within_town": ("同镇相关", ""),
    "self_pay_yuan": ("自付", "元"),
    "share_of_receipts": ("占经营收入", "%"),
    "lost": ("损失", "%"),
    "months": ("影响", "个月"),
    "usual_yuan": ("常年价", "元/公斤"),
    "price_yuan": ("当年价", "元/公斤"),
    "share_of_transfers": ("占转移性收入", "%"),
    "share": ("补回", "%"),
    "most_yuan": ("封顶", "元"),
    "standard_yuan": ("标准", "元"),
}


def spread(row: Mapping[str, Any], unit: Unit, source: str) -> Phrase:
    """``242户（168—344）``; money in 万元, of little to a tenth."""
    if unit is not Unit.WAN_YUAN:
        return with_interval(row["median"], (row["lower"], row["upper"]), unit, source, WHOLE)
    low, middle, high = (wan(row[name]) for name in ("lower", "median", "upper"))
    if high >= _WHOLE_FROM or high == 0:
        return with_interval(middle, (low, high), unit, source, WHOLE)
    around = interval((low, high), unit, source, BARE)
    return joined(amount(row["median"], source), "（", around, "）", source=source)


def amount(yuan: float, source: str) -> Shown:
    """``1.9万元``; what is something and would be printed as nothing is a bound."""
    if 0 < wan(yuan) < _NEARLY_NOTHING:
        return words(f"不到{written(2 * _NEARLY_NOTHING, Unit.WAN_YUAN)}", source)
    return Figure(wan(yuan), Unit.WAN_YUAN, source)


def in_words(one: Scenario) -> str:
    """Shocks of a scenario with what they assume; measures stand in the annex."""
    shocks = {shock.name: shock for shock in one.shocks}
    told: dict[str, list[str]] = {name: [] for name in shocks}
    for row in assumptions(one):
        if row.part in shocks and row.field != "within_town":
            name, unit = FIELDS[row.field]
            told[row.part].append(f"{name}{values(row)}{unit}")
    return "；".join(
        f"{name}{_where(shocks[name].towns)}：{'，'.join(parts)}" for name, parts in told.items()
    )


def _where(towns: tuple[str, ...]) -> str:
    return f"（{'、'.join(towns)}）" if towns else ""


def values(row: Assumption) -> str:
    """Values of an assumption in its unit."""
    times = 100 if FIELDS[row.field][1] == "%" else 1
    return "—".join(as_given(number * times) for number in row.numbers)
