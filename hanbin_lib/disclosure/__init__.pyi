from hanbin_lib.disclosure.attack import Bounds, cell_bounds
from hanbin_lib.disclosure.edition import cached_public_table, public_table
from hanbin_lib.disclosure.relations import Relation, relations_of
from hanbin_lib.disclosure.suppression import suppress

__all__ = [
    "Bounds",
    "Relation",
    "cached_public_table",
    "cell_bounds",
    "public_table",
    "relations_of",
    "suppress",
]
