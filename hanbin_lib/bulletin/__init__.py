"""What a bulletin says: the notebooks call these chapters, one call a cell."""

from hanbin_lib.lazily import front

__getattr__, __dir__, __all__ = front(__name__)
