"""The chain behind a figure: which tables, and which of their rows count."""

from hanbin_lib.contract import TABLES
from hanbin_lib.indicators.catalogue import DEFINITIONS


def tables_of(indicator: str) -> list[str]:
    """Names of the tables that the definition names as its source."""
    source = DEFINITIONS[indicator].source
    return [name for name, table in TABLES.items() if table.title in source]
