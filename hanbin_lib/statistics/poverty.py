"""Foster, Greer and Thorbecke (1984): how many fall short, by how much, how unevenly."""

import numpy as np


def shortfall(income: np.ndarray, line: float, order: int) -> np.ndarray:
    """``((line - income) / line) ** order`` below the line and 0 from it on.

    Order 0 counts, 1 measures the gap, 2 its severity; the weighted mean over all persons
    (not only the poor) is the index.

    Parameters
    ----------
    income
        Income per head (yuan/person/year); negative incomes fall short by more than the line.
    line
        Yuan/person/year, above 0.

    Raises
    ------
    ValueError
        The line is not positive or an income is missing: missing is not zero.
    """
    if line <= 0 or np.isnan(income).any():
        raise ValueError("a positive line and known incomes are needed")
    gap = np.clip((line - income) / line, 0.0, None)
    return np.where(income < line, gap**order, 0.0)
