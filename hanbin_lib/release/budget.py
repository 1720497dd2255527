"""How many pages a bulletin may have: a leader reads it in minutes, everything else is in the annex.

A bulletin that is longer is published all the same: the run says so, and `bulletin.contents` is where an
exhibit is moved to the annex.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pypdfium2

from hanbin_lib.release.plan import Document
from hanbin_lib.rendering import FORMATS, Part

OF_COUNTY, OF_TOWN = 8, 4
_PDF = "application/pdf"


def over_budget(folder: Path, made: Iterable[Document], county: str) -> tuple[str, ...]:
    """A sentence for each bulletin that is longer than it may be.

    Parameters
    ----------
    folder
        Where the documents' files are.
    county
        Code of the county, whose own bulletin may be longer than a town's.
    """
    return tuple(_told(folder, made, county))


def _told(folder: Path, made: Iterable[Document], county: str) -> Iterator[str]:
    (bulletin,) = (one for one in FORMATS if one.media_type == _PDF and one.part is Part.BULLETIN)
    for document in made:
        most = OF_COUNTY if document.area == county else OF_TOWN
        pages = _pages(folder / f"{document.name}{bulletin.ending}")
        if pages > most:
            yield f"HB-REL-007 {document.name}：月报{pages}页，超过{most}页；照常发布"


def _pages(pdf: Path) -> int:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return len(document)
    finally:
        document.close()
