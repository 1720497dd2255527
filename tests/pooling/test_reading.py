"""Counties in folders and in an object store make the same parent."""

import shutil

import fsspec
import pandas as pd
import pytest
from support import MONTH, REPOSITORY
from typer.testing import CliRunner

from hanbin_lib.bulletin import open_bulletin
from hanbin_lib.cli.main import app
from hanbin_lib.errors import HanbinError
from hanbin_lib.months import Month
from hanbin_lib.pooling import pool_workspaces
from hanbin_lib.pooling.reading import parameters_of

CITY = {"place_code": "610900", "place_name": "安康市"}


@pytest.fixture(scope="module")
def counties(demo_workspace, tmp_path_factory):
    """Two counties with a publication each; the second is the first under another code."""
    table = open_bulletin(str(MONTH), "610902", workspace=demo_workspace).figures.table
    roots = []
    for code in ("610902", "610921"):
        root = tmp_path_factory.mktemp("county")
        folder = root / "reports" / str(MONTH)
        folder.mkdir(parents=True)
        renamed = table.assign(place_code=table["place_code"].str.replace("610902", code, n=1))
        renamed.to_csv(folder / "indicators.csv", index=False)
        roots.append(str(root))
    return tuple(roots)


def test_a_city_is_the_sum_of_its_counties(counties):
    table = pool_workspaces(counties, MONTH, **CITY).table.set_index(["indicator", "month", "group"])
    one = pd.read_csv(f"{counties[0]}/reports/{MONTH}/indicators.csv", dtype={"place_code": "str"})
    one = one[one["place_code"].eq("610902")].set_index(["indicator", "month", "group"])
    key = ("open_risk_persons", str(MONTH), "all")
    assert table.loc[key, "value"] == 2 * one.loc[key, "value"]
    assert set(table["place_name"]) == {"安康市"}
    share = ("phone_problem_share", str(MONTH), "all")
    assert table.loc[share, "value"] == pytest.approx(one.loc[share, "value"])
    width = table.loc[share, "upper"] - table.loc[share, "lower"]
    assert width == pytest.approx((one.loc[share, "upper"] - one.loc[share, "lower"]) / 2**0.5, rel=0.05)


def test_an_object_store_serves_as_well(counties):
    files = fsspec.filesystem("memory")
    for number, root in enumerate(counties):
        files.put(root, f"/county-{number}", recursive=True)
    remote = tuple(f"memory://county-{number}" for number in range(len(counties)))
    there, here = (pool_workspaces(roots, MONTH, **CITY).table for roots in (remote, counties))
    pd.testing.assert_frame_equal(there, here)
    with pytest.raises(HanbinError, match="HB-POL-002"):
        pool_workspaces(remote, MONTH, **CITY, with_persons=True)


def test_every_county_without_a_publication_is_named(counties, tmp_path):
    with pytest.raises(HanbinError) as caught:
        pool_workspaces(
            (*counties, str(tmp_path / "a"), str(tmp_path / "b"), counties[0] + "/"), MONTH, **CITY
        )
    assert caught.value.code == "HB-POL-001"
    assert len(caught.value.message.splitlines()) == 3


def test_medians_come_from_the_store(demo_workspace, counties, tmp_path):
    root = tmp_path / "county"
    shutil.copytree(demo_workspace.root, root)
    shutil.copytree(f"{counties[0]}/reports", root / "reports", dirs_exist_ok=True)
    table = pool_workspaces((str(root),), MONTH, **CITY, with_persons=True).table
    own = open_bulletin(str(MONTH), "610902", workspace=demo_workspace).figures.table
    own = own[own["place_code"].eq("610902") & own["indicator"].eq("income_quantile_yuan")]
    found = table[table["indicator"].eq("income_quantile_yuan")]
    assert found["value"].tolist() == pytest.approx(own["value"].tolist())


def test_the_command_writes_a_table_and_not_over_another(counties, tmp_path):
    output = tmp_path / "city.csv"
    command = ["pool", str(MONTH), *counties, "--code", "610900", "--name", "安康市", "-o", str(output)]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    assert "未录入" in done.output
    assert pd.read_csv(output)["place_name"].eq("安康市").all()
    assert CliRunner().invoke(app, command).exit_code == 0
    output.write_text("other", encoding="utf-8")
    refused = CliRunner().invoke(app, command)
    assert isinstance(refused.exception, HanbinError)
    assert output.read_text(encoding="utf-8") == "other"


@pytest.mark.parametrize(("days", "is_gap"), [(15, False), (10, True)])
def test_counties_with_other_days_for_a_clue_are_a_named_gap(counties, tmp_path, days, is_gap):
    roots = []
    for number, root in enumerate(counties):
        own = shutil.copytree(root, tmp_path / str(number))
        pack = own / "params" / "policy" / "2021-2025" / "policy.yaml"
        pack.parent.mkdir(parents=True)
        text = (REPOSITORY / "params/policy/2021-2025/policy.yaml").read_text(encoding="utf-8")
        pack.write_text(text.replace("days: 15", f"days: {days if number else 15}"), encoding="utf-8")
        roots.append(str(own))
    assert parameters_of(roots[1], MONTH) == {
        "clue_decision": f"{days}日",
        "clue_notice": "5日",
        "脱贫户信息": "",
    }
    assert parameters_of(roots[1], Month(2026, 1)) == {}
    gaps = {gap.indicator: gap.text for gap in pool_workspaces(tuple(roots), MONTH, **CITY).gaps}
    assert ("clue_in_time_share" in gaps) is is_gap
    assert ("clues_overdue" in gaps) is is_gap
    assert "clues_found" not in gaps
    assert not is_gap or gaps["clues_overdue"] == "clue_decision不同"


def _with_pack(roots, folder, changes):
    """Copies of the counties; the second one's pack of the time has other lines."""
    made = []
    for number, root in enumerate(roots):
        own = shutil.copytree(root, folder / str(number))
        pack = own / "params" / "policy" / "2021-2025" / "policy.yaml"
        pack.parent.mkdir(parents=True)
        text = (REPOSITORY / "params/policy/2021-2025/policy.yaml").read_text(encoding="utf-8")
        pack.write_text(text + (changes if number else ""), encoding="utf-8")
        shutil.copy(REPOSITORY / "params/rules.yaml", own / "params")
        made.append(str(own))
    return tuple(made)


def test_a_pack_s_own_term_for_the_first_measure_is_a_named_gap(counties, tmp_path):
    """It takes the place of the house rule, whose name stands in the definitions."""
    roots = _with_pack(counties, tmp_path, "")
    pack = tmp_path / "1" / "params/policy/2021-2025/policy.yaml"
    text = pack.read_text(encoding="utf-8")
    pack.write_text(
        text.replace("clocks:\n", "clocks:\n  measure_deadline: {months: 3, document: 文号}\n", 1),
        encoding="utf-8",
    )
    gaps = {gap.indicator: gap.text for gap in pool_workspaces(roots, MONTH, **CITY).gaps}
    assert gaps["households_without_measure"] == "measure_deadline_months不同"
    assert "monitored_households" not in gaps


def test_counties_that_count_other_lifted_households_are_a_named_gap(counties, tmp_path):
    roots = _with_pack(counties, tmp_path, "base: {leaves_out: [脱贫不享受政策户], document: 文号}\n")
    gaps = {gap.indicator: gap.text for gap in pool_workspaces(roots, MONTH, **CITY).gaps}
    assert gaps["registered_households"] == "脱贫户信息不同"
    assert "monitored_households" not in gaps
