"""The public table of a month: no small count, no digit too many, and what is told of each count."""

import numpy as np
import pandas as pd
import pytest
from second_attacker import SecondAttacker
from support import MONTH

from hanbin_lib.bulletin import open_bulletin
from hanbin_lib.disclosure import (
    Rounding,
    cached_public_table,
    earlier_editions,
    edition,
    exposed,
    kept,
    public_table,
)
from hanbin_lib.disclosure.edition import Kept, _is_withheld, is_count
from hanbin_lib.indicators import CHAPTERS, NoteCode
from hanbin_lib.indicators.table import NUMBERS
from hanbin_lib.months import Month
from hanbin_lib.workspace import Workspace

pytestmark = pytest.mark.xdist_group("disclosure")
ROUNDING = Rounding(threshold=3, base=10)
NOW, THEN = "2022-09", "2022-08"
COUNTY, TOWN, VILLAGE = "610902", "610902100", "610902100201"
# At two hundredths of the district nearly every count is small: some indicators are enough.
NAMES = (
    "monitored_households", "open_risk_households", "risk_eliminated_households", "monitored_persons",
    "new_households", "households_without_measure", "registered_households", "income_band_households",
    "income_missing_households", "measure_coverage_share", "phone_contact_share", "phone_called_households",
    "phone_reached_households", "phone_problem_households", "phone_problem_share", "phone_problem_change",
    "project_paid_share", "town_back_share", "town_rank", "town_score", "data_warnings", "net_income_per_head_yuan",
)  # fmt: skip


@pytest.fixture(scope="module")
def both(demo_workspace):
    table = open_bulletin(str(MONTH), "610902", workspace=demo_workspace).figures.table
    table = table[table["indicator"].isin(NAMES)].reset_index(drop=True)
    return table, public_table(table, str(MONTH), ROUNDING)


def counts_of(table):
    return is_count(table) & table["note_code"].eq(NoteCode.REPORTED)


def test_counts_are_nothing_or_exact_or_tens(both):
    """Zero, a total of the county as it is, or a multiple of ten with what it stands for."""
    table, public = both
    shown = public[counts_of(public)]
    truth = table.loc[shown.index, "value"]
    assert len(shown) > 100
    assert not shown["value"].between(1, ROUNDING.base - 1).any()
    rounded = shown["upper"].notna()
    assert (shown.loc[~rounded, "value"] == truth[~rounded]).all()
    assert shown.loc[~rounded & shown["value"].gt(0), "place_code"].str.len().eq(6).all()
    assert (shown.loc[rounded, "value"] % ROUNDING.base == 0).all()
    assert (shown.loc[rounded, "lower"] == shown.loc[rounded, "value"]).all()
    assert (truth[rounded] >= shown.loc[rounded, "lower"]).all()
    assert (truth[rounded] <= shown.loc[rounded, "upper"]).all()


def test_suppressed_is_neither_zero_nor_missing(both):
    table, public = both
    hidden = public["note_code"].eq(NoteCode.SUPPRESSED)
    assert public.loc[hidden, NUMBERS].isna().all().all()
    counts = hidden & counts_of(table) & table["place_code"].str.len().eq(6)
    assert counts.any()
    assert table.loc[counts, "value"].gt(0).all()


def test_what_did_not_come_in_is_not_called_withheld(both):
    """Not received and not applicable keep their names, of counts, shares, scores and incomes alike."""
    names = ["monitored_households", "phone_problem_share", "town_score", "net_income_per_head_yuan"]
    table = both[0][both[0]["indicator"].isin(names)].reset_index(drop=True)
    for note in (NoteCode.NOT_RECEIVED, NoteCode.NOT_APPLICABLE):
        absent = table.assign(note_code=note.value, **dict.fromkeys(NUMBERS, np.nan))
        assert public_table(absent, str(MONTH), ROUNDING)["note_code"].eq(note).all()


