"""Who is monitored and why still: the year's course, the causes, and the split of the whole, as they were counted."""

import pytest
from hand_made import COUNTY, LAST, TOWN, counts, page, row, unknown
from support import MONTH

from hanbin_lib import bulletin as hb
from hanbin_lib.display import Chart, Missing
from hanbin_lib.indicators.register import SITUATIONS

OPEN, GONE, NEW = "open_risk_households", "newly_eliminated_households", "new_households"


def _shown(basis, rows, **more):
    trend, causes = hb.monitoring.movement(page(basis, rows, **more)).items
    return trend, causes


def _year(basis, known, *, place=COUNTY, note="not_comparable"):
    """Stocks and flows of the months; those not in `known` (counted from now) have none."""
    rows = []
    for back, month in enumerate(reversed(basis.scope.months)):
        if back in known:
            rows += counts(at=place, month=month, **{OPEN: 100 + back, GONE: 3, NEW: 2})
        else:
            rows += unknown(OPEN, GONE, NEW, at=place, month=month, note=note)
    return rows


@pytest.mark.parametrize("known", [range(12), range(7), range(2), range(1), (0, 1, 2, 5, 6)])
def test_the_course_begins_where_the_place_is_known_without_a_gap(basis, known):
    """A town that was made of others in spring has no numbers of last winter; the months since stand."""
    trend, _ = _shown(basis, _year(basis, known, place=TOWN), place=TOWN)
    assert isinstance(trend, Chart)
    months = [str(month) for month in basis.scope.months]
    length = next(n for n in range(13) if n not in known)
    assert trend.data.categories == tuple(months[-length:])
    assert trend.data.series[0].values == tuple(100.0 + back for back in reversed(range(length)))
    assert trend.title == f"未消除风险户较上月{'减少1户' if length > 1 else '无可比数'}"


@pytest.mark.parametrize(
    ("known", "reason"),
    [((), "要用的栏目没有收到"), ((1, 2, 3), "本月的数没有都收到"), ((4,), "本月的数没有都收到")],
)
def test_without_this_month_there_is_no_course(basis, known, reason):
    trend, _ = _shown(basis, _year(basis, known))
    assert isinstance(trend, Missing)
    assert trend.reason == reason


@pytest.mark.parametrize("last", [0, 1])
def test_a_year_of_nobody_is_no_drawing(basis, last):
    rows = [
        one for month in basis.scope.months[1:] for one in counts(month=month, **{OPEN: 0, GONE: 0, NEW: 0})
    ]
    rows += counts(month=basis.scope.months[0], **{OPEN: last, GONE: 0, NEW: 0})
    trend, _ = _shown(basis, rows)
    assert isinstance(trend, Chart if last else Missing)
    assert last or trend.reason == "2021年10月以来没有未消除风险户"


def test_a_month_withheld_is_no_gap_that_is_cut_off(basis):
    """The public edition shows no year with a month left out: the rest would tell of it."""
    trend, _ = _shown(basis, _year(basis, range(7), note="suppressed"), edition="public")
    assert trend.reason == "公开版有不公布的数，不作图"


def _causes(counted, before=None):
    rows = [row(OPEN, n, group=f"cause={cause}") for cause, n in counted.items()]
    return rows + [row(OPEN, n, group=f"cause={cause}", month=LAST) for cause, n in (before or {}).items()]


@pytest.mark.parametrize(
    ("counted", "title"),
    [
        ({"因残": 3, "因病": 9}, "因病居首位"),
        ({"因病": 1}, "因病居首位"),
        ({"因残": 9, "因病": 9, "因学": 1}, "因残、因病并列首位"),
        ({"因残": 3, "其他": 9}, "其他居首位"),
        ({"因残": 9, "其他": 9}, "因残、其他并列首位"),
        ({"因残": 9, "未填写": 2}, "因残居首位"),
    ],
)
def test_first_are_all_that_have_most(basis, counted, title):
    _, causes = _shown(basis, _causes(counted))
    assert causes.title == title


