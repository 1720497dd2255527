"""Forecasts of short annual series, above all incomes per head: how much, and how sure.

Pure functions on pandas; only `register` writes, to the folder it is given.
"""

from hanbin_lib.lazily import front

__getattr__, __dir__, __all__ = front(__name__)
