"""The last gate before a table is stored: what passes, what does not, and that no value is told."""

import numpy as np
import pandas as pd
import pytest
from support import MONTH

from hanbin_lib import snapshots
from hanbin_lib.contract import TABLES, Kind
from hanbin_lib.contract.columns import SOURCE
from hanbin_lib.contract.schemas import (
    SPLIT,
    check_keys,
    check_stored,
    other_months,
    stored_schema,
    stored_title,
)
from hanbin_lib.errors import ExitCode, HanbinError

STORED = ["monitored_households", "lifted_households", *TABLES, "areas"]
COUNTS = [
    (table.name, column.name)
    for table in TABLES.values()
    if table.name not in SPLIT
    for column in table.columns
    if column.kind is Kind.COUNT
]


@pytest.fixture(scope="module")
def tables(demo_workspace):
    """Three rows of every stored table of the demonstration month."""
    snapshot = snapshots.latest(demo_workspace, MONTH)
    return {name: snapshot.table(name).head(3).reset_index(drop=True) for name in snapshot.manifest.tables}


def refused(name, rows, check=check_stored) -> str:
    with pytest.raises(HanbinError) as caught:
        check(name, rows)
    assert (caught.value.code, caught.value.exit_code) == ("HB-IMP-003", ExitCode.INPUT_INVALID)
    assert f"表 {name} " in caught.value.message
    return caught.value.message


def test_the_demonstration_month_has_every_table(tables):
    assert set(STORED) <= set(tables)


@pytest.mark.parametrize("name", STORED)
def test_what_was_stored_passes_and_says_where_each_row_came_from(tables, name):
    rows = tables[name]
    assert len(rows) == 3
    check_stored(name, rows)
    check_keys(name, rows)
    assert name == "areas" or set(SOURCE) <= set(rows.columns)


@pytest.mark.parametrize("name", ["monitored_households", "phone_checks", "villages", "areas"])
def test_a_column_more_or_less_or_in_another_place_is_no_such_table(tables, name):
    rows = tables[name]
    first, second, *others = rows.columns
    assert "more（column_in_schema）" in refused(name, rows.assign(more=1))
    assert f"{second}（column_in_dataframe）" in refused(name, rows[[first, *others]])
    told = refused(name, rows[[second, first, *others]])
    assert f"{first}（column_ordered）" in told
    assert f"{second}（column_ordered）" in told


@pytest.mark.parametrize("name", STORED)
def test_what_identifies_a_person_is_no_column(name):
    table = SPLIT.get(name) or TABLES.get(name)
    personal = {column.name for column in table.personal} if table else set()
    assert not personal & set(stored_schema(name).columns)
    if table and "id_number" in personal and name not in ("monitored_households", "lifted_households"):
        assert "person_key" in stored_schema(name).columns


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("monitored_households", "household_code"),
        ("monitored_households", "village_code"),
        ("monitored_households", "identified_month"),
        ("monitored_households", "is_risk_eliminated"),
        ("monitored_persons", "person_code"),
        ("monitored_persons", "household_code"),
        ("lifted_households", "town_code"),
        ("phone_checks", "disposition"),
        ("rectification", "due_date"),
        ("inspection_units", "town_code"),
        ("villages", "village_code"),
        ("projects", "planned_10k_yuan"),
        ("clues", "found_date"),
        ("assistance_roster", "roster_class"),
    ],
)
def test_what_a_table_cannot_do_without_is_never_missing(tables, name, column):
    rows = tables[name].copy()
    rows[column] = rows[column].astype(rows[column].dtype).mask(np.arange(3) == 1)
    assert column in refused(name, rows)


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("monitored_households", "eliminated_month"),  # not eliminated
        ("monitored_households", "net_income_per_head_yuan"),  # not told: never nought
        ("phone_checks", "called_at"),
        ("rectification", "done_date"),  # not done
        ("projects", "paid_10k_yuan"),
        ("clues", "household_code"),  # who is not in the national system has none
        ("clues", "decided_date"),
        ("workshops", "town_code"),
    ],
)
def test_what_may_be_missing_may_and_stays_missing(tables, name, column):
    rows = tables[name].copy()
    rows[column] = rows[column].mask(np.full(3, fill_value=True))
    check_stored(name, rows)
    assert rows[column].isna().all()


@pytest.mark.parametrize(("name", "column"), COUNTS)
def test_a_count_is_never_below_nought(tables, name, column):
    rows = tables[name].copy()
    rows[column] = pd.array([0, 1, 2], "Int64")
    check_stored(name, rows)
    rows[column] = pd.array([0, 1, -1], "Int64")
    assert f"{column}（" in refused(name, rows)


