"""Incomes by component: heavy tails, effects of town and village, an identity that holds."""

import numpy as np
import pandas as pd

from hanbin_lib.demo import truth


def add_incomes(rng: np.random.Generator, households: pd.DataFrame, sums: pd.DataFrame) -> pd.DataFrame:
    """Add receipts, cost, net income (whole yuan a year) and income per head (two decimals)."""
    per_head = _per_head(rng, households)
    size = households["size"].to_numpy()
    net = per_head * size
    weights = _weights(rng, sums)
    parts = weights * net[:, None]
    cost = np.round(parts[:, 1] * rng.uniform(0.15, 0.5, len(net)))
    wage, business, property_, transfer = (np.round(parts[:, n]) for n in range(4))
    business = business + cost
    total = wage + business + property_ + transfer - cost
    return households.assign(
        wage_income_yuan=wage,
        business_income_yuan=business,
        business_cost_yuan=cost,
        property_income_yuan=property_,
        transfer_income_yuan=transfer,
        net_income_yuan=total,
        net_income_per_head_yuan=np.round(total / size, 2),
    )


def _per_head(rng: np.random.Generator, households: pd.DataFrame) -> np.ndarray:
    monitored = households["is_monitored"].to_numpy()
    median = np.where(monitored, truth.INCOME_MEDIAN_YUAN["monitored"], truth.INCOME_MEDIAN_YUAN["lifted"])
    noise = truth.INCOME_LOG_SD * rng.standard_t(6, len(households)) / np.sqrt(1.5)
    effect = _effect(rng, households["town_code"], truth.TOWN_LOG_SD)
    effect = effect + _effect(rng, households["village_code"], truth.VILLAGE_LOG_SD)
    return np.clip(median * np.exp(noise + effect), 1500, 120_000)


def _effect(rng: np.random.Generator, codes: pd.Series, sd: float) -> np.ndarray:
    number, places = pd.factorize(codes, sort=True)
    return rng.normal(0, sd, len(places))[number]


def _weights(rng: np.random.Generator, sums: pd.DataFrame) -> np.ndarray:
    """Shares of wage, business, property, transfer; no wage without a worker or a post."""
    raw = rng.gamma([6.0, 3.0, 0.3, 2.0], 1.0, (len(sums), 4))
    earning = (sums["workers"] + sums["posts"]).to_numpy() > 0
    raw[~earning, 0] = 0
    raw[sums["able"].to_numpy() == 0, 1] *= 0.1
    raw[sums["able"].to_numpy() == 0, 3] += 4
    return raw / raw.sum(axis=1, keepdims=True)
