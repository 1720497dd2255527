"""Words and figures: what a sentence, a cell or a card is made of; data are data, and printed as text."""

import html
import re
import unicodedata
from dataclasses import dataclass

from hanbin_lib.display.numbers import PLAIN, Style, Written, write

_LONGEST_UNBROKEN = 16  # characters; 5408户18392人 has 11
# Marks that turn or hide the text after them; a name has no use for them. Private-use and
# unassigned characters stay: they stand for something, and the check of glyphs names them.
_CATEGORIES_DROPPED = {"Cc", "Cf", "Cs"}
_NO_CHARACTERS = "\ufffe\uffff"  # stand for nothing, and no XML may hold them


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that is printed: it stays one until it is.

    Parameters
    ----------
    value
        The number itself, unrounded; a share is 0 to 1.
    unit
        `Unit` of an indicator, or another counter (``行``); empty for digits alone.
    source
        Where it comes from: ``indicator|month|place|group``; several joined by a blank.
    style
        How it is written, where not as its unit has it.
    """

    value: float
    unit: str
    source: str
    style: Style = PLAIN

    @property
    def written(self) -> Written:
        """Sign, digits and unit in print."""
        return write(self.value, self.unit, self.style)

    @property
    def text(self) -> str:
        """As printed: ``5408户``."""
        return str(self.written)

    @property
    def key(self) -> str:
        """Indicator, or kind of address, that it stands for first."""
        return self.source.partition("|")[0]

    @property
    def figures(self) -> tuple["Figure", ...]:
        """Itself, as a phrase has its figures."""
        return (self,)

    @property
    def may_break(self) -> bool:
        """Whether it is longer than any line holds whole."""
        return len(self.text) > _LONGEST_UNBROKEN

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words and figures that stand together under one address: 5408户18392人, 2.1%—4.0%, 未收到.

    Parameters
    ----------
    parts
        Printed one after the other without a break.
    source
        As of a `Figure`.
    """

    parts: tuple["str | Figure", ...]
    source: str

    @property
    def text(self) -> str:
        """As printed."""
        return "".join(str(part) for part in self.parts)

    @property
    def key(self) -> str:
        """Indicator, or kind of address, that it stands for first."""
        return self.source.partition("|")[0]

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The numbers in it."""
        return tuple(part for part in self.parts if isinstance(part, Figure))

    @property
    def may_break(self) -> bool:
        """Whether it is a phrase, such as a document's name, that no line could hold whole."""
        return len(self.text) > _LONGEST_UNBROKEN

    def __str__(self) -> str:
        return self.text


Shown = Figure | Phrase


@dataclass(frozen=True, slots=True)
class Strong:
    """Words that must not be overlooked."""

    parts: tuple["Text", ...]

    def __str__(self) -> str:
        return plain_text(self.parts)


Text = str | Figure | Phrase | Strong


def plain_text(parts: tuple[Text, ...]) -> str:
    """Words and figures without any mark-up."""
    return "".join(str(part) for part in parts)


class _Kept(dict[int, int | None]):
    """What stays of each character, for `str.translate`; looked up once a character."""

    def __missing__(self, code: int) -> int | None:
        c = chr(code)
        dropped = unicodedata.category(c) in _CATEGORIES_DROPPED or c in _NO_CHARACTERS
        return self.setdefault(code, None if dropped else code)


_KEPT = _Kept()
_LINE_ENDS_AND_TABS = re.compile("[\t\n\v\f\r\x85\u2028\u2029]+")


def visible(text: str) -> str:
    """Text without control and direction marks; line ends and tabs become blanks."""
    return _LINE_ENDS_AND_TABS.sub(" ", str(text)).translate(_KEPT)


def html_text(text: str) -> str:
    """Text for an HTML element or a quoted attribute."""
    return html.escape(visible(text), quote=True)


def typst_string(text: str) -> str:
    """A Typst string literal."""
    return '"' + visible(text).replace("\\", "\\\\").replace('"', '\\"') + '"'
