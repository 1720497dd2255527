"""The last look before publication: every file against every person of the month's inputs.

Values are looked for as they are (Aho and Corasick 1975, all terms in one pass) and numbers
also by their form, whoever they belong to. A hit names file, kind and number of places, never
the value.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ahocorasick_rs import AhoCorasick, MatchKind

from hanbin_lib.privacy.reading import readable
from hanbin_lib.privacy.terms import PersonalTerms

_BETWEEN = "\0"  # words of the vocabulary; no text holds it
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
# A number that is part of a longer number, a decimal or a hash is none of these.
_ALONE, _END = r"(?<![0-9A-Za-z.])", r"(?![0-9A-Za-z.])"
_DAY = r"(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_PATTERNS = {
    "证件号码": re.compile(
        rf"{_ALONE}[1-9]\d{{5}}{_DAY}\d{{3}}[0-9Xx](?:\d{{2}}|\d{{2}}B\d)?{_END}", re.ASCII
    ),
    "遮盖的证件号码": re.compile(rf"{_ALONE}[1-9]\d{{3,5}}\*{{6,12}}[0-9Xx]{{2,4}}{_END}", re.ASCII),
    "手机号码": re.compile(rf"{_ALONE}1[3-9]\d{{9}}{_END}", re.ASCII),
    "遮盖的手机号码": re.compile(rf"{_ALONE}1[3-9]\d\*{{4}}\d{{4}}{_END}", re.ASCII),
    "银行卡号": re.compile(rf"{_ALONE}62\d{{14}}(?:\d{{3}})?{_END}", re.ASCII),
}


@dataclass(frozen=True, slots=True)
class Hit:
    """Something personal in a file; never the thing itself."""

    file: str
    kind: str
    places: int


class Guard:
    """Looks for the terms of a month in files.

    Parameters
    ----------
    terms
        From `terms.read_terms`; None looks for the forms of numbers only.
    vocabulary
        What may be printed whatever persons are called: places, labels, the words of the
        bulletin. A name that is part of one counts only where it stands alone. A name that is the
        whole of one makes no ordinary word of itself: somebody wrote a person where none belongs.
    """

    def __init__(self, terms: PersonalTerms | None, vocabulary: Iterable[str]) -> None:
        known = terms or PersonalTerms()
        self._kinds = {
            **dict.fromkeys(known.words, "反映事项原文"),
            **dict.fromkeys(known.numbers, "证件或电话号码"),
            **dict.fromkeys(known.names, "姓名"),
        }
        self._search = AhoCorasick(list(self._kinds), matchkind=MatchKind.LeftmostLongest)
        words = _BETWEEN.join(("", *vocabulary, ""))
        self._ordinary = {
            words[start:end]
            for _, start, end in self._search.find_matches_as_indexes(words)
            if not words[start - 1] == words[end] == _BETWEEN
        }

    def scan(self, path: Path) -> list[Hit]:
        """What is personal in one file."""
        found: Counter[str] = Counter()
        for text in readable(path):
            found.update(self._kinds_in(text))
        return [Hit(path.name, kind, places) for kind, places in sorted(found.items())]

    def _kinds_in(self, text: str) -> Counter[str]:
        found: Counter[str] = Counter()
        for _, start, end in self._search.find_matches_as_indexes(text):
            term = text[start:end]
            if term not in self._ordinary or _stands_alone(text, start, end):
                found[self._kinds[term]] += 1
        for kind, pattern in _PATTERNS.items():
            for match in pattern.finditer(text):
                if kind != "证件号码" or _is_identity_number(match[0]):
                    found[kind] += 1
        return found


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether no Chinese character or digit touches it: a cell of its own."""
    return not (_touches(text[start - 1 : start]) or _touches(text[end : end + 1]))


def _touches(character: str) -> bool:
    return bool(character) and (character.isalnum() or character in "（）·、，。；：“”")


def _is_identity_number(number: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True))
    return _CHECK[total % 11] == number[17].upper()
