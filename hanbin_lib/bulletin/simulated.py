"""How a simulated number is printed: marked 模拟, with its scenario, draws, seed and interval."""

from collections.abc import Sequence

from hanbin_lib.bulletin.wording import written
from hanbin_lib.display import Figure
from hanbin_lib.indicators import Unit

MARK = "模拟"


def run_line(scenario: str, draws: int, seed: int, confidence: float | None = None) -> str:
    """What stands over every simulated exhibit: ``模拟“…”：10000次，种子…，90%区间``.

    `confidence` is None where the exhibit holds chances, whose error stands beside them.
    """
    edges = "" if confidence is None else f"，{confidence * 100:.0f}%区间"
    return f"{MARK}“{scenario}”：{draws}次，种子{seed}{edges}"


def share(value: float, reference: str) -> Figure:
    """``18.2%``."""
    return Figure(written(value, Unit.SHARE), reference)


def count(value: float, unit: Unit, reference: str) -> Figure:
    """``2332户``; a money value in yuan is ``28454元``."""
    return Figure(written(value, unit), reference)


def interval(edges: Sequence[float], unit: Unit, reference: str) -> Figure:
    """``25944—32169元``."""
    low, high = edges
    if unit is Unit.SHARE:
        return Figure(f"{written(low, unit)}—{written(high, unit)}", reference)
    return Figure(f"{written(low, unit).removesuffix(unit.value)}—{written(high, unit)}", reference)


def wan(yuan: float) -> float:
    """Yuan to 万元."""
    return yuan / 10_000
