from hanbin_lib.simulate.engine import COLUMNS, Chunk, SimulationSettings, chunks, run, summarise
from hanbin_lib.simulate.scenarios import Scenario, assumptions, load_scenarios
from hanbin_lib.simulate.shock_study import (
    Line,
    ShockResult,
    draw_shocks,
    line_for,
    simulate_shock,
    with_exposed,
)
from hanbin_lib.simulate.shocks import Exposure

__all__ = [
    "COLUMNS",
    "Chunk",
    "Exposure",
    "Line",
    "Scenario",
    "ShockResult",
    "SimulationSettings",
    "assumptions",
    "chunks",
    "draw_shocks",
    "line_for",
    "load_scenarios",
    "run",
    "simulate_shock",
    "summarise",
    "with_exposed",
]
