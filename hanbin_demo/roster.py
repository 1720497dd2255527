"""O: civil affairs' roster: who receives assistance, and families at its edge, in no order."""

from pathlib import Path

import numpy as np
import pandas as pd

from hanbin_demo.district import District
from hanbin_demo.people import DESTITUTE, SUBSISTENCE
from hanbin_demo.sheets import MARK, bureau_sheet, stamp
from hanbin_demo.xlsx import Sheet
from hanbin_lib.contract.labels import ROSTER_CLASSES
from hanbin_lib.statistics import stream

# 特困, 低保, at the edge, with rigid expenses.
_DESTITUTE, _SUBSISTENCE, _EDGE, _RIGID = range(len(ROSTER_CLASSES))
# Chance that a household without assistance is one of the last two classes: not monitored, monitored.
_EDGE_CHANCES, _RIGID_CHANCES = (0.004, 0.12), (0.001, 0.05)
_MISSED_SHARE = 0.03  # who receives assistance by the register, and stands in no roster yet


def roster_sheet(district: District, folder: Path) -> Sheet:
    """O: one row a person."""
    rng = stream(district.seed, "roster")
    people, homes = district.persons, district.households
    household = people["household"].to_numpy()
    is_open = homes["is_open"].to_numpy().astype(int)
    luck = rng.random(len(homes))
    edge = np.array(_EDGE_CHANCES)[is_open]
    rigid = edge + np.array(_RIGID_CHANCES)[is_open]
    of_home = np.where(luck < edge, _EDGE, np.where(luck < rigid, _RIGID, -1))
    assistance = people["assistance"].to_numpy()
    own = np.where(assistance == DESTITUTE, _DESTITUTE, np.where(assistance == SUBSISTENCE, _SUBSISTENCE, -1))
    code = np.where(own >= 0, own, of_home[household])
    rows = np.flatnonzero((code >= 0) & (rng.random(len(people)) >= _MISSED_SHARE))
    rows = rng.permutation(rows)
    places = district.places.villages.iloc[homes["village"].to_numpy()[household[rows]]]
    table = pd.DataFrame(
        {
            "county_name": str(district.places.register.county["place_name"]),
            "town_name": district.places.towns["name"].to_numpy(dtype=object)[places["town"]],
            "village_name": places["name"].to_numpy(dtype=object),
            "person_name": people["name"].to_numpy(dtype=object)[rows],
            "id_number": people["id_number"].to_numpy(dtype=object)[rows],
            "roster_class": np.array(ROSTER_CLASSES, dtype=object)[code[rows]],
        }
    )
    return bureau_sheet(
        "assistance_roster", table, folder / f"低收入人口名册_{MARK}_{stamp(district.month)}.xlsx"
    )
