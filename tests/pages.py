"""What a reader sees of a PDF's pages: how much of each is white, and which words stand on it."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pypdfium2

_DOTS_PER_MM = 2.0
_TOP_MM, _HEIGHT_MM = 37.0, 225.0  # the type area of GB/T 9704-2012
_INK = 250  # of 255


@dataclass(frozen=True)
class PageSeen:
    """One page.

    Parameters
    ----------
    text
        Its words, in order.
    end
        Share of the type area below the last ink.
    gap
        Share of the type area of the largest white between two pieces of ink.
    """

    text: str
    end: float
    gap: float


def pages(pdf: Path | bytes) -> list[PageSeen]:
    """Every page of a PDF."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [_seen(page) for page in document]
    finally:
        document.close()


def _seen(page: pypdfium2.PdfPage) -> PageSeen:
    drawn = np.asarray(page.render(scale=_DOTS_PER_MM * 25.4 / 72, grayscale=True).to_numpy())
    top, rows = round(_TOP_MM * _DOTS_PER_MM), round(_HEIGHT_MM * _DOTS_PER_MM)
    inked = np.flatnonzero((drawn.reshape(*drawn.shape[:2], -1)[top : top + rows] < _INK).any(axis=(1, 2)))
    gaps = np.diff(inked, prepend=0)
    text = page.get_textpage().get_text_range()
    return PageSeen(text, (rows - 1 - inked[-1]) / rows, gaps.max() / rows)
