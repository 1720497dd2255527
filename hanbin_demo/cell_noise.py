"""What real exports do to a cell: leaked floats, full-width signs, stray blanks."""

from collections.abc import Callable

import numpy as np

from hanbin_lib.areas import village_key
from hanbin_lib.places import AreaRegister

_WIDE = str.maketrans("0123456789()", "０１２３４５６７８９（）")
_VARIANTS = {"村委会": ("村", "村委会"), "社区居委会": ("社区", "社区居委会")}


def leaked_float(text: str) -> str:
    """``202304`` -> ``202304.0``."""
    return f"{text}.0"


def full_width(text: str) -> str:
    """Digits and brackets in full width."""
    return text.translate(_WIDE)


def padded(text: str) -> str:
    """Put a blank before or after."""
    return f"{text} " if len(text) % 2 else f" {text}"


def spoiled(
    cells: np.ndarray, share: float, change: Callable[[str], str], rng: np.random.Generator
) -> np.ndarray:
    """Return a copy in which a share of the filled cells is changed."""
    result = cells.copy()
    hit = np.flatnonzero((rng.random(len(cells)) < share) & (cells != ""))
    result[hit] = [change(text) for text in cells[hit]]
    return result


def with_blank_rows(columns: list[np.ndarray], positions: list[int]) -> list[np.ndarray]:
    """Empty rows before the given positions."""
    return [np.insert(column, positions, "") for column in columns]


def with_total(columns: list[np.ndarray], counted: int, total: str) -> list[np.ndarray]:
    """Append a blank row and a last row 合计 with a number in column `counted`."""
    last = ["合计", *[""] * (len(columns) - 1)]
    last[counted] = total
    return [
        np.append(column, np.array(["", text], dtype=object))
        for column, text in zip(columns, last, strict=True)
    ]


def village_spellings(register: AreaRegister, town_code: str, code: str, name: str) -> list[str]:
    """Spellings of a village that lead to its code and to no other."""
    spellings = [name]
    for suffix, endings in _VARIANTS.items():
        if name.endswith(suffix):
            spellings = [name.removesuffix(suffix) + ending for ending in endings]
            break
    found = [s for s in spellings if register.village_codes.get((town_code, village_key(s))) == code]
    return found or [name]


def middle_of_household(households: np.ndarray, near: int) -> int:
    """First row at or after `near` that continues the household of the row before."""
    going_on = np.flatnonzero(households[1:] == households[:-1]) + 1
    later = going_on[going_on >= near]
    return int(later[0]) if len(later) else near
