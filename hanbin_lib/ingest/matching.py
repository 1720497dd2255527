"""Names of town and village to codes; figures are keyed by code, rows carry names."""

import numpy as np
import pandas as pd

from hanbin_lib.ingest.cells import Encoded
from hanbin_lib.ingest.rows import Fault, Mask, Rows
from hanbin_lib.places import AreaRegister, town_key, village_key

_NAMES = ("province_name", "city_name", "county_name", "town_name", "village_name")
_ACTION = "核对名称；确属新设或更名的，请补进 params/areas.csv"


def match_places(rows: Rows, county: Encoded | None, register: AreaRegister) -> None:
    """Put ``town_code`` and ``village_code`` in place of the names.

    Parameters
    ----------
    county
        Cells of the county's column, None where it did not come in.
    """
    if county is not None:
        _check_county(rows, county, register)
    frame = rows.frame
    if "town_name" in frame:
        frame["town_code"] = _town_codes(frame["town_name"], register)
        _tell_unmatched(rows, "town", frame["town_code"].isna())
    if "village_name" in frame:
        frame["village_code"] = _village_codes(frame, register)
        # Under a town that is not found its villages are not looked for.
        lost = frame["village_code"].isna() & (frame["town_code"].notna() | frame["town_name"].isna())
        _tell_unmatched(rows, "village", lost)
    rows.frame = frame.drop(columns=[name for name in _NAMES if name in frame])


def _check_county(rows: Rows, county: Encoded, register: AreaRegister) -> None:
    name = str(register.county["place_name"])
    other = [n for n, text in enumerate(county.texts) if not _is_county(text, name)]
    heading = rows.sheet.table.column("county_name").heading
    text = f"不是{name}的数据"
    rows.tell(np.isin(county.codes, other), Fault("HB-I-203", "不是本县数据", text, heading))


def _is_county(text: str, name: str) -> bool:
    """安康市汉滨区 and 汉滨 are 汉滨区."""
    return text.endswith(name) or name.startswith(text)


def _town_codes(names: pd.Series, register: AreaRegister) -> pd.Series:
    known = {name: register.town_codes.get(town_key(name)) for name in names.dropna().unique()}
    return names.map(known).astype("str")


def _village_codes(frame: pd.DataFrame, register: AreaRegister) -> pd.Series:
    """Match a village within its town: the same name may stand in several."""
    pairs = frame[["town_code", "village_name"]]
    number, distinct = pd.factorize(pd.MultiIndex.from_frame(pairs))
    codes = [
        register.village_codes.get((town, village_key(name)))
        if isinstance(town, str) and isinstance(name, str)
        else None
        for town, name in distinct
    ]
    values = pd.array(codes, dtype="str").take(number, allow_fill=True)
    return pd.Series(values, index=frame.index)


def _tell_unmatched(rows: Rows, level: str, lost: pd.Series) -> None:
    column = rows.sheet.table.column(f"{level}_name")
    given = rows.frame[column.name].notna()
    mask: Mask = (lost & given).to_numpy(bool)
    text = f"“{column.heading}”不在区划名册内"
    if level == "village":
        text = f"“{column.heading}”在区划名册的这个镇（街道）里找不到"
    rows.tell(mask, Fault("HB-I-204", "地名无法对应", text, column.heading, action=_ACTION))
