"""From texts by contract column to a sheet under official headings."""

from pathlib import Path

import numpy as np
import pandas as pd

from hanbin_demo.xlsx import Sheet
from hanbin_lib.contract import TABLES, Column, Table
from hanbin_lib.months import Month

MARK = "演示数据"
Texts = dict[str, np.ndarray]


def columns_of(table: Table, texts: Texts) -> tuple[list[str], list[np.ndarray]]:
    """Official headings and cells of a table's columns, as far as there are texts."""
    present: list[Column] = [column for column in table.columns if column.name in texts]
    return [column.heading for column in present], [texts[column.name] for column in present]


def bureau_sheet(table: str, rows: pd.DataFrame, path: Path, encoding: str = "utf-8-sig") -> Sheet:
    """Make a sheet that the bureau keeps itself: headings in the first row."""
    texts = {name: rows[name].to_numpy(dtype=object) for name in rows.columns}
    headings, cells = columns_of(TABLES[table], texts)
    return Sheet(path, headings, cells, encoding=encoding)


def stamp(month: Month) -> str:
    """``202209``."""
    return str(month).replace("-", "")


def office(town_name: str) -> str:
    """Name of a town's or a street's administration."""
    return f"{town_name}人民政府" if town_name[-1] in "镇乡" else f"{town_name}办事处"
