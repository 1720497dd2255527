"""The last look before publication: every file against every person of the month's inputs.

What the inputs say of persons is kept encrypted (`PersonalTerms`), only to be looked for here. Names,
numbers and free text of the register and the texts of a file are compared in one normal form
(`names.folded`); numbers also by their form, whoever they belong to. A hit names file, place, kind and number
of places, never the value.
"""

import base64
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from ahocorasick_rs import AhoCorasick, MatchKind
from cryptography.fernet import Fernet, InvalidToken

from hanbin_lib.files import write_atomically
from hanbin_lib.privacy.names import HIDDEN, Names, Words, figured, folded, plain_name, tight
from hanbin_lib.privacy.numbers import Numbers, digits_of
from hanbin_lib.privacy.reading import readable

_PURPOSE = b"hanbin personal terms"
_LEAST_NUMBER, _LEAST_WORDS = 7, 6
WORDS = "反映事项原文"
FILE_NAME = "文件名"
# Drawings and scripts between words: no name stands there, but much of a page does.
_PLAIN = r"[\x00-\x09\x0b-\x7f]"
_DRAWN = re.compile(rf"(?<!{_PLAIN})({_PLAIN}){_PLAIN}{{60,}}({_PLAIN})")
_NO_WORD = re.compile(r"[\W_]+")
_BETWEEN = re.compile(r"[^\w\n]+|_+")
_FEW = 2
_DIGITS = 6  # a number without its century has these, too


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


@dataclass(frozen=True, slots=True)
class Hit:
    """Something personal in a file; never the thing itself.

    Parameters
    ----------
    file, place
        The file, and where in it: a page, a part, a line.
    kind, places
        What was found, and how often.
    """

    file: str
    place: str
    kind: str
    places: int


class Guard:
    """Looks for the terms of a month in files and in what is typed.

    Parameters
    ----------
    terms
        From `read_terms`.
    words
        The closed list of words that may be printed whatever persons are called.
    allowed
        Words that an officer answers for this month.
    codes
        Codes of the register that only look like a number of a person.
    """

    def __init__(
        self, terms: PersonalTerms, words: Words, allowed: Iterable[str] = (), codes: Iterable[str] = ()
    ) -> None:
        self._names = Names(terms.names, words, allowed)
        self._numbers = Numbers(folded("\n".join(terms.numbers)).split("\n"), codes)
        said = {_bare(folded(text)) for text in terms.words}
        long = sorted(text for text in said if len(text) >= _LEAST_WORDS)
        self._said = AhoCorasick(long, matchkind=MatchKind.LeftmostLongest) if long else None

    def get_ready(self) -> None:
        """Fold the list of words now: processes forked from this one need not do so each for itself."""
        self._names.get_ready()

    def scan(self, path: Path) -> list[Hit]:
        """What is personal in one file.

        Raises
        ------
        Unreadable
            The file cannot be read, or is of no known kind.
        """
        found: dict[str, list[tuple[str, int]]] = {}
        for place, text in self._read(path):
            for kind, count in self.kinds(text).items():
                found.setdefault(kind, []).append((place, count))
        return [
            Hit(path.name, places[0][0], kind, sum(count for _, count in places))
            for kind, places in sorted(found.items())
        ]

    def kinds(self, text: str) -> Counter[str]:
        """Kinds of personal things in a text, and in how many places."""
        form = folded(text)
        found = self._numbers.found(form)
        short = _DRAWN.sub(r"\1\n\n\2", form)
        found.update(self._names.found(short))
        if self._said is not None:
            found[WORDS] += len(self._said.find_matches_as_indexes(_bare(short)))
        return +found

    def is_person(self, text: str) -> bool:
        """Whether a cell that should hold no person holds one, by name or number."""
        return self._names.is_person(text) or bool(self._numbers.found(folded(text)))

    def _read(self, path: Path) -> Iterator[tuple[str, str]]:
        yield FILE_NAME, path.stem
        yield from readable(path)


def _bare(text: str) -> str:
    return _NO_WORD.sub("", text)


def narrowed(terms: PersonalTerms, texts: Iterable[str]) -> PersonalTerms:
    """Names and numbers that `Guard.is_person` can find in `texts`: with them alone it says the same."""
    forms = [folded(text) for text in texts]
    return PersonalTerms(_names(terms.names, forms), _numbers(terms.numbers, forms))


def _names(names: Iterable[str], forms: list[str]) -> frozenset[str]:
    """Names whose first two signs stand in a text, or whose first sign stands before hidden ones."""
    signs = [_BETWEEN.sub("", form).replace("\n", "") for form in forms]
    pairs = {form[at : at + _FEW] for form in signs for at in range(len(form) - 1)}
    before_hidden = {match[1] for form in forms for match in HIDDEN.finditer(tight(form))}
    ordered = list(names)
    plain = _BETWEEN.sub("", plain_name("\n".join(ordered))).split("\n")
    if len(plain) != len(ordered):  # a name of two lines
        return frozenset(ordered)
    return frozenset(
        name
        for name, form in zip(ordered, plain, strict=True)
        if form[:_FEW] in pairs or len(form) < _FEW or form[0] in before_hidden
    )


def _numbers(numbers: frozenset[str], forms: list[str]) -> frozenset[str]:
    """Numbers whose first digits stand in a text; many persons share the first digits of their place."""
    runs = [re.sub("[^0-9]", "", text) for form in forms for text in (form, figured(form))]
    starts = {run[at : at + _DIGITS] for run in runs for at in range(len(run) - _DIGITS + 1)}
    shared = {number[:_DIGITS] for number in numbers}
    wanted = {start for start in shared if not _is_plain(start) or start in starts}
    return frozenset(n for n in numbers if n[:_DIGITS] in wanted and _can_stand(n, starts))


def _can_stand(number: str, starts: set[str]) -> bool:
    start = number[:_DIGITS]
    if not _is_plain(start):
        start = digits_of(folded(number))[:_DIGITS]
    return len(start) < _DIGITS or "X" in start or start in starts


def _is_plain(start: str) -> bool:
    return len(start) == _DIGITS and start.isascii() and start.isdecimal()
