"""Charts draw what they are given, the same every time, down to nothing at all."""

import re
from itertools import pairwise

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from hanbin_lib.charts import (
    CountRange,
    Curve,
    Dot,
    PlaceShare,
    Swing,
    age_bars,
    cause_bars,
    closure_curves,
    count_ranges,
    frontier,
    goal_fan,
    group_bars,
    income_bands,
    monthly_fan,
    open_trend,
    place_shares,
    power_curves,
    share_dots,
    status_flow,
    tornado,
)
from hanbin_lib.errors import HanbinError

CATEGORIES = ("脱贫不稳定户", "边缘易致贫户", "突发严重困难户")
REASONS = ("措施已落实待稳定", "监测未满规定月数", "整户无劳动能力", "超期无措施")
counts = st.integers(0, 5000).map(float)


def _flow(categories, situations):
    return status_flow(
        categories=categories, situations=situations, persons=(3.0, 2.0, 1.0), title="标题", unit_line="户"
    )


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(counts, counts), min_size=3, max_size=3), st.data())
def test_the_flow_draws_any_split_within_its_frame(pairs, data):
    categories = tuple((name, *pair) for name, pair in zip(CATEGORIES, pairs, strict=True))
    left = int(sum(rest for _, _, rest in categories))
    cuts = sorted(data.draw(st.lists(st.integers(0, left), min_size=3, max_size=3)))
    values = [b - a for a, b in zip([0, *cuts], [*cuts, left], strict=True)]
    situations = tuple(
        (name, float(v), n == 3) for n, (name, v) in enumerate(zip(REASONS, values, strict=True))
    )
    chart = _flow(categories, situations)
    assert chart.width_mm == pytest.approx(156)
    for _, value, _ in situations:
        assert (f"{value:.0f}户" in chart.svg) or value == 0
    assert "nan" not in chart.svg.lower()


def test_the_same_data_give_the_same_drawing():
    once = _flow((("脱贫不稳定户", 3.0, 2.0),), (("措施已落实待稳定", 2.0, False),))
    assert once == _flow((("脱贫不稳定户", 3.0, 2.0),), (("措施已落实待稳定", 2.0, False),))


def test_two_drawings_share_no_id():
    trend = {"months": ("2022-08", "2022-09"), "eliminated": (1.0, 1.0), "new": (0.0, 1.0), "unit_line": "户"}
    one = open_trend(open_households=(5.0, 4.0), title="甲", **trend)
    two = open_trend(open_households=(5.0, 3.0), title="乙", **trend)
    ids = [set(re.findall(r'\bid="([^"]+)"', chart.svg)) for chart in (one, two)]
    assert ids[0]
    assert not ids[0] & ids[1]


def test_bars_start_at_zero_and_are_proportional():
    chart = cause_bars(
        causes=(("因病", 80.0, -3.0), ("因残", 40.0, None)), title="因病居首位", unit_line="户"
    )
    assert chart.alt == "户：因病80户、因残40户。"
    widths = []
    for path in BeautifulSoup(chart.svg, "html.parser").find_all("path"):
        numbers = [float(n) for n in re.findall(r"[ML] ?(-?[\d.]+)", path["d"])]
        if len(numbers) >= 4:
            widths.append(max(numbers) - min(numbers))
    *_, short, long, frame = sorted(widths)
    assert frame == pytest.approx(chart.width_mm / 25.4 * 72, rel=0.01)
    assert long == pytest.approx(2 * short, rel=0.01)


def test_the_line_stands_only_where_it_was_entered():
    bands = (("4000元以下", 3.0), ("4000—8000元", 5.0), ("8000元及以上", 2.0))
    common = {"bands": bands, "limits": (4000, 8000), "title": "分布", "unit_line": "户"}
    assert "监测线" not in income_bands(line=None, **common).svg
    assert "监测线6000元" in income_bands(line=6000, **common).svg


def _texts(chart):
    """(x, y, words) of every text of a drawing, in points."""
    for group in BeautifulSoup(chart.svg, "html.parser").find_all("text"):
        place = re.search(r"translate\(([-\d.]+) ([-\d.]+)\)", group.get("transform", ""))
        if place:
            yield float(place[1]), float(place[2]), group.get_text()
        else:
            yield float(group["x"]), float(group["y"]), group.get_text()


