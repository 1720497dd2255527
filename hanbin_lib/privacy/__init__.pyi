from hanbin_lib.privacy.guard import (
    Guard,
    Hit,
    PersonalTerms,
    narrowed,
    read_terms,
    sealed_terms,
    write_terms,
)
from hanbin_lib.privacy.names import Words, program_texts
from hanbin_lib.privacy.reading import Unreadable

__all__ = [
    "Guard",
    "Hit",
    "PersonalTerms",
    "Unreadable",
    "Words",
    "narrowed",
    "program_texts",
    "read_terms",
    "sealed_terms",
    "write_terms",
]
