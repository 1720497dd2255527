"""A month's run: plan the documents, run their notebooks, export, publish."""

from hanbin_lib.lazily import front

__getattr__, __dir__, __all__ = front(__name__)
