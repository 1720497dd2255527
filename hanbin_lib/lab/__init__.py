"""What only a person at JupyterLab sees: controls beside the parameters, never in a batch's output."""

from hanbin_lib.lazily import front

__getattr__, __dir__, __all__ = front(__name__)
