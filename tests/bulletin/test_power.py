"""What the inspection can see, in print: exact where it is exact, with what it rests on."""

import pytest
from support import MONTH

from hanbin_lib import bulletin as hb
from hanbin_lib.display import plain_text
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


def test_more_looked_at_sees_more(district):
    table = hb.power.trial(district, 5, 50, 1, 0.2)
    missed = [float(str(row[1]).rstrip("%")) for row in table.rows]
    assert len(table.rows) == len(district.inspection.designs) + 1
    assert missed[-1] < missed[0]


def test_a_town_reads_the_sentence_only(demo_workspace):
    town = hb.open_bulletin(str(MONTH), "610902110", workspace=demo_workspace)
    assert hb.power.curves(town) is None
    assert hb.power.design_table(town) is None
    assert hb.power.verdict(town).parts
