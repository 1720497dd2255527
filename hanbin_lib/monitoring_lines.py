"""The standards (monitoring reference lines) by year, as the bureau enters them; none is built in."""

from typing import Annotated

from pydantic import Field, model_validator

from hanbin_lib.months import Month
from hanbin_lib.parameter_files import Params
from hanbin_lib.state import MonthText


class MonitoringLine(Params):
    """The standard (monitoring reference line) of one year, with the document that sets it.

    Parameters
    ----------
    value_yuan
        Income a head and year; None where the standard has conditions and names no income.
    first_month
        From when on it holds, where it changed within the year.
    area
        For whom the document sets it, where it is not the county's own.
    is_last_years
        Whether it is the year's before, still used because the year has none yet; printed.
    conditions
        What the document asks for, as it says it, beside the income or instead; printed, not computed.
    """

    year: Annotated[int, Field(ge=2015, le=2100)]
    value_yuan: Annotated[int, Field(gt=0, le=100_000)] | None = None
    document: Annotated[str, Field(min_length=1)]
    entered_by: Annotated[str, Field(min_length=1)]
    first_month: MonthText | None = None
    area: str = ""
    is_last_years: bool = False
    conditions: tuple[Annotated[str, Field(min_length=1)], ...] = ()

    @model_validator(mode="after")
    def _of_its_year(self) -> "MonitoringLine":
        if self.first_month is not None and not self.first_month.startswith(f"{self.year}-"):
            raise ValueError("first_month 应在 year 这一年里")
        if self.value_yuan is None and not self.conditions:
            raise ValueError("value_yuan（收入值）和 conditions（条件）至少填一项")
        return self


class MonitoringLines(Params):
    """All lines on record (``params/monitoring_lines.yaml``); none is built in."""

    lines: tuple[MonitoringLine, ...] = ()

    @model_validator(mode="after")
    def _once(self) -> "MonitoringLines":
        begun = [line.first_month or f"{line.year}-01" for line in self.lines]
        if twice := sorted({month for month in begun if begun.count(month) > 1}):
            raise ValueError(f"从 {'、'.join(twice)} 起有两条")
        return self

    def of(self, month: Month) -> MonitoringLine | None:
        """Return the line in force in `month`: the year's last that has begun; None where there is none."""
        own = [line for line in self.lines if line.year == month.year]
        begun = [line for line in own if line.first_month is None or line.first_month <= str(month)]
        return max(begun, key=lambda line: line.first_month or "", default=None)
