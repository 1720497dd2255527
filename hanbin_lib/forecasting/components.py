"""Futures by component: wage, business, property and transfer income.

Each component's logarithm grows by its own drift and a yearly shock. Shocks have Student's
distribution (heavy tails: the divisor is shared, so bad years come together) and one common
correlation. The whole is anchored: without a lever, the median of the components' sum is the
forecast's median in every year, so a scenario starts from the same expectation as the forecast.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from hanbin_lib.errors import refused_input
from hanbin_lib.forecasting.distribution import Forecast

COMPONENTS = ("wage", "business", "property", "transfer")


@dataclass(frozen=True)
class ComponentModel:
    """Assumptions on the components; every one is the user's to change.

    Attributes
    ----------
    yuan
        Income per head of the last year on record, by component, yuan.
    drift
        Expected log growth a year by component; the anchor corrects their common part.
    shock_sd
        Standard deviation of a year's log shock.
    correlation
        Between the shocks of any two components, in [0, 1).
    dof
        Degrees of freedom of the shocks, above 2.
    """

    yuan: Mapping[str, float]
    drift: Mapping[str, float] = field(default_factory=lambda: dict.fromkeys(COMPONENTS, 0.07))
    shock_sd: Mapping[str, float] = field(
        default_factory=lambda: {"wage": 0.03, "business": 0.08, "property": 0.15, "transfer": 0.04}
    )
    correlation: float = 0.3
    dof: float = 6.0

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn (``HB-FC-014``)."""
        parts = (self.yuan, self.drift, self.shock_sd)
        if any(set(part) != set(COMPONENTS) for part in parts):
            raise refused_input("HB-FC-014", f"收入构成须恰为{'、'.join(COMPONENTS)}", "补齐或改名")
        if min(self.yuan.values()) < 0 or sum(self.yuan.values()) <= 0 or min(self.shock_sd.values()) < 0:
            raise refused_input("HB-FC-014", "收入构成或波动幅度为负，或合计为零", "更正后重试")
        if not (0 <= self.correlation < 1 and self.dof > 2):
            raise refused_input("HB-FC-014", "相关系数须在0和1之间，自由度须大于2", "更正后重试")


def component_paths(
    forecast: Forecast,
    model: ComponentModel,
    *,
    levers: Mapping[str, float] | None = None,
    count: int = 2000,
    seed: int,
) -> pd.DataFrame:
    """Draw futures of the four components.

    Parameters
    ----------
    forecast
        What the sum is anchored to.
    levers
        Change of a component's log growth a year, such as ``{"wage": 0.02}``. The same seed
        with and without levers draws the same shocks, so their difference is the levers' alone.

    Returns
    -------
    pandas.DataFrame
        Yuan per head: `count` rows; columns (component, year), with ``total`` as a fifth
        component.

    Raises
    ------
    HanbinError
        ``HB-FC-014`` for an unknown component or an impossible model.
    """
    shifts = dict(levers or {})
    unknown = sorted(set(shifts) - set(COMPONENTS))
    if unknown:
        raise refused_input("HB-FC-014", f"没有这些收入构成：{'、'.join(unknown)}", "只用四项构成")
    grown = _unanchored(model, forecast.horizon, count, np.random.default_rng(seed))
    anchor = forecast.median.to_numpy() / np.median(grown.sum(axis=1), axis=0)
    years = np.arange(1, forecast.horizon + 1)
    shift = np.array([shifts.get(name, 0.0) for name in COMPONENTS])
    parts = grown * anchor * np.exp(shift[:, None] * years)
    whole = np.concatenate([parts, parts.sum(axis=1, keepdims=True)], axis=1)
    columns = pd.MultiIndex.from_product(
        [[*COMPONENTS, "total"], forecast.years], names=["component", "year"]
    )
    return pd.DataFrame(whole.reshape(count, -1), columns=columns)


def _unanchored(model: ComponentModel, horizon: int, count: int, rng: np.random.Generator) -> np.ndarray:
    """Futures before anchoring, shape (count, 4, horizon)."""
    size = len(COMPONENTS)
    correlation = np.full((size, size), model.correlation)
    np.fill_diagonal(correlation, 1.0)
    normal = rng.standard_normal((count, horizon, size)) @ np.linalg.cholesky(correlation).T
    divisor = np.sqrt(rng.chisquare(model.dof, (count, horizon, 1)) / (model.dof - 2))
    sd = np.array([model.shock_sd[name] for name in COMPONENTS])
    drift = np.array([model.drift[name] for name in COMPONENTS])
    logs = np.cumsum(drift + normal / divisor * sd, axis=1)
    start = np.array([model.yuan[name] for name in COMPONENTS])
    return np.asarray(np.swapaxes(start * np.exp(logs), 1, 2))
