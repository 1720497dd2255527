"""From an executed notebook to the files of a bulletin: one table of formats."""

from hanbin_lib.lazily import front

__getattr__, __dir__, __all__ = front(__name__)
