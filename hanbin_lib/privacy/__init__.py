"""Keeping persons out of what is published: what may not appear, and looking for it."""

from hanbin_lib.lazily import front

__getattr__, __dir__, __all__ = front(__name__)
