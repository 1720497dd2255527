"""What the inspection can see, in print: exact where it is exact, with what it rests on."""

import re
from functools import reduce

import numpy as np
import pytest
from scipy import stats
from support import MONTH

from hanbin_lib import bulletin as hb
from hanbin_lib.display import Figure, plain_text
from hanbin_lib.simulate.power import Design, detection


@pytest.fixture(scope="module")
def district(demo_workspace):
    return hb.open_bulletin(str(MONTH), "610902", workspace=demo_workspace)


def test_the_sentence_is_the_closed_form(district):
    study = district.inspection
    missed = 1 - float(detection(Design(2, 10), 0.2, study.icc))
    text = plain_text(hb.power.verdict(district).parts)
    assert text.startswith("督查抽样　推算：")
    assert f"查不出任何问题的可能{missed * 100:.1f}%" in text


def test_every_exhibit_says_that_it_is_exact_or_how_it_was_drawn(district):
    assert "没有随机误差" in hb.power.curves(district).unit_line
    assert "没有随机误差" in hb.power.design_table(district).unit_line
    towns = hb.power.town_table(district)
    assert all(word in towns.unit_line for word in ("模拟", "4000次", "种子", "标准误"))
    assert len(towns.rows) > 20
    assert "假设" in plain_text(hb.power.reading_note(district).parts)


def _number(cell):
    """The number of a cell; of a bound (不到0.1%, 99.9%以上) the bound."""
    return cell.value if isinstance(cell, Figure) else float(re.search(r"[\d.]+", cell.text)[0]) / 100


def test_more_looked_at_sees_more(district):
    table = hb.power.trial(district, 5, 50, 1, 0.2)
    missed = [_number(row[1]) for row in table.rows]
    assert len(table.rows) == len(district.inspection.designs) + 1
    assert missed[-1] < missed[0]


def test_a_town_reads_the_sentence_only(demo_workspace):
    town = hb.open_bulletin(str(MONTH), "610902110", workspace=demo_workspace)
    assert hb.power.curves(town) is None
    assert hb.power.design_table(town) is None
    assert hb.power.verdict(town).parts


def _found(villages, households, months, share, icc):
    """Distribution of findings: villages apart, each beta-binomial (scipy's own); households as even as can be."""
    per = [households // villages + (n < households % villages) for n in range(villages)]
    size = (1 - icc) / icc
    one = [stats.betabinom.pmf(np.arange(n + 1), n, share * size, (1 - share) * size) for n in per]
    return reduce(np.convolve, one * months)


def test_every_design_is_recounted_from_beta_binomials(district):
    """Detection, decision limit, both errors: an implementation of its own, from the printed designs."""
    study, power = district.inspection, district.inspection.rules.power
    designs = [(2, 10, 1), (3, 15, 1), (2, 10, 3), (2, 10, 6)]
    rows = hb.power.design_table(district).rows
    assert len(rows) == len(designs)
    for design, row in zip(designs, rows, strict=True):
        bad, good = (_found(*design, share, study.icc) for share in (power.bad_share, power.acceptable_share))
        reached = np.cumsum(good[::-1])[::-1]  # chance of so many findings or more in a good town
        limit = int(np.argmax(reached <= power.error_share))
        missed, printed_limit, error, flag = map(_number, row[1:5])
        assert missed == pytest.approx(bad[0], abs=0.001)
        assert printed_limit == limit
        assert error == pytest.approx(reached[limit])
        assert flag == pytest.approx(bad[limit:].sum(), abs=0.001)


def test_the_curve_of_the_design_in_force_goes_through_the_printed_point(district):
    study, chart = district.inspection, hb.power.curves(district)
    line = chart.data.series[0]
    at = dict(zip(line.at, line.values, strict=True))
    row = hb.power.design_table(district).rows[0]
    assert at[study.rules.power.bad_share] == pytest.approx(_number(row[4]))
    assert list(line.values) == sorted(line.values)


def test_villages_with_households_are_counted_in_the_register(district):
    """By hand: villages of each town in which a monitored or a lifted household lives."""
    found = {}
    known = set(district.scope.register.villages["place_code"])
    for name in ("monitored_households", "lifted_households"):
        for code in district.sources.table(name)["village_code"].dropna():
            if code in known:
                found.setdefault(code[:9], set()).add(code)
    table = hb.power.town_table(district)
    printed = {row[0]: row for row in table.rows}
    assert {name: row[1].value for name, row in printed.items()} == {
        district.scope.register.name(town): len(villages) for town, villages in found.items()
    }
    for name, row in printed.items():
        missed, flagged, error = map(_number, row[2:])
        assert 0 <= flagged <= 1 - missed <= 1, name
        assert error == pytest.approx((flagged * (1 - flagged) / 4000) ** 0.5, rel=0.01, abs=1e-6), name


def test_the_record_behind_is_told_in_its_numbers(district):
    record = district.inspection.clustering
    told = hb.power.assumptions(district.inspection)
    homes = sum(
        len(units[units["unit_kind"].eq("户")])
        for month in (*district.sources.earlier, MONTH)
        if (units := district.sources.table("inspection_units", month)) is not None
        and district.sources.table("inspection_findings", month) is not None
    )
    assert f"{record.visits}次到村督查的{homes}户估计" in told[0]
    assert f"{record.icc:.3f}" in told[0]
    assert "到20%的镇应当发现；不超过5%的镇，误判的机会不超过10%" in told[1]


def test_the_best_design_is_said_last(district):
    rows = hb.power.design_table(district).rows
    best = max(rows, key=lambda row: _number(row[4]))
    said = plain_text(hb.power.verdict(district).parts)
    assert said.endswith(f"{best[0]}能判为差镇的可能{best[4]}。")
