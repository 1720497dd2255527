"""What a bulletin says: the notebooks call these chapters, one call a cell."""

from hanbin_lib.bulletin.chapters import (
    appendix,
    dispatch,
    duties,
    front_page,
    goals,
    inspections,
    livelihood,
    monitoring,
    phone,
    places,
    plans,
    power,
    projects,
    rectification,
    risk_flow,
    safeguards,
    shocks,
    simulation,
)
from hanbin_lib.bulletin.contents import CONTENTS, Chapter, report
from hanbin_lib.bulletin.opening import Basis, Bulletin, open_basis, open_bulletin
from hanbin_lib.bulletin.parameters import NOTEBOOK_PARAMETERS

__all__ = [
    "CONTENTS",
    "NOTEBOOK_PARAMETERS",
    "Basis",
    "Bulletin",
    "Chapter",
    "appendix",
    "dispatch",
    "duties",
    "front_page",
    "goals",
    "inspections",
    "livelihood",
    "monitoring",
    "open_basis",
    "open_bulletin",
    "phone",
    "places",
    "plans",
    "power",
    "projects",
    "rectification",
    "report",
    "risk_flow",
    "safeguards",
    "shocks",
    "simulation",
]
