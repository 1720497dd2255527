"""The batch by the calendar: which months are due, who is told, what may be cleared away.

No clock is read here: today is an argument. The ledger of publications is the truth; a timer,
or a person, only has to call `hanbin due` now and then.
"""

from hanbin_lib.lazily import front

__getattr__, __dir__, __all__ = front(__name__)
