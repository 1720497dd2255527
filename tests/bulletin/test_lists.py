"""Lists of places and offices: in the order of the number they print, none twice, and what is left out is counted."""

import re

import numpy as np
import pandas as pd
import pytest
from hand_made import COUNTY, LAST, TOWN, counts, page, row, unknown

from hanbin_lib import bulletin as hb
from hanbin_lib.bulletin.exhibits import as_ranked, largest_first
from hanbin_lib.display import Figure, Missing, RangeCell
from hanbin_lib.indicators.safeguards import APART, REGISTERED


def _towns(basis):
    return list(basis.scope.register.towns["place_code"])


def _name(basis, code):
    return basis.scope.register.name(code)


def _random(basis, seed, name, places=None):
    """Counts of places at random, some of them nought: the rows, and the counts by code."""
    rng = np.random.default_rng(seed)
    places = _towns(basis) if places is None else places
    values = {code: int(n) for code, n in zip(places, rng.integers(0, 4, len(places)), strict=True)}
    return [one for code, n in values.items() for one in counts(at=code, **{name: n})], values


def _left_out(line):
    found = re.search(r"另有(\d+)个", line)
    return int(found[1]) if found else 0


@pytest.mark.parametrize("seed", range(4))
def test_towns_with_lagging_projects(basis, seed):
    """Recounted: late and underpaid together, the most first, by code where equal."""
    late, by_late = _random(basis, seed, "projects_late")
    underpaid, by_paid = _random(basis, seed + 50, "projects_underpaid")
    sums = {code: by_late[code] + by_paid[code] for code in by_late}
    wanted = sorted((code for code in sums if sums[code]), key=lambda code: (-sums[code], code))
    table = hb.projects.by_town(page(basis, late + underpaid))
    names = [line[0] for line in table.rows]
    assert names == [_name(basis, code) for code in wanted[: len(names)]]
    assert len(names) + _left_out(table.unit_line) == len(wanted)


def test_what_nobody_filled_in_of_a_project_is_no_nought(basis, monkeypatch):
    """Projects that have not begun: the one has nothing told, the other is told to have nothing."""
    own = basis.sources.table("projects").head(2)
    nothing = pd.array([None, 0.0], "Float64")
    own = own.assign(
        started_date=pd.NaT, finished_date=pd.NaT, paid_10k_yuan=nothing, progress_percent=nothing
    )
    monkeypatch.setattr(hb.opening.Bulletin, "received", lambda *_: own)
    rows = counts(projects_late=1, projects_underpaid=0, project_idle_planned=100)
    table = hb.projects.lagging(page(basis, rows))
    told = {str(line[0]): [str(cell) for cell in line[4:]] for line in table.rows}
    first, second = sorted(own["project_code"])
    assert told[str(own["project_code"].iloc[0])] == ["未填", "未填", "闲置"]
    assert told[str(own["project_code"].iloc[1])] == ["0.0万元", "0%", "进度滞后、闲置"]
    assert list(told) == [first, second]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("place", [COUNTY, TOWN])
def test_places_where_register_and_telephone_differ(basis, seed, place):
    below = list(basis.scope.register.children(place)["place_code"])
    rng, rows, sums = np.random.default_rng(seed), [], {}
    for code in below:
        numbers = rng.integers(0, 3, len(REGISTERED))
        sums[code] = int(sum(numbers))
        rows += [
            row(APART, int(n), at=code, group=f"safeguard={label}")
            for n, label in zip(numbers, REGISTERED.values(), strict=True)
        ]
    table = hb.safeguards.places_to_check(page(basis, rows, place=place))
    wanted = sorted((code for code in sums if sums[code]), key=lambda code: (-sums[code], code))
    assert [line[0] for line in table.rows] == [_name(basis, code) for code in wanted[: len(table.rows)]]
    assert len(table.rows) + _left_out(table.unit_line) == len(wanted)
    for line in table.rows:
        assert sum(cell.value for cell in line[1:-1]) == line[-1].value


