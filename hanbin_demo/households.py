"""Households: where they live, who is monitored, since when, and how large they are."""

import numpy as np
import pandas as pd

from hanbin_demo.assumptions import Assumptions, SeededDefects, Totals
from hanbin_demo.chance import apportion, choose, draw, mark
from hanbin_demo.places import Places
from hanbin_lib.months import Month
from hanbin_lib.statistics import stream

_REGISTER_MONTHS = 33
_SIZES = (1, 2, 3, 4, 5, 6, 7)
# Shares of the sizes 1 to 7: labour households, households without labour, lifted households.
_SIZE_SHARES = {
    "labour": (0.05, 0.17, 0.27, 0.27, 0.15, 0.07, 0.02),
    "no_labour": (0.34, 0.43, 0.17, 0.06, 0.0, 0.0, 0.0),
    "lifted": (0.09, 0.21, 0.25, 0.24, 0.13, 0.065, 0.015),
}
_LIFTED_NO_LABOUR_SHARE = 0.07
_EARLY_MONTHS = 6
_NEVER = -1


def plan_households(
    places: Places,
    totals: Totals,
    assumptions: Assumptions,
    defects: SeededDefects,
    *,
    month: Month,
    seed: int,
    scale: float,
) -> pd.DataFrame:
    """All households of the district, monitored ones first, then lifted ones not monitored.

    Columns: ``village, category`` (-1 not monitored), ``is_lifted, is_no_labour, size``,
    ``identified, eliminated`` (`Month.ordinal`, -1 never), ``is_open, is_natural``.
    """
    rng = stream(seed, "households")
    monitored = _monitored(places, totals, assumptions, rng)
    monitored = monitored.assign(
        **timeline(places, monitored, totals, assumptions, defects, month=month, scale=scale, seed=seed)
    )
    monitored["is_no_labour"] = _no_labour(monitored, month, assumptions, rng)
    monitored["size"] = _monitored_sizes(monitored, totals, rng)
    in_both = monitored[monitored["is_lifted"]]
    others = _lifted_only(
        places,
        max(0, totals.lifted_households - len(in_both)),
        totals.lifted_persons - int(in_both["size"].sum()),
        rng,
    )
    return pd.concat([monitored, others], ignore_index=True)


def _monitored(
    places: Places, totals: Totals, assumptions: Assumptions, rng: np.random.Generator
) -> pd.DataFrame:
    count = totals.monitored_households
    category = rng.permutation(np.repeat(np.arange(3), apportion(assumptions.category_shares, count)))
    sudden = category == 2
    lifted_sudden = choose(rng, sudden, round(assumptions.sudden_lifted_share * sudden.sum()))
    villages = places.villages
    weights = villages["weight"] * np.exp(villages["prevalence"])
    return pd.DataFrame(
        {
            "village": places.allocate(rng, count, weights.to_numpy()),
            "category": category,
            "is_lifted": (category == 0) | mark(lifted_sudden, count),
        }
    )


def timeline(
    places: Places,
    monitored: pd.DataFrame,
    totals: Totals,
    assumptions: Assumptions,
    defects: SeededDefects,
    *,
    month: Month,
    scale: float,
    seed: int,
) -> dict[str, np.ndarray]:
    """Months of identification and elimination, drawn month by month.

    The flows are given; which open household leaves is drawn with the town's effect, never
    before the least number of months, but for a few that vanish naturally or are seeded faults.
    """
    rng = stream(seed, "timeline")
    count = len(monitored)
    new, gone = _flows(totals, assumptions, scale)
    first = month.ordinal - _REGISTER_MONTHS + 1
    identified = rng.permutation(np.repeat(np.arange(_REGISTER_MONTHS), new)) + first
    town = places.villages["town"].to_numpy()[monitored["village"]]
    weight = np.exp(places.towns["elimination"].to_numpy()[town])
    eliminated = np.full(count, _NEVER)
    is_natural = np.zeros(count, dtype=bool)
    early = _early_departures(gone, assumptions, defects, scale, rng)
    for number, planned in enumerate(gone):
        now, leaving = first + number, int(planned)
        back = month.ordinal - now
        for is_fault, due in zip((False, True), early.get(back, (0, 0)), strict=True):
            age = now - identified
            young = (eliminated == _NEVER) & (age >= 2) & (age < assumptions.least_months_to_elimination)
            picked = choose(rng, weight * young, due)
            eliminated[picked] = now
            is_natural[picked] = not is_fault
            leaving = max(0, leaving - len(picked))
        ready = (eliminated == _NEVER) & (now - identified >= assumptions.least_months_to_elimination)
        picked = choose(rng, weight * ready, leaving)
        eliminated[picked] = now
        is_natural[picked] = rng.random(len(picked)) < assumptions.natural_share
        if number + 1 < len(gone):
            # A small district may have too few that are ready: the rest leaves later.
            gone[number + 1] += leaving - len(picked)
    return {
        "identified": identified,
        "eliminated": eliminated,
        "is_open": eliminated == _NEVER,
        "is_natural": is_natural,
    }


