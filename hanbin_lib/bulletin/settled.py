"""What the register and the ledgers confirm of last month's points (登记簿证实)."""

from collections.abc import Callable

import pandas as pd

from hanbin_lib.bulletin.asks import BELOW, CLUE, INCOME, LINE, MEASURE, OVERDUE, PHONE
from hanbin_lib.bulletin.opening import Bulletin
from hanbin_lib.indicators import clues
from hanbin_lib.indicators.compute import household_list
from hanbin_lib.indicators.income import gap_to_stored, recomputed_income
from hanbin_lib.indicators.rectification import state
from hanbin_lib.indicators.register import has_measure
from hanbin_lib.indicators.safeguards import REGISTERED, register_says

# What has to stand there for a case to count as confirmed, as the annex prints it.
RULES = {
    MEASURE: "登记簿里该户已有帮扶措施",
    OVERDUE: "台账里该问题已有完成或销号时间",
    PHONE: "登记簿里该户该项已改为有问题",
    CLUE: "台账里该线索已核定",
    LINE: "当年监测收入范围已录入",
    BELOW: "该户已纳入监测，或登记收入已不低于监测线",
    INCOME: "该户系统存值与重算的收入已一致",
}

# The month's figure without which nobody can say whether a case of the kind is settled.
_TOLD_BY = {
    MEASURE: "households_without_measure",
    OVERDUE: "problems_overdue",
    CLUE: "clues_open",
    BELOW: "below_line_unmonitored_households",
    INCOME: "income_mismatch_households",
}


def can_tell(bulletin: Bulletin, key: str) -> bool:
    """Whether the month's tables and parameters have what shows a case of this kind as settled."""
    name = _TOLD_BY.get(key)
    return name is None or bulletin.figures.value(name) is not None


def settled(bulletin: Bulletin, key: str, cases_year: int) -> set[str]:
    """Cases of one kind that the month's tables show as settled; what they do not show is not settled.

    Parameters
    ----------
    key
        Kind of the point (`asks`).
    cases_year
        Year of the lists: a monitoring line is one of a year.

    Returns
    -------
    set of str
        As the ``case`` column of `asks.cases`.
    """
    if key == LINE:
        known = any(line.year == cases_year for line in bulletin.settings.lines.lines)
        return {str(cases_year)} if known else set()
    found = _FOUND[key](bulletin)
    return set(found.astype("str"))


def _measured(bulletin: Bulletin) -> pd.Series:
    rows = bulletin.received("monitored_households")
    return rows.loc[has_measure(rows), "household_code"]


def _done(bulletin: Bulletin) -> pd.Series:
    ledger = bulletin.sources.table("rectification")
    if ledger is None:
        return pd.Series(dtype="str")
    now = state(ledger, bulletin.scope)
    return now.loc[now["is_done"], "problem_code"]


def _decided(bulletin: Bulletin) -> pd.Series:
    ledger = bulletin.sources.table("clues")
    if ledger is None:
        return pd.Series(dtype="str")
    now = clues.state(ledger, bulletin.scope)
    return now.loc[~now["is_open"], "clue_code"]


def _corrected(bulletin: Bulletin) -> pd.Series:
    homes = household_list(bulletin.sources, bulletin.scope)
    says = register_says(homes.rows, homes.persons, bulletin.scope)
    codes = homes.rows["household_code"].astype("str")
    found = [codes[says[name].eq(1)] + f"|safeguard={label}" for name, label in REGISTERED.items()]
    return pd.concat(found)


def _above_line(bulletin: Bulletin) -> pd.Series:
    monitored = bulletin.received("monitored_households")["household_code"]
    lifted, line = bulletin.sources.table("lifted_households"), bulletin.scope.income_line
    if lifted is None or line is None:
        return monitored
    enough = recomputed_income(lifted)["per_head_yuan"] >= line
    return pd.concat([monitored, lifted.loc[enough, "household_code"]])


def _agreeing(bulletin: Bulletin) -> pd.Series:
    rows = bulletin.received("monitored_households")
    return rows.loc[gap_to_stored(rows) <= bulletin.settings.rules.income_tolerance_yuan, "household_code"]


_FOUND: dict[str, Callable[[Bulletin], pd.Series]] = {
    MEASURE: _measured,
    OVERDUE: _done,
    PHONE: _corrected,
    CLUE: _decided,
    BELOW: _above_line,
    INCOME: _agreeing,
}
