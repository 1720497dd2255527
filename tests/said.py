"""Everything that the bulletins of the demonstration month show, without a kernel."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from support import MONTH

from hanbin_lib import bulletin as hb
from hanbin_lib.display import Display, Figure, Phrase, Strong, plain_text

_UNREAD = {"svg", "narrow", "words"}  # drawn


def displays(area: str) -> list[Display]:
    """What the cells of an area's bulletin show, in order; the workspace is the one in force."""
    return list(hb.report(hb.open_bulletin(str(MONTH), area)).items)


def parts(value: object) -> Iterator[object]:
    """An object and everything inside it."""
    yield value
    inside = [getattr(value, f.name) for f in fields(value)] if is_dataclass(value) else []
    for one in value if isinstance(value, tuple) else inside:
        yield from parts(one)


def texts(value: object) -> Iterator[str]:
    """Texts as a reader meets them: words and figures of one sentence joined."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Figure | Phrase):
        yield value.text
    elif isinstance(value, tuple):
        is_sentence = all(isinstance(part, str | Figure | Phrase | Strong) for part in value)
        yield from [plain_text(value)] if is_sentence else (text for part in value for text in texts(part))
    elif is_dataclass(value):
        read = (getattr(value, field.name) for field in fields(value) if field.name not in _UNREAD)
        yield from (text for one in read for text in texts(one))
