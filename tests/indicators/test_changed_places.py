"""Places that change between two months: the figures of both, against worlds in which nothing changed."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache

import pandas as pd
import pytest
from random_worlds import LAST, MONTH, TOWNS, random_world
from worlds import COUNTY, Kept, Row, World, area_register

from hanbin_lib.indicators import Sources, indicator_table
from hanbin_lib.places import AreaRegister

KEY = ["indicator", "month", "place_code", "group"]
HEADER = "from_month,change,old_code,new_code,new_name,document\n"
ONE, TWO, THREE = (f"{COUNTY}00{n}" for n in (1, 2, 3))
Codes = Callable[[str], str]


@pytest.fixture
def register_of(tmp_path):
    """Lines of ``area_changes.csv`` of September -> the register of September."""

    def read(*lines: str) -> AreaRegister:
        area_register(TOWNS).table.assign(
            is_counted=lambda t: t["is_counted"].map({True: "是", False: "否"})
        ).to_csv(tmp_path / "areas.csv", index=False)
        text = "\n".join(f"{MONTH},{line}" for line in lines)
        (tmp_path / "area_changes.csv").write_text(HEADER + text, encoding="utf-8")
        return AreaRegister.read(tmp_path / "areas.csv", MONTH)

    return read


def recoded(rows: list[Row], towns: Mapping[str, str], villages: Mapping[str, str]) -> list[Row]:
    """Rows with other codes: a village as said, else below its town."""
    found = []
    for row in rows:
        town, village = row["镇"], row.get("村")
        now = villages.get(village) or (village and towns.get(town, town) + village[9:])
        found.append(row | {"镇": now[:9] if village in villages else towns.get(town, town), "村": now})
    return found


def crossing(world: World, register: AreaRegister, towns, villages) -> Sources:
    """The month in the codes of now, the months before in those of then and brought forward."""
    sheets = {
        (title, month): recoded(rows, towns, villages) if month == MONTH else rows
        for (title, month), rows in world.sheets.items()
    }
    plain = replace(world, sheets=sheets).sources
    earlier = {}
    for month, kept in plain.earlier.items():
        bridge = register.since(month)
        earlier[month] = Kept(
            month, {name: bridge.rows(table) for name, table in kept.tables.items()}, kept.manifest
        )
    return Sources(plain.current, earlier)


def table_of(world: World, sources: Sources, register: AreaRegister, ranking) -> pd.DataFrame:
    scope = replace(world.scope, register=register)
    return indicator_table(sources, scope, ranking)


def plain_table(world: World, towns, villages, register: AreaRegister, ranking) -> pd.DataFrame:
    """The recount: all months in the codes of now, of a register that was always so."""
    sheets = {key: recoded(rows, towns, villages) for key, rows in world.sheets.items()}
    always = AreaRegister(register.table)
    return table_of(world, replace(world, sheets=sheets).sources, always, ranking)


def same(one: pd.DataFrame, other: pd.DataFrame) -> None:
    one, other = (table.sort_values(KEY, ignore_index=True) for table in (one, other))
    pd.testing.assert_frame_equal(one, other, check_exact=True)


@pytest.fixture(scope="module")
def unchanged(rules, ranking):
    """Function (seed) -> a world in which nothing changes, and its table."""

    @cache
    def made(seed: int) -> tuple[World, pd.DataFrame]:
        world = random_world(seed, rules)
        return world, table_of(world, world.sources, world.register, ranking)

    return made


SEEDS = pytest.mark.parametrize("seed", [4, *(pytest.param(n, marks=pytest.mark.slow) for n in (1, 2, 3, 5))])


@SEEDS
def test_codes_that_are_exchanged_change_no_figure_but_its_code(seed, unchanged, ranking, register_of):
    """Two towns exchange their codes, a third gets another: what stood under the old code stands under the new."""
    world, before = unchanged(seed)
    towns = {ONE: TWO, TWO: ONE, THREE: f"{COUNTY}000"}
    now = register_of(*(f"改码,{old},{new},,〔2025〕1号" for old, new in towns.items()))
    after = table_of(world, crossing(world, now, towns, {}), now, ranking)
    back = {code: old for old in world.register.table["place_code"] if (code := now.since(LAST).code(old))}
    assert set(after["month"]) > {str(MONTH), str(LAST)}
    assert after["indicator"].isin(["town_rank"]).any()
    same(after.assign(place_code=after["place_code"].map(back)), before)


@SEEDS
def test_towns_that_merge_are_summed_backwards(seed, unchanged, ranking, register_of):
    world, before = unchanged(seed)
    now = register_of(
        f"合并,{ONE},{ONE},,",
        f"合并,{TWO},{ONE},,",
        f"改码,{TWO}201,{ONE}211,,",
        f"改码,{TWO}202,{ONE}212,,",
    )
    villages = {f"{TWO}20{n}": f"{ONE}21{n}" for n in (1, 2)}
    found = table_of(world, crossing(world, now, {TWO: ONE}, villages), now, ranking)
    same(found, plain_table(world, {TWO: ONE}, villages, now, ranking))
    separate = before.set_index(KEY)["value"]
    merged = found.set_index(KEY)["value"]
    for month in (MONTH, LAST):
        at = [("project_planned", str(month), code, "all") for code in (ONE, TWO)]
        assert merged[at[0]] == pytest.approx(separate[at[0]] + separate[at[1]])


@SEEDS
def test_towns_that_split_are_not_compared_and_the_county_loses_nothing(
    seed, unchanged, ranking, register_of
):
    (world, table), part = unchanged(seed), f"{COUNTY}006"
    now = register_of(f"拆分,{ONE},{ONE},第0镇,", f"拆分,{ONE},{part},新镇,", f"改码,{ONE}202,{part}202,,")
    villages = {f"{ONE}202": f"{part}202"}
    sources = crossing(world, now, {}, villages)
    found = table_of(world, sources, now, ranking).set_index(KEY)
    before = table.set_index(KEY)
    last = found.xs(str(LAST), level="month")
    parts = last[last.index.get_level_values("place_code").isin([ONE, part])]
    assert set(parts["note_code"]) == {"not_comparable"}
    assert parts["value"].isna().all()
    counted = [i for i in ("projects", "project_planned", "round_visits", "tasks", "phone_called_households")
               if (i, str(LAST), COUNTY, "all") in before.index]  # fmt: skip
    assert len(counted) >= 2
    for indicator in counted:
        key = (indicator, str(LAST), COUNTY, "all")
        assert found.loc[key, "value"] == before.loc[key, "value"]
        key = (indicator, str(LAST), TWO, "all")
        if key in before.index:
            assert found.loc[key, "value"] == before.loc[key, "value"]
    # This month the two parts are what the town was, where every row names its village.
    keys = [("monitored_households", str(MONTH), code, "all") for code in (ONE, part)]
    assert sum(found.loc[key, "value"] for key in keys) == before.loc[keys[0], "value"]


@SEEDS
def test_a_village_that_becomes_a_community_keeps_its_figures(seed, unchanged, ranking, register_of):
    world, before = unchanged(seed)
    old, new = f"{ONE}201", f"{ONE}001"
    now = register_of(f"村改社区,{old},{new},第一社区居委会,", f"改名,{TWO}201,,新名村委会,")
    after = table_of(world, crossing(world, now, {}, {old: new}), now, ranking)
    assert (after["place_code"].eq(new) & after["place_name"].eq("第一社区居委会")).any()
    names = dict(zip(before["place_code"], before["place_name"], strict=True))
    back = after.assign(place_code=after["place_code"].replace({new: old}))
    same(back.assign(place_name=back["place_code"].map(names)), before)
