from hanbin_lib.release.plan import Revision
from hanbin_lib.release.revision import given_revision
from hanbin_lib.release.run import Outcome, release_month

__all__ = ["Outcome", "Revision", "given_revision", "release_month"]
