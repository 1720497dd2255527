"""Names of the register in a text, and what makes a short or ordinary word a person's name.

Names and texts are folded alike before they are compared: full width and half width, compatibility and
traditional forms, characters that nobody sees, the dots of names, dashes, blanks, and what hides a digit. The
list of ordinary words holds what the program itself says and the official names of places; never what
somebody typed into this month's tables.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable
from functools import cache, cached_property, lru_cache
from pathlib import Path

from ahocorasick_rs import AhoCorasick, MatchKind

HAN = "\u3400-\u9fff\U00020000-\U000323af"
DOT, MASK = "·", "*"
_DOTS = frozenset("·•．・‧∙⋅·•᛫‐ꞏ・")
_MASKS = frozenset("*＊×✕✖✱✳╳●○◯■□█▇▉▓◆◇※☆★")
_ALIKE = {DOT: _DOTS, MASK: _MASKS, "-": frozenset("‐‑‒–—―−﹘﹣－"), " ": frozenset("\u3164\uffa0")}
_LINE_ENDS = frozenset("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")
# Between two Chinese characters none of these parts a name.
_GLUE = re.compile(rf"([{HAN}])[ \t{DOT}.'’_-]+(?=[{HAN}])")
_FIGURES = str.maketrans("零〇○幺壹贰叁肆伍陆柒捌玖一二三四五六七八九", "000112345678" + "9123456789")
_SPELLED = re.compile("[零〇幺壹贰叁肆伍陆柒捌玖一二三四五六七八九]{7,}")
_PACKAGE = Path(__file__).parents[1]
# Names of the demonstration and lists of characters are no words; a month's entries are the bureau's own.
_NOT_WORDS = frozenset({"demo/names.py", "privacy/han_forms.txt", "privacy/names.py"})
_WRITTEN = ("*.py", "*.typ", "*.j2", "*.ipynb", "*.yaml", "*.js", "*.txt")
# What a place is called without the word for its kind: 流水 of 流水镇.
_KIND = re.compile("(?:镇|乡|街道|街道办|街道办事处|村|社区|村民委员会|居民委员会|区|县|市)$")
_RUN = re.compile(f"[{HAN}]+")
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


def folded(text: str) -> str:
    """`text` in its normal form; line ends stay, every other blank is one blank character each."""
    table = {ord(sign): form for sign in set(text) if (form := _folded(sign)) != sign}
    return text.translate(table) if table else text


def tight(text: str) -> str:
    """A folded text without what stands between the characters of a name on one line."""
    return _GLUE.sub(r"\1", text)


def figured(text: str) -> str:
    """A folded text with digits in place of Chinese figures."""
    return text.translate(_FIGURES)


def spelled_out(text: str) -> list[str]:
    """Numbers of a folded text that are written in Chinese figures, as digits."""
    return [figured(match[0]) for match in _SPELLED.finditer(text)]


@cache
def _folded(character: str) -> str:
    if character in _LINE_ENDS:
        return "\n"
    if character in _MASKS:  # before NFKC makes a letter of it
        return MASK
    if character == "，":  # a pause in a sentence; the half-width one ends a cell
        return "、"
    return "".join(_one(part) for part in unicodedata.normalize("NFKC", character))


def _one(character: str) -> str:
    kind = unicodedata.category(character)
    if kind in ("Cf", "Mn", "Me") or (kind == "Cc" and character != "\t"):
        return ""
    if kind == "Nd":
        return str(unicodedata.decimal(character))
    for form, every in _ALIKE.items():
        if character in every:
            return form
    return " " if kind == "Zs" else _simplified().get(character, character).upper()


@lru_cache(maxsize=1)
def _simplified() -> dict[str, str]:
    """Traditional and Japanese forms of characters, and the simplified one of each.

    One line a simplified character: itself, then its other forms; from the tables ``t2s`` and ``jp2t``
    of OpenCC 1.4.2 (Apache-2.0).
    """
    lines = (Path(__file__).parent / "han_forms.txt").read_text(encoding="utf-8").split()
    return {form: line[0] for line in lines for form in line[1:]}


class Words:
    """Ordinary words, in their normal form.

    Parameters
    ----------
    texts
        Whatever the program says.
    places
        Official names of places.
    """

    def __init__(self, texts: Iterable[str], places: Iterable[str]) -> None:
        self._texts, self._places = texts, places
        self._known: dict[str, bool] = {}

    # Folding what the program says takes as long as judging a month's cells; most months ask for no word.
    @cached_property
    def text(self) -> str:
        """All of it as one text."""
        return "\n".join([tight(folded("\n".join(self._texts))), *self._names])

    @cached_property
    def entries(self) -> frozenset[str]:
        """Words that stand by themselves: a place, a label, a heading."""
        short = [_KIND.sub("", name) for name in self._names]
        return frozenset([*self._names, *short, *_RUN.findall(self.text)])

    @cached_property
    def _names(self) -> list[str]:
        return [tight(folded(name)) for name in self._places]

    def says(self, text: str) -> bool:
        """Whether `text` stands in the list."""
        known = self._known.get(text)
        if known is None:
            known = self._known[text] = text in self.text
        return known


@lru_cache(maxsize=1)
def program_texts() -> tuple[str, ...]:
    """Everything that comes with the program; the workspace's own files are not among it."""
    roots = [_PACKAGE]
    if not (_PACKAGE / "workspace_template").is_dir():  # a checkout: they lie beside the package
        roots += [_PACKAGE.parent / name for name in ("notebooks", "params")]
    paths = (path for root in roots for ending in _WRITTEN for path in sorted(root.rglob(ending)))
    return tuple(path.read_text(encoding="utf-8") for path in paths if not _is_no_word(path))


def _is_no_word(path: Path) -> bool:
    return path.parent.name == "issues" or path.as_posix().endswith(tuple(_NOT_WORDS))


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
