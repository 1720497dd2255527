"""One way of writing for all the ways in which a name or a number can be written.

Names of the register and texts of a file are folded alike before they are compared: full width
and half width, compatibility and traditional forms, characters that nobody sees, the dots of
names, dashes, blanks, and what hides a digit.
"""

import re
import unicodedata
from functools import cache, lru_cache
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


def folded(text: str) -> str:
    """`text` in its normal form; line ends stay, every other blank is one blank character each."""
    table = {ord(one): form for one in set(text) if (form := _folded(one)) != one}
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
