"""Names of the register in a text, and what makes a short or ordinary word a person's name."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable

from ahocorasick_rs import AhoCorasick, MatchKind

from hanbin_lib.privacy.words import HAN, Words, folded, tight

NAME, MASKED_NAME = "姓名", "遮盖的姓名"
_LONG = 3  # characters from which a name that is no word is looked for without context
_NEAR = 12  # characters on either side of a line end that may belong to one name
_WRAPPED = re.compile(rf"[{HAN}][ \t·.-]*\n\s*(?=[{HAN}])")
# Who speaks of a person says so right before the name, or right behind it.
_BEFORE = re.compile(
    "(?:姓名|户主|本人|联系人|责任人|负责人|帮扶人|申请人|反映人|代办人|联络员|干部|村民|群众|监测对象|同志|我叫|名叫|叫做?)"
    r"[ \t\n:,、;|\"'(（“”是为]{0,4}$"
)
_BEHIND = re.compile(
    r"^[ \t\n,、;|\"'()（）“”:]{0,4}(?:男|女|同志|先生|女士|老人|大爷|大娘|一家|一户|家中|家里|本人"
    r"|的?身份证|的?证件号|的?电话|的?手机|反映|来电)"
)
# What is noted behind a name in its cell: 张三(已故). Folded, brackets are half-width.
_NOTED = re.compile(r"\([^()]*\)?")
_PARTS = re.compile(r"[ \t·.]+")
HIDDEN = re.compile(rf"([{HAN}])([*X某]{{1,2}})([{HAN}]?)")


class Names:
    """Looks for names of persons.

    Parameters
    ----------
    names
        As they came.
    words
        The closed list of ordinary words.
    allowed
        Words for which an officer answers this month.
    """

    def __init__(self, names: Iterable[str], words: Words, allowed: Iterable[str] = ()) -> None:
        plain = set(plain_name("\n".join(names)).split("\n"))
        plain |= {_NOTED.sub("", name) for name in plain if "(" in name}
        plain -= {plain_name(word) for word in allowed}
        self._names = sorted(name for name in plain if len(name) > 1)
        self._known = frozenset(self._names)
        self._words = words
        self._search = AhoCorasick(self._names, matchkind=MatchKind.Standard) if self._names else None
        said = self._search.find_matches_as_indexes(words.text, overlapping=True) if self._search else ()
        self._ordinary = frozenset(self._names[number] for number, _, _ in said)
        self._surnames = frozenset(name[0] for name in self._names)
        self._ends = frozenset((name[0], name[-1]) for name in self._names if len(name) >= _LONG)

    def get_ready(self) -> None:
        """Compute what else would be computed at first need."""
        assert self._words.entries is not None

    def found(self, text: str) -> Counter[str]:
        """Places in a folded text in which a name stands, or one that was half hidden."""
        counted: Counter[str] = Counter()
        if self._search is None:
            return counted
        near = tight(text)
        loose = 0 if near == text else self._count(text, ordinary=False)
        counted[NAME] = max(self._count(near), loose) + self._count(_around_line_ends(near), broken=True)
        counted[MASKED_NAME] = sum(self._is_hidden(match, near) for match in HIDDEN.finditer(near))
        return +counted

    def is_person(self, text: str) -> bool:
        """Whether a cell that should hold no person holds one: by itself or within what it says."""
        cell = plain_name(text)
        if cell in self._known and cell not in self._words.entries:
            return True
        return bool(self.found(folded(text)))

    def _count(self, text: str, *, broken: bool = False, ordinary: bool = True) -> int:
        """Names in a text; of a text with a mark where a line ended only those that it breaks."""
        assert self._search is not None
        whole = text.replace("\v", "") if broken else text
        breaks = _breaks(text) if broken else []
        total = 0
        for number, start, end in self._search.find_matches_as_indexes(whole, overlapping=True):
            if broken and bisect_right(breaks, start) == bisect_left(breaks, end):
                continue
            if not ordinary and self._names[number] in self._ordinary:
                continue
            total += self._is_meant(self._names[number], whole, start, end)
        return total

    def _is_meant(self, name: str, text: str, start: int, end: int) -> bool:
        """Whether a person is meant where `name` stands."""
        if name not in self._ordinary and len(name) >= _LONG:
            return True
        if self._is_called(text, start, end):
            return True
        if name in self._words.entries:
            return False
        return _stands_alone(text, start, end) and not self._is_explained(text, start, end)

    def _is_called(self, text: str, start: int, end: int) -> bool:
        """Whether the words around it say that this is a person; not where they say it of a thing."""
        before = _BEFORE.search(text, max(0, start - 10), start)
        if before and not self._words.says(text[before.start() : end]):
            return not _touches(text[end : end + 1]) or bool(_BEHIND.match(text[end : end + 10]))
        behind = _BEHIND.match(text[end : end + 10])
        if behind and not self._words.says(text[start : end + behind.end()]):
            return not _touches(text[start - 1 : start])
        return False

    def _is_explained(self, text: str, start: int, end: int) -> bool:
        """Whether it is a piece of a word that a line end broke."""
        left = text[:start].rstrip("\n -")[-1:] if start else ""
        right = text[end : end + 8].lstrip("\n -")[:1]
        name = text[start:end]
        return (_is_han(left) and self._words.says(left + name)) or (
            _is_han(right) and self._words.says(name + right)
        )

    def _is_hidden(self, match: re.Match[str], text: str) -> bool:
        first, hidden, last = match.groups()
        if first not in self._surnames or self._words.says(match[0]):
            return False
        if "某" in hidden:
            return not self._words.says(first + "某")
        if last:
            return (first, last) in self._ends and len(hidden) == 1
        return hidden.startswith("*") and not _touches(text[match.end() : match.end() + 1])


def plain_name(name: str) -> str:
    """A name, or names line by line, in the normal form in which it is looked for."""
    return _PARTS.sub("", tight(folded(name)))


def _around_line_ends(text: str) -> str:
    r"""What stands around line ends between Chinese characters; ``\v`` where each was."""
    pieces = (
        text[max(0, match.start() + 1 - _NEAR) : match.start() + 1].rpartition("\n")[2]
        + "\v"
        + text[match.end() : match.end() + _NEAR].partition("\n")[0]
        for match in _WRAPPED.finditer(text)
    )
    return "\n".join(pieces)


def _breaks(text: str) -> list[int]:
    """Positions of the marks in the text without them."""
    places = [match.start() for match in re.finditer("\v", text)]
    return [place - number for number, place in enumerate(places)]


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether nothing that could be part of a word or a sentence touches it."""
    return not (_touches(text[start - 1 : start]) or _touches(text[end : end + 1]))


def _touches(character: str) -> bool:
    return bool(character) and (character.isalnum() or character in "()·、。;:“”")


def _is_han(character: str) -> bool:
    return bool(character) and character >= "\u3400"