@pytest.mark.parametrize("number", [0, 1, 8, 9, 26])
def test_towns_that_nobody_visited_longest_first_and_how_many_are_not_listed(basis, number):
    codes = _towns(basis)
    weeks = {code: (n * 7) % 11 + 3 for n, code in enumerate(codes[:number])}
    rows = counts(towns_unvisited=number)
    for code in codes:
        rows += counts(at=code, towns_unvisited=int(code in weeks), weeks_since_visit=weeks.get(code, 0))
    shown = hb.duties.unvisited(page(basis, rows))
    if not number:
        assert isinstance(shown, Missing)
        assert shown.reason == "没有"
        return
    wanted = sorted(weeks, key=lambda code: (-weeks[code], code))
    assert [line[0] for line in shown.rows] == [_name(basis, code) for code in wanted[:8]]
    assert [line[1].value for line in shown.rows] == [weeks[code] for code in wanted[:8]]
    assert _left_out(shown.unit_line) == max(0, number - 8)


def test_a_town_that_was_never_visited_comes_before_all_others(basis):
    first, second, third = _towns(basis)[:3]
    rows = [one for code in (first, second, third) for one in counts(at=code, towns_unvisited=1)]
    rows += counts(at=first, weeks_since_visit=5) + counts(at=third, weeks_since_visit=50)
    rows += unknown("weeks_since_visit", at=second, note="not_applicable")
    shown = hb.duties.unvisited(page(basis, rows))
    assert [line[0] for line in shown.rows] == [_name(basis, code) for code in (second, third, first)]


@pytest.mark.parametrize("seed", range(3))
def test_the_table_of_places_has_each_place_once_and_its_sum_last(basis, seed):
    names = ("monitored_households", "open_risk_households", "new_households", "households_without_measure")
    rows, sums = [], {}
    for n, name in enumerate(names):
        own, values = _random(basis, seed * 10 + n, name)
        sums[name] = sum(values.values())
        rows += own + counts(**{name: sums[name]})
    table = hb.places.place_table(page(basis, rows))
    assert [line[0] for line in table.rows[:-1]] == [_name(basis, code) for code in _towns(basis)]
    heads = [column.heading for column in table.columns]
    for head, name in zip(("在册", "未消除", "新纳入", "无措施"), names, strict=True):
        at = heads.index(head)
        (whole,) = table.rows[-1][at].parts
        assert sum(line[at].value for line in table.rows[:-1]) == whole.value == sums[name]
    late = heads.index("无措施")
    assert table.emphasis == {n for n, line in enumerate(table.rows[:-1]) if line[late].value}


@pytest.mark.parametrize("seed", range(3))
def test_a_town_s_lists_name_its_own_villages_alone(basis, seed):
    own = list(basis.scope.register.children(TOWN)["place_code"])
    others = [code for code in basis.scope.register.villages["place_code"] if not code.startswith(TOWN)][:60]
    late, values = _random(basis, seed, "households_without_measure", own + others)
    rows = late + [one for code in own + others for one in counts(at=code, monitored_households=2)]
    town = page(basis, rows, place=TOWN)
    names = {_name(basis, code) for code in own}
    concerned = sorted((code for code in own if values[code]), key=lambda code: (-values[code], code))
    listed = [line[0] for line in hb.village_tasks.task_table(town).rows]
    assert listed == [_name(basis, code) for code in concerned[: len(listed)]]
    assert len(listed) == min(len(concerned), 15)
    table = hb.places.place_table(town)
    assert {line[0] for line in table.rows[:-1]} == names
    assert str(table.rows[-1][0]) == "合计"


def _departments(ranks, before=None):
    rows = [row("department_rank", n, group=f"department={name}", ends=(n, n)) for name, n in ranks.items()]
    return rows + [
        row("department_rank", n, group=f"department={name}", month=LAST)
        for name, n in (before or {}).items()
    ]


