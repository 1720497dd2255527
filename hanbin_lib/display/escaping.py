"""Data are data: whatever a name holds, it is printed as text."""

import html
import unicodedata

# Marks that turn or hide the text after them; a name has no use for them.
_CATEGORIES_DROPPED = {"Cc", "Cf", "Cs", "Co"}


def visible(text: str) -> str:
    """Text without control, direction and private-use characters; line ends become blanks."""
    joined = " ".join(str(text).split("\n"))
    return "".join(c for c in joined if unicodedata.category(c) not in _CATEGORIES_DROPPED)


def html_text(text: str) -> str:
    """Text for an HTML element or a quoted attribute."""
    return html.escape(visible(text), quote=True)


def typst_string(text: str) -> str:
    """A Typst string literal."""
    return '"' + visible(text).replace("\\", "\\\\").replace('"', '\\"') + '"'
