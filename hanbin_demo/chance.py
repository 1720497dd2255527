"""Drawing at random: exact shares, weighted choice without replacement, codes and their texts."""

import numpy as np
from numpy.typing import ArrayLike


def apportion(weights: ArrayLike, total: int) -> np.ndarray:
    """Whole numbers that add up to `total`, in proportion to `weights` (largest remainder)."""
    share = np.asarray(weights, dtype=float)
    exact = share / share.sum() * total
    counts: np.ndarray = np.floor(exact).astype(int)
    order = np.argsort(counts - exact, kind="stable")
    counts[order[: total - counts.sum()]] += 1
    return counts


def choose(rng: np.random.Generator, weights: ArrayLike, count: int) -> np.ndarray:
    """Positions of `count` different units, the chance of each growing with its weight.

    A weight of zero is never chosen, an infinite one always (as far as `count` goes). Fewer
    are returned where fewer have a positive weight.
    """
    weight = np.asarray(weights, dtype=float)
    with np.errstate(divide="ignore"):
        keys = np.log(weight) + rng.gumbel(size=len(weight))
    count = min(count, int((weight > 0).sum()))
    return np.sort(np.argsort(-keys, kind="stable")[:count])


def mark(positions: np.ndarray, size: int) -> np.ndarray:
    """Boolean array of `size` that is true at `positions`."""
    marked = np.zeros(size, dtype=bool)
    marked[positions] = True
    return marked


def draw(rng: np.random.Generator, probabilities: ArrayLike, size: int) -> np.ndarray:
    """Codes 0, 1, … with the given probabilities (normalised here)."""
    share = np.asarray(probabilities, dtype=float)
    return rng.choice(len(share), size=size, p=share / share.sum())


def draw_rows(rng: np.random.Generator, weights: np.ndarray) -> np.ndarray:
    """One code per row of a weight matrix."""
    with np.errstate(divide="ignore"):
        keys = np.log(weights) + rng.gumbel(size=weights.shape)
    return np.asarray(np.argmax(keys, axis=1))


def labelled(labels: ArrayLike, codes: ArrayLike) -> np.ndarray:
    """Texts of `codes` (objects); a negative code is an empty text."""
    texts = np.array([*np.asarray(labels, dtype=object), ""], dtype=object)
    position = np.asarray(codes)
    return texts[np.where(position < 0, len(texts) - 1, position)]


def sigmoid(value: ArrayLike) -> np.ndarray:
    """Logit to probability."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.asarray(value))))
