"""Try things before they happen: the month, the sample, the shock and the plan; seeded, with intervals."""

from hanbin_lib.simulate.engine import COLUMNS, Chunk, Plan, chunks, run, summarise

__all__ = ["COLUMNS", "Chunk", "Plan", "chunks", "run", "summarise"]