def test_a_town_has_no_share_of_people(both):
    """One share of a town would be an equation of two or three of its counts."""
    table, public = both
    town = table["place_code"].str.len().eq(9)
    people = town & table["unit"].isin(["比例", "百分点"]) & table["indicator"].ne("project_paid_share")
    assert table.loc[people, "value"].notna().any()
    assert public.loc[people, "value"].isna().all()
    things = town & table["indicator"].eq("project_paid_share") & table["note_code"].eq(NoteCode.REPORTED)
    assert public.loc[things, "value"].notna().all()


def test_shares_of_labels_have_no_parts_and_few_digits(both):
    _, public = both
    shares = public["unit"].isin(["比例", "百分点"]) & public["value"].notna()
    for name in ("value", "lower", "upper"):
        numbers = public.loc[shares, name].dropna()
        assert (numbers == numbers.round(3)).all()
    labels = shares & public["group"].ne("all") & public["indicator"].str.startswith("phone")
    assert public.loc[labels, ["numerator", "denominator"]].isna().all().all()


def test_what_is_withheld_is_withheld_everywhere(both):
    _, public = both
    level = public["place_code"].str.len()
    for rows in (
        public[level.eq(12)],
        public[level.eq(9) & public["month"].ne(str(MONTH))],
        public[level.eq(9) & public["indicator"].eq("data_warnings")],
        public[public["indicator"].isin(["town_rank", "town_score", "town_back_share"])],
    ):
        assert len(rows)
        assert rows["value"].isna().all()


def test_the_county_keeps_its_totals(both):
    table, public = both
    county = public["place_code"].eq("610902") & public["month"].eq(str(MONTH)) & public["group"].eq("all")
    for name in ("registered_households", "phone_called_households"):
        row = county & public["indicator"].eq(name)
        assert public.loc[row, "value"].tolist() == table.loc[row, "value"].tolist()
    share = kept(public, str(MONTH))
    of_county = table["place_code"].eq("610902") & table["note_code"].eq(NoteCode.REPORTED)
    assert share.county_of == of_county.sum()
    assert share.county == (of_county & public["note_code"].eq(NoteCode.REPORTED)).sum()
    assert 0 < share.towns < share.towns_of


def test_a_second_attacker_narrows_nothing(both, tmp_path):
    """All that is written, read back; a small county, in which nearly every count is small."""
    table, public = both
    public.to_csv(tmp_path / "indicators.csv", index=False)
    written = pd.read_csv(tmp_path / "indicators.csv", dtype={"place_code": str})
    attacker = SecondAttacker(written)
    keys = pd.MultiIndex.from_frame(attacker.rows[["indicator", "month", "place_code", "group"]])
    truth = table.set_index(keys.names)["value"].reindex(keys).to_numpy()
    assert ((truth >= attacker.low) & (truth <= attacker.high)).all()
    assert attacker.hidden.sum() > 100
    assert attacker.narrow(ROUNDING.threshold) == []


def test_the_second_attacker_would_find_what_the_old_way_tells(both):
    """With small counts of one and two alone left out, subtraction gives them back."""
    table, _ = both
    small = counts_of(table) & table["value"].between(1, 2)
    old = table.copy()
    old.loc[small, NUMBERS] = np.nan
    old.loc[small, "note_code"] = NoteCode.SUPPRESSED.value
    assert len(SecondAttacker(old).narrow(ROUNDING.threshold)) > 20


@pytest.mark.parametrize(
    ("change", "rounding"),
    [("label", ROUNDING), ("value", ROUNDING), ("", Rounding(4, 13)), ("", Rounding(3, 20))],
    ids=["a label", "a number", "the threshold", "the base"],
)
def test_whatever_is_corrected_makes_a_new_table(both, tmp_path, change, rounding, monkeypatch):
    made = []
    monkeypatch.setattr(edition, "public_table", lambda table, *_: (made.append(1), table)[1])
    table = both[0].head(50)
    corrected = table.copy()
    if change == "label":
        corrected.loc[0, "group"] = "category=改过的"
    if change == "value":
        corrected.loc[0, "value"] += 1
    for one, coarse in ((table, ROUNDING), (table, ROUNDING), (corrected, rounding)):
        cached_public_table(one, str(MONTH), coarse, tmp_path)
    assert len(made) == 2
    earlier = tmp_path / "earlier.csv"
    for content in ("a", "a", "b"):
        earlier.write_text(content, encoding="utf-8")
        cached_public_table(table, str(MONTH), ROUNDING, tmp_path, [earlier])
    assert len(made) == 4


