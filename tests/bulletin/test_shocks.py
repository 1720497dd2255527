"""Scenarios in print: counts with interval, the line and the assumptions beside them."""

import re
from dataclasses import replace
from types import SimpleNamespace

import pytest
import yaml
from support import MONTH

from hanbin_lib import bulletin as hb
from hanbin_lib.bulletin import shock_words
from hanbin_lib.bulletin.exhibits import by_name
from hanbin_lib.display import Missing, plain_text
from hanbin_lib.errors import HanbinError, Unavailable
from hanbin_lib.indicators import Unit


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


@pytest.mark.parametrize(("names", "known"), [(("甲", "乙"), "甲、乙"), ((), "无")])
def test_a_name_that_there_is_not_is_told_beside_those_that_there_are(names, known):
    studies = [Unavailable(name, "") for name in names]
    with pytest.raises(HanbinError, match="HB-SIM-042") as caught:
        by_name(studies, "丙", "HB-SIM-042", "情景", "")
    assert caught.value.message == f"没有名为“丙”的情景（现有：{known}）"
    assert not names or by_name(studies, "乙", "HB-SIM-042", "情景", "") is studies[1]


def test_where_no_scenario_is_named_it_is_the_first_and_what_was_not_drawn_has_no_table():
    """A county made anew has not the scenario that the notebook of the template names."""
    names = [Unavailable("洪涝", "没有监测线"), Unavailable("干旱", "没有监测线")]
    office = SimpleNamespace(shocks=names)
    assert hb.shocks.scenario(office, "") is names[0]
    assert hb.shocks.trial(office, "", {}) == Missing("洪涝", "没有监测线")
    assert hb.shocks.results(office, "干旱") is None
    with pytest.raises(HanbinError, match="HB-SIM-042"):
        hb.shocks.scenario(SimpleNamespace(shocks=[]), "")


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


def test_the_worst_scenario_is_the_one_with_most_below(district):
    medians = {}
    for one in district.shocks:
        for row in one.table.to_dict("records"):
            if (row["measure"], row["place_code"], row["group"]) == (
                "newly_below_households",
                "610902",
                "all",
            ):
                medians[one.name] = row["median"]
    worst = max(medians, key=medians.get)
    said = plain_text(hb.shocks.verdict(district).parts)
    assert f"{len(medians)}个情景中新增低于试算线最多的是“{worst}”，{medians[worst]:.0f}户" in said
    assert worst in hb.shocks.scenario_chart(district).title
    assert worst in hb.shocks.town_table(district).title


def test_towns_stand_in_the_order_of_their_households_and_the_rest_is_counted(district):
    worst: list = []
    for one in district.shocks:
        rows = [
            row for row in one.table.to_dict("records")
            if (row["measure"], row["group"]) == ("newly_below_households", "all") and len(row["place_code"]) == 9
        ]  # fmt: skip
        rows.sort(key=lambda row: (-row["median"], row["place_code"]))
        table = hb.shocks.town_table_of(district, one.name)
        names = [district.scope.register.name(row["place_code"]) for row in rows]
        assert [row[0] for row in table.rows] == names
        assert [row[1].value for row in table.rows] == [row["median"] for row in rows]
        worst = rows if one.scenario.name == "多重冲击" else worst
    short = hb.shocks.town_table(district)
    left_out = re.search(r"另有(\d+)个未列", short.unit_line)
    some = sum(row["median"] > 0 for row in worst)  # where nobody falls there is nothing to list
    assert len(short.rows) + (int(left_out[1]) if left_out else 0) == some


def test_what_measures_keep_above_is_the_difference_and_causes_add_up(district):
    for one in district.shocks:
        means = {
            (row["measure"], row["group"]): row["mean"]
            for row in one.table.to_dict("records")
            if row["place_code"] == "610902"
        }
        new, without = (means[f"{name}_households", "all"] for name in ("newly_below", "without_measures"))
        assert means["kept_above_households", "all"] == pytest.approx(without - new)
        causes = [means["newly_below_households", f"cause={shock.name}"] for shock in one.scenario.shocks]
        assert sum(causes) == pytest.approx(new)
        table = hb.shocks.cause_table(district, one.name)
        assert [row[0] for row in table.rows] == [*(shock.name for shock in one.scenario.shocks), "合计"]


def test_money_is_printed_in_tens_of_thousands(district):
    for row, one in zip(hb.shocks.scenario_table(district).rows, district.shocks, strict=True):
        needed = one.row("needed_yuan", "610902")
        told = [needed["median"], needed["lower"], needed["upper"]]
        if 0 < told[0] < 500:  # would be printed as 0.0
            assert row[3].text.startswith("不到0.1万元（")
            told = told[1:]
        assert [figure.value * 10_000 for figure in row[3].figures] == pytest.approx(told)
        assert "万元" in row[3].text


@pytest.mark.parametrize(
    ("yuan", "text"),
    [
        ((0, 0, 0), "0万元（0—0）"),
        ((300, 0, 4000), "不到0.1万元（0.0—0.4）"),
        ((500, 0, 4000), "0.1万元（0.0—0.4）"),
        ((19_000, 2000, 99_999), "1.9万元（0.2—10.0）"),
        ((19_000, 2000, 100_000), "2万元（0—10）"),
    ],
)
def test_little_money_is_not_told_as_none(yuan, text):
    amounts = dict(zip(("median", "lower", "upper"), yuan, strict=True))
    assert shock_words.spread(amounts, Unit.WAN_YUAN, "simulation|x").text == text


