"""The risk flow in print: from the register to open cases to come, with draws, interval and rules."""

from types import SimpleNamespace

import numpy as np
import pytest
from support import MONTH

from hanbin_lib import bulletin as hb
from hanbin_lib.display import Missing, plain_text
from hanbin_lib.errors import HanbinError, Unavailable
from hanbin_lib.months import Month


@pytest.fixture(scope="module")
def district(demo_workspace):
    return hb.open_bulletin(str(MONTH), "610902", workspace=demo_workspace)


def test_every_exhibit_says_scenario_draws_seed_and_interval(district):
    run = ("模拟", "风险流转", "1000次", "种子20220930", "90%区间")
    assert all(word in hb.risk_flow.town_list(district).unit_line for word in run)
    assert all(word in plain_text(hb.risk_flow.reading_note(district).parts) for word in run)
    # The picture is the leaders': how it was drawn stands in the annex.
    line = hb.risk_flow.fan(district).unit_line
    assert "模拟" in line
    assert "90%区间" in line
    assert "种子" not in line


def test_a_flow_that_could_not_be_drawn_has_no_table(district):
    assert hb.risk_flow.results(SimpleNamespace(flow=Unavailable("风险流转", "没有收到"))) is None
    assert hb.risk_flow.results(district) is district.flow.projection


def test_the_sentence_is_that_of_the_draws(district):
    table = district.flow.projection
    own = table[table["measure"].eq("open_households") & table["place_code"].eq("610902")]
    last = own[own["group"].eq("month=2023-09")].iloc[0]
    text = plain_text(hb.risk_flow.verdict(district).parts)
    assert f"2023年9月底未消除风险{last['median']:.0f}户（{last['lower']:.0f}—{last['upper']:.0f}户）" in text
    assert "误报" in text
    assert "自定" in plain_text(hb.risk_flow.reading_note(district).parts)


def test_towns_stand_in_the_annex_and_read_of_themselves(district, demo_workspace):
    assert len(hb.risk_flow.town_list(district).rows) == len(district.scope.register.towns)
    town = hb.open_bulletin(str(MONTH), "610902110", workspace=demo_workspace)
    assert hb.risk_flow.town_list(town) is None
    assert "新识别" in plain_text(hb.risk_flow.verdict(town).parts)
    assert hb.risk_flow.fan(town) is not None


def test_more_entries_leave_more_open(district):
    none, many = (hb.risk_flow.trial(district, entries, 1.0, 0.0) for entries in (0.0, 3.0))
    left = [int(str(table.rows[0][2]).split("户")[0]) for table in (none, many)]
    assert left[0] < left[1]
    with pytest.raises(HanbinError, match="HB-PAR-002"):
        hb.risk_flow.trial(district, -1.0, 1.0, 0.0)


def test_without_a_flow_the_reason_is_told(district, monkeypatch):
    monkeypatch.setitem(
        district._of_month,
        "hanbin_lib.bulletin.month_inputs.MonthInputs.flow",
        Unavailable("风险流转", "没有登记"),
    )
    assert isinstance(hb.risk_flow.verdict(district), Missing)
    assert hb.risk_flow.fan(district) is None
    assert hb.risk_flow.reading_note(district) is None


def _month_of(day):
    return f"{day:%Y-%m}"


def test_the_month_s_entries_are_counted_in_the_register_row_by_row(district):
    """Recounted without the library: who was identified in the month, by town and by first cause."""
    rows = district.sources.table("monitored_households").to_dict("records")
    towns = list(district.scope.register.towns["place_code"])
    new = [one for one in rows if _month_of(one["identified_month"]) == str(MONTH)]
    by_town = {code: sum(one["town_code"] == code for one in new) for code in towns}
    table = hb.risk_flow.town_list(district)
    printed = {row[0]: row for row in table.rows}
    for code in towns:
        name, *_, entries, limit, _error, state = printed[district.scope.register.name(code)]
        assert entries.value == by_town[code], name
        assert (state == "报警") == (by_town[code] >= limit.value), name
    assert sum(by_town.values()) == len(new)
    ringing = [row[0] for row in table.rows if row[-1] == "报警"]
    said = plain_text(hb.risk_flow.verdict(district).parts)
    assert all(name in said for name in ringing)


def test_the_present_of_each_town_is_who_is_open_in_the_register(district):
    rows = district.sources.table("monitored_households").to_dict("records")
    is_open = [
        one for one in rows if one["is_risk_eliminated"] is not True and one["is_risk_eliminated"] != 1
    ]
    for row in hb.risk_flow.town_list(district).rows:
        codes = district.scope.register.towns
        code = codes.loc[codes["place_name"].eq(row[0]), "place_code"].iloc[0]
        assert row[1].value == sum(one["town_code"] == code for one in is_open), row[0]


