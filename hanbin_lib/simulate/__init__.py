"""Try things before they happen: the month, the sample, the shock and the plan; seeded, with intervals."""

from hanbin_lib.lazily import front

__getattr__, __dir__, __all__ = front(__name__)