@pytest.mark.parametrize("number", [1, 10, 11, 23])
def test_departments_first_and_last_and_how_many_there_are(basis, number):
    ranks = {
        f"部门{chr(0x4E00 + n)}": n for n in np.random.default_rng(number).permutation(range(1, number + 1))
    }
    shown = page(basis, _departments(ranks))
    table, every = hb.dispatch.department_table(shown), hb.dispatch.all_departments(shown)
    ordered = sorted(ranks, key=ranks.get)
    assert [line[1] for line in every.rows] == ordered
    assert [line[1] for line in table.rows] == (ordered if number <= 10 else ordered[:5] + ordered[-5:])
    assert (f"共{number}个部门" in table.unit_line) == (number > 10)


def test_a_rank_of_last_month_stays_on_the_scale(basis):
    """Last month fourteen were ranked, this month three."""
    table = hb.dispatch.department_table(
        page(basis, _departments({"甲局": 1, "乙局": 2, "丙局": 3}, {"乙局": 14, "丙局": 2}))
    )
    cells = [cell for line in table.rows for cell in line if isinstance(cell, RangeCell)]
    assert [cell.before for cell in cells] == [None, 14, 2]
    places = [
        cell.place(rank) for cell in cells for rank in (cell.low, cell.high, cell.value, cell.before or 1)
    ]
    assert all(0 <= place <= 1 for place in places)


@pytest.mark.parametrize("number", [1, 8, 9, 12])
def test_kinds_of_problems_sum_to_what_was_found(basis, number):
    found = {f"问题{chr(0x4E00 + n)}": (n * 5) % 7 + 1 for n in range(number)} | {"其他": 9}
    rows = [row("inspection_findings", n, at=TOWN, group=f"kind={kind}") for kind, n in found.items()]
    rows += [row("inspection_findings", 2, at=TOWN, group="severity=突出")]
    chart = hb.inspections.towns_and_kinds(page(basis, rows, place=TOWN))
    drawn = dict(zip(chart.data.categories, chart.data.series[0].values, strict=True))
    rest = re.search(r"其余(\d+)类共(\d+)个", chart.unit_line)
    kinds, cases = (int(rest[1]), int(rest[2])) if rest else (0, 0)
    assert len(drawn) + kinds == len(found)
    assert sum(drawn.values()) + cases == sum(found.values())
    assert list(drawn.values()) == sorted(drawn.values(), reverse=True) or "其他" in drawn
    assert "一般0、较重0、突出2" in chart.unit_line


@pytest.mark.parametrize("seed", range(5))
def test_the_largest_come_first_and_the_rest_last(seed):
    rng = np.random.default_rng(seed)
    labels = ["其他", "甲", "乙", "未填写", "丙", "其它原因", "丁"]
    counted = pd.Series(rng.integers(0, 5, len(labels)), index=rng.permutation(labels))
    ordered = largest_first(counted)
    assert dict(ordered) == dict(counted)
    is_rest = [label.startswith(("其他", "其它", "未填写")) for label in ordered.index]
    assert is_rest == sorted(is_rest)
    for part in (ordered[~np.array(is_rest)], ordered[np.array(is_rest)]):
        assert list(part) == sorted(part, reverse=True)


@pytest.mark.parametrize(
    ("labels", "ordered"),
    [
        (("市级", "中央", "省级"), ["中央", "省级", "市级"]),
        (("其他", "社会捐赠", "市级"), ["市级", "社会捐赠", "其他"]),
        ((), []),
    ],
)
def test_labels_follow_their_known_order(labels, ordered):
    assert as_ranked(labels, ("中央", "省级", "市级")) == ordered


def test_every_number_of_a_row_is_of_its_place(basis):
    """The address of a printed number names the place of its row."""
    rows = [
        one
        for code in _towns(basis)
        for one in counts(at=code, monitored_households=3, open_risk_households=1)
    ]
    table = hb.places.place_table(page(basis, rows))
    for code, line in zip(_towns(basis), table.rows[:-1], strict=True):
        sources = [cell.source for cell in line[1:] if isinstance(cell, Figure)]
        assert sources
        assert all(source.split("|")[2] == code for source in sources)
