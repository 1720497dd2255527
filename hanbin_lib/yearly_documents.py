"""What documents set for a year, as the bureau enters it; none is built in.

The standards (monitoring reference lines), the growth of incomes that a government expects, and working days
by the notice on holidays: a year without one is unknown.
"""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from hanbin_lib.months import Month
from hanbin_lib.parameter_files import Params, invalid, read_parameter_table
from hanbin_lib.state import MonthText

_HOLIDAYS = "holidays.csv"
_COLUMNS = ("year", "date", "kind", "document")
_OFF, _ON = "放假", "上班"
_SATURDAY = 5


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
            outlook
            for outlook in self.outlooks
            if place.startswith(outlook.place) and Month.parse(outlook.issued) <= month
        ]
        return max(out, key=lambda one: (len(one.place), one.year, one.issued), default=None)


class WorkCalendar(Params):
    """Which days are worked.

    Parameters
    ----------
    years
        Years whose notice was entered, rising.
    off
        Days off, by the notices: holidays and the days moved to them.
    on
        Saturdays and Sundays that are worked in exchange.
    """

    years: tuple[int, ...] = ()
    off: tuple[date, ...] = ()
    on: tuple[date, ...] = ()

    def until(self, year: int) -> "WorkCalendar":
        """As far as a month of `year` needs it: a year that is entered later changes no month before."""
        return WorkCalendar(
            years=tuple(known for known in self.years if known <= year),
            off=tuple(day for day in self.off if day.year <= year),
            on=tuple(day for day in self.on if day.year <= year),
        )


def read_calendar(folder: Path) -> WorkCalendar:
    """The calendar of a workspace; without the file no year is known.

    Parameters
    ----------
    folder
        The workspace's ``params``.

    Raises
    ------
    HanbinError
        ``HB-PAR-002`` with the line of every fault.
    """
    path = folder / _HOLIDAYS
    if not path.is_file():
        return WorkCalendar()
    try:
        lines = read_parameter_table(path, _COLUMNS)
    except ValueError as error:
        raise invalid(f"{_HOLIDAYS}：{error}") from None
    faults: list[str] = []
    years: set[int] = set()
    days: dict[str, set[date]] = {_OFF: set(), _ON: set()}
    for number, cells in lines.items():
        try:
            years.add(int(cells["year"]))
            days[cells["kind"].strip()].add(_day(cells))
        except (ValueError, KeyError) as error:
            faults.append(f"{_HOLIDAYS}：第{number}行：{_why(error, cells)}")
    if faults:
        raise invalid("\n".join(faults))
    return WorkCalendar(
        years=tuple(sorted(years)), off=tuple(sorted(days[_OFF])), on=tuple(sorted(days[_ON]))
    )


def _day(cells: dict[str, str]) -> date:
    """The day of a line; of what is worked only Saturdays and Sundays need one."""
    day = date.fromisoformat(cells["date"].strip())
    if cells["kind"].strip() == _ON and day.weekday() < _SATURDAY:
        raise ValueError("“上班”只写调休上班的周六、周日")
    return day


def _why(error: Exception, cells: dict[str, str]) -> str:
    if isinstance(error, KeyError):
        return f"kind 应为“{_OFF}”或“{_ON}”"
    if not cells["year"].strip().isdigit():
        return "year 应为通知所说的年份，例如 2022"
    return str(error) if "上班" in str(error) else "date 应为一天，例如 2022-10-01"
