"""What a notebook cell shows: figures, sentences, tables, charts; one tree, printed in every format."""

from hanbin_lib.lazily import front

__getattr__, __dir__, __all__ = front(__name__)
