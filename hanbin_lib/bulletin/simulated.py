"""How a simulated number is printed: marked 模拟, with its scenario, draws, seed and interval."""

from hanbin_lib.display import Figure, percent
from hanbin_lib.indicators import Unit

MARK = "模拟"


def run_line(scenario: str, draws: int, seed: int, confidence: float | None = None) -> str:
    """What stands over every simulated exhibit: ``模拟“…”：10000次，种子…，90%区间``.

    `confidence` is None where the exhibit holds chances, whose error stands beside them.
    """
    edges = "" if confidence is None else f"，{percent(confidence, 0)}区间"
    return f"{MARK}“{scenario}”：{draws}次，种子{seed}{edges}"


def share(value: float, source: str) -> Figure:
    """``18.2%``."""
    return Figure(value, Unit.SHARE, source)


def count(value: float, unit: Unit, source: str) -> Figure:
    """``2332户``; a money value in yuan is ``28454元``."""
    return Figure(value, unit, source)


def wan(yuan: float) -> float:
    """Yuan to 万元."""
    return yuan / 10_000
