"""Every chart of the house with made-up numbers: to see the style as a whole, and to keep it.

The numbers are samples (样例), chosen so that each chart shows what it can: long and short labels, an
outlier, an interval, zero.
"""

from collections.abc import Callable
from dataclasses import replace

from hanbin_lib.charts.ageing import age_bars, closure_curves
from hanbin_lib.charts.bars import cause_bars, group_bars, income_bands
from hanbin_lib.charts.dots import Dot, share_dots
from hanbin_lib.charts.fan import goal_fan
from hanbin_lib.charts.flow import status_flow
from hanbin_lib.charts.frontiers import frontier
from hanbin_lib.charts.outlook import monthly_fan
from hanbin_lib.charts.places import PlaceShare, place_shares
from hanbin_lib.charts.power import Curve, power_curves
from hanbin_lib.charts.ranges import CountRange, count_ranges
from hanbin_lib.charts.tornados import Swing, tornado
from hanbin_lib.charts.trend import open_trend
from hanbin_lib.charts.vision import Vision, as_seen
from hanbin_lib.display import Chart, whole

SOURCE = "来源：样例，不是任何地方的数据；截至2022年9月30日"
_MONTHS = tuple(f"2022-{number:02d}" for number in range(1, 10))
_TOWNS = ("甲镇", "乙镇", "丙镇", "丁镇", "戊镇", "己镇", "庚镇", "辛镇")


def example(name: str, vision: Vision = "normal") -> Chart:
    """One chart with sample numbers, as it is seen with full colour vision, without, or in grey.

    Parameters
    ----------
    name
        Name of the chart's function.

    Raises
    ------
    KeyError
        No chart of that name.
    """
    return as_seen(replace(EXAMPLES[name](), source=SOURCE), vision)


def _flow() -> Chart:
    return status_flow(
        categories=(
            ("脱贫不稳定户", 130.0, 87.0),
            ("边缘易致贫户", 140.0, 88.0),
            ("突发严重困难户", 33.0, 12.0),
        ),
        situations=(
            ("措施已落实待稳定", 140.0, False),
            ("整户无劳动能力", 34.0, False),
            ("超期无措施", 13.0, True),
        ),
        persons=(1660.0, 1020.0, 640.0),
        title="490户中303户已消除风险，187户未消除",
        unit_line="带宽与户数成正比",
    )


def _trend() -> Chart:
    return open_trend(
        months=_MONTHS,
        open_households=(260.0, 252.0, 246.0, 240.0, 231.0, 220.0, 208.0, 199.0, 187.0),
        eliminated=(12.0, 11.0, 10.0, 9.0, 12.0, 14.0, 15.0, 12.0, 15.0),
        new=(4.0, 3.0, 4.0, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0),
        title="未消除风险户较上月减少12户",
        unit_line="上：月末未消除风险户；下：当月消除与新纳入户数",
    )


def _causes() -> Chart:
    causes = (
        ("因病", 91.0, -3.0),
        ("因残", 40.0, None),
        ("因务工就业不稳", 20.0, 2.0),
        ("缺劳动力", 19.0, 0.0),
    )
    return cause_bars(causes=causes, title="因病居首位", unit_line="未消除风险户按第一致险原因，户")


def _groups() -> Chart:
    groups = (("有效接通", 412.0), ("无人接听", 44.0), ("非本人", 16.0), ("空号", 3.0))
    return group_bars(groups=groups, unit="户", title="通话结果", unit_line="户，按最好的一次通话计")


def _bands() -> Chart:
    bands = (("4000元以下", 27.0), ("4000—6000元", 59.0), ("6000—8000元", 115.0), ("8000元及以上", 135.0))
    limits = (4000, 6000, 8000)
    unit_line = "户；人均纯收入（元/人/年）"
    return income_bands(bands=bands, limits=limits, line=6600, title="人均纯收入分布", unit_line=unit_line)


def _ages() -> Chart:
    sources = (
        ("区级督查", (30.0, 12.0, 8.0, 5.0)),
        ("自查", (20.0, 8.0, 3.0, 0.0)),
        ("省级督察", (4.0, 9.0, 7.0, 3.0)),
    )
    ages = ("30天以内", "31—60天", "61—90天", "90天以上")
    title, unit_line = "未销号问题中8个已90天以上", "个；按发现以来天数"
    return age_bars(ages=ages, sources=sources, title=title, unit_line=unit_line)


def _closure() -> Chart:
    days = (5.0, 10.0, 20.0, 30.0, 45.0, 60.0, 90.0)
    curves = (
        ("近一年发现", days, (0.93, 0.8, 0.55, 0.33, 0.15, 0.07, 0.03)),
        ("上一年发现", days, (0.96, 0.88, 0.68, 0.48, 0.27, 0.15, 0.06)),
    )
    return closure_curves(curves=curves, title="多快销号", unit_line="已销号比例")


