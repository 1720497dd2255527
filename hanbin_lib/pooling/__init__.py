"""Figures of a parent area (city, province): made of its counties' figures, not of their persons."""

from hanbin_lib.lazily import front

__getattr__, __dir__, __all__ = front(__name__)
