"""What a person in JupyterLab gets with an exhibit: a table that sorts, and links to take it along.

A click (or Enter) on a heading sorts; totals stay at the foot, and what has no number behind all others.

Only what a person sees carries script and links: the notebook that a batch writes, and the page made of it,
are as they were.
"""

from functools import cache
from importlib.resources import files
from typing import Any

from hanbin_lib.display import Display
from hanbin_lib.display.printing import mime_bundle
from hanbin_lib.lab.downloads import download_links

_HTML = "text/html"


def sortable(value: Any, as_of: str = "") -> dict[str, Any] | None:
    """The printed forms of a display object, its tables made sortable; None for anything else.

    Parameters
    ----------
    as_of
        Last day of its data (``2022-09-30``), for the files to take along; none are offered without it.
    """
    if not isinstance(value, Display):
        return None
    bundle = mime_bundle(value)
    if '<table class="hb-table"' in bundle[_HTML]:
        bundle[_HTML] += f"<script>{_script()}</script>"
    if as_of:
        bundle[_HTML] += download_links(value, as_of)
    return bundle


@cache
def _script() -> str:
    return files("hanbin_lib.lab").joinpath("sorting.js").read_text(encoding="utf-8")
