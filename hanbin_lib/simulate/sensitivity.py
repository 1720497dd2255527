"""What matters most: each uncertain quantity of a plan at its low and at its high, all others as drawn."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from hanbin_lib.simulate.levers import RECORD, Baseline, Pinned, Units, draw_plan
from hanbin_lib.simulate.plans import TargetPlan
from hanbin_lib.simulate.quantities import Quantity

LOW, HIGH = 0.1, 0.9


def tornado(
    plan: TargetPlan, goal_yuan: float, baseline: Baseline, persons: Quantity, units: Units
) -> pd.DataFrame:
    """Swing of the result as each quantity moves from its 10 % to its 90 % quantile.

    The same draws everywhere: a swing is the quantity's own, not another draw's luck.

    Returns
    -------
    pandas.DataFrame
        One row a quantity, widest swing first: ``lever`` (empty for the plan's own),
        ``field`` (``record`` is the forecast without levers), ``low, high`` (the two
        quantiles, missing for the record), ``income_low, income_high`` (median yuan per head of the
        goal's year), ``probability_low, probability_high`` (of reaching the goal).
    """
    rows = []
    for (lever, field), quantity in _uncertain(plan, persons, units):
        ends = {}
        for name, share in (("low", LOW), ("high", HIGH)):
            pinned: Pinned = {(lever, field): share}
            drawn = draw_plan(plan, goal_yuan, baseline, persons, pinned=pinned)
            income = drawn.income(units)
            ends[name] = float("nan") if quantity is None else float(quantity.quantile(share))
            ends[f"income_{name}"] = float(np.median(income))
            ends[f"probability_{name}"] = float((income >= goal_yuan).mean())
        rows.append({"lever": lever, "field": field, **ends})
    table = pd.DataFrame(rows)
    swing = (table["income_high"] - table["income_low"]).abs()
    order = swing.sort_values(ascending=False, kind="stable").index
    return table.loc[order].reset_index(drop=True)


def _uncertain(
    plan: TargetPlan, persons: Quantity, units: Units
) -> Iterator[tuple[tuple[str, str], Quantity | None]]:
    """What is uncertain and bears on income; quantities of levers that are not used do not."""
    yield RECORD, None
    own = {("", "additional"): plan.additional, ("", "persons"): persons}
    used = {
        (lever.name, field): quantity
        for lever, count in zip(plan.levers, units, strict=True)
        for field, quantity in lever.quantities.items()
        if count and not field.startswith("cost_")
    }
    yield from ((key, quantity) for key, quantity in (own | used).items() if not quantity.is_fixed)
