"""The register only grows."""

import json
from datetime import date

import pandas as pd
import pytest

from hanbin_lib.errors import HanbinError
from hanbin_lib.forecasting import forecast_record, read_record, register_forecast, registered, review

_NAMES = {"place": "示范村", "indicator": "net_income"}


@pytest.fixture
def made(income):
    return forecast_record(read_record(income), 3, prior="income")


def _add(folder, made, digest="ab12cd34ef567890", day=8):
    return register_forecast(folder, made, made_on=date(2022, 10, day), digest=digest, **_NAMES)


def test_adding_twice_changes_nothing(tmp_path, made):
    path = _add(tmp_path, made)
    before = path.read_bytes()
    assert _add(tmp_path, made) == path
    assert path.read_bytes() == before
    assert len(registered(tmp_path)) == 1


def test_another_forecast_under_the_same_name_is_refused(tmp_path, made, income):
    path = _add(tmp_path, made)
    before = path.read_bytes()
    with pytest.raises(HanbinError, match="HB-FC-012"):
        _add(tmp_path, forecast_record(read_record(income * 1.1), 3, prior="income"))
    assert path.read_bytes() == before


def test_another_program_adds_an_entry_only_where_it_forecasts_otherwise(tmp_path, made, income):
    path = _add(tmp_path, made)
    assert _add(tmp_path, made, digest="ffff") == path
    other = forecast_record(read_record(income * 1.1), 3, prior="income")
    assert _add(tmp_path, other, digest="ffff") != path
    assert len(registered(tmp_path)) == 2


@pytest.mark.parametrize("name", ["../上级", "a b", ""])
def test_a_name_that_leaves_the_folder_is_refused(tmp_path, made, name):
    with pytest.raises(HanbinError, match="HB-FC-012"):
        register_forecast(tmp_path, made, place=name, indicator="x", made_on=date(2022, 1, 1), digest="a")


def test_a_spoilt_entry_is_named(tmp_path, made):
    _add(tmp_path, made).write_text("{", encoding="utf-8")
    with pytest.raises(HanbinError, match="HB-FC-013"):
        registered(tmp_path)


def test_the_review_holds_forecasts_against_what_came(tmp_path, made):
    _add(tmp_path, made)
    _add(tmp_path, made, digest="ffff", day=9)
    actual = pd.Series({2022: made.median[2022] * 0.9, 2023: float("nan")})
    done = review(registered(tmp_path), actual, **_NAMES)
    assert list(done["made_on"]) == ["2022-10-08", "2022-10-09"]
    assert done["error_percent"].iloc[0] == pytest.approx(100 / 0.9 - 100, rel=1e-4)
    table = made.table().loc[2022]
    assert done["within_80"].iloc[0] == (table["lower_80"] <= actual[2022] <= table["upper_80"])
    assert review(registered(tmp_path), actual, place="别村", indicator="net_income").empty


def test_an_entry_can_be_read_by_anyone(tmp_path, made):
    entry = json.loads(_add(tmp_path, made).read_text(encoding="utf-8"))
    assert entry["place"] == "示范村"
    assert [row["year"] for row in entry["table"]] == [2022, 2023, 2024]