def _stock_and_flow(stocks, flows):
    """Monitored households of a county, month by month, and who was new."""
    kinds = (("monitored_households", stocks), ("new_households", flows))
    rows = [
        (name, f"2022-0{month}", "610902", "all", "户", number, number, np.nan, np.nan, "reported")
        for name, numbers in kinds
        for month, number in numbers.items()
    ]
    names = (
        "indicator",
        "month",
        "place_code",
        "group",
        "unit",
        "numerator",
        "value",
        "lower",
        "upper",
        "note_code",
    )
    return pd.DataFrame(rows, columns=names).assign(denominator=np.nan, place_name="全区")


def _told(public, month, indicator="monitored_households"):
    row = public[public["indicator"].eq(indicator) & public["month"].eq(month)].iloc[0]
    return tuple(row[["value", "lower", "upper"]])


def test_what_an_earlier_edition_told_is_not_taken_back_but_reckoned_with(tmp_path):
    """Alone, an edition tells less of last month's stock; whoever has last month's knows it all the same."""
    table = _stock_and_flow({8: 433.0, 9: 436.0}, {8: 40.0, 9: 3.0})
    first = public_table(table[table["month"].eq("2022-08")].reset_index(drop=True), "2022-08", ROUNDING)
    assert _told(first, "2022-08")[0] == 433
    path = tmp_path / "indicators.csv"
    first.to_csv(path, index=False)
    alone = public_table(table, "2022-09", ROUNDING)
    assert _told(alone, "2022-09")[0] == 436  # and 436 - 433 are the three new ones
    after = public_table(table, "2022-09", ROUNDING, [path])
    assert _told(after, "2022-08")[0] == 433
    least, most = _told(after, "2022-09")[1:]
    assert most - max(least, 434) >= ROUNDING.threshold


def test_a_register_that_was_corrected_contradicts_no_earlier_edition(tmp_path):
    table = _stock_and_flow({8: 433.0, 9: 436.0}, {8: 40.0, 9: 3.0})
    path = tmp_path / "indicators.csv"
    first = public_table(table[table["month"].eq("2022-08")].reset_index(drop=True), "2022-08", ROUNDING)
    first.assign(value=first["value"] + 100).to_csv(path, index=False)
    table = public_table(table, "2022-09", ROUNDING, [path])
    assert table["note_code"].isin(["reported", "suppressed"]).all()


def test_editions_of_months_before_are_found_oldest_first(tmp_path):
    for month in ("2022-07", "2022-08", "2022-09"):
        path = tmp_path / "reports" / "public" / month / "indicators.csv"
        path.parent.mkdir(parents=True)
        path.touch()
    (tmp_path / "reports" / "2022-06").mkdir()
    found = earlier_editions(Workspace(tmp_path), [Month(2022, m) for m in (6, 7, 8, 9)])
    assert [path.parent.name for path in found] == ["2022-07", "2022-08"]


def test_the_written_table_is_attacked_once_more(both):
    """What is published passes; two categories of three told as they are give the third back."""
    table, public = both
    assert exposed(public, str(MONTH), ROUNDING).empty
    leaky = public.copy()
    own = table["indicator"].eq("monitored_households") & table["month"].eq(str(MONTH))
    town = own & table["place_code"].eq("610902110")
    told = town & ~table["group"].eq("category=突发严重困难户")
    leaky.loc[told, NUMBERS] = table.loc[told, NUMBERS]
    leaky.loc[told, "note_code"] = NoteCode.REPORTED.value
    leaky.loc[town & ~told, NUMBERS] = np.nan
    leaky.loc[town & ~told, "note_code"] = NoteCode.SUPPRESSED.value
    assert (exposed(leaky, str(MONTH), ROUNDING)["group"] == "category=突发严重困难户").any()


