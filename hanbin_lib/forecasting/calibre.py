"""One place's values of one definition at a time."""

import pandas as pd

from hanbin_lib.forecasting.series import forecast_error


def one_calibre(rows: pd.DataFrame, area_name: str, indicator_name: str) -> pd.Series:
    """Take one place's annual values of one definition from a table of many.

    Parameters
    ----------
    rows
        Columns ``area_name, indicator_name, year, value`` and, where stated, ``unit`` and
        ``prices``; such as the table 历年数据.

    Returns
    -------
    pandas.Series
        Index: years as they stand in the table; name: the definition.

    Raises
    ------
    HanbinError
        ``HB-FC-016`` if there is no such series, or it mixes units or price bases.
    """
    mine = rows[rows["area_name"].eq(area_name) & rows["indicator_name"].eq(indicator_name)]
    if mine.empty:
        has = "、".join(sorted(rows.loc[rows["area_name"].eq(area_name), "indicator_name"].unique())) or "无"
        raise forecast_error("HB-FC-016", f"{area_name}没有{indicator_name}的数据（现有：{has}）", "核对名称")
    for column, title in (("unit", "单位"), ("prices", "价格")):
        if column in mine and len(set(mine[column].dropna())) > 1:
            raise forecast_error("HB-FC-016", f"{area_name}的{indicator_name}混有不同的{title}", "分开填写")
    return pd.Series(mine["value"].to_numpy(), index=mine["year"].to_numpy(), name=indicator_name)
