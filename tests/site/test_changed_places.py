"""Figures of months published under other codes: they follow the place, merged ones are summed or left out."""

from types import MappingProxyType

import pandas as pd

from hanbin_lib.months import Month
from hanbin_lib.places import Bridge
from hanbin_lib.site import PublishedMonth
from hanbin_lib.site.content import COLUMNS, joined

COUNTY, JIA, YI, BING = "100001", "100001101", "100001102", "100001103"
DECEMBER, JANUARY = Month(2025, 12), Month(2026, 1)
COUNT, SHARE = "monitored_households", "phone_problem_share"


def published(
    month: Month, values: dict[tuple[str, str], float], bridge: Bridge | None = None
) -> PublishedMonth:
    rows = [
        {"indicator": indicator, "place_code": code, "place_name": f"{month}的{code}", "value": value}
        for (indicator, code), value in values.items()
    ]
    figures = pd.DataFrame(rows).assign(
        month=str(month), group="all", lower=float("nan"), upper=float("nan"), note_code="reported"
    )
    return PublishedMonth(month, str(month), 1, "", True, {}, (), figures[COLUMNS], bridge)


def bridge(goals: dict[str, tuple[str, ...]], apart: frozenset[str] = frozenset()) -> Bridge:
    return Bridge(MappingProxyType(goals), {}, COUNTY, apart, {})


def december(table: pd.DataFrame) -> dict[tuple[str, str], tuple[str, float | None]]:
    rows = table[table["month"].eq(str(DECEMBER))]
    keys = zip(rows["indicator"], rows["place_code"], strict=True)
    values = (None if pd.isna(value) else value for value in rows["value"])
    return dict(zip(keys, zip(rows["note_code"], values, strict=True), strict=True))


def test_exchanged_codes_follow_the_place_and_the_newest_name_is_shown():
    over = bridge({JIA: (YI,), YI: (JIA,)})
    old = published(DECEMBER, {(COUNT, COUNTY): 30.0, (COUNT, JIA): 10.0, (COUNT, YI): 20.0}, over)
    table = joined((published(JANUARY, {(COUNT, JIA): 21.0, (COUNT, YI): 11.0}), old))
    assert december(table) == {
        (COUNT, COUNTY): ("reported", 30.0), (COUNT, YI): ("reported", 10.0), (COUNT, JIA): ("reported", 20.0),
    }  # fmt: skip
    assert table.drop_duplicates("place_code", keep="last").set_index("place_code")["place_name"][JIA] == (
        f"{JANUARY}的{JIA}"
    )


def test_merged_towns_add_up_where_counts_do_and_nothing_else_is_made_up():
    over = bridge({JIA: (JIA,), YI: (JIA,)})
    values = {(COUNT, JIA): 10.0, (COUNT, YI): 20.0, (SHARE, JIA): 0.1, (SHARE, YI): 0.3, (COUNT, BING): 5.0}
    found = december(joined((published(DECEMBER, values, over),)))
    assert found == {
        (COUNT, BING): ("reported", 5.0),
        (COUNT, JIA): ("reported", 30.0),
        (SHARE, JIA): ("not_comparable", None),
    }


def test_parts_of_a_split_have_no_figure_of_before():
    over = bridge({JIA: (JIA, BING)}, frozenset({JIA, BING}))
    old = published(DECEMBER, {(COUNT, JIA): 10.0, (COUNT, YI): 20.0}, over)
    assert december(joined((old,))) == {(COUNT, YI): ("reported", 20.0)}
