"""A chapter whose tables did not come in is left out, with a sentence that says so."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from hanbin_lib.bulletin.opening import Bulletin
from hanbin_lib.contract import TABLES
from hanbin_lib.display import Display, Missing

Exhibit = Callable[[Bulletin], Display | None]


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
