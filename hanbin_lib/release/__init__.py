"""A month's run: plan the documents, run their notebooks, export, publish."""

from hanbin_lib.release.run import Outcome, release_month

__all__ = ["Outcome", "release_month"]
