from hanbin_lib.release.plan import Revision
from hanbin_lib.release.run import Outcome, release_month

__all__ = ["Outcome", "Revision", "release_month"]
