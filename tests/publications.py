"""Published months made in code, for tests of the start page."""

import pandas as pd

from hanbin_lib.months import Month
from hanbin_lib.site import PublishedMonth, whole_places

PLACES = {"610902": "汉滨区", "610902110": "流水镇", "610902111": "大竹园镇"}


def rows(indicator: str, month: str, values: dict[str, float | None], **more) -> list[dict]:
    """Rows of one indicator and month as they stand in ``indicators.csv``."""
    return [
        {
            "indicator": indicator, "month": month, "place_code": code, "place_name": PLACES[code],
            "group": "all", "value": value, "lower": None, "upper": None,
            "note_code": "reported" if value is not None else "not_received",
        } | more
        for code, value in values.items()
    ]  # fmt: skip


def publication(month: str, table: list[dict], **more) -> PublishedMonth:
    facts = {
        "folder": month,
        "revision": 1,
        "reason": "",
        "is_demonstration": True,
        "files": {
            code: tuple(f"{code}_{name}.{e}" for e in ("pdf", "html", "xlsx"))
            for code, name in PLACES.items()
        },
        "failed": (),
    } | more
    frame = pd.DataFrame(table).astype({"value": float, "lower": float, "upper": float})
    return PublishedMonth(Month.parse(month), figures=whole_places(frame), **facts)


def values(county: float, one: float, other: float | None) -> dict[str, float | None]:
    return dict(zip(PLACES, (county, one, other), strict=True))
