"""Pure functions from the contract's tables to one tidy table of figures."""

from hanbin_lib.lazily import front

__getattr__, __dir__, __all__ = front(__name__)
