"""K: published annual values with their sources, and a short invented series that says so."""

from pathlib import Path

import pandas as pd

from hanbin_demo.sheets import MARK, bureau_sheet
from hanbin_demo.xlsx import Sheet

_DISPOSABLE = "农村居民人均可支配收入"
_LIFTED_COUNTIES = "脱贫县农村居民人均可支配收入"
_LIFTED_PERSONS = "脱贫人口人均纯收入"
# Three indicators that must never be chained; 推算 where a published growth rate was applied.
PUBLISHED = (
    ("全国", _DISPOSABLE, 2017, 13432, "国家统计局公布"),
    ("全国", _DISPOSABLE, 2023, 21691, "新华社2024年9月20日报道"),
    ("全国", _DISPOSABLE, 2024, 23119, "按公布差额推算"),
    ("全国", _LIFTED_COUNTIES, 2020, 12588, "湖北省农业农村厅转载，2025年10月23日"),
    ("全国", _LIFTED_COUNTIES, 2022, 15111, "国务院新闻办发布会，2023年2月14日"),
    ("全国", _LIFTED_COUNTIES, 2023, 16396, "新华社2024年9月20日报道"),
    ("全国", _LIFTED_COUNTIES, 2024, 17522, "湖北省农业农村厅转载，2025年10月23日"),
    ("全国", _LIFTED_PERSONS, 2020, 10740, "按公布增幅推算"),
    ("全国", _LIFTED_PERSONS, 2021, 12550, "中新社2022年2月23日报道"),
    ("全国", _LIFTED_PERSONS, 2022, 14342, "国务院新闻办发布会，2023年2月14日"),
    ("陕西省", _DISPOSABLE, 2017, 10265, "公开报道，2018年1月23日"),
    ("陕西省", _DISPOSABLE, 2021, 14745, "陕西省2021年公布"),
    ("陕西省", _DISPOSABLE, 2024, 18199, "按公布差额推算"),
    ("汉滨区", _DISPOSABLE, 2023, 14258, "按2024年公布增幅推算"),
    ("汉滨区", _DISPOSABLE, 2024, 15285, "公开报道，2025年"),
)
# Invented, for trying the forecasts out: never to be quoted.
INVENTED = {
    "忠诚村": (9620, 10580, 11390, 12610, 13540, 14980, 16240),
    "演示县": (8150, 8930, 9760, 10720, 11350, 12660, 13580),
}
_INVENTED_FROM = 2015


def series_sheet(folder: Path) -> Sheet:
    """All annual values known."""
    rows = [(*row, "元") for row in PUBLISHED]
    for area, values in INVENTED.items():
        rows += [
            (area, "农民人均纯收入", _INVENTED_FROM + n, value, f"{MARK}（虚构）", "元")
            for n, value in enumerate(values)
        ]
    names = ["area_name", "indicator_name", "year", "value", "source", "unit"]
    table = pd.DataFrame(rows, columns=names).astype({"year": str, "value": str})
    return bureau_sheet("area_series", table, folder / f"历年数据_{MARK}.xlsx")
