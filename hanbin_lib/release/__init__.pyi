from hanbin_lib.release.edition import given_edition
from hanbin_lib.release.plan import Revision
from hanbin_lib.release.run import Outcome, release_month

__all__ = ["Outcome", "Revision", "given_edition", "release_month"]
