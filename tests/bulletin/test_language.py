"""The style guide of the generated text (docs/writing.md), held against what is printed."""

import ast
import os
import re
from itertools import takewhile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from said import displays, parts, texts

import hanbin_lib
from hanbin_lib.display import CHANGE, CHANGE_IN_WORDS, IN_WAN, Chart, Paragraph, Volume, plain_text, written
from hanbin_lib.indicators import Unit
from hanbin_lib.workspace import ENVIRONMENT_VARIABLE

COUNTS = [u for u in Unit if written(1.0, u) == f"1{u.value}" and u is not Unit.MONTHS]
EMPTY_PRAISE = (
    "显著成效",
    "扎实推进",
    "取得实效",
    "再上新台阶",
    "稳步提升",
    "成效明显",
    "有力有序",
    "高度重视",
)
HALF_WIDTH = re.compile(r"(?<=[一-鿿])[,;:?!()](?=[一-鿿])|(?<=[一-鿿])[,;:?!]$")
FAULTS = {
    "半角标点": HALF_WIDTH,
    "没有变化不写零个百分点": re.compile(r"(?<![0-9.])0(\.0)?个百分点"),
    "户、人、个不带小数": re.compile(r"[0-9]\.[0-9]+(户|人|个(?!百分点|月)|项|条|家|次)"),
    "变化比例用百分点": re.compile(r"(提高|下降|上升)[0-9.]+%"),
    "减号用−": re.compile(r"(?<![0-9A-Za-z_])-[0-9]"),
    "范围用—": re.compile(r"[0-9]%[-~～至][0-9]"),
    "两个标点相连": re.compile(r"[，。；：、][，。；：、]"),
    "空话": re.compile("|".join(EMPTY_PRAISE)),
    "排名要带区间": re.compile(r"排名第|名列"),
    "没有数的程序文字": re.compile(r"(?<![A-Za-z])(nan|None|inf)(?![A-Za-z])", re.IGNORECASE),
}
LEADERS = {
    "方法和文件名写在附册": re.compile(r"种子|Kaplan|\.yaml|\.csv"),
    "没有就说没有": re.compile(
        r"(?<![0-9.—−（])0(户|人|个(?!月|百分点)|项|条|家|次|件|类)|(?<![0-9（.])0(\.0)?[万亿]?元"
    ),
    "一万万元以上用亿元": re.compile(r"[0-9]{5,}\.[0-9]万元"),
}
finite = st.floats(-1e6, 1e6, allow_nan=False)


@pytest.fixture(scope="module", params=["610902", "610902110"])
def shown(request, demo_workspace):
    before = os.environ.get(ENVIRONMENT_VARIABLE)
    os.environ[ENVIRONMENT_VARIABLE] = str(demo_workspace.root)
    try:
        yield displays(request.param)
    finally:
        os.environ.pop(ENVIRONMENT_VARIABLE)
        if before:
            os.environ[ENVIRONMENT_VARIABLE] = before


def test_what_is_printed_keeps_to_the_guide(shown):
    said = [text for one in shown for text in texts(one)]
    assert len(said) > 300
    broken = [f"{rule}：{text[:60]}" for text in said for rule, fault in FAULTS.items() if fault.search(text)]
    assert broken == []


def test_the_leaders_volume_has_their_words(shown):
    front = list(takewhile(lambda one: not isinstance(one, Volume), shown))
    assert 10 < len(front) < len(shown)
    said = [plain_text(one.parts) for one in shown if isinstance(one, Paragraph)]
    nothing = LEADERS["没有就说没有"]
    assert [text[:60] for text in said if nothing.search(text)] == []  # in the annex, too
    said = [plain_text(one.parts) for one in front if isinstance(one, Paragraph)]
    broken = [
        f"{rule}：{text[:60]}" for text in said for rule, fault in LEADERS.items() if fault.search(text)
    ]
    assert broken == []
    assert [
        text for one in front for text in texts(one) if LEADERS["方法和文件名写在附册"].search(text)
    ] == []