@pytest.mark.parametrize(
    "pairs",
    [
        ((0, 0), (0, 0), (3, 2)),
        ((50, 0), (1, 0), (2, 0)),
        ((0, 500), (0, 300), (0, 100)),
        ((0, 0), (9, 9), (0, 0)),
    ],
)
def test_labels_of_the_flow_keep_apart_and_inside(pairs):
    categories = tuple((name, float(a), float(b)) for name, (a, b) in zip(CATEGORIES, pairs, strict=True))
    left = sum(b for _, b in pairs)
    situations = ((REASONS[0], float(left - left // 3), False), (REASONS[3], float(left // 3), True))
    chart = _flow(categories, situations)
    height = chart.height_mm / 25.4 * 72
    words = {text: y for _, y, text in _texts(chart)}
    at = [words[name] for name in CATEGORIES]
    assert all(later - earlier > 20 for earlier, later in pairwise(at))
    assert words["未消除风险"] - words["已消除风险"] > 20
    assert all(0 < y < height for y in words.values())


def test_one_month_alone_is_no_trend_but_is_drawn():
    chart = open_trend(
        months=("2022-09",),
        open_households=(5.0,),
        eliminated=(0.0,),
        new=(0.0,),
        title="标题",
        unit_line="户",
    )
    assert [text for _, _, text in _texts(chart)].count("5户") == 1


def test_a_character_without_a_glyph_stops_the_drawing():
    with pytest.raises(HanbinError, match="HB-TYP-001"):
        cause_bars(causes=(("因\ua66e", 1.0, 0.0),), title="标题", unit_line="户")


def _dot(value, upper, **more):
    return Dot("饮水安全", value, value / 2, upper, **more)


@pytest.mark.parametrize("upper", [0.001, 0.03, 0.5, 1.0])
def test_dots_of_any_size_stay_within_their_scale(upper):
    chart = share_dots(
        dots=(_dot(upper / 2, upper, before=upper), _dot(0.0, upper)), title="题", unit_line="户"
    )
    assert "nan" not in chart.svg.lower()
    assert "上月" in chart.alt


def test_only_places_that_were_tested_with_all_others_are_named():
    places = (
        PlaceShare("甲镇", 0.5, 0.38, 0.62, "30/60", is_named=True),
        PlaceShare("丁镇", 0.3, 0.2, 0.4, "18/60"),
        PlaceShare("乙镇", 0.1, 0.05, 0.2, "6/60"),
        PlaceShare("丙镇", 0.02, 0.0, 0.08, "1/60"),
    )
    chart = place_shares(places=places, mean=0.1, title="题", unit_line="户")
    assert "甲镇 30/60" in chart.svg
    assert "丁镇 18/60" not in chart.svg
    assert "乙镇 6/60" not in chart.svg
    assert "乙镇6/60" in chart.alt


def test_ages_and_curves_say_their_numbers():
    bars = age_bars(
        ages=("30天以内", "90天以上"), sources=(("自查", (3.0, 1.0)), ("省级", (0.0, 2.0))), title="题",
        unit_line="个",
    )  # fmt: skip
    assert "自查30天以内3个、90天以上1个" in bars.alt
    curve = closure_curves(curves=(("近一年", (5.0, 20.0), (0.6, 0.1)),), title="题", unit_line="比例")
    assert "到第20天销号90%" in curve.alt


def test_the_fan_holds_record_goal_and_bands():
    chart = goal_fan(
        record=[(2019, 100.0), (2020, 110.0)],
        bands=[("80%", [(2021, 100.0), (2022, 95.0)], [(2021, 130.0), (2022, 150.0)])],
        median=[(2021, 115.0), (2022, 120.0)],
        goal=(2022, 140.0),
        growth=[(2020, 0.1)],
        title="题",
        unit_line="元",
    )
    assert "80%区间95—150元" in chart.alt
    words = {text for _, _, text in _texts(chart)}
    needed = (140 / 110) ** 0.5 - 1
    assert {"目标140", "10.0%", "4.5%", "4.3%", f"需{100 * needed:.1f}%"} <= words


def test_long_labels_of_bars_are_not_cut():
    chart = group_bars(
        groups=(("联农带农机制不健全", 7.0), ("短", 1.0)), unit="个", title="题", unit_line="个"
    )
    assert "联农带农机制不健全" in chart.svg


def test_the_tornado_holds_every_swing_and_the_goal():
    swings = (Swing("单价 3—8元", 900.0, 1300.0, "10%→31%"), Swing("亩投入", 1100.0, 1000.0, "21%→16%"))
    chart = tornado(
        swings=swings, middle=1050.0, goal=1200.0, title="题", unit_line="元", chances_head="把握"
    )
    words = [text for _, _, text in _texts(chart)]
    assert {"900", "1300", "1000", "1100", "10%→31%", "目标1200", "中位1050"} <= set(words)
    assert "亩投入：1100—1000元" in chart.alt
    assert all(0 < x < chart.width_mm / 25.4 * 72 for x, _, _ in _texts(chart))


def test_the_frontier_marks_plan_and_budget():
    chart = frontier(
        line=((0.0, 0.07), (900.0, 0.2), (2500.0, 0.6)), marks=(("原计划", (1300.0, 0.18)),),
        levels=(0.5, 0.8), budget=1500.0, title="题", unit_line="万元",
    )  # fmt: skip
    assert "预算1500万元" in chart.svg
    assert "原计划1300万元18%" in chart.alt
    assert {"50%", "80%"} <= {text for _, _, text in _texts(chart)}


def test_power_curves_name_the_chances_at_the_mark():
    shares = [0.0, 0.1, 0.2, 0.3]
    curves = (
        Curve("2村10户", shares, [0.0, 0.62, 0.87, 0.96]),
        Curve("2村10户×6个月", shares, [0.0, 0.99, 0.9999, 1.0]),
    )
    drawn = power_curves(curves=curves, mark=0.2, title="督查的把握", unit_line="发现至少一户的机会")
    assert "2村10户87%、2村10户×6个月＞99%" in drawn.alt
    assert "应当发现（20%）" in drawn.svg


def test_monthly_fan_names_the_present_the_median_and_the_interval():
    drawn = monthly_fan(
        record=[("2022-07", 2434), ("2022-08", 2383), ("2022-09", 2332)],
        ahead=[("2022-10", 2286, 2251, 2318), ("2022-11", 2240, 2150, 2330)],
        interval="90%区间",
        title="未消除风险户",
        unit_line="户",
    )
    assert "2022-09为2332户；模拟2022-11中位2240户，90%区间2150—2330户" in drawn.alt
    assert "2330（90%区间）" in drawn.svg


def test_ranges_of_counts_say_their_numbers():
    chart = count_ranges(
        ranges=(CountRange("多重冲击", 240.0, 166.0, 339.0), CountRange("洪涝", 0.0, 0.0, 0.0)),
        unit="户", title="题", unit_line="户",
    )  # fmt: skip
    assert "多重冲击240户（166—339）" in chart.alt
    assert "nan" not in chart.svg.lower()


def test_numbers_that_are_not_published_are_words_and_no_bars():
    nan = float("nan")
    bands = income_bands(
        bands=(("4000元以下", nan), ("4000元及以上", 14.0)),
        limits=(4000,),
        line=None,
        title="t",
        unit_line="u",
    )
    groups = group_bars(groups=(("空号", nan), ("占线", 3.0)), unit="户", title="t", unit_line="u")
    nothing = group_bars(groups=(("空号", nan),), unit="户", title="t", unit_line="u")
    for chart in (bands, groups, nothing):
        assert "不公布" in chart.svg
        assert "不公布" in chart.alt
        assert "nan" not in chart.svg + chart.alt


def _told(chart):
    return [title.get_text() for title in BeautifulSoup(chart.svg, "html.parser").find_all("title")]


def test_bars_tell_what_they_are_when_the_pointer_rests_on_them():
    causes = cause_bars(causes=(("因病", 30.0, 2.0), ("因灾", 4.0, None)), title="题", unit_line="户")
    assert _told(causes) == ["因病30户，较上月+2", "因灾4户，较上月—"]
    groups = group_bars(groups=(("甲", 3.0), ("乙", 0.0)), unit="个", title="题", unit_line="个")
    assert _told(groups) == ["甲3个", "乙0个"]
    bands = (("1万元以下", 5.0), ("1万元以上", 7.0))
    incomes = income_bands(bands=bands, limits=(10000,), line=None, title="题", unit_line="户")
    assert _told(incomes) == ["1万元以下5户", "1万元以上7户"]
    ages = age_bars(ages=("新", "旧"), sources=(("督查", (2.0, 1.0)),), title="题", unit_line="个")
    assert _told(ages) == ["督查新2个", "督查旧1个"]
    ranges = count_ranges(ranges=(CountRange("洪涝", 9, 5, 14),), unit="户", title="题", unit_line="户")
    assert set(_told(ranges)) == {"洪涝9户（5—14）"}
    swings = (Swing("单价", 90, 120, "1%→2%"),)
    tornadoes = tornado(swings=swings, middle=100, goal=150, title="题", unit_line="元", chances_head="机会")
    assert _told(tornadoes) == ["单价：90—120元1%→2%"]


amounts = st.integers(1, 90_000).map(float)


@settings(max_examples=8, deadline=None)
@given(st.lists(amounts, min_size=2, max_size=6), st.lists(st.tuples(*[amounts] * 3), min_size=1, max_size=4))
def test_every_year_and_month_of_a_fan_tells_its_numbers(past, ahead):
    ahead = [tuple(sorted(row)) for row in ahead]
    first = 2030 - len(past)
    years = range(2030, 2030 + len(ahead))
    fan = goal_fan(
        record=[(first + n, value) for n, value in enumerate(past)],
        bands=[("80%", [(y, low) for y, (low, _, _) in zip(years, ahead, strict=True)],
                [(y, high) for y, (_, _, high) in zip(years, ahead, strict=True)])],
        median=[(y, middle) for y, (_, middle, _) in zip(years, ahead, strict=True)],
        goal=(years[-1], 30000.0), growth=[], title="题", unit_line="元",
    )  # fmt: skip
    assert _told(fan) == [
        *(f"{first + n}年{value:.0f}元" for n, value in enumerate(past)),
        *(f"{y}年预测中位{middle:.0f}元；80%区间{low:.0f}—{high:.0f}元"
          for y, (low, middle, high) in zip(years, ahead, strict=True)),
    ]  # fmt: skip
    months = monthly_fan(
        record=[(f"甲{n}", value) for n, value in enumerate(past)],
        ahead=[(f"乙{n}", middle, low, high) for n, (low, middle, high) in enumerate(ahead)],
        interval="90%区间", title="题", unit_line="户",
    )  # fmt: skip
    assert _told(months) == [
        *(f"甲{n}　{value:.0f}户" for n, value in enumerate(past)),
        *(f"乙{n}　中位{middle:.0f}户（90%区间{low:.0f}—{high:.0f}）" for n, (low, middle, high) in enumerate(ahead)),
    ]  # fmt: skip


def test_bands_and_points_tell_theirs():
    flow = _flow((("甲", 5.0, 3.0),), (("乙", 3.0, True),))
    assert _told(flow) == ["乙3户"]
    mixes = frontier(
        line=((10.0, 0.2), (20.0, 0.6)), marks=(("原计划", (15.0, 0.3)),), levels=(0.5,), budget=30.0,
        title="题", unit_line="万元",
    )  # fmt: skip
    assert _told(mixes) == ["10万元20%", "20万元60%", "原计划15万元30%"]
    trend = open_trend(
        months=("2022-08", "2022-09"), open_households=(9.0, 8.0), eliminated=(1.0, 2.0), new=(0.0, 1.0),
        title="题", unit_line="户",
    )  # fmt: skip
    assert {"2022-08　未消除9户", "2022-09　未消除8户", "2022-09　消除2户"} <= set(_told(trend))
