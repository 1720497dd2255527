"""Going through a display object: its figures, and all its words."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from hanbin_lib.display.model import Chart
from hanbin_lib.display.text import Figure, Phrase, Shown

_NO_WORDS = {"svg", "narrow"}


def shown_in(value: Any) -> Iterator[Shown]:
    """Every figure and phrase, in order."""
    if isinstance(value, Figure | Phrase):
        yield value
    else:
        for inside in _inside(value):
            yield from shown_in(inside)


def texts_of(value: Any) -> Iterator[str]:
    """Every text that some reader sees, figures as they are printed; of a drawing its own texts."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Figure | Phrase):
        yield value.text
    else:
        for inside in _inside(value):
            yield from texts_of(inside)
    if isinstance(value, Chart):
        yield from value.words


def _inside(value: Any) -> Iterator[Any]:
    if is_dataclass(value):
        yield from (getattr(value, one.name) for one in fields(value) if one.name not in _NO_WORDS)
    elif isinstance(value, tuple | list):
        yield from value
