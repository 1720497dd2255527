"""Working days by the yearly notice on holidays (``params/holidays.csv``); a year without one is unknown."""

from datetime import date
from pathlib import Path

from hanbin_lib.parameter_files import Params, invalid
from hanbin_lib.parameter_tables import read_parameter_table

FILE = "holidays.csv"
_COLUMNS = ("year", "date", "kind", "document")
_OFF, _ON = "放假", "上班"
_SATURDAY = 5


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
            years=tuple(one for one in self.years if one <= year),
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
    path = folder / FILE
    if not path.is_file():
        return WorkCalendar()
    try:
        lines = read_parameter_table(path, _COLUMNS)
    except ValueError as error:
        raise invalid(f"{FILE}：{error}") from None
    faults: list[str] = []
    years: set[int] = set()
    days: dict[str, set[date]] = {_OFF: set(), _ON: set()}
    for number, cells in lines.items():
        try:
            years.add(int(cells["year"]))
            days[cells["kind"].strip()].add(_day(cells))
        except (ValueError, KeyError) as error:
            faults.append(f"{FILE}：第{number}行：{_why(error, cells)}")
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