@pytest.mark.parametrize(
    ("name", "column", "dtype"),
    [
        ("monitored_households", "is_risk_eliminated", "object"),
        ("monitored_households", "net_income_yuan", "Float32"),  # keeps no cents
        ("monitored_households", "identified_month", "str"),
        ("monitored_persons", "work_months", "Float64"),
        ("workshops", "employees", "Int32"),
        ("monitored_households", "source_row", "int32"),
        ("areas", "is_counted", "object"),
    ],
)
def test_a_column_of_another_type_is_refused(tables, name, column, dtype):
    rows = tables[name].copy()
    rows[column] = rows[column].astype(dtype)
    assert column in refused(name, rows)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("monitored_households", ["household_code"]),
        ("lifted_persons", ["person_code"]),
        ("villages", ["village_code"]),
        ("inspection_units", ["inspection_month", "unit_code"]),
        ("area_series", ["area_name", "indicator_name", "year"]),
        ("areas", ["place_code"]),
        ("clues", ["clue_code"]),
    ],
)
def test_a_key_stands_once_and_its_repetition_is_told_by_columns_alone(tables, name, key):
    rows = tables[name].copy()
    for column in key:
        rows[column] = [rows[column].iloc[0], rows[column].iloc[1], rows[column].iloc[0]]
    told = refused(name, rows, check_keys)
    assert f"{'、'.join(key)}（不重复）" in told
    assert str(rows[key[-1]].iloc[0]) not in told


@pytest.mark.parametrize(
    ("name", "key"), [("inspection_units", "inspection_month"), ("area_series", "area_name")]
)
def test_one_part_of_a_key_may_stand_in_many_rows(tables, name, key):
    assert tables[name][key].nunique() < 3
    check_keys(name, tables[name])


def test_tables_without_a_key_may_have_two_rows_alike(tables):
    for name in ("phone_checks", "inspection_findings", "duties", "assistance_roster", "migrant_work"):
        rows = tables[name].iloc[[0, 0, 1]]
        check_keys(name, rows)
        check_stored(name, rows)


def test_all_faults_of_a_table_are_told_at_once_and_no_value_of_any(tables):
    rows = tables["monitored_households"].copy()
    rows["members"] = np.array([1, 0, 1], "int32")
    rows["household_code"] = pd.array(["机密编号", None, "机密编号"], "str")
    told = refused("monitored_households", rows)
    assert "members（" in told
    assert "household_code（" in told
    assert "机密" not in told


@pytest.mark.parametrize("length", [31, 33])
def test_a_pseudonym_has_thirty_two_signs(tables, length):
    for name in ("monitored_persons", "migrant_work", "assistance_roster"):
        rows = tables[name].copy()
        rows["person_key"] = pd.array(["a" * 32, "b" * length, "c" * 32], "str")
        assert "person_key（" in refused(name, rows)


def test_rows_of_other_months_are_held_to_the_same(tables):
    apart = other_months("phone_checks")
    check_stored(apart, tables["phone_checks"])
    assert stored_schema(apart).columns.keys() == stored_schema("phone_checks").columns.keys()
    refused(apart, tables["phone_checks"].assign(more=1))


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("monitored_households", "监测对象信息"),
        ("monitored_persons", "监测对象信息"),
        ("lifted_households", "脱贫户信息"),
        ("areas", "区划名册"),
        ("findings", "核查提示"),
        ("clues", "线索和预警"),
    ],
)
def test_a_stored_table_goes_by_the_title_of_its_sheet(name, title):
    assert stored_title(name) == title


def findings(**changed):
    texts = ("rule_title", "table", "file", "sheet", "column", "message", "action", "town_code")
    row = {"severity": "错误", "rule_id": "HB-R-101", **dict.fromkeys(texts, ""), "row": 4} | changed
    return pd.DataFrame({
        name: pd.array([value], "Int64" if name == "row" else "str") for name, value in row.items()
    })  # fmt: skip


def test_findings_have_a_known_severity_a_rule_and_a_row_as_a_spreadsheet_counts():
    check_stored("findings", findings())
    check_stored("findings", findings(row=None, town_code=None, severity="警告"))
    for wrong in ({"severity": "提示"}, {"rule_id": "R-101"}, {"row": 0}, {"severity": None}):
        assert next(iter(wrong)) in refused("findings", findings(**wrong))
    refused("findings", findings().assign(value="甲"))