@pytest.mark.parametrize(
    "text", ["12个村中，0个有超期户。", "闲置资金0.0万元。", "计划35839.0万元", "100次，种子7"]
)
def test_the_rules_of_the_leaders_volume_find_their_faults(text):
    assert sum(bool(fault.search(text)) for fault in LEADERS.values()) == 1
    assert not any(
        fault.search("查了10个村、200户，0.5个百分点，近0.5个月，3.58亿元。") for fault in LEADERS.values()
    )


def test_every_chart_has_source_date_unit_and_words(shown):
    charts = [one for display in shown for one in parts(display) if isinstance(one, Chart)]
    assert len(charts) >= 5
    for chart in charts:
        assert re.fullmatch(r"来源：.+；(截至|数据截至)[0-9]{4}年.*", chart.source), chart.title
        assert chart.unit_line
        assert re.search("[0-9]", chart.alt), chart.title
        assert len(chart.title) <= 40


@pytest.mark.parametrize("rule", FAULTS)
def test_each_rule_of_the_guide_finds_its_fault(rule):
    broken = {
        "半角标点": "在册,其中", "没有变化不写零个百分点": "较上月+0.0个百分点", "户、人、个不带小数": "5.2户",
        "变化比例用百分点": "提高2.1%", "减号用−": "较上月-5户", "范围用—": "2.1%-4.0%", "两个标点相连": "完成，。",
        "空话": "取得显著成效", "排名要带区间": "排名第3", "没有数的程序文字": "均值nan",
    }  # fmt: skip
    assert FAULTS[rule].search(broken[rule])
    good = (
        "截至9月底，在册5408户18392人，占56.9%，较上月提高2.1个百分点（区间2.1%—4.0%），中位1.5个月，−51户。"
    )
    assert not FAULTS[rule].search(good)


@given(finite, st.sampled_from(COUNTS))
def test_counts_have_no_decimals(value, unit):
    assert re.fullmatch(rf"−?[0-9]+{unit.value}", written(value, unit))


@given(finite, st.sampled_from(list(Unit)))
def test_a_change_has_a_direction_exactly_where_its_print_is_not_zero(change, unit):
    words, sign = written(change, unit, CHANGE_IN_WORDS), written(change, unit, CHANGE)
    if words == "持平":
        assert sign in {f"0{unit.value}", f"0.0{unit.value}", "持平"}
    else:
        assert (words[:2] in {"增加", "提高"}) == (change > 0)
        assert sign[0] == ("+" if change > 0 else "−")
        assert words[2:] == sign[1:]


@given(st.floats(-1, 1, allow_nan=False))
def test_a_difference_of_shares_is_in_points_and_a_share_in_percent(value):
    assert re.fullmatch(r"持平|(提高|下降)[0-9]+\.[0-9]个百分点", written(value, Unit.SHARE, CHANGE_IN_WORDS))
    assert re.fullmatch(r"−?[0-9]+\.[0-9]%", written(value, Unit.SHARE))
    assert written(value, Unit.SHARE, CHANGE) not in {"0.0个百分点", "+0.0个百分点", "−0.0个百分点"}


@given(st.floats(0, 1e9, allow_nan=False), st.sampled_from([Unit.PERSONS, Unit.HOUSEHOLDS]))
def test_wan_has_three_figures_at_most_and_starts_at_ten_thousand(value, unit):
    text = written(value, unit, IN_WAN)
    digits = text.removesuffix(unit.value)
    assert ("万" in digits) == (value >= 10_000)
    if "万" in digits and value < 9_990_000:
        assert len(digits.removesuffix("万").replace(".", "")) <= 3


def test_no_sentence_calls_the_county_a_district():
    """区 is the kind of the first user's county: a 县 must not read 全区 (`Bulletin.whole`)."""
    found = []
    for path in sorted(Path(hanbin_lib.__file__).parent.glob("bulletin/**/*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
        found += [
            f"{path.name}: {node.value}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and id(node) not in told and "全区" in str(node.value)
        ]
    assert found == []
