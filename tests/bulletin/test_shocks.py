"""Scenarios in print: counts with interval, the line and the assumptions beside them."""

import pytest
from support import MONTH

from hanbin_lib import bulletin as hb
from hanbin_lib.display import Missing, plain_text
from hanbin_lib.errors import HanbinError, Unavailable


@pytest.fixture(scope="module")
def district(demo_workspace):
    return hb.open_bulletin(str(MONTH), "610902", workspace=demo_workspace)


def test_every_exhibit_says_scenario_draws_seed_interval_and_line(district):
    worst = "多重冲击"
    exhibits = [
        hb.shocks.scenario_chart(district), hb.shocks.scenario_table(district), hb.shocks.town_table(district),
        hb.shocks.cause_table(district, worst), hb.shocks.town_table_of(district, worst),
    ]  # fmt: skip
    for exhibit in exhibits:
        line = exhibit.unit_line
        assert all(
            word in line for word in ("模拟", worst, "200次", "种子20220930", "90%区间", "试算线7300元")
        ), line


def test_no_scenario_without_its_assumptions(district):
    table = hb.shocks.scenario_table(district)
    assert [row[0] for row in table.rows] == [one.scenario.name for one in district.shocks]
    for row, one in zip(table.rows, district.shocks, strict=True):
        assert all(shock.name in str(row[-1]) for shock in one.scenario.shocks)
    listed = hb.shocks.assumption_list(district).rows
    assert len(listed) == sum(len(one.assumptions) for one in district.shocks)
    assert all(str(row[-1]) for row in listed)


def test_counts_are_those_of_the_draws(district):
    one = hb.shocks.scenario(district, "大病自付")
    row = one.row("newly_below_households", "610902")
    printed = next(r for r in hb.shocks.scenario_table(district).rows if r[0] == "大病自付")
    assert str(printed[1]) == f"{row['median']:.0f}户（{row['lower']:.0f}—{row['upper']:.0f}）"
    assert "不是本省" in plain_text(hb.shocks.reading_note(district).parts)


def test_what_is_kept_is_what_was_drawn(district, demo_workspace):
    again = hb.open_bulletin(str(MONTH), "610902", workspace=demo_workspace)
    assert hb.shocks.scenario_table(again) == hb.shocks.scenario_table(district)


def test_a_town_sees_its_own_households(district, demo_workspace):
    town = hb.open_bulletin(str(MONTH), "610902110", workspace=demo_workspace)
    assert hb.shocks.town_table(town) is None
    rows = [
        hb.shocks.scenario(b, "多重冲击").row("newly_below_households", b.place) for b in (town, district)
    ]
    assert rows[0]["mean"] < rows[1]["mean"]
    assert plain_text(hb.shocks.verdict(town).parts)


def test_a_larger_share_hits_more(district):
    few, many = (hb.shocks.trial(district, "大病自付", {"大病": share}) for share in (0.0, 0.9))
    assert str(few.rows[0][1]).startswith("0户")
    assert not str(many.rows[0][1]).startswith("0户")
    assert "200次" in many.unit_line
    for name, exposed in (("没有", {}), ("大病自付", {"洪涝": 0.1}), ("大病自付", {"大病": 1.1})):
        with pytest.raises(HanbinError, match="HB-SIM-042"):
            hb.shocks.trial(district, name, exposed)


def test_without_any_line_the_reason_is_told(own_workspace):
    folder = own_workspace.params / "scenarios"
    for path in folder.glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        path.write_text("\n".join(line for line in text.splitlines() if not line.startswith("trial_line")))
    bare = hb.open_bulletin(str(MONTH), "610902", workspace=own_workspace)
    assert all(isinstance(one, Unavailable) for one in bare.shocks)
    assert isinstance(hb.shocks.verdict(bare), Missing)
    assert hb.shocks.scenario_table(bare) is None
    assert hb.shocks.reading_note(bare) is None
