"""Counting working days by the notices that were entered (`WorkCalendar`)."""

import numpy as np
from numpy.typing import NDArray

from hanbin_lib.workdays import WorkCalendar

_DAY = np.timedelta64(1, "D")
Days = NDArray[np.datetime64]


def working_days(calendar: WorkCalendar, since: Days, until: Days) -> NDArray[np.float64]:
    """Working days after `since`, up to and with `until`; the first day does not count.

    Parameters
    ----------
    since, until
        ``datetime64[D]``, of one length.

    Returns
    -------
    array of float
        NaN where a day is missing, or where a year between them has no notice.
    """
    off, on = (np.array(sorted(days), dtype="datetime64[D]") for days in (calendar.off, calendar.on))
    found = np.full(len(since), np.nan)
    known = ~(np.isnat(since) | np.isnat(until))
    known[known] = _knows(calendar, since[known], until[known])
    first, last = since[known], until[known]
    weekdays = np.busday_count(first + _DAY, last + _DAY, holidays=off)
    extra = np.searchsorted(on, last, "right") - np.searchsorted(on, first, "right")
    found[known] = weekdays + extra
    return found


def _knows(calendar: WorkCalendar, first: Days, last: Days) -> NDArray[np.bool_]:
    years = [day.astype("datetime64[Y]").astype(int) + 1970 for day in (first, last)]
    low, high = np.minimum(*years), np.maximum(*years)
    inside = np.searchsorted(calendar.years, high, "right") - np.searchsorted(calendar.years, low, "left")
    return np.asarray(inside == high - low + 1)
