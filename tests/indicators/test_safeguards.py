"""Households of which the register and the telephone say different things."""

import numpy as np
import pandas as pd

from hanbin_lib.indicators.safeguards import REGISTERED, disagreements


def test_listed_are_those_of_which_the_two_sources_say_opposite_things():
    """Of one safeguard: both a problem, telephone alone, register alone, none, no answer, not known."""
    said = {"register": [1, 0, 1, 0, 1, np.nan], "phone": [1, 1, 0, 0, np.nan, 1]}
    name, label = next(iter(REGISTERED.items()))
    homes = pd.DataFrame(
        {"household_code": list("abcdef"), "town_code": "610902100", "village_code": "610902100201"}
    )
    silent = dict.fromkeys(REGISTERED, [0.0] * 6)
    found = disagreements(
        homes, *(pd.DataFrame(silent | {name: said[source]}) for source in ("register", "phone"))
    )
    rows = found[["household_code", "safeguard", "register", "phone"]].to_numpy().tolist()
    assert rows == [["b", label, "有保障", "有问题"], ["c", label, "有问题", "有保障"]]