@pytest.mark.slow
def test_the_back_test_compares_with_what_the_register_shows_of_each_month(district):
    """What came is counted in the register by hand; cases, coverage and errors are summed by hand."""
    register = district.sources.table("monitored_households").to_dict("records")
    table = district.flow.backtest

    def open_at(month, code):
        end, count = Month.parse(month), 0
        for one in register:
            left = one["eliminated_month"] if one["is_risk_eliminated"] else None
            came = Month.parse(_month_of(one["identified_month"]))
            gone = left is not None and Month.parse(_month_of(left)) <= end
            count += one["town_code"].startswith(code) and came <= end and not gone
        return count

    seen = table.drop_duplicates(["month", "place_code"]).sample(40, random_state=1)
    for row in seen.to_dict("records"):
        assert row["came"] == open_at(row["month"], row["place_code"])
    county, towns = hb.risk_flow.backtest_table(district).rows
    for printed, is_county in ((county, True), (towns, False)):
        own = [one for one in table.to_dict("records") if (len(one["place_code"]) == 6) == is_county]
        held = [one["lower"] <= one["came"] <= one["upper"] for one in own]
        errors = [abs(one["median"] - one["came"]) for one in own]
        still = [abs(one["unchanged"] - one["came"]) for one in own]
        numbers = [cell.value for cell in printed[1:]]
        assert numbers == pytest.approx([len(own), *(sum(one) / len(own) for one in (held, errors, still))])
    # Twelve origins, of which the first looks twelve months ahead and the last one.
    assert county[1].value == sum(range(1, 13))


def test_as_on_record_a_trial_is_what_it_is_held_against(district):
    """The same draws on both sides: what differs is what was tried, never the luck of fewer draws."""
    table = hb.risk_flow.trial(district, 1.0, 1.0, 0.0)
    assert [plain_text([row[1]]) for row in table.rows] == [plain_text([row[2]]) for row in table.rows]
    assert "100次" in table.unit_line
    drawn = district.flow.projection
    for row, measure in zip(
        table.rows[1:], ("new_households", "eliminated_households", "relapsed_households"), strict=True
    ):
        own = drawn[drawn["measure"].eq(measure) & drawn["place_code"].eq("610902")]
        assert row[1].value == pytest.approx(sum(own["mean"]), rel=0.25, abs=1.0)
    double = hb.risk_flow.trial(district, 2.0, 1.0, 0.01)
    assert double.rows[1][2].value == pytest.approx(2 * double.rows[1][1].value, rel=0.05)
    assert double.title.endswith("，每月返贫的可能1%")
    assert f"{district.flow.rules.horizon_months}个月合计" in double.unit_line


def _study(**changed):
    """As much of a study as its assumptions are told from."""
    model = {
        "entering": SimpleNamespace(places=()), "sweeps": ((), ()), "missing": np.zeros(3),
        "is_bounded": True, "seen": (0, 0),
    }  # fmt: skip
    own = {name: changed.pop(name) for name in list(changed) if name in model}
    rules = SimpleNamespace(relapse=SimpleNamespace(events=1.0, household_months=2400.0))
    known = {
        "rules": rules,
        "months": 24,
        "episodes": SimpleNamespace(undated=0),
        "least_months": 6,
    } | changed
    return SimpleNamespace(model=SimpleNamespace(**(model | own)), **known)


@pytest.mark.parametrize(
    ("changed", "words", "is_said"),
    [
        ({}, "按最近24个月的登记估计，近来的升降逐月减弱；不足三年，看不出季节", True),
        ({"entering": SimpleNamespace(places=("season",))}, "分月份（季节）估计", True),
        ({"missing": np.array([0.0049, 0.0])}, "补录", False),
        ({"missing": np.array([0.005, 0.0])}, "当月识别的有1%以后才补录", True),
        ({"missing": np.array([0.126, 0.0])}, "当月识别的有13%以后才补录", True),
        ({"sweeps": ((Month(2022, 5).ordinal,), ())}, "2022年5月按集中排查单独估计，以后按同样的频次", True),
        ({"sweeps": ((Month(2022, 5).ordinal,), (Month(2023, 5).ordinal,))}, "以后按计划", True),
        ({"sweeps": ((), (Month(2023, 5).ordinal,))}, "计划在2023年5月集中排查，登记里没有过", True),
        ({}, "集中排查", False),
        ({}, "新识别不超过各镇未监测的户数", True),
        ({"is_bounded": False}, "没有按户数封顶", True),
        ({}, "看不出返贫，返贫的机会完全是设定：1户／2400户月", True),
        ({"seen": (3, 500)}, "见到返贫3户（500户月），连同设定的1户／2400户月", True),
        ({"episodes": SimpleNamespace(undated=0)}, "没有用于估计", False),
        ({"episodes": SimpleNamespace(undated=7)}, "时间不全的7户没有用于估计", True),
    ],
)
def test_what_the_projection_rests_on_is_said_as_it_is(changed, words, is_said):
    assert any(words in one for one in hb.risk_flow.assumptions(_study(**changed))) is is_said
