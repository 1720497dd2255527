"""What a bulletin says: the notebooks call these chapters, one call a cell."""

from hanbin_lib.bulletin.chapters import appendix, front_page, income, monitoring, places
from hanbin_lib.bulletin.opening import Bulletin, open_bulletin
from hanbin_lib.bulletin.parameters import NOTEBOOK_PARAMETERS

__all__ = [
    "NOTEBOOK_PARAMETERS",
    "Bulletin",
    "appendix",
    "front_page",
    "income",
    "monitoring",
    "open_bulletin",
    "places",
]
