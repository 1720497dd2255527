"""Another county, and another month, go through with parameters and files alone."""

import subprocess
import sys

import pytest
from registers import PLACES, Totals, write_csv, write_parameters, write_workbook
from support import drop_scenarios_of_towns, import_into, new_workspace

from hanbin_lib.errors import ExitCode
from hanbin_lib.indicators import Sources, broken_identities, indicator_table, scope_of
from hanbin_lib.months import Month
from hanbin_lib.params import Settings
from hanbin_lib.places import AreaRegister
from hanbin_lib.release import release_month


def _county_values(snapshot, workspace):
    register = AreaRegister.read(workspace.params / "areas.csv")
    scope = scope_of(snapshot, Settings.load(workspace), register)
    ranking = Settings.load(workspace).ranking
    table = indicator_table(Sources(snapshot), scope, ranking)
    assert broken_identities(table) == []
    code = register.county["place_code"]
    rows = table[
        table["place_code"].eq(code) & table["group"].eq("all") & table["month"].eq(str(snapshot.month))
    ]
    return rows.set_index("indicator")["value"]


@pytest.fixture
def second_county(tmp_path):
    """A workspace made as its own bureau would: parameters and files, no code."""
    workspace = new_workspace(tmp_path / "county")
    write_parameters(workspace.params)
    # `hanbin init` leaves out what names another county's places.
    drop_scenarios_of_towns(workspace)
    for path in (workspace.params / "plans").glob("*"):
        path.unlink()
    return workspace


def test_a_county_of_three_towns(second_county, tmp_path):
    totals = Totals(200, 650, 120, 400)
    write_workbook(tmp_path / "导出" / "监测对象 (3).xlsx", totals, PLACES, 2024)
    result = import_into(second_county, tmp_path / "导出", Month(2024, 5))
    assert result.snapshot is not None, result.quality.findings.to_string()
    values = _county_values(result.snapshot, second_county)
    assert (values["monitored_households"], values["monitored_persons"]) == (200, 650)
    assert (values["risk_eliminated_households"], values["open_risk_persons"]) == (120, 250)
    assert values["below_line_open_households"] > 0  # this county has entered its line
    outcome = release_month(second_county, Month(2024, 5))
    assert outcome.exit_code is ExitCode.OK, outcome.failed
    assert len(outcome.made) == 4
    assert not result.snapshot.manifest.is_demonstration
    guide = (outcome.folder / "说明.txt").read_text(encoding="utf-8")
    assert "演示数据" not in guide


def test_a_month_of_5893_households(tmp_path):
    """The district's published totals of 2025, in a file the generator did not make."""
    workspace = new_workspace(tmp_path / "w")
    register = AreaRegister.read(workspace.params / "areas.csv")
    places = [
        (register.name(parent), name)
        for parent, name in zip(
            register.villages["parent_code"], register.villages["place_name"], strict=True
        )
    ]
    write_csv(tmp_path / "in" / "监测对象.csv", Totals(5893, 19866, 3897, 13687), places, 2025)
    result = import_into(workspace, tmp_path / "in", Month(2025, 9))
    assert result.snapshot is not None, result.quality.findings.head().to_string()
    values = _county_values(result.snapshot, workspace)
    expected = {
        "monitored": (5893, 19866), "risk_eliminated": (3897, 13687), "open_risk": (1996, 6179),
    }  # fmt: skip
    for stem, pair in expected.items():
        assert (values[f"{stem}_households"], values[f"{stem}_persons"]) == pair


def test_the_library_names_no_county():
    """A county is parameters: its name and code stand in no module."""
    found = subprocess.run(
        [sys.executable, "-c", _SEARCH], capture_output=True, text=True, check=True
    ).stdout.split()
    assert found == []


_SEARCH = """
import pathlib, hanbin_lib
root = pathlib.Path(hanbin_lib.__file__).parent
for path in sorted(root.rglob('*.py')):
    if 'demo' not in path.parts and ('汉滨' in path.read_text(encoding='utf-8') or '610902' in
            path.read_text(encoding='utf-8').replace('610902110', '')):
        print(path.name)
"""
