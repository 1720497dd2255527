"""The contract of the incoming tables: columns, official headings, labels, personal fields."""

from hanbin_lib.lazily import front

__getattr__, __dir__, __all__ = front(__name__)
