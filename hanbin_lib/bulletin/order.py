"""In which order labels are listed: the largest first, what is not told apart last."""

from collections.abc import Sequence

import pandas as pd

_REST = ("其他", "其它", "未填写")


def largest_first(counts: pd.Series) -> pd.Series:
    """Counts by label, the largest first; 其他 and 未填写 behind all others, whatever their size."""
    ordered = counts.sort_values(ascending=False, kind="stable")
    is_rest = [str(label).startswith(_REST) for label in ordered.index]
    return pd.concat([ordered[[not one for one in is_rest]], ordered[is_rest]])


def as_ranked(labels: Sequence[str], known: Sequence[str]) -> list[str]:
    """Labels in the order of `known` (中央、省级、市级…), the others behind them."""
    position = {label: number for number, label in enumerate(known)}
    return sorted(labels, key=lambda one: (position.get(one, len(position)), one.startswith(_REST)))
