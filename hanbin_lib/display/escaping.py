"""Data are data: whatever a name holds, it is printed as text."""

import html
import re
import unicodedata

# Marks that turn or hide the text after them; a name has no use for them. Private-use and
# unassigned characters stay: they stand for something, and the check of glyphs names them.
_CATEGORIES_DROPPED = {"Cc", "Cf", "Cs"}
_NO_CHARACTERS = "\ufffe\uffff"  # stand for nothing, and no XML may hold them


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
