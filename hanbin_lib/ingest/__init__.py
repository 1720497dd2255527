"""From a folder of exported files to an immutable snapshot; the only room that knows Excel."""

from hanbin_lib.lazily import front

__getattr__, __dir__, __all__ = front(__name__)
