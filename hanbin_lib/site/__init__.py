"""The start page of the published folder: all months and areas, from what was published alone."""

from hanbin_lib.lazily import front

__getattr__, __dir__, __all__ = front(__name__)
