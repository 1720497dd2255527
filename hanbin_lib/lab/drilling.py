"""From a figure of a town or village down to its households, for those who may see them.

What is shown stands in an output of a widget, which no notebook keeps; nobody's batch gets it, there is
nothing to take along, and the record of runs tells who looked at what. Names and numbers of identity are
not there: no snapshot has them.
"""

from collections.abc import Iterator
from typing import Any

import ipywidgets
import pandas as pd

from hanbin_lib import audit
from hanbin_lib.bulletin import Bulletin
from hanbin_lib.contract import TABLES
from hanbin_lib.display import Column, Figure, Missing, Table, Text
from hanbin_lib.display.model import Display
from hanbin_lib.indicators import ALL, DEFINITIONS, Selection, selections_behind
from hanbin_lib.lab.figures import place_of
from hanbin_lib.lab.sliders import Choice, is_attended, panel
from hanbin_lib.workspace import Workspace

_CODE, _COUNTY = "household_code", 6
_MOST_ROWS = 500
# Figures that are households one by one, in the order in which an officer asks for them.
FIGURES = (
    "open_risk_households", "households_without_measure", "new_households", "newly_eliminated_households",
    "phone_problem_households", "no_worker_households", "monitored_households",
)  # fmt: skip
_FACTS = (
    "village_code", _CODE, "monitored_category", "household_type", "household_size", "identified_month",
    "risk_cause_1", "is_risk_eliminated", "first_measure_month", "net_income_per_head_yuan",
)  # fmt: skip
_NUMBERS = ("household_size", "net_income_per_head_yuan")
_REGISTERS = ("lifted_persons", "monitored_persons")  # whose headings the facts of a household have
_FILTERS = {"category": "monitored_category", "cause": "risk_cause_1"}


def households(issue: Bulletin, village: str = "", workspace: Workspace | None = None) -> Display | None:
    """Lists of a figure, a category and a cause, and the households that count in the figure.

    Parameters
    ----------
    village
        Code of a village of the bulletin's town; empty for the whole town.

    Returns
    -------
    ipywidgets.VBox, Missing or None
        None where nobody is at the notebook; a sentence for the county and in the public edition.
    """
    if not is_attended():
        return None
    place = place_of(issue, village)
    if issue.is_public:
        return Missing("逐户名单", "公开版没有名单")
    if len(place) == _COUNTY:
        return Missing("逐户名单", "先在上面选一个镇（街道）或村（社区）")
    return household_panel(issue, place, workspace or Workspace.find())


def household_panel(issue: Bulletin, place: str, workspace: Workspace) -> ipywidgets.VBox:
    """The lists and the table, whoever is there; each figure looked at is entered in the record of runs."""
    behind = selections_behind(issue.sources, issue.scope, {(key, ALL) for key in FIGURES})
    facts, looked = _facts(issue), set[str]()

    def show(figure: str, **chosen: str) -> Display:
        rows = _rows(behind.get((figure, ALL)), facts, place)
        if figure not in looked:
            given = {"snapshot": issue.snapshot.id, "place": place, "indicator": figure}
            audit.append(workspace.audit, f"look {issue.month}", given, {"households": len(rows)})
            looked.add(figure)
        for name, label in chosen.items():
            rows = rows[rows[_FILTERS[name]].astype("str").eq(label)] if label else rows
        return household_table(issue, figure, place, rows)

    known = {name: facts.loc[_within(facts, place), column] for name, column in _FILTERS.items()}
    choices = {
        name: [("全部", ""), *((label, label) for label in sorted(column.dropna().astype("str").unique()))]
        for name, column in known.items()
    }
    return panel(
        show,
        {
            "figure": Choice("哪个数", FIGURES[0], [(DEFINITIONS[key].name, key) for key in FIGURES]),
            "category": Choice("监测对象类别", "", choices["category"]),
            "cause": Choice("第一致险原因", "", choices["cause"]),
        },
    )


def household_table(issue: Bulletin, figure: str, place: str, rows: pd.DataFrame) -> Display:
    """The households with what the register says of them."""
    title = f"{issue.name(place)}　{DEFINITIONS[figure].name}"
    if rows.empty:
        return Missing(title, "没有符合的户")
    columns = tuple(Column(_heading(name), "right" if name in _NUMBERS else "left") for name in _FACTS)
    shown = rows.sort_values(["village_code", _CODE]).head(_MOST_ROWS).to_dict("records")
    lines = tuple(tuple(_cells(issue, row)) for row in shown)
    more = f"，只列前{_MOST_ROWS}户" if len(rows) > _MOST_ROWS else ""
    return Table(title, columns, lines, f"共{len(rows)}户{more}；内部使用，已记入操作记录，不存入笔记本")


def _facts(issue: Bulletin) -> pd.DataFrame:
    """What the registers say of every household, monitored ones first; what did not come in is empty."""
    tables = (issue.sources.table(name) for name in ("monitored_households", "lifted_households"))
    found = [one.reindex(columns=[*_FACTS, "town_code"]) for one in tables if one is not None]
    return pd.concat(found, ignore_index=True).drop_duplicates(_CODE)


def _rows(behind: Selection | None, facts: pd.DataFrame, place: str) -> pd.DataFrame:
    """The households of a figure at a place, each once."""
    rows = behind.at(place) if behind is not None else None
    codes: Any = [] if rows is None else rows.loc[rows["weight"].ne(0), _CODE].unique()
    return facts[facts[_CODE].isin(codes)]


def _within(facts: pd.DataFrame, place: str) -> pd.Series:
    return facts["village_code"].astype("str").str.startswith(place)


def _heading(name: str) -> str:
    if name == "village_code":
        return "村（社区）"
    known = {one.name: one.heading for table in _REGISTERS for one in TABLES[table].columns}
    return known[name]


def _cells(issue: Bulletin, row: dict[Any, Any]) -> Iterator[Text]:
    for name in _FACTS:
        value = row[name]
        if name == "village_code":
            yield issue.name(str(value)) if isinstance(value, str) else "未对应"
        elif pd.isna(value):
            yield "未填写"
        elif name in _NUMBERS:
            yield Figure(float(str(value)), "", f"register|{row[_CODE]}")
        elif name.endswith("_month"):
            yield f"{value:%Y-%m}"
        else:
            yield {"True": "是", "False": "否"}.get(str(value), str(value))
