"""What an indicator is computed for: the month, the counted places, the rules in force."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from hanbin_lib.months import Month
from hanbin_lib.params import HouseRules, MonitoringLine
from hanbin_lib.places import AreaRegister


@dataclass(frozen=True)
class Scope:
    """The month, the area register and the dated parameters of one computation."""

    month: Month
    register: AreaRegister
    rules: HouseRules
    line: MonitoringLine | None

    @cached_property
    def months(self) -> list[Month]:
        """Months of the trend, the reporting month last."""
        return self.month.shift(1 - self.rules.trend_months).until(self.month)

    @cached_property
    def upper_places(self) -> pd.Index:
        """Codes of the county and its counted towns."""
        codes = [self.register.county["place_code"], *self.register.towns["place_code"]]
        return pd.Index(codes, dtype="str")

    @cached_property
    def place_names(self) -> pd.Series:
        """Official name of every counted place, by code."""
        places = pd.concat([self.register.table.iloc[:0], self.register.towns, self.register.villages])
        names = places.set_index("place_code")["place_name"]
        county = self.register.county
        return pd.concat([pd.Series({county["place_code"]: county["place_name"]}), names])

    def counted(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Rows that lie in a counted town."""
        return rows[rows["town_code"].isin(self.register.towns["place_code"])]

    def by_place(
        self, rows: pd.DataFrame, weight: pd.Series | None = None, *, villages: bool = False
    ) -> pd.Series:
        """Sum of `weight` (or number of rows) for county and towns, zeros included.

        The county is the sum of its towns by construction. With ``villages`` the villages
        stand below them; rows without a village count for their town only.
        """
        weights = np.ones(len(rows)) if weight is None else weight.to_numpy(dtype=float)
        towns = _sums(rows["town_code"], weights, self.register.towns["place_code"])
        county = pd.Series({self.register.county["place_code"]: towns.sum()})
        parts = [county, towns]
        if villages:
            parts.append(_sums(rows["village_code"], weights, self.register.villages["place_code"]))
        return pd.concat(parts)


def _sums(codes: pd.Series, weights: np.ndarray, places: pd.Series) -> pd.Series:
    index = pd.Index(places, dtype="str")
    position = index.get_indexer(codes.astype("str"))
    inside = position >= 0
    sums = np.bincount(position[inside], weights[inside], minlength=len(index))
    return pd.Series(sums, index=index)
