from hanbin_lib.contract.columns import Column, Kind, Level, Table
from hanbin_lib.contract.tables import MEASURES, TABLES

__all__ = ["MEASURES", "TABLES", "Column", "Kind", "Level", "Table"]
