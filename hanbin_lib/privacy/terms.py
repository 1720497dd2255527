"""What the month's inputs say of persons, kept encrypted, only to look for it before publication."""

import base64
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from cryptography.fernet import Fernet, InvalidToken

from hanbin_lib.files import write_atomically

_PURPOSE = b"hanbin personal terms"
_LEAST_NUMBER, _LEAST_WORDS = 7, 6


@dataclass(frozen=True)
class PersonalTerms:
    """Values of personal columns.

    Parameters
    ----------
    names
        Names of persons, two characters or more.
    numbers
        Identity numbers (18, 20, 22 characters and their first 18), telephones, cards.
    words
        Free text written about a household.
    """

    names: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()

    @classmethod
    def of(cls, columns: Iterable[tuple[str, pd.Series]]) -> "PersonalTerms":
        """Sort the values of personal columns (canonical name, values) by what they are."""
        names: set[str] = set()
        numbers: set[str] = set()
        words: set[str] = set()
        for column, values in columns:
            if column.endswith("_name"):
                names |= _distinct(values, 2)
            elif column.endswith("_text"):
                words |= _distinct(values, _LEAST_WORDS)
            else:
                numbers |= _distinct(values, _LEAST_NUMBER)
        numbers |= {number[:18] for number in numbers if len(number) > 18}
        return cls(frozenset(names), frozenset(numbers), frozenset(words))

    def joined(self, other: "PersonalTerms") -> "PersonalTerms":
        """Both together."""
        return PersonalTerms(self.names | other.names, self.numbers | other.numbers, self.words | other.words)


def _distinct(values: pd.Series, least: int) -> set[str]:
    """Trimmed texts of `least` characters or more."""
    distinct = pd.Series(values.dropna().unique()).astype("str")
    texts = pc.unique(pc.utf8_trim_whitespace(pa.array(distinct)))
    return set(texts.filter(pc.greater_equal(pc.utf8_length(texts), least)).to_pylist())


def sealed_terms(terms: PersonalTerms, secret: bytes) -> bytes:
    """Encrypt them (Fernet: AES-128-CBC with HMAC); readable with the workspace's key only."""
    parts = {"names": terms.names, "numbers": terms.numbers, "words": terms.words}
    content = json.dumps({name: list(values) for name, values in parts.items()}, ensure_ascii=False)
    return _cipher(secret).encrypt(content.encode())


def write_terms(path: Path, sealed: bytes) -> None:
    """Write encrypted terms (`sealed_terms`) for the account's own eyes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, sealed, mode=0o600)


def read_terms(path: Path, secret: bytes) -> PersonalTerms | None:
    """Read them back; None where there are none, or another key wrote them."""
    try:
        content = json.loads(_cipher(secret).decrypt(path.read_bytes()))
    except (FileNotFoundError, InvalidToken, ValueError):
        return None
    return PersonalTerms(**{name: frozenset(values) for name, values in content.items()})


def _cipher(secret: bytes) -> Fernet:
    key = hashlib.blake2b(secret, digest_size=32, key=_PURPOSE).digest()
    return Fernet(base64.urlsafe_b64encode(key))
