"""The inspection of one real town, simulated: its villages, their sizes, the rotation.

The closed forms of `power` take villages as drawn anew from a large stock. A town of three
villages has no such stock: this model draws villages and households without replacement, and visits
villages again when the rotation has been through all of them.
"""

from collections.abc import Sequence

import numpy as np

from hanbin_lib.simulate.engine import Chunk, Model
from hanbin_lib.simulate.power import Design


def inspection_model(
    village_households: Sequence[int], design: Design, prevalence: float, icc: float
) -> Model:
    """Model of a town's inspection for `simulate.engine.run`.

    Parameters
    ----------
    village_households
        Households of each village of the town.
    prevalence, icc
        As in `power`.

    Returns
    -------
    Model
        ``found``: households with a finding, ``looked_at``: households looked at (fewer than
        planned in small villages), ``share``: the true share of the town in that draw; shape
        (draws, 1) each.
    """
    homes = np.asarray(village_households)

    def model(chunk: Chunk) -> dict[str, np.ndarray]:
        chances = village_chances(chunk.rng("village"), (chunk.size, len(homes)), prevalence, icc)
        bad = chunk.rng("household").binomial(homes, chances)
        order = np.argsort(chunk.rng("draw").random(bad.shape), axis=1)
        visits = order[:, np.arange(len(design.village_sizes)) % len(homes)]
        total, bad_there = homes[visits], np.take_along_axis(bad, visits, axis=1)
        wanted = np.minimum(np.array(design.village_sizes), total)
        found = chunk.rng("visit").hypergeometric(bad_there, total - bad_there, wanted)
        return {
            "found": found.sum(axis=1, keepdims=True),
            "looked_at": wanted.sum(axis=1, keepdims=True),
            "share": bad.sum(axis=1, keepdims=True) / homes.sum(),
        }

    return model


def village_chances(
    rng: np.random.Generator, shape: tuple[int, ...], prevalence: float, icc: float
) -> np.ndarray:
    """Chance of a problem in each village: beta with that mean and intraclass correlation."""
    if icc <= 0 or prevalence in {0, 1}:
        return np.full(shape, prevalence)
    strength = (1 - icc) / icc
    return rng.beta(prevalence * strength, (1 - prevalence) * strength, shape)
