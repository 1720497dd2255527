"""Where each town stands in the grid of tiles (``params/tiles.csv``), as far as the office drew one."""

import re
from pathlib import Path

from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.parameter_tables import Line, read_parameter_table

COLUMNS = ("place_code", "row", "column")
_MOST = 40
_NUMBER = re.compile("[0-9]{1,3}")
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
        lines = read_parameter_table(path, COLUMNS)
    except ValueError as fault:
        raise _invalid([f"{path.name}：{fault}"]) from None
    faults = [f"{path.name}：{fault}" for fault in _faults(lines)]
    if faults:
        raise _invalid(faults)
    return {line["place_code"]: (int(line["row"]), int(line["column"])) for line in lines.values()}


def _faults(lines: dict[int, Line]) -> list[str]:
    """Everything wrong with the positions, in Chinese."""
    faults = [
        f"第{number}行：{name} 应为1至{_MOST}的整数"
        for name in ("row", "column")
        for number, line in lines.items()
        if not (_NUMBER.fullmatch(line[name]) and 1 <= int(line[name]) <= _MOST)
    ]
    for names, what in ((("place_code",), "代码重复"), (("row", "column"), "位置重复")):
        seen: set[tuple[str, ...]] = set()
        for number, line in lines.items():
            position = tuple(line[name] for name in names)
            faults += [f"第{number}行：{what}"] if position in seen else []
            seen.add(position)
    return faults


def _invalid(faults: list[str]) -> HanbinError:
    return HanbinError(
        "HB-PAR-008", "\n".join(faults), action="修改 params/tiles.csv", exit_code=ExitCode.PARAMS_INVALID
    )
