"""The month's figures as a table of pandas for an analyst, with Chinese headings."""

import pandas as pd

from hanbin_lib.bulletin import Bulletin
from hanbin_lib.indicators import ALL, DEFINITIONS, NOTE_TEXT, NoteCode

HEADINGS = {
    "name": "指标", "group": "分组", "value": "数值", "unit": "单位", "numerator": "分子",
    "denominator": "分母", "lower": "下限", "upper": "上限", "note": "缺数说明", "month": "月份",
    "place_name": "地区", "indicator": "指标代码", "place_code": "地区代码",
}  # fmt: skip


def figure_list(issue: Bulletin) -> pd.DataFrame:
    """All figures of the bulletin's place and month, one row each; ``合计`` is the group of everything."""
    table = issue.figures.table
    own = table[table["place_code"].eq(issue.place) & table["month"].eq(str(issue.month))]
    notes = {code: "" if code is NoteCode.REPORTED else NOTE_TEXT[code] for code in NoteCode}
    told = own.assign(
        name=own["indicator"].astype("str").map({key: one.name for key, one in DEFINITIONS.items()}),
        unit=own["indicator"].astype("str").map({key: str(one.unit) for key, one in DEFINITIONS.items()}),
        note=own["note_code"].astype("str").map({str(code): text for code, text in notes.items()}),
        group=own["group"].astype("str").replace(ALL, "合计").str.replace(r"^[a-z_]+=", "", regex=True),
    )
    return told[list(HEADINGS)].rename(columns=HEADINGS).reset_index(drop=True)
