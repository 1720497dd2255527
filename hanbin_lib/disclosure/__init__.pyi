from hanbin_lib.disclosure.edition import (
    Kept,
    cached_public_table,
    earlier_editions,
    exposed,
    kept,
    public_table,
)
from hanbin_lib.disclosure.protection import Rounding

__all__ = ["Kept", "Rounding", "cached_public_table", "earlier_editions", "exposed", "kept", "public_table"]
