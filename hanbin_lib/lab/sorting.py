"""Tables that sort in JupyterLab: a click (or Enter) on a heading; totals stay at the foot.

Only what a person sees carries the script: the notebook that a batch writes, and the page made of it,
are as they were.
"""

from functools import cache
from importlib.resources import files
from typing import Any

from hanbin_lib.display import Display
from hanbin_lib.display.printing import mime_bundle

_HTML = "text/html"


def sortable(value: Any) -> dict[str, Any] | None:
    """The printed forms of a display object, its tables made sortable; None for anything else."""
    if not isinstance(value, Display):
        return None
    bundle = mime_bundle(value)
    if '<table class="hb-table"' in bundle[_HTML]:
        bundle[_HTML] += f"<script>{_script()}</script>"
    return bundle


@cache
def _script() -> str:
    return files("hanbin_lib.lab").joinpath("sorting.js").read_text(encoding="utf-8")