def _dots() -> Chart:
    dots = (
        Dot("义务教育", 0.001, 0.0006, 0.0015, 0.0012, "42/41156"),
        Dot("基本医疗", 0.0053, 0.0045, 0.0061, 0.005, "227/41156"),
        Dot("饮水安全", 0.0079, 0.007, 0.0089, 0.0084, "338/41156", is_red=True),
    )
    return share_dots(dots=dots, title="饮水安全反映最多", unit_line="实点本月，空点上月，横条95%区间")


def _places() -> Chart:
    values = (0.02, 0.08, 0.1, 0.12, 0.14, 0.15, 0.18, 0.42)
    places = tuple(
        PlaceShare(name, v, max(0.0, v - 0.09), v + 0.12, f"{whole(v * 50)}/50", is_named=v > 0.4)
        for name, v in zip(_TOWNS, values, strict=True)
    )
    return place_shares(places=places, mean=0.13, title="辛镇明显高于平均", unit_line="比例，竖条95%区间")


def _fan() -> Chart:
    record = [(2015 + n, 9000.0 * 1.09**n) for n in range(7)]
    years = range(2022, 2028)
    middle = [(year, record[-1][1] * 1.08 ** (year - 2021)) for year in years]

    def edge(width: float) -> list[tuple[int, float]]:
        return [(year, value * (1 + width * (year - 2021))) for year, value in middle]

    bands = [(label, edge(-w), edge(w)) for label, w in (("95%", 0.04), ("80%", 0.025), ("50%", 0.012))]
    return goal_fan(
        record=record, bands=bands, median=middle, goal=(2027, 30000.0),
        growth=[(year, 0.09) for year, _ in record[1:]],
        title="2027年目标30000元", unit_line="元/人/年；虚线预测中位，红点线为到目标的路径",
    )  # fmt: skip


def _frontier() -> Chart:
    line = ((0.0, 0.1), (40.0, 0.35), (80.0, 0.6), (120.0, 0.78), (160.0, 0.86))
    marks = (("原计划", (100.0, 0.5)),)
    return frontier(
        line=line, marks=marks, levels=(0.5, 0.8), budget=120.0,
        title="预算120万元以内把握最多78%", unit_line="线上各点为该把握下最省的组合",
    )  # fmt: skip


def _tornado() -> Chart:
    swings = (
        Swing("务工月收入 3200→4600元", 26800.0, 31200.0, "10%→71%"),
        Swing("参与比例 30%→60%", 27600.0, 30300.0, "22%→58%"),
        Swing("价格 −10%→+10%", 28500.0, 29500.0, "35%→44%"),
    )
    return tornado(
        swings=swings, middle=29000.0, goal=30000.0, title="对计划影响最大的：务工月收入",
        unit_line="2027年，元/人（中位），每项由偏低到偏高", chances_head="把握",
    )  # fmt: skip


def _power() -> Chart:
    shares = tuple(n / 50 for n in range(26))
    designs = (("2村10户", 3), ("3村15户", 5), ("2村10户×6个月", 14))
    curves = tuple(Curve(name, shares, tuple(1 - (1 - s) ** n for s in shares)) for name, n in designs)
    return power_curves(
        curves=curves, mark=0.2, title="抽得越多，看得越清", unit_line="横轴为有问题的户的比例"
    )


def _monthly() -> Chart:
    record = [(month, 260.0 - 9 * n) for n, month in enumerate(_MONTHS)]
    ahead = [
        (f"2022-{n}", 190.0 + 4 * (n - 10), 180.0 - (n - 10), 200.0 + 9 * (n - 10)) for n in (10, 11, 12)
    ]
    return monthly_fan(
        record=record,
        ahead=ahead,
        interval="90%区间",
        title="三个月后中位198户",
        unit_line="月末未消除风险户",
    )


def _ranges() -> Chart:
    numbers = (("大病", 46.0, 31.0, 64.0), ("灾害", 22.0, 9.0, 48.0), ("失业", 5.0, 0.0, 12.0))
    ranges = tuple(CountRange(*one) for one in numbers)
    return count_ranges(ranges=ranges, unit="户", title="大病影响最大", unit_line="户；横条90%区间，样例")


EXAMPLES: dict[str, Callable[[], Chart]] = {
    "status_flow": _flow,
    "open_trend": _trend,
    "cause_bars": _causes,
    "group_bars": _groups,
    "income_bands": _bands,
    "age_bars": _ages,
    "closure_curves": _closure,
    "count_ranges": _ranges,
    "share_dots": _dots,
    "place_shares": _places,
    "goal_fan": _fan,
    "monthly_fan": _monthly,
    "frontier": _frontier,
    "tornado": _tornado,
    "power_curves": _power,
}
