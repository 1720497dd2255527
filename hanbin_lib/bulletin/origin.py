"""Where the numbers of a chart come from and as of when: one line under each."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from hanbin_lib.bulletin.opening import Bulletin
from hanbin_lib.bulletin.wording import chinese_date
from hanbin_lib.contract import TABLES
from hanbin_lib.display import Chart, Columns

Rest = ParamSpec("Rest")
Shown = TypeVar("Shown")


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
