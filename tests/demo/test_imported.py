"""The import must survive every quirk and warn of what was planted, no less and no more."""

import json
import shutil
from pathlib import Path

import pytest

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
    assert found["HB-I-301"] == planted["unknown_label"]
    assert found["HB-R-104"] == planted["household_field_differs"]
    assert found["HB-R-206"] == planted["open_without_measure"]
    assert found["HB-R-212"] == planted["disabled_cause_without_disabled"]
    assert found["HB-R-241"] == planted["stored_income_off"]
