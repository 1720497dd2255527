"""The command `hanbin`."""

from hanbin_lib.cli.main import main

__all__ = ["main"]