def test_causes_from_the_largest_down_the_rest_last_each_with_its_change(basis):
    now = {"其他": 50, "因残": 12, "因学": 0, "因病": 30, "缺劳动力": 12}
    _, causes = _shown(basis, _causes(now, {"因病": 33, "因残": 12, "其他": 1}))
    assert causes.data.categories == ("因病", "因残", "缺劳动力", "其他")
    households, changes = causes.data.series[1].values, causes.data.series[0].values
    if causes.data.series[0].name != "较上月":
        households, changes = changes, households
    assert households == (30, 12, 12, 50)
    assert changes == (-3, 0, None, 49)


@pytest.mark.parametrize(
    ("rows", "edition", "reason"),
    [
        ([], "internal", "没有未消除风险户"),
        (_causes({"因病": 0}), "internal", "没有未消除风险户"),
        (unknown(OPEN, group="cause=因病"), "internal", "要用的栏目没有收到"),
        (unknown(OPEN, group="cause=因病", note="suppressed"), "public", "公开版有不公布的数，不作图"),
    ],
)
def test_why_no_causes_are_shown(basis, rows, edition, reason):
    _, causes = _shown(basis, rows, edition=edition)
    assert (causes.title, causes.reason) == ("致险原因", reason)


def test_where_some_causes_are_withheld_none_is_called_the_first(basis):
    rows = _causes({"因病": 30}) + unknown(OPEN, group="cause=因残", note="suppressed")
    _, causes = _shown(basis, rows, edition="public")
    assert causes.title == "公布的致险原因"
    assert causes.unit_line.endswith("；另有原因的户数不公布")


def _split(basis):
    kinds = {"脱贫不稳定户": (9, 4), "边缘易致贫户": (7, 3), "突发严重困难户": (0, 2)}
    rows = counts(
        monitored_households=25, monitored_persons=81, risk_eliminated_households=16,
        risk_eliminated_persons=50, open_risk_households=9, open_risk_persons=31,
    )  # fmt: skip
    for kind, (gone, still) in kinds.items():
        rows += [row(OPEN, still, group=f"category={kind}")]
        rows += [row("risk_eliminated_households", gone, group=f"category={kind}")] if gone else []
    return rows + [
        row(OPEN, n, group=f"situation={one}") for one, n in zip(SITUATIONS, (1, 5, 3), strict=False)
    ]


def test_the_whole_its_states_and_reasons_are_one_sum(basis):
    chart = hb.monitoring.status_flow(page(basis, _split(basis)))
    assert chart.title == "25户中16户已消除风险，9户未消除"
    total, gone, rest = chart.data.series
    assert sum(total.values[:3]) == 25
    assert sum(gone.values[:3]) == 16
    assert sum(rest.values[:3]) == sum(rest.values[3:]) == 9
    assert gone.values[2] == 0  # nobody of that kind was lifted out
    rules = basis.settings.rules
    assert set(chart.data.emphasis) == {f"满{rules.measure_deadline_months}个月仍无措施"}
    assert chart.unit_line == f"带宽与户数成正比，截至{MONTH.label}末"
    assert chart.source.startswith("来源：")


@pytest.mark.parametrize(
    ("gone", "still", "title"),
    [(2, 0, "2户都已消除风险"), (0, 2, "2户都未消除风险"), (1, 1, "2户中1户已消除风险，1户未消除")],
)
def test_a_whole_of_one_state_is_told_as_one(basis, gone, still, title):
    kind = {"group": "category=边缘易致贫户"}
    rows = counts(monitored_households=2, risk_eliminated_households=gone, open_risk_households=still)
    rows += [row("risk_eliminated_households", gone, **kind), row(OPEN, still, **kind)]
    assert hb.monitoring.status_flow(page(basis, rows)).title == title


def test_nobody_is_monitored(basis):
    for rows, reason in (
        (counts(monitored_households=0), "没有在册监测对象"),
        ([], "要用的表或栏目没有收到"),
        (unknown("monitored_households", note="suppressed"), "公开版不公布"),
    ):
        assert hb.monitoring.status_flow(page(basis, rows)).reason == reason
