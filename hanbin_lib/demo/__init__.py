"""A synthetic district with known truth: input files as a month brings them (演示数据)."""

from hanbin_lib.lazily import front

__getattr__, __dir__, __all__ = front(__name__)
