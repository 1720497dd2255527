"""How texts are compared: one normal form, and the closed list of words that may be printed.

Names of the register and texts of a file are folded alike before they are compared: full width
and half width, compatibility and traditional forms, characters that nobody sees, the dots of
names, dashes, blanks, and what hides a digit. The list of words holds what the program itself says and the
official names of places; never what somebody typed into this month's tables.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, cached_property, lru_cache
from pathlib import Path

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
