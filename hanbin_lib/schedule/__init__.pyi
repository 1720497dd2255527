from hanbin_lib.schedule.due import Result, State, catch_up, due_months, worst
from hanbin_lib.schedule.health import Health, examine
from hanbin_lib.schedule.notices import Event, Notice
from hanbin_lib.schedule.notify import load_notify, send
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
    "remove",
    "send",
    "worst",
]
