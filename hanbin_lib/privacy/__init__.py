"""Keeping persons out of what is published: what may not appear, and looking for it."""

from hanbin_lib.privacy.guard import Guard, Hit
from hanbin_lib.privacy.terms import PersonalTerms, read_terms, write_terms

__all__ = ["Guard", "Hit", "PersonalTerms", "read_terms", "write_terms"]
