"""Standards as they are entered: an income, conditions beside it or instead, last year's still, another area's."""

from dataclasses import replace
from functools import cache

import pytest
import said
from support import MONTH

from hanbin_lib.bulletin import contents, open_bulletin
from hanbin_lib.bulletin.chapters import livelihood, shocks
from hanbin_lib.bulletin.figures import Figures
from hanbin_lib.indicators import NoteCode, indicator_table
from hanbin_lib.yearly_documents import MonitoringLine

COUNTY, TOWN = "610902", "610902122"
PLAIN = {"year": MONTH.year, "document": "〔测试〕3号", "entered_by": "测试"}
CONDITIONS = MonitoringLine(**PLAIN, conditions=("刚性支出超过纯收入的60%", "住房安全没有保障"))
KEPT = MonitoringLine(**PLAIN, value_yuan=7000, area="某省", is_last_years=True, conditions=("饮水",))
BY_LINE = ("below_line_open_households", "below_line_unmonitored_households", "fgt_headcount_share")


@pytest.fixture(scope="module")
def under(demo_workspace):
    """The month's bulletin under a standard."""
    plain = open_bulletin(str(MONTH), COUNTY, workspace=demo_workspace)

    @cache
    def made(line: MonitoringLine | None):
        if line is None:
            return plain
        scope = replace(plain.scope, line=line)
        table = indicator_table(plain.sources, scope, plain.settings.ranking)
        figures = Figures(table, plain.month, plain.place)
        return replace(plain, scope=scope, figures=figures, cache=None, numerals={}, _of_month={})

    return made


def texts(items):
    return "\n".join(text for one in items for text in said.texts(one))


def test_a_standard_without_an_income_says_what_is_known(under):
    bulletin = under(CONDITIONS)
    text = texts([livelihood.line_note(bulletin)])
    assert "没有收入值（〔测试〕3号），依赖收入线的指标注明“不适用”，不作估计" in text
    assert "条件：刚性支出超过纯收入的60%；住房安全没有保障。" in text
    assert "另有" not in text
    assert "未录入" not in text
    table = bulletin.figures.table
    of_line = table[table["indicator"].isin(BY_LINE)]
    assert set(of_line["indicator"]) == set(BY_LINE)
    assert of_line["note_code"].eq(NoteCode.NOT_APPLICABLE).all()
    assert of_line["value"].isna().all()
    rows = [row[0] for row in livelihood.screens(bulletin).rows]
    assert not any("监测线" in str(one) for one in rows)


def test_an_income_with_conditions_of_another_area_and_of_last_year(under):
    plain = under(None)
    text = texts([livelihood.line_note(replace(plain, scope=replace(plain.scope, line=KEPT)))])
    assert "7000元（〔测试〕3号；适用于某省；沿用上年标准）。收入是参考，不是自动认定线。" in text
    assert "另有条件：饮水。" in text


def test_what_nobody_entered_is_told_from_what_has_no_income(under):
    entered, none = under(CONDITIONS), under(None)
    assert "未录入" in texts([livelihood.line_note(none)])
    codes = {
        one.figures.table.set_index("indicator").loc[list(BY_LINE), "note_code"].iloc[0]
        for one in (entered, none)
    }
    assert codes == {NoteCode.NOT_APPLICABLE, NoteCode.PARAMETER_MISSING}


def test_scenarios_take_their_trial_line_or_say_that_the_standard_has_no_income(under):
    bulletin = under(CONDITIONS)
    scenario = bulletin.models.scenarios[0].model_copy(update={"trial_line": None, "draws": 100})
    models = replace(bulletin.models, scenarios=(scenario,))
    refused = shocks.verdict(replace(bulletin, models=models, _of_month={}))
    assert "本年度的标准没有收入值" in refused.reason


@pytest.mark.slow
@pytest.mark.parametrize("line", [CONDITIONS, KEPT])
@pytest.mark.parametrize("place", [COUNTY, TOWN])
def test_the_whole_bulletin_comes_out(under, line, place):
    report = contents.report(under(line).seen_from(place, 1, ""))
    text = texts(report.items)
    assert "生成时出错" not in text
    assert "尚未录入" not in text
    assert "监测收入范围未录入" not in text
    if line.value_yuan is None:
        assert "低于监测线且未纳入监测，属筛查线索" not in text
