"""Where each town stands in the grid of tiles (``params/tiles.csv``), as far as the office drew one."""

from pathlib import Path

import pandas as pd

from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.parameter_tables import read_parameter_table

COLUMNS = ("place_code", "row", "column")
_MOST = 40
Tiles = dict[str, tuple[int, int]]


def read_tiles(path: Path) -> Tiles:
    """Row and column (from 1) by place code; empty where there is no file.

    Raises
    ------
    HanbinError
        ``HB-PAR-008`` naming every fault.
    """
    if not path.is_file():
        return {}
    try:
        table = read_parameter_table(path, COLUMNS)
    except ValueError as fault:
        raise _invalid([f"{path.name}：{fault}"]) from None
    faults = [f"{path.name}：{fault}" for fault in _faults(table)]
    if faults:
        raise _invalid(faults)
    places = zip(table["row"].astype(int), table["column"].astype(int), strict=True)
    return dict(zip(table["place_code"], places, strict=True))


def _faults(table: pd.DataFrame) -> list[str]:
    """Everything wrong with the positions, in Chinese."""
    faults = []
    for name in ("row", "column"):
        numbers = pd.to_numeric(table[name].where(table[name].str.fullmatch("[0-9]{1,3}")))
        wrong = ~numbers.between(1, _MOST)
        faults += [f"第{row + 2}行：{name} 应为1至{_MOST}的整数" for row in table.index[wrong]]
    for names, what in ((["place_code"], "代码重复"), (["row", "column"], "位置重复")):
        faults += [f"第{row + 2}行：{what}" for row in table.index[table.duplicated(names)]]
    return faults


def _invalid(faults: list[str]) -> HanbinError:
    return HanbinError(
        "HB-PAR-008", "\n".join(faults), action="修改 params/tiles.csv", exit_code=ExitCode.PARAMS_INVALID
    )
