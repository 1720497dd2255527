"""What surrounds an exhibit: the tables and the study it needs, who may see it, the source under its charts.

A chapter whose tables did not come in is left out, with a sentence that says so. And the columns of an
exhibit, the order of its rows, and what it leaves out.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import pandas as pd

from hanbin_lib.bulletin.figures import Figures
from hanbin_lib.bulletin.opening import Bulletin
from hanbin_lib.bulletin.wording import chinese_date
from hanbin_lib.contract import TABLES
from hanbin_lib.display import IN_WAN, PLAIN, AnnexTable, Chart, Column, Columns, Display, Missing, Strip
from hanbin_lib.errors import Unavailable, refused_params
from hanbin_lib.indicators import Unit

Exhibit = Callable[[Bulletin], Display | None]
Rest = ParamSpec("Rest")
Shown = TypeVar("Shown")
Study = TypeVar("Study")
_REST = ("其他", "其它", "未填写")


def needs(*tables: str, chapter: str = "") -> Callable[[Callable[[Bulletin], Any]], Exhibit]:
    """Show an exhibit only where its tables came in.

    Parameters
    ----------
    tables
        Names of the tables.
    chapter
        On the lead of a chapter: its name. The lead then says that the chapter is left out;
        the other exhibits show nothing.
    """

    def decorate(exhibit: Callable[[Bulletin], Any]) -> Exhibit:
        @wraps(exhibit)
        def shown(bulletin: Bulletin) -> Display | None:
            missing = [name for name in tables if not bulletin.snapshot.has(name)]
            if not missing:
                found: Display | None = exhibit(bulletin)
                return found
            return absent(bulletin, chapter, *missing) if chapter else None

        return shown

    return decorate


def internal(exhibit: Callable[[Bulletin], Any]) -> Callable[[Bulletin], Any]:
    """Leave the exhibit out of the public edition: it is for the bureau, or lists cases one by one."""

    @wraps(exhibit)
    def shown(bulletin: Bulletin) -> Any:
        return None if bulletin.is_public else exhibit(bulletin)

    return shown


def absent(bulletin: Bulletin, chapter: str, *tables: str) -> Missing:
    """The sentence that stands for a chapter without its tables."""
    titles = "、".join(bulletin.scope.spoken(TABLES[name].title) for name in tables)
    return Missing(chapter, f"本月没有收到{titles}，本章从略", is_chapter=True)


def of_study(
    find: Callable[[Bulletin], Study | Unavailable], name: str = ""
) -> Callable[
    [Callable[Concatenate[Bulletin, Study, Rest], Shown]], Callable[Concatenate[Bulletin, Rest], Any]
]:
    """Give an exhibit the study that it shows.

    Parameters
    ----------
    find
        The study of a bulletin, or why there is none.
    name
        Of what is simulated, where the exhibit says why there is none; the others then show nothing.
    """

    def decorate(
        exhibit: Callable[Concatenate[Bulletin, Study, Rest], Shown],
    ) -> Callable[Concatenate[Bulletin, Rest], Any]:
        @wraps(exhibit)
        def shown(bulletin: Bulletin, /, *more: Rest.args, **named: Rest.kwargs) -> Any:
            study = find(bulletin)
            if not isinstance(study, Unavailable):
                return exhibit(bulletin, study, *more, **named)
            return Missing(name, study.reason) if name else None

        return shown

    return decorate


class _Named(Protocol):
    @property
    def name(self) -> str: ...


Named = TypeVar("Named", bound=_Named)


def by_name(studies: Sequence[Named], name: str, code: str, what: str, action: str) -> Named:
    """The study of that name; raise `code` naming those that there are."""
    found = next((one for one in studies if one.name == name), None)
    if found is None:
        known = "、".join(one.name for one in studies) or "无"
        raise refused_params(code, f"没有名为“{str(name)[:16]}”的{what}（现有：{known}）", action)
    return found


def sourced(
    *tables: str,
) -> Callable[[Callable[Concatenate[Bulletin, Rest], Shown]], Callable[Concatenate[Bulletin, Rest], Shown]]:
    """Put source and date under the charts of an exhibit.

    Parameters
    ----------
    tables
        Names of the tables that the numbers are counted from.
    """
    names = "、".join(TABLES[name].title for name in tables)

    def decorate(
        exhibit: Callable[Concatenate[Bulletin, Rest], Shown],
    ) -> Callable[Concatenate[Bulletin, Rest], Shown]:
        @wraps(exhibit)
        def shown(bulletin: Bulletin, /, *more: Rest.args, **named: Rest.kwargs) -> Shown:
            until = chinese_date(str(bulletin.scope.end.date()))
            source = f"来源：{bulletin.scope.spoken(names)}；截至{until}"
            return _with_source(exhibit(bulletin, *more, **named), source)

        return shown

    return decorate


def _with_source(display: Any, source: str) -> Any:
    """The display with the line under each of its charts."""
    if isinstance(display, Columns):
        return replace(display, items=tuple(_with_source(item, source) for item in display.items))
    return replace(display, source=source) if isinstance(display, Chart) else display


def rounded(bulletin: Bulletin) -> str:
    """What the unit line of a chart of counts says in the public edition: it has no room to mark each."""
    return f"；零头舍去，只印{bulletin.settings.disclosure.base}的整倍数" if bulletin.is_public else ""


def columns(*heads: str, widths: Sequence[float | None] = (), left: int = 1) -> tuple[Column, ...]:
    """Columns of labels to the left, of numbers to the right.

    Parameters
    ----------
    widths
        Millimetres of the first columns; the others, and those of None, as the page allows.
    left
        How many of the first are labels.
    """
    spare = (None,) * (len(heads) - len(widths))
    sized = zip(heads, (*widths, *spare), strict=True)
    return tuple(Column(head, "left" if n < left else "right", mm) for n, (head, mm) in enumerate(sized))


def largest_first(counts: pd.Series) -> pd.Series:
    """Counts by label, the largest first; 其他 and 未填写 behind all others, whatever their size."""
    ordered = counts.sort_values(ascending=False, kind="stable")
    is_rest = [str(label).startswith(_REST) for label in ordered.index]
    return pd.concat([ordered[[not one for one in is_rest]], ordered[is_rest]])


def as_ranked(labels: Sequence[str], known: Sequence[str]) -> list[str]:
    """Labels in the order of `known` (中央、省级、市级…), the others behind them."""
    position = {label: number for number, label in enumerate(known)}
    return sorted(labels, key=lambda one: (position.get(one, len(position)), one.startswith(_REST)))


def most_first(counts: Mapping[str, float]) -> list[str]:
    """Places that have any, those with most first, by code where equal."""
    return sorted((code for code in counts if counts[code]), key=lambda code: (-counts[code], code))


def unlisted(there: int, listed: int) -> str:
    """How many of those that are there a table leaves out, for its unit line."""
    return f"；另有{there - listed}个未列" if there > listed else ""


def listing(title: str, unit_line: str, rows: pd.DataFrame, heads: Mapping[str, str]) -> AnnexTable:
    """A list for the annex, of columns of a table by their headings."""
    cells = tuple(tuple(map(str, row)) for row in rows[list(heads)].to_numpy())
    return AnnexTable(title, tuple(map(Column, heads.values())), cells, unit_line)


def strip(figures: Figures, *items: tuple[str, str, str], in_wan: Sequence[str] = ()) -> Strip:
    """Figures in a row: sign, label and indicator of each; large ones in tens of thousands (万).

    Amounts that are read against each other have one unit: 亿元 where each is that large, else 万元.
    """
    shown = {name: figures.figure(name, style=IN_WAN if name in in_wan else PLAIN) for *_, name in items}
    amounts = {n: f.written.unit for n, one in shown.items() for f in one.figures if f.unit == Unit.WAN_YUAN}
    if len(set(amounts.values())) > 1:
        shown |= {name: figures.figure(name) for name in amounts}
    return Strip(tuple((sign, label, shown[name]) for sign, label, name in items))
