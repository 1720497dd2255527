"""Controls of the simulation notebooks: each moves a parameter and shows what the batch would print."""

from collections.abc import Mapping
from typing import Any

import ipywidgets

from hanbin_lib.bulletin import plans
from hanbin_lib.bulletin.planning import Refused, Study
from hanbin_lib.display import Display
from hanbin_lib.lab.live import Slider, live
from hanbin_lib.simulate.levers import RECORD

_MOST_FACTORS = 4


def plan_sliders(
    one: Study | Refused | None, units: Mapping[str, int], factors: Mapping[str, Mapping[str, float]]
) -> ipywidgets.VBox | None:
    """Units of each lever, and the quantities that matter most as multiples of what the plan assumes."""
    if not isinstance(one, Study):
        return None
    levers = {f"units_{n}": lever for n, lever in enumerate(one.plan.levers)}
    swings = one.findings.tornado.query("lever != ''").head(_MOST_FACTORS)
    pairs = zip(swings["lever"], swings["field"], strict=True)
    quantities = {f"factor_{n}": pair for n, pair in enumerate(pairs) if pair != RECORD}
    controls = {
        name: Slider(
            f"{one_.name}（{one_.unit}）", units.get(one_.name, one_.planned), 0, one_.most, one_.step
        )
        for name, one_ in levers.items()
    } | {
        name: Slider(
            f"{lever}{plans.FIELDS[field][0]} ×", factors.get(lever, {}).get(field, 1.0), 0.5, 1.5, 0.05
        )
        for name, (lever, field) in quantities.items()
    }

    def show(**values: Any) -> Display | None:
        chosen = {lever.name: values[name] for name, lever in levers.items()}
        times: dict[str, dict[str, float]] = {}
        for name, (lever, field) in quantities.items():
            times.setdefault(lever, {})[field] = values[name]
        return plans.trial(one, chosen, times)

    return live(show, **controls)