def test_how_much_is_published_is_counted_of_this_month_and_of_what_is_known():
    rows = [
        (COUNTY, NOW, "reported"), (COUNTY, THEN, "reported"), (COUNTY, NOW, "suppressed"), (COUNTY, NOW, "not_received"),
        (TOWN, NOW, "reported"), (TOWN, NOW, "suppressed"), (TOWN, NOW, "suppressed"), (TOWN, NOW, "not_applicable"),
        (TOWN, THEN, "reported"), (TOWN, THEN, "suppressed"), (VILLAGE, NOW, "suppressed"), (VILLAGE, NOW, "reported"),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["place_code", "month", "note_code"])
    assert kept(table, NOW) == Kept(county=2, county_of=3, towns=1, towns_of=3)


def test_what_did_not_come_in_is_not_given_back():
    """Of two towns one did not report: nobody left its number out, and no sum of the county tells it."""
    rows = [(COUNTY, 50, "reported"), (TOWN, 30, "reported"), ("610902101", np.nan, "not_received")]
    public = pd.DataFrame(rows, columns=["place_code", "value", "note_code"]).assign(
        indicator="monitored_households", group="all", unit="户", month=NOW, denominator=np.nan,
        lower=np.nan, upper=np.nan,
    )  # fmt: skip
    assert exposed(public, NOW, ROUNDING).empty
    public["note_code"] = public["note_code"].replace("not_received", "suppressed")
    assert exposed(public, NOW, ROUNDING)["place_code"].tolist() == ["610902101"]


@pytest.mark.parametrize(
    ("indicator", "group", "unit", "place", "month", "withheld"),
    [
        ("monitored_households", "all", "户", COUNTY, THEN, False),
        ("monitored_households", "all", "户", TOWN, NOW, False),
        ("monitored_households", "all", "户", TOWN, THEN, True),
        ("monitored_households", "all", "户", VILLAGE, NOW, True),
        ("data_warnings", "all", "条", COUNTY, NOW, False),
        ("data_warnings", "all", "条", TOWN, NOW, True),
        ("inspection_problem_units", "unit=户", "个", COUNTY, NOW, False),
        ("inspection_problem_units", "unit=户", "个", TOWN, NOW, True),
        ("inspection_problem_units", "unit=村", "个", TOWN, NOW, False),
        ("inspection_units", "unit=户", "个", TOWN, NOW, False),
        ("town_score", "all", "分", COUNTY, NOW, True),
        ("town_rank", "all", "位", COUNTY, NOW, True),
        ("town_front_share", "all", "比例", COUNTY, NOW, True),
        ("town_back_share", "all", "比例", COUNTY, NOW, True),
        *((one.id, "all", one.unit.value, COUNTY, NOW, True)
          for title in ("线索和预警", "低收入人口名册") for one in CHAPTERS[title]),
    ],
)  # fmt: skip
def test_what_is_withheld_whatever_it_says(indicator, group, unit, place, month, withheld):
    row = {"indicator": indicator, "group": group, "unit": unit, "place_code": place, "month": month}
    assert _is_withheld(pd.DataFrame([row]), NOW).tolist() == [withheld]


@pytest.mark.parametrize(
    ("indicator", "group", "unit", "denominator", "counts"),
    [
        ("monitored_households", "all", "户", np.nan, True), ("monitored_persons", "all", "人", np.nan, True),
        ("monitored_households", "all", "户", 10.0, False), ("workshops", "all", "个", np.nan, False),
        ("inspection_problem_units", "unit=户", "个", np.nan, True),
        ("inspection_problem_units", "unit=村", "个", np.nan, False),
        ("inspection_units", "unit=户", "个", np.nan, False),
    ],
)  # fmt: skip
def test_counts_are_of_households_and_persons_and_have_no_base(indicator, group, unit, denominator, counts):
    row = {"indicator": indicator, "group": group, "unit": unit, "denominator": denominator}
    assert is_count(pd.DataFrame([row])).tolist() == [counts]