def _flows(totals: Totals, assumptions: Assumptions, scale: float) -> tuple[np.ndarray, np.ndarray]:
    """Households identified and eliminated in each month of the register, oldest first."""

    def flow(last_year: tuple[int, ...], total: int, early: np.ndarray) -> np.ndarray:
        recent = np.round(np.array(last_year[::-1]) * scale).astype(int)
        recent = np.minimum(recent, max(0, total // 12)) if recent.sum() > total else recent
        return np.concatenate([apportion(early, total - recent.sum()), recent])

    before = _REGISTER_MONTHS - 12
    # Most were found when the monitoring began (spring 2020) and in the check of summer 2021.
    identified = np.exp(-np.arange(before) / 7.0) * 3 + np.where(np.arange(before) >= 16, 0.6, 0.25)
    eliminated = np.clip(np.arange(before) - 6, 0, None) ** 0.5
    return (
        flow(assumptions.new_last_year, totals.monitored_households, identified),
        flow(assumptions.eliminated_last_year, totals.eliminated_households, eliminated),
    )


def _early_departures(
    gone: np.ndarray,
    assumptions: Assumptions,
    defects: SeededDefects,
    scale: float,
    rng: np.random.Generator,
) -> dict[int, tuple[int, int]]:
    """Months ago -> (vanished naturally, seeded faults) among those gone too early."""
    weights = gone[: -_EARLY_MONTHS - 1 : -1] * (rng.random(_EARLY_MONTHS) + 0.5) + 1e-9
    natural = apportion(weights, round(assumptions.natural_early_households * scale))
    faults = apportion(weights, defects.at(defects.eliminated_too_early, scale))
    return {back: (int(natural[back]), int(faults[back])) for back in range(_EARLY_MONTHS)}


def _no_labour(
    monitored: pd.DataFrame, month: Month, assumptions: Assumptions, rng: np.random.Generator
) -> np.ndarray:
    """Households without any labour stay open whatever is done."""
    weights = monitored["is_open"] & (monitored["identified"] < month.ordinal)
    wanted = round(assumptions.no_labour_share_of_open * monitored["is_open"].sum())
    return mark(choose(rng, weights, wanted), len(monitored))


def _monitored_sizes(monitored: pd.DataFrame, totals: Totals, rng: np.random.Generator) -> np.ndarray:
    is_open = monitored["is_open"].to_numpy()
    unable = monitored["is_no_labour"].to_numpy()
    sizes = np.zeros(len(monitored), dtype=int)
    sizes[unable] = draw(rng, _SIZE_SHARES["no_labour"], unable.sum()) + 1
    sizes[~unable] = draw(rng, _SIZE_SHARES["labour"], (~unable).sum()) + 1
    for group, total in ((is_open, totals.open_persons), (~is_open, totals.eliminated_persons)):
        fixed = sizes[group & unable].sum()
        sizes[group & ~unable] = _adjusted(sizes[group & ~unable], total - fixed, rng)
    return sizes


def _lifted_only(places: Places, count: int, persons: int, rng: np.random.Generator) -> pd.DataFrame:
    unable = rng.random(count) < _LIFTED_NO_LABOUR_SHARE
    sizes = np.zeros(count, dtype=int)
    sizes[unable] = draw(rng, _SIZE_SHARES["no_labour"], unable.sum()) + 1
    sizes[~unable] = draw(rng, _SIZE_SHARES["lifted"], (~unable).sum()) + 1
    sizes[~unable] = _adjusted(sizes[~unable], persons - sizes[unable].sum(), rng)
    return pd.DataFrame(
        {
            "village": places.allocate(rng, count, places.villages["weight"].to_numpy()),
            "category": _NEVER,
            "is_lifted": True,
            "identified": _NEVER,
            "eliminated": _NEVER,
            "is_open": False,
            "is_natural": False,
            "is_no_labour": unable,
            "size": sizes,
        }
    )


def _adjusted(sizes: np.ndarray, total: int, rng: np.random.Generator) -> np.ndarray:
    """Sizes changed by one person here and there until they add up to `total`."""
    sizes = sizes.copy()
    total = int(np.clip(total, len(sizes) * _SIZES[0], len(sizes) * _SIZES[-1]))
    while (gap := total - sizes.sum()) != 0:
        step = 1 if gap > 0 else -1
        room = (sizes < _SIZES[-1]) if step > 0 else (sizes > _SIZES[0])
        sizes[choose(rng, room, abs(int(gap)))] += step
    return sizes
