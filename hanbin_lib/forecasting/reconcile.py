r"""Make village, town and district forecasts add up.

The income per head of a town is the mean of its villages', weighted by persons. Each drawn
future is moved the least that makes it so (minimum trace, Wickramasuriya et al., 2019):

.. math:: \\tilde y = \\hat y - W C' (C W C')^{-1} C \\hat y

with the constraints :math:`C y = 0` and the covariance :math:`W` of the futures, shrunk to its
diagonal (Schäfer & Strimmer, 2005). A place that is held fixed has no variance in :math:`W`, so
that all adjustment falls on the others.
"""

from collections.abc import Collection, Mapping

import numpy as np

from hanbin_lib.forecasting.series import forecast_error


def reconcile(
    paths: Mapping[str, np.ndarray],
    parent: Mapping[str, str],
    persons: Mapping[str, float],
    *,
    fixed: Collection[str] = (),
) -> dict[str, np.ndarray]:
    """Reconcile drawn futures.

    Parameters
    ----------
    paths
        Yuan per head by place, shape (N, H) each, of all levels.
    parent
        The next higher place of each place but the topmost.
    persons
        Persons by lowest place; what lies above is their sum.
    fixed
        Places whose futures stay as they are, such as the district's official figure.

    Returns
    -------
    dict of str to numpy.ndarray
        The same places; every higher place is the weighted mean of its children in every
        future and year.

    Raises
    ------
    HanbinError
        ``HB-FC-011`` if persons are missing or not positive, a parent has no futures, shapes
        differ, or so much is fixed that the rest cannot add up.
    """
    names = list(paths)
    constraints = _constraints(names, parent, persons)
    _check_shapes(paths)
    stack = np.stack([np.asarray(paths[name], dtype=float) for name in names])
    result = np.empty_like(stack)
    held = np.isin(names, list(fixed))
    for year in range(stack.shape[2]):
        spread = shrunk_covariance(stack[:, :, year])
        spread[held, :] = 0.0
        spread[:, held] = 0.0
        across = spread @ constraints.T
        middle = constraints @ across
        if np.linalg.matrix_rank(middle) < len(middle):
            raise forecast_error("HB-FC-011", "固定的地方太多，其余无法配平", "少固定一些")
        gap = constraints @ stack[:, :, year]
        result[:, :, year] = stack[:, :, year] - across @ np.linalg.solve(middle, gap)
    return dict(zip(names, result, strict=True))


def shrunk_covariance(draws: np.ndarray) -> np.ndarray:
    """Covariance of rows, shape (M, M), its correlations shrunk to zero as far as they are unsure.

    Schäfer & Strimmer (2005): the share is the summed variance of the correlations over their
    summed squares.
    """
    count = draws.shape[1]
    scale = draws.std(axis=1, ddof=1)
    safe = np.where(scale > 0, scale, 1.0)
    standard = (draws - draws.mean(axis=1, keepdims=True)) / safe[:, None]
    correlation = standard @ standard.T / (count - 1)
    squares = np.square(standard) @ np.square(standard).T
    variance = (squares / count - np.square(correlation)) / (count - 1)
    off = ~np.eye(len(draws), dtype=bool)
    total = np.square(correlation[off]).sum()
    share = float(np.clip(variance[off].sum() / total, 0.0, 1.0)) if total > 0 else 1.0
    shrunk = np.where(off, (1 - share) * correlation, 1.0)
    return np.asarray(shrunk * np.outer(scale, scale))


def _constraints(names: list[str], parent: Mapping[str, str], persons: Mapping[str, float]) -> np.ndarray:
    """One row for each higher place: itself less the weighted mean of its children."""
    unknown = sorted({upper for upper in parent.values() if upper not in names})
    if unknown:
        raise forecast_error("HB-FC-011", f"上级没有预测：{'、'.join(unknown)}", "补上该级的预测")
    uppers = [name for name in names if name in set(parent.values())]
    weight = {name: _persons(name, parent, persons, uppers) for name in names}
    rows = np.zeros((len(uppers), len(names)))
    for row, upper in enumerate(uppers):
        children = [name for name in names if parent.get(name) == upper]
        rows[row, names.index(upper)] = 1.0
        for child in children:
            rows[row, names.index(child)] = -weight[child] / sum(weight[c] for c in children)
    return rows


def _persons(name: str, parent: Mapping[str, str], persons: Mapping[str, float], uppers: list[str]) -> float:
    if name in uppers:
        return sum(_persons(c, parent, persons, uppers) for c, upper in parent.items() if upper == name)
    count = persons.get(name, np.nan)
    if not count > 0:
        raise forecast_error("HB-FC-011", f"{name}没有人口数，或人口数不是正数", "补上人口数")
    return float(count)


def _check_shapes(paths: Mapping[str, np.ndarray]) -> None:
    shapes = {np.shape(array) for array in paths.values()}
    if len(shapes) != 1 or len(shapes.pop()) != 2:
        raise forecast_error("HB-FC-011", "各地预测的抽样数或年数不同", "用同样的 count 和 horizon")
