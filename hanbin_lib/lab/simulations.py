"""Controls of the simulation notebooks: each moves a parameter and shows what the batch would print."""

from collections.abc import Mapping
from typing import Any

import ipywidgets

from hanbin_lib.bulletin import Bulletin, plans, power, risk_flow, shocks
from hanbin_lib.bulletin.plan_words import FIELDS
from hanbin_lib.display import Display
from hanbin_lib.errors import Unavailable
from hanbin_lib.lab.sliders import Slider, live
from hanbin_lib.simulate.levers import RECORD
from hanbin_lib.simulate.target_study import TargetStudy

_MOST_FACTORS = 4


def inspection_sliders(
    bulletin: Bulletin, villages: int, households: int, months: int, bad_share: float
) -> ipywidgets.VBox | None:
    """How much of a town is looked at, and what ought to be found."""
    return live(
        lambda **values: power.trial(bulletin, **values),
        bulletin.month.last_day,
        villages=Slider("每镇村数", villages, 1, 6, 1),
        households=Slider("每镇户数", households, 2, 60, 1),
        months=Slider("合并几个月", months, 1, 12, 1),
        bad_share=Slider("应当发现的比例", bad_share, 0.06, 0.5, 0.01),
    )


def risk_flow_sliders(
    bulletin: Bulletin, entries: float, leaving: float, relapse_chance: float
) -> ipywidgets.VBox | None:
    """How many enter, how fast they leave, and how often they fall back."""
    return live(
        lambda **values: risk_flow.trial(bulletin, **values),
        bulletin.month.last_day,
        entries=Slider("新识别 ×", entries, 0.0, 3.0, 0.1),
        leaving=Slider("消除快慢 ×", leaving, 0.2, 3.0, 0.1),
        relapse_chance=Slider("每月返贫的可能（零为按估计）", relapse_chance, 0.0, 0.05, 0.001),
    )


def shock_sliders(bulletin: Bulletin, name: str, exposed: Mapping[str, float]) -> ipywidgets.VBox | None:
    """The exposed share of each shock of one scenario."""
    one = shocks.scenario(bulletin, name)
    if isinstance(one, Unavailable):
        return None
    causes = {f"exposed_{n}": shock for n, shock in enumerate(one.scenario.shocks)}
    controls = {
        key: Slider(f"{shock.name}波及比例", exposed.get(shock.name, shock.exposed.likely), 0.0, 1.0, 0.01)
        for key, shock in causes.items()
    }

    def show(**values: float) -> Display:
        return shocks.trial(bulletin, name, {shock.name: values[key] for key, shock in causes.items()})

    return live(show, bulletin.month.last_day, **controls)


def plan_sliders(
    one: TargetStudy | Unavailable | None,
    units: Mapping[str, int],
    factors: Mapping[str, Mapping[str, float]],
) -> ipywidgets.VBox | None:
    """Units of each lever, and the quantities that matter most as multiples of what the plan assumes."""
    if not isinstance(one, TargetStudy):
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
        name: Slider(f"{lever}{FIELDS[field][0]} ×", factors.get(lever, {}).get(field, 1.0), 0.5, 1.5, 0.05)
        for name, (lever, field) in quantities.items()
    }

    def show(**values: Any) -> Display | None:
        chosen = {lever.name: values[name] for name, lever in levers.items()}
        times: dict[str, dict[str, float]] = {}
        for name, (lever, field) in quantities.items():
            times.setdefault(lever, {})[field] = values[name]
        return plans.trial(one, chosen, times)

    return live(show, **controls)
