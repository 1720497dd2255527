"""The chain behind a figure ends in rows of the files that came in."""

import pytest
from support import MONTH

from hanbin_lib import state
from hanbin_lib.bulletin import open_bulletin
from hanbin_lib.cli.trace import not_as_published, trace_lines
from hanbin_lib.errors import HanbinError
from hanbin_lib.indicators import DEFINITIONS
from hanbin_lib.indicators.compute import tables_of
from hanbin_lib.state import PublicationManifest
from hanbin_lib.workspace import Workspace


@pytest.fixture(scope="module")
def district(demo_workspace):
    return open_bulletin(str(MONTH), "610902", workspace=demo_workspace)


@pytest.mark.parametrize("name", ["open_risk_households", "new_persons", "households_without_measure"])
def test_the_rows_are_as_many_as_the_figure_says(district, name):
    lines = list(trace_lines(district, name, rows=True))
    value = district.figures.value(name.replace("persons", "households"))
    assert f"逐户　{value:.0f}户" in lines
    listed = [line for line in lines if line.startswith("　　　")]
    assert len(listed) == value
    assert all("第" in line and "监测对象信息" in line for line in listed)


@pytest.mark.parametrize(
    ("name", "group", "where", "head"),
    [
        ("phone_problem_households", "answer=饮水安全", "监测对象信息", "逐户　"),
        ("able_households", "all", "脱贫户信息", "逐户　"),
        ("problems_overdue", "all", "问题整改台账", "逐条　"),
        ("measure_coverage_share", "all", "监测对象信息", "逐户（分子）　"),
        ("tasks", "all", "部门任务", "逐条　"),
    ],
)
def test_rows_are_told_of_every_kind_of_table(district, name, group, where, head):
    lines = list(trace_lines(district, name, group, rows=True))
    assert [line for line in lines if line.startswith(head)]
    listed = [line for line in lines if line.startswith("　　　")]
    assert listed
    assert any(where in line for line in listed)


def test_an_estimate_is_no_list_of_rows(district):
    assert list(trace_lines(district, "phone_problem_share", rows=True))[-1].startswith("逐条　这个数不是")


def test_it_names_definition_version_and_files(district):
    text = "\n".join(trace_lines(district, "phone_problem_share", "answer=饮水安全"))
    assert DEFINITIONS["phone_problem_share"].numerator in text
    assert district.snapshot.id in text
    assert "电话抽查记录_演示数据" in text


def test_numbers_and_the_whole_are_told_in_chinese(district):
    head, _, raw, *_ = trace_lines(district, "timely_measure_share")
    assert head.endswith("帮扶措施按期落实率")
    assert [part.split(" ")[0] for part in raw.removeprefix("原值　").split("，")] == ["数值", "分子", "分母"]


def test_rows_are_shown_only_where_asked_for(district):
    codes = district.sources.table("monitored_households")["household_code"]
    text = "\n".join(trace_lines(district, "monitored_households"))
    assert not any(code in text for code in codes)


@pytest.mark.parametrize(("name", "group"), [("nothing", "all"), ("monitored_households", "category=无")])
def test_a_figure_that_is_not_there_is_refused(district, name, group):
    with pytest.raises(HanbinError, match="HB-TRC-001"):
        list(trace_lines(district, name, group))


def test_a_group_that_counts_nothing_is_zero(district, demo_workspace):
    """It has no row: its label is known from other places."""
    name = "problems_open"
    table = district.figures.table
    own = table[table["indicator"].eq(name) & table["month"].eq(str(MONTH))]
    groups = set(own.loc[own["place_code"].eq("610902"), "group"])
    towns = own[own["place_code"].str.len().eq(9)].groupby("place_code")["group"].agg(set)
    town, group = next((code, min(groups - has)) for code, has in towns.items() if groups - has)
    issue = open_bulletin(str(MONTH), town, workspace=demo_workspace)
    lines = list(trace_lines(issue, name, group, rows=True))
    assert "数值　0个（该组没有记录）" in lines
    assert f"分子　{DEFINITIONS[name].numerator}" in lines
    assert "逐条　0条" in lines
    with pytest.raises(HanbinError, match="HB-TRC-001"):
        list(trace_lines(issue, name, group + "不存在"))


def test_every_indicator_knows_its_tables_or_says_that_it_is_made_of_others():
    made = {d.id for d in DEFINITIONS.values() if not tables_of(d.id)}
    assert all("ranking.yaml" in DEFINITIONS[name].source or name in {"data_warnings",
               "safeguard_both_households", "safeguard_phone_only_households",
               "safeguard_register_only_households"} for name in made), made  # fmt: skip


def test_the_receipt_stands_behind_a_figure(district):
    text = "\n".join(trace_lines(district, "workshops"))
    assert "收据　读到4行＝存入4；存入4行＝进入指标4" in text
    assert "对应　社区工厂名册：4/4行填有镇（街道）（100.0%）" in text


@pytest.mark.parametrize(
    ("table", "name", "groups"),
    [
        ("monitored_persons", "monitored_persons", ("all",)),
        ("workshops", "workshops", ("all",)),
        ("projects", "projects", ("all",)),
        ("phone_checks", "phone_called_households", ("all",)),
        ("weekly_rounds", "round_visits", ("all",)),
        ("department_tasks", "tasks", ("all",)),
        ("inspection_units", "inspection_units", ("unit=村", "unit=户", "unit=项目")),
        ("inspection_findings", "inspection_findings", ("severity=一般", "severity=较重", "severity=突出")),
    ],
)
def test_as_many_rows_reach_a_figure_as_it_counts(district, table, name, groups):
    """The receipt is made by the import, the figure by the indicators: each counts for itself."""
    sources = [source for source in district.snapshot.manifest.sources if source.table == table]
    counted = sum(district.figures.value(name, group=group) for group in groups)
    assert sum(source.receipt.reached for source in sources) == counted


def test_that_the_month_was_published_from_other_data_is_said(district, tmp_path):
    """Data that came in again after the publication: the number on paper is not the one that is traced."""
    workspace = Workspace(tmp_path)
    assert not_as_published(workspace, district) == ""
    for known, told in ((district.sources.ids, False), ({**district.sources.ids, str(MONTH): "aa"}, True)):
        manifest = PublicationManifest(
            month=str(MONTH), revision=2, documents={}, failed={}, files={}, snapshots=known
        )
        folder = workspace.reports / str(MONTH)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "manifest.json").write_bytes(state.as_json(manifest))
        said = not_as_published(workspace, district)
        assert (f"第2版用的是另一版数据，印出的数可能与这里的不同：{MONTH} aa（现在是" in said) is told
        assert bool(said) is told
