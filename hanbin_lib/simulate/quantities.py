"""Numbers of a simulation's files: each says its source, or that it is an assumption."""

from typing import Annotated

import numpy as np
from pydantic import Field, model_validator

from hanbin_lib.parameter_files import Params

Name = Annotated[str, Field(min_length=1, max_length=16)]
_NotNegative = Annotated[float, Field(ge=0)]
_Within = Annotated[float, Field(ge=0, le=1)]


class Stated(Params):
    """Base of what must say where it comes from: a source, or that it is an assumption."""

    source: str = ""
    assumption: str = ""

    @model_validator(mode="after")
    def _origin(self) -> "Stated":
        if bool(self.source) == bool(self.assumption):
            raise ValueError("source（来源）和 assumption（假设）应填且只填一项")
        return self

    @property
    def origin(self) -> str:
        """The source, or the assumption marked as such."""
        return self.source or f"假设：{self.assumption}"


class Money(Stated):
    """A fixed sum in yuan."""

    yuan: Annotated[float, Field(gt=0, le=1e12)]


class Quantity(Stated):
    """A number that is not known for sure: least, likeliest and most (triangular distribution).

    The three may be equal; the number is then fixed.
    """

    low: _NotNegative
    likely: _NotNegative
    high: _NotNegative

    @model_validator(mode="after")
    def _order(self) -> "Quantity":
        if not self.low <= self.likely <= self.high:
            raise ValueError("应为 low ≤ likely ≤ high")
        return self

    def quantile(self, share: np.ndarray | float) -> np.ndarray:
        """Values below which `share` of the distribution lies (Johnson 1997, triangular)."""
        u = np.asarray(share, dtype=float)
        width, left, right = self.high - self.low, self.likely - self.low, self.high - self.likely
        rising = self.low + np.sqrt(u * width * left)
        falling = self.high - np.sqrt((1 - u) * width * right)
        return np.where(u * width <= left, rising, falling)

    @property
    def mean(self) -> float:
        """Expected value."""
        return (self.low + self.likely + self.high) / 3

    @property
    def is_fixed(self) -> bool:
        """Whether nothing is uncertain about it."""
        return self.low == self.high


class Share(Quantity):
    """An uncertain share, 0 to 1."""

    low: _Within
    likely: _Within
    high: _Within


class MonthsOfYear(Quantity):
    """Uncertain months of one year, 0 to 12."""

    low: Annotated[float, Field(ge=0, le=12)]
    likely: Annotated[float, Field(ge=0, le=12)]
    high: Annotated[float, Field(ge=0, le=12)]
