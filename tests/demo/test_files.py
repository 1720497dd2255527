import hashlib
import json
import shutil

import pandas as pd
import pytest

from hanbin_demo.district import build_district
from hanbin_demo.files import write_demo
from hanbin_demo.inspections import finding_truth
from hanbin_lib.months import Month
from hanbin_lib.places import AreaRegister

BUREAU = ("电话抽查", "督查单元", "督查问题", "整改台账", "部门任务", "周下沉")


def digests(files) -> dict[str, str]:
    return {f"{p.parent.name}/{p.name}": hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


@pytest.fixture(scope="module")
def once(register, tmp_path_factory):
    """A demonstration of seed 5: its folder, its files, and the steps it told of. Read only."""
    folder, steps = tmp_path_factory.mktemp("once"), []
    files = write_demo(folder, register, seed=5, scale=0.002, progress=lambda *step: steps.append(step))
    return folder, files, steps


@pytest.fixture
def first(once, tmp_path):
    """Files of the same demonstration, in `tmp_path`."""
    folder, files, _ = once
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    return [tmp_path / path.relative_to(folder) for path in files]


def test_same_seed_gives_same_bytes(once, register, tmp_path):
    again, other = (write_demo(tmp_path / str(seed), register, seed=seed, scale=0.002) for seed in (5, 6))
    assert digests(once[1]) == digests(again)
    same = set(digests(once[1]).values()) & set(digests(other).values())
    # Published values and duties are nobody's chance.
    assert len(same) == 2


def test_same_demonstration_is_not_written_again(first, register, tmp_path):
    assert write_demo(tmp_path, register, seed=5, scale=0.002) == []
    first[3].unlink()
    assert len(write_demo(tmp_path, register, seed=5, scale=0.002)) == len(first)


def test_files_of_another_demonstration_do_not_stay_behind(register, tmp_path):
    write_demo(tmp_path, register, month=Month(2022, 8), seed=5, scale=0.002)
    own = tmp_path / "data/inbox/2022-08/自己的文件.xlsx"
    own.write_bytes(b"")
    files = write_demo(tmp_path, register, seed=5, scale=0.002)
    left = {p for p in (tmp_path / "data/inbox").rglob("*") if p.is_file()}
    assert left == {p for p in files if p.name != "truth.json"} | {own}


def test_a_second_demonstration_a_year_apart_stands_beside_the_first(first, register, tmp_path):
    second = write_demo(tmp_path, register, month=Month(2026, 3), seed=5, scale=0.002)
    assert all(path.is_file() for path in (*first, *second))
    assert {path.name for path in (tmp_path / "data/demo").iterdir()} == {"truth.json", "truth-2026-03.json"}
    assert write_demo(tmp_path, register, seed=5, scale=0.002) == []


def test_every_month_has_the_tables_of_the_bureau(written):
    months = sorted(p.name for p in (written.target / "data/inbox").iterdir())
    assert months == [str(m) for m in Month(2021, 10).until(Month(2022, 9))]
    for month in months:
        names = [p.name for p in (written.target / "data/inbox" / month).iterdir()]
        for part in BUREAU:
            assert sum(part in name for name in names) == 1
        assert all("演示数据" in name for name in names)
    assert len(names) == 18


def test_progress_ends_with_all_done(once):
    steps = once[2]
    done, total = [step[1] for step in steps], {step[2] for step in steps}
    assert done == sorted(done)
    assert done[0] == 0
    assert total == {done[-1]}


def test_truth_holds_what_was_planted(written, small):
    truth = json.loads((written.target / "data/demo/truth.json").read_text(encoding="utf-8"))
    assert truth["totals"]["monitored_households"] == small.totals.monitored_households
    assert all(count >= 1 for count in truth["planted_faults"].values())
    assert len(truth["town_effects"]) == 26
    assert truth["inspection"].keys() == truth["town_effects"].keys()


def test_calls_cover_all_monitored_households(written, small):
    calls = written.sheet("电话抽查", header=0)
    homes = small.households["category"] >= 0
    assert set(small.codes[homes]) <= set(calls["户编号"])
    assert 0.9 * small.totals.phone_calls < len(calls) <= small.totals.phone_calls
    answered = calls["接通情况"] == "有效接通"
    assert (calls["饮水安全"][answered] != "").all()
    assert (calls.loc[~answered, ["饮水安全", "满意度", "责任人是否走访"]] == "").all().all()
    assert calls["拨打时间"].is_monotonic_increasing or calls["拨打时间"].str.startswith("2022-09-").all()


def test_earlier_calls_leave_out_who_was_not_yet_known(written, small):
    calls = written.sheet("电话抽查", month="2021-10", header=0)
    homes = small.households
    unknown = (homes["identified"] > Month(2021, 10).ordinal) & ~homes["is_lifted"]
    assert not set(small.codes[unknown]) & set(calls["户编号"])


def test_inspection_draws_the_same_number_in_every_town(register, tmp_path):
    write_demo(tmp_path, register, seed=5, scale=0.1)
    path = next((tmp_path / "data/inbox/2022-09").glob("专项督查单元*"))
    units = pd.read_excel(path, engine="calamine", dtype=str)
    counts = units.pivot_table(index="乡", columns="单元类型", values="单元编号", aggfunc="count")
    assert (counts["村"] == 2).all()
    assert (counts["项目"] == 5).all()
    assert (counts["户"] <= 10).all()
    assert (counts["户"] == 10).mean() > 0.8
    assert not units.duplicated(["督查月份", "单元编号"]).any()
    findings = pd.read_csv(next(path.parent.glob("专项督查问题*")), dtype=str)
    assert set(findings["单元编号"]) <= set(units["单元编号"])


def test_findings_agree_with_their_true_share(full):
    truth = pd.DataFrame(finding_truth(full)).T
    assert ((truth > 0) & (truth < 1)).all().all()
    assert truth["village"].mean() > truth["household"].mean()


def test_ledger_grows_and_keeps_no_date_of_the_future(written):
    before = written.sheet("整改台账", month="2022-08", header=0).set_index("问题编号")
    after = written.sheet("整改台账", header=0).set_index("问题编号")
    assert set(before.index) < set(after.index)
    for name in ("发现时间", "完成时间", "销号时间", "回头看时间"):
        assert (before[name] <= "20220831").all()
    kept = after.loc[before.index]
    done = before["完成时间"] != ""
    assert (kept["完成时间"][done] == before["完成时间"][done]).all()
    assert (kept["完成时间"] != "").sum() > done.sum()


def test_twenty_three_departments_and_fifteen_items(written):
    tasks = written.sheet("部门任务", header=0)
    assert tasks["部门"].nunique() == 23
    assert tasks["事项"].nunique() == 15
    duties = written.sheet("责任清单", header=0)
    leaders = duties[duties["牵头或配合"] == "牵头"]
    assert leaders["事项"].tolist() == tasks["事项"].drop_duplicates().tolist()
    assert not duties.duplicated(["责任单位", "事项"]).any()


def test_rounds_stay_within_their_month_and_week(written):
    rounds = written.sheet("周下沉", header=0)
    days = pd.to_datetime(rounds["到访日期"], format="%Y%m%d")
    assert (days.dt.month == 9).all()
    assert (days.dt.isocalendar().week.astype(str).to_numpy() == rounds["周次"].to_numpy()).all()
    assert rounds["督帮组"].nunique() == 10
    found = rounds["发现问题数"].astype(int)
    assert (rounds["现场解决数"].astype(int) + rounds["转办问题数"].astype(int) <= found).all()


def test_published_series_are_three_indicators_and_invented_ones_say_so(written):
    values = written.sheet("历年数据", header=0)
    published = values[~values["来源"].str.contains("演示数据")]
    assert published["指标"].nunique() == 3
    same = values[(values["地区"] == "汉滨区") & (values["年份"] == "2024")]
    assert same["数值"].tolist() == ["15285"]
    invented = values[values["来源"].str.contains("演示数据")]
    assert set(invented["地区"]) == {"忠诚村", "演示县"}


@pytest.mark.parametrize("towns", [1, 3])
def test_another_county_of_few_towns(register, tmp_path, towns):
    rows = [("522700", "平安县", "县", "", True, "")]
    for town in range(towns):
        code = f"5227001{town:02d}"
        rows.append((code, f"第{town + 1}镇", "镇", "522700", True, ""))
        rows += [(f"{code}2{n:02d}", f"{'甲乙丙'[n]}村委会", "村", code, True, "") for n in range(3)]
    table = pd.DataFrame(rows, columns=list(register.table.columns))
    files = write_demo(tmp_path, AreaRegister(table), seed=1, scale=0.005)
    assert len(files) == 85
    tasks = pd.read_excel(next(p for p in files if "部门任务" in p.name), engine="calamine", dtype=str)
    assert "县乡村振兴局" in set(tasks["部门"])


def test_parts_draw_from_streams_of_their_own(register):
    near = build_district(register, month=Month(2022, 9), seed=4, scale=0.01)
    again = build_district(register, month=Month(2022, 9), seed=4, scale=0.01)
    pd.testing.assert_frame_equal(near.persons, again.persons)
    other = build_district(register, month=Month(2022, 9), seed=5, scale=0.01)
    assert not near.persons["id_number"].equals(other.persons["id_number"])
