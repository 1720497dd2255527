"""The import must survive every quirk and warn of what was planted, no less and no more."""

import json
import shutil
from pathlib import Path

import pytest

from hanbin_demo.files import write_demo
from hanbin_lib.indicators import scope_of
from hanbin_lib.indicators.clues import clue_indicators
from hanbin_lib.ingest import import_month
from hanbin_lib.months import Month
from hanbin_lib.params import Settings
from hanbin_lib.workspace import Workspace

MONTH = Month(2022, 9)
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def imported(written, register, tmp_path_factory):
    root = tmp_path_factory.mktemp("workspace")
    shutil.copytree(ROOT / "params", root / "params")
    space = Workspace(root)
    folder = written.target / "data/inbox" / str(MONTH)
    return import_month(folder, MONTH, workspace=space, settings=Settings.load(space), register=register)


def test_nothing_stops_the_import(imported):
    assert imported.quality.errors == 0
    assert imported.snapshot is not None


def test_planted_faults_are_found(imported, written):
    planted = json.loads((written.target / "data/demo/truth.json").read_text(encoding="utf-8"))[
        "planted_faults"
    ]
    found = imported.quality.findings["rule_id"].value_counts()
    told = imported.quality.findings.query("rule_id == 'HB-I-301'")["message"]
    assert told.str.extract(r"有(\d+)处")[0].astype(int).sum() == planted["unknown_label"]
    assert found["HB-R-104"] == planted["household_field_differs"]
    assert found["HB-R-206"] == planted["open_without_measure"]
    assert found["HB-R-212"] == planted["disabled_cause_without_disabled"]
    assert found["HB-R-241"] == planted["stored_income_off"]


def test_the_clues_come_to_what_was_laid_down(imported, written, register):
    laid = json.loads((written.target / "data/demo/truth.json").read_text(encoding="utf-8"))["clues"]
    ledger = imported.snapshot.table("clues")
    settings = Settings.load(Workspace(ROOT))
    rows = clue_indicators(
        ledger,
        imported.snapshot.table("monitored_households"),
        scope_of(imported.snapshot, settings, register),
    )
    county = {(one.indicator, one.group): {k: v[0] for k, v in one.numbers.items()} for one in rows}
    assert len(ledger) == laid["clues"]
    for name, key in (("found", "found_this_month"), ("open", "open"), ("overdue", "overdue")):
        assert county[f"clues_{name}", "all"]["value"] == laid[key]
    share = county["clue_in_time_share", "all"]
    assert (share["numerator"], share["denominator"]) == (laid["in_time"], laid["due_within_a_year"])
    assert not imported.quality.findings["table"].eq("clues").any()


def test_the_month_balances_to_the_row(imported):
    """Rows seen = stored + left out + other months; rows stored = rows that reach a figure + others."""
    for source in imported.snapshot.manifest.sources:
        receipt = source.receipt
        apart = sum(receipt.left.values()) + sum(receipt.other_months.values())
        assert receipt.seen == source.rows + apart, source.file
        assert source.rows == receipt.reached + sum(receipt.unreached.values()), source.file
        assert receipt.other_months == {}
        assert all(in_file == stored for in_file, stored in receipt.sums.values()), source.file
        assert set(receipt.left) <= {"合计行"}
    assert {
        join.table: join.matched == join.rows for join in imported.snapshot.manifest.joins
    } == dict.fromkeys(
        ("phone_checks", "migrant_work", "inspection_findings", "projects", "workshops", "department_tasks"),
        True,
    )


def test_a_hard_month_comes_to_the_same_ledgers_or_tells(register, tmp_path):
    """Merged towns, percentages, dates, a hidden copy and last month's rows; a sweep, losses, an empty town."""
    shutil.copytree(ROOT / "params", tmp_path / "params")
    space = Workspace(tmp_path)
    write_demo(tmp_path, register, month=MONTH, scale=0.01, hard=True)
    result = import_month(
        space.inbox(MONTH), MONTH, workspace=space, settings=Settings.load(space), register=register
    )
    assert result.quality.errors == 0, result.quality.findings.to_string()
    snapshot = result.snapshot
    assert snapshot.table("workshops")["town_code"].notna().all()
    assert snapshot.table("projects")["progress_percent"].max() > 50
    receipts = {source.table: source.receipt for source in snapshot.manifest.sources}
    assert list(receipts["phone_checks"].other_months) == ["2022-08"]
    assert (result.quality.findings["rule_id"] == "HB-I-325").sum() == 1
    households = snapshot.table("monitored_households")
    assert (households["net_income_per_head_yuan"] < 0).any() or (
        snapshot.table("lifted_households")["net_income_per_head_yuan"] < 0
    ).any()
    last_year = households.loc[households["identified_month"] >= "2021-10-01", "identified_month"]
    assert last_year.dt.month.isin([6, 12]).all(), "all entries of the year in two sweeps"
    assert register.towns["place_code"].iloc[-1] not in set(households["town_code"])
