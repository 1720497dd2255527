from hanbin_lib.indicators.compute import (
    CHAPTERS,
    DEFINITIONS,
    cached_disagreements,
    cached_indicator_table,
    indicator_table,
    scope_of,
    selections_behind,
)
from hanbin_lib.indicators.identities import (
    CASELESS_SHARES,
    SIGNED_SHARES,
    Unusual,
    broken_identities,
    unusual,
)
from hanbin_lib.indicators.scope import Scope, Selection, Sources
from hanbin_lib.indicators.table import (
    ALL,
    COLUMNS,
    NOTE_TEXT,
    Definition,
    NoteCode,
    Pooling,
    Unit,
    is_rounded,
)

__all__ = [
    "ALL",
    "CASELESS_SHARES",
    "CHAPTERS",
    "COLUMNS",
    "DEFINITIONS",
    "NOTE_TEXT",
    "SIGNED_SHARES",
    "Definition",
    "NoteCode",
    "Pooling",
    "Scope",
    "Selection",
    "Sources",
    "Unit",
    "Unusual",
    "broken_identities",
    "cached_disagreements",
    "cached_indicator_table",
    "indicator_table",
    "is_rounded",
    "scope_of",
    "selections_behind",
    "unusual",
]
