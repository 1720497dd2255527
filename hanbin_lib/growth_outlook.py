"""How much incomes shall grow by a government's document: dated, optional, and never built in."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from hanbin_lib.months import Month
from hanbin_lib.parameter_files import Params
from hanbin_lib.state import MonthText


class GrowthOutlook(Params):
    """Growth of incomes that a government expects of a year (``params/growth_outlook.yaml``).

    Parameters
    ----------
    place, name
        Whose: code of 2 (province), 4 (city) or 6 digits (county), and its name in print.
    year
        Of the plan.
    growth_percent, prices
        As the document states it. Where it is real (可比价), `price_percent` is what prices are taken to add.
    document, issued
        Which document, and in which month it came out: earlier months do not know it.
    """

    place: Annotated[str, Field(pattern=r"^[0-9]{2}([0-9]{2}){0,2}$")]
    name: Annotated[str, Field(min_length=1)]
    year: Annotated[int, Field(ge=2015, le=2100)]
    growth_percent: Annotated[float, Field(gt=-20, lt=40)]
    prices: Literal["现价", "可比价"]
    price_percent: Annotated[float, Field(gt=-10, lt=20)] | None = None
    document: Annotated[str, Field(min_length=1)]
    issued: MonthText

    @model_validator(mode="after")
    def _priced(self) -> "GrowthOutlook":
        if (self.prices == "可比价") != (self.price_percent is not None):
            raise ValueError("可比价的增速须写 price_percent（价格另涨多少，百分点），现价的不写")
        return self

    @property
    def stated(self) -> str:
        """As the document has it, for print."""
        added = "" if self.price_percent is None else f"，另按价格上涨{self.price_percent:g}%折成现价"
        return f"{self.growth_percent:g}%（{self.prices}）{added}"

    @property
    def share(self) -> float:
        """Growth in current prices, as a share."""
        return (1 + self.growth_percent / 100) * (1 + (self.price_percent or 0.0) / 100) - 1


class GrowthOutlooks(Params):
    """Official outlooks of growth (``params/growth_outlook.yaml``)."""

    outlooks: tuple[GrowthOutlook, ...] = ()

    def known(self, place: str, month: Month) -> GrowthOutlook | None:
        """The nearest government's latest outlook for a place that was out in `month`, or None."""
        out = [
            one for one in self.outlooks if place.startswith(one.place) and Month.parse(one.issued) <= month
        ]
        return max(out, key=lambda one: (len(one.place), one.year, one.issued), default=None)
