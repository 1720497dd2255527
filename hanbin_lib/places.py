"""The area register: codes and names of county, towns and villages, and which are counted.

Rows carry names; figures are keyed by code. Nineteen village names stand in more than one
town of Hanbin alone, so a village is matched within its town, never across the county.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import pandas as pd

from hanbin_lib.areas import read_areas, town_key, village_key
from hanbin_lib.errors import ExitCode, HanbinError


@dataclass(frozen=True)
class AreaRegister:
    """County, towns and villages of one county.

    Parameters
    ----------
    table
        One row a place: ``place_code`` (6, 9 or 12 digits), ``place_name``, ``kind``,
        ``parent_code``, ``is_counted``, ``note`` (why not counted).
    spellings
        A county's own spellings: ``镇`` or ``镇/村`` as written -> name in the table.
    """

    table: pd.DataFrame
    spellings: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> "AreaRegister":
        """Read ``areas.csv``; raise ``HB-PAR-003`` naming every fault."""
        return cls(pd.DataFrame(read_areas(path)))

    def spelt(self, spellings: Mapping[str, str]) -> "AreaRegister":
        """The same register that also knows a county's own spellings."""
        return replace(self, spellings=spellings)

    @cached_property
    def county(self) -> pd.Series:
        """The county's own row."""
        return self.table[self.table["place_code"].str.len() == 6].iloc[0]

    @cached_property
    def towns(self) -> pd.DataFrame:
        """Counted towns and streets, by code."""
        return self._counted(9)

    @cached_property
    def villages(self) -> pd.DataFrame:
        """Villages and communities of the counted towns, by code."""
        return self._counted(12)

    def name(self, place_code: str) -> str:
        """Official name of a place; raise ``HB-PAR-004`` for an unknown code."""
        try:
            return self._names[place_code]
        except KeyError:
            raise HanbinError(
                "HB-PAR-004",
                f"区划名册里没有代码 {place_code[:12]}",
                action="用 hanbin areas 查看全部代码",
                exit_code=ExitCode.PARAMS_INVALID,
            ) from None

    def children(self, place_code: str) -> pd.DataFrame:
        """Counted places directly below `place_code`."""
        below = self.towns if len(place_code) == 6 else self.villages
        return below[below["parent_code"] == place_code]

    @cached_property
    def town_codes(self) -> dict[str, str]:
        """`town_key` -> code of every town, counted or not."""
        towns = self._level(9)
        codes = dict(zip(towns["place_name"].map(town_key), towns["place_code"], strict=True))
        own = {town_key(spelt): town_key(name) for spelt, name in self.spellings.items() if "/" not in spelt}
        return codes | {spelt: codes[name] for spelt, name in own.items() if name in codes}

    @cached_property
    def village_codes(self) -> dict[tuple[str, str], str]:
        """(town code, `village_key`) -> code of every village, counted or not.

        Where a village became a community, or the kind is left out, and no other place of
        the town bears that name, the other spelling leads to the same code.
        """
        villages = self._level(12)
        keys = list(zip(villages["parent_code"], villages["place_name"].map(village_key), strict=True))
        codes = dict(zip(keys, villages["place_code"], strict=True))
        for (town, key), code in list(codes.items()):
            other = key.removesuffix("社区") if key.endswith("社区") else f"{key}社区"
            codes.setdefault((town, other), code)
        for spelt, name in self.spellings.items():
            town_name, _, village = spelt.partition("/")
            known = (self.town_codes.get(town_key(town_name), ""), village_key(name))
            if village and known in codes:
                codes[known[0], village_key(village)] = codes[known]
        return codes

    @cached_property
    def _names(self) -> dict[str, str]:
        return dict(zip(self.table["place_code"], self.table["place_name"], strict=True))

    def _counted(self, digits: int) -> pd.DataFrame:
        places = self._level(digits)
        return places[places["is_counted"]].sort_values("place_code", ignore_index=True)

    def _level(self, digits: int) -> pd.DataFrame:
        return self.table[self.table["place_code"].str.len() == digits]
