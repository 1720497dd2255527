"""Tables of a chapter: their columns, the order of their rows, and what they leave out."""

from collections.abc import Mapping, Sequence

import pandas as pd

from hanbin_lib.bulletin.figures import Figures
from hanbin_lib.display import IN_WAN, PLAIN, AnnexTable, Column, Strip

_REST = ("其他", "其它", "未填写")


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
    """Figures in a row: sign, label and indicator of each; large ones in tens of thousands (万)."""
    return Strip(
        tuple(
            (sign, label, figures.figure(name, style=IN_WAN if name in in_wan else PLAIN))
            for sign, label, name in items
        )
    )
