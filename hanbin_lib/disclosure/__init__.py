"""Disclosure control: what may stand in an edition that leaves the bureau."""

from hanbin_lib.lazily import front

__getattr__, __dir__, __all__ = front(__name__)
