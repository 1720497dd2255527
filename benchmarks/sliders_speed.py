"""How long a moved slider of the simulation notebooks waits for its table, printed form included.

Run with ``make benchmark-sliders`` after ``make bulletin``: the demonstration month must be in
the store. Time on the clock with one core, the middle of seven moves after a first one; opening
the notebook (reading the month, the first solution of a plan) is not counted.
"""

import time
from collections.abc import Callable
from statistics import median

from hanbin_lib import bulletin as hb
from hanbin_lib.display import Display

MONTH, AREA = "2022-09", "610902"
MOVES = 7
LIMIT_SECONDS = 0.2


def moved(show: Callable[[int], Display]) -> float:
    """Seconds that one move waits."""
    show(0)
    seconds = []
    for move in range(1, MOVES + 1):
        start = time.perf_counter()
        show(move)._repr_mimebundle_()
        seconds.append(time.perf_counter() - start)
    return median(seconds)


def main() -> None:
    """Measure each notebook's controls."""
    issue = hb.open_bulletin(MONTH, AREA)
    study = hb.plans.study(issue)
    lever = study.plan.levers[0].name
    cases = {
        "simulate_inspection": lambda n: hb.power.trial(issue, 3, 15 + n, 4, 0.2),
        "simulate_risk_flow": lambda n: hb.risk_flow.trial(issue, 1 + n / 10, 1.0, 0.0),
        **{
            f"simulate_shock, {one.name}": lambda n, one=one: hb.shocks.trial(
                issue, one.name, {one.shocks[0].name: 0.1 + n / 50}
            )
            for one in issue.models.scenarios
        },
        "simulate_target, units": lambda n: hb.plans.trial(study, {lever: n}),
        "simulate_target, a price": lambda n: hb.plans.trial(
            study, {}, {lever: {"price_yuan_kg": 1 + n / 20}}
        ),
    }
    for name, show in cases.items():
        seconds = moved(show)
        print(f"{name}: {seconds * 1000:.0f} ms{'' if seconds < LIMIT_SECONDS else '  TOO SLOW'}")


if __name__ == "__main__":
    main()
