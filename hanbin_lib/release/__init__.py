"""A month's run: plan the documents, run their notebooks, export, publish."""

from hanbin_lib.release.plan import Revision
from hanbin_lib.release.run import Outcome, release_month

__all__ = ["Outcome", "Revision", "release_month"]