def test_the_annex_lists_every_number_of_the_files_with_its_origin(district, demo_workspace):
    """Read from the YAML files themselves: what is a share is printed in per cent."""
    listed = {
        (row[0], row[1], row[2]): (str(row[3]), row[4], row[5])
        for row in hb.shocks.assumption_list(district).rows
    }
    compared = 0
    for path in (demo_workspace.params / "scenarios").glob("*.yaml"):
        scenario = yaml.safe_load(path.read_text(encoding="utf-8"))
        for part in (*scenario["shocks"], *scenario.get("measures", ())):
            for field in ("exposed", "lost", "months", "share"):
                if field not in part:
                    continue
                label, unit = hb.shocks.FIELDS[field]
                times = 100 if unit == "%" else 1
                ends = dict.fromkeys(part[field][end] * times for end in ("low", "likely", "high"))
                values, printed_unit, origin = listed[scenario["name"], part["name"], label]
                assert [float(one) for one in values.split("—")] == pytest.approx(list(ends))
                assert (printed_unit, origin.removeprefix("假设：")) == (
                    unit, part[field].get("source") or part[field]["assumption"],
                )  # fmt: skip
                compared += 1
    assert compared > 12


def _drawn_as(district, monkeypatch, numbers, *, is_trial=True):
    """The month's scenarios, with (median, upper) of the newly below as given, one each."""
    shocks = []
    for one, (median, upper) in zip(district.shocks, numbers, strict=False):
        below = one.table["measure"].eq("newly_below_households")
        ends = {"median": median, "lower": 0.0, "upper": upper}
        table = one.table.assign(**{name: one.table[name].mask(below, n) for name, n in ends.items()})
        shocks.append(replace(one, table=table, line=replace(one.line, is_trial=is_trial)))
    monkeypatch.setitem(
        district._of_month, "hanbin_lib.bulletin.month_inputs.MonthInputs.shocks", tuple(shocks)
    )
    return [one.scenario.name for one in shocks]


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        (((3, 5), (2, 9)), "最多的是“{0}”，3户（0—5户）"),
        (((3, 5), (3, 9)), "最多的是“{1}”（中位与“{0}”相同），3户（0—9户）"),
        (((0, 1), (0, 2)), "2个情景新增低于试算线的户，中位都为零，90%区间最多到2户（“{1}”）。"),
        (((0, 0), (0, 0)), "2个情景的90%区间里都没有新增低于试算线的户。"),
    ],
)
def test_the_worst_of_equals_is_not_the_worst_alone(district, monkeypatch, numbers, words):
    names = _drawn_as(district, monkeypatch, numbers)
    assert words.format(*names) in plain_text(hb.shocks.verdict(district).parts)


@pytest.mark.parametrize("is_trial", [True, False])
def test_a_line_that_stood_in_is_listed_where_it_did(district, monkeypatch, is_trial):
    _drawn_as(district, monkeypatch, ((3, 5),), is_trial=is_trial)
    assert ("试算线" in {row[2] for row in hb.shocks.assumption_list(district).rows}) is is_trial


def test_what_could_not_be_drawn_is_said_beside_what_could(district, monkeypatch):
    drawn = district.shocks
    refused = Unavailable("没有线的情景", "没有监测线可用")
    monkeypatch.setitem(
        district._of_month, "hanbin_lib.bulletin.month_inputs.MonthInputs.shocks", (drawn[0], refused)
    )
    said = plain_text(hb.shocks.verdict(district).parts)
    assert "1个情景" in said
    assert "“没有线的情景”没有推算：没有监测线可用。" in said
    monkeypatch.setitem(district._of_month, "hanbin_lib.bulletin.month_inputs.MonthInputs.shocks", ())
    assert hb.shocks.verdict(district) is None
    assert hb.shocks.town_table(district) is None


def _with_numbers(district, monkeypatch, place, **numbers):
    """The scenarios as if so many households of a place had a known income, and so many had none."""
    changed = []
    for one in district.shocks:
        table = one.table.copy()
        for name, number in numbers.items():
            own = table["measure"].eq(f"{name}_households") & table["place_code"].eq(place)
            table.loc[own, ["mean", "median", "lower", "upper"]] = number
        changed.append(replace(one, table=table))
    monkeypatch.setitem(
        district._of_month, "hanbin_lib.bulletin.month_inputs.MonthInputs.shocks", tuple(changed)
    )


def test_households_whose_income_is_not_known_are_counted_beside_the_results(district, monkeypatch):
    _with_numbers(district, monkeypatch, "610902", left_out=7.0)
    assert "收入缺项、不能重算的7户没有计入。" in plain_text(hb.shocks.reading_note(district).parts)
    _with_numbers(district, monkeypatch, "610902", left_out=0.0)
    assert "没有计入" not in plain_text(hb.shocks.reading_note(district).parts)


def test_of_a_town_where_no_income_is_known_nothing_is_said(district, monkeypatch):
    town = district.seen_from("610902110", 1, "")
    _with_numbers(district, monkeypatch, "610902110", counted=0.0)
    shown = hb.shocks.verdict(town)
    assert (type(shown), shown.reason) == (Missing, "没有可以重算收入的户")
    assert hb.shocks.scenario_table(town) is None
    assert not isinstance(hb.shocks.verdict(district), Missing)
