from hanbin_lib.schedule.due import (
    Health,
    Result,
    State,
    catch_up,
    due_months,
    examine,
    published_ahead,
    together,
    worst,
)
from hanbin_lib.schedule.notify import Event, Notice, load_notify, send
from hanbin_lib.schedule.prune import Leftover, leftovers, remove
from hanbin_lib.schedule.units import UNITS

__all__ = [
    "UNITS",
    "Event",
    "Health",
    "Leftover",
    "Notice",
    "Result",
    "State",
    "catch_up",
    "due_months",
    "examine",
    "leftovers",
    "load_notify",
    "published_ahead",
    "remove",
    "send",
    "together",
    "worst",
]
