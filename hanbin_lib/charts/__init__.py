"""Figures to drawings, in one house style; every function returns a `display.Chart`."""

from hanbin_lib.lazily import front

__getattr__, __dir__, __all__ = front(__name__)
