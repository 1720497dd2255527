"""A draw counted again by the recipe that its own workbook prints, from nothing but files."""

import csv
import hashlib
import json
from collections import Counter, defaultdict
from itertools import combinations, pairwise

import openpyxl
import pytest
from support import MONTH

from hanbin_lib import snapshots
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.sample_selection import frame_digest, make_draw, rows_of, verify_draw
from hanbin_lib.simulate.sampling import Frame
from hanbin_lib.workspace import Workspace

NEXT, SEED = MONTH.shift(1), "3D-417-大乐透"


@pytest.fixture(scope="module")
def space(demo_workspace, tmp_path_factory):
    """A workspace whose October is drawn. Whoever changes a file of the draw puts it back."""
    root = tmp_path_factory.mktemp("draw") / "workspace"
    for part in ("params", "data/store", "data/guard", "data/pseudonym.key"):
        if (demo_workspace.root / part).exists():
            (root / part).parent.mkdir(parents=True, exist_ok=True)
            (root / part).symlink_to(demo_workspace.root / part)
    made = Workspace(root)
    make_draw(made, NEXT, SEED)
    return made


@pytest.fixture(scope="module")
def record(space):
    return json.loads((space.draws / str(NEXT) / "draw.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def listed(space, record):
    """Rows below the headings of each sheet, by its title."""
    content = (space.draws / str(NEXT) / record["list_file"]).read_bytes()
    return {name.partition(" ")[2]: rows[3:] for name, rows in rows_of(content).items() if " " in name}


@pytest.fixture(scope="module")
def places(space):
    with (space.params / "areas.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["place_code"]: row for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def villages(places):
    """Town -> its villages, of the towns that count."""
    found = defaultdict(set)
    for code, row in places.items():
        town = places.get(row["parent_code"])
        if len(code) == 12 and "否" not in (row["is_counted"], town["is_counted"]):
            found[row["parent_code"]].add(code)
    return found


@pytest.fixture(scope="module")
def homes(space):
    """Village -> its monitored and lifted households."""
    found = defaultdict(set)
    for name in ("monitored_households", "lifted_households"):
        rows = snapshots.latest(space, MONTH).table(name)
        for code, village in zip(rows["household_code"], rows["village_code"], strict=True):
            found[village].add(code)
    return found


def ticket(stage, code):
    return hashlib.sha256(f"hanbin-draw-1|{SEED}|2022-10|{stage}|{code}".encode()).hexdigest()


def by_ticket(stage, codes):
    return sorted(codes, key=lambda code: ticket(stage, code))


def chosen_villages(town_villages, visited, count):
    """Those not visited last month first, each by its ticket."""
    order = by_ticket("村", town_villages)
    return ([one for one in order if one not in visited] + [one for one in order if one in visited])[:count]


@pytest.fixture(scope="module")
def visited(space):
    rows = snapshots.latest(space, MONTH).table("inspection_units")
    return set(rows["village_code"].dropna())


def of_kind(listed, kind):
    return [row for row in listed["抽查名单"] if row[2] == kind]


def test_the_workbook_prints_the_recipe_by_which_this_file_counts(listed):
    text = "\n".join("".join(row) for row in listed["复算说明"])
    assert "hanbin-draw-1|种子|月份|阶段|编号" in text
    assert "SHA-256" in text
    assert SEED in text


def test_the_villages_are_those_with_the_smallest_tickets(listed, villages, visited, record):
    count = record["rules"]["villages_per_town"]
    expected = {v for own in villages.values() for v in chosen_villages(own, visited, count)}
    assert {row[3] for row in of_kind(listed, "村")} == expected
    assert set(record["villages"]) == expected


def test_the_households_are_those_with_the_smallest_tickets_spread_evenly(
    listed, villages, homes, visited, record
):
    rules, expected = record["rules"], set()
    for own in villages.values():
        order = chosen_villages(own, visited, rules["villages_per_town"])
        queues = [by_ticket("户", homes[village]) for village in order]
        left = rules["households_per_town"]
        while left and any(queues):  # one to each village in turn, as long as it has any
            for queue in filter(None, queues):
                if left:
                    expected.add(queue.pop(0))
                    left -= 1
    assert {row[3] for row in of_kind(listed, "户")} == expected


def test_the_projects_are_those_with_the_smallest_tickets(space, listed, record):
    rows = snapshots.latest(space, MONTH).table("projects")
    count = record["rules"]["projects_per_town"]
    expected = set()
    for _, own in rows.dropna(subset=["town_code"]).groupby("town_code"):
        expected |= set(by_ticket("项目", own["project_code"])[:count])
    assert {row[3] for row in of_kind(listed, "项目")} == expected


def test_no_unit_is_drawn_twice_and_every_household_lies_in_a_drawn_village(listed, homes, places):
    codes = [row[3] for row in listed["抽查名单"]]
    assert not [code for code, times in Counter(codes).items() if times > 1]
    drawn = {row[3] for row in of_kind(listed, "村")}
    where = {code: village for village, own in homes.items() for code in own}
    for row in of_kind(listed, "户"):
        assert where[row[3]] in drawn
        assert places[where[row[3]]]["place_name"] == row[4]


def test_the_sheet_of_towns_counts_the_sheet_of_units(listed, villages, places, record):
    units = Counter((row[1], row[2]) for row in listed["抽查名单"])
    assert len(listed["各镇抽样"]) == len(villages)
    by_name = {places[town]["place_name"]: own for town, own in villages.items()}
    for group, town, total, eligible, drawn, refilled, households, projects in listed["各镇抽样"]:
        numbers = [int(float(one)) for one in (total, eligible, drawn, refilled, households, projects)]
        assert numbers[0] == len(by_name[town])
        assert numbers[1] <= numbers[0]
        assert numbers[3] == max(0, numbers[2] - numbers[1])
        assert [numbers[2], numbers[4], numbers[5]] == [units[town, kind] for kind in ("村", "户", "项目")]
        assert {row[0] for row in listed["抽查名单"] if row[1] == town} == {group}
        short = numbers[4] < record["rules"]["households_per_town"]
        told = any(town in "".join(row) and "户可抽" in "".join(row) for row in listed["复算说明"])
        assert told == short


def test_groups_have_alike_many_towns_and_none_goes_where_it_was(space, record):
    groups = record["groups"]
    sizes = Counter(groups.values())
    assert max(sizes.values()) - min(sizes.values()) <= 1
    rows = snapshots.latest(space, MONTH).table("inspection_units")
    last = dict(zip(rows["town_code"], rows["group_name"], strict=True))
    assert len(last) > 20
    assert not [town for town, group in groups.items() if last.get(town) == group]


def test_no_exchange_of_two_towns_has_a_smaller_sum_of_tickets(record):
    def lot(town, group):
        return int(ticket("组", f"{town}|{group}")[:6], 16)

    groups, last = record["groups"], record["rounds"][0]
    for one, other in combinations(groups, 2):
        if groups[one] != groups[other] and last.get(one) != groups[other] and last.get(other) != groups[one]:
            now = lot(one, groups[one]) + lot(other, groups[other])
            assert now <= lot(one, groups[other]) + lot(other, groups[one])


def test_the_weeks_are_those_whose_friday_lies_in_the_month_and_no_group_stays(listed):
    weeks = defaultdict(dict)
    for week, town, group in listed["周督帮分组"]:
        weeks[week][town] = group
    assert list(weeks) == ["2022-W40", "2022-W41", "2022-W42", "2022-W43"]  # 7, 14, 21, 28 October
    plans = list(weeks.values())
    assert len({tuple(plan) for plan in plans}) == 1
    for before, after in pairwise(plans):
        assert not [town for town in after if before[town] == after[town]]
        sizes = Counter(after.values())
        assert max(sizes.values()) - min(sizes.values()) <= 1


# What verifying finds


@pytest.fixture
def folder(space):
    """The draw's folder, put back afterwards as it was."""
    path = space.draws / str(NEXT)
    kept = {file.name: file.read_bytes() for file in path.iterdir()}
    yield path
    for file in path.iterdir():
        file.unlink()
    for name, content in kept.items():
        (path / name).write_bytes(content)


def another_household(book):
    sheet = book["1 抽查名单"]
    sheet.cell(6, 4).value = "H999999"


def one_more(book):
    book["1 抽查名单"].append(["甲组", "某镇", "户", "H999999", "某村", ""])


def one_less(book):
    book["1 抽查名单"].delete_rows(book["1 抽查名单"].max_row)


def another_group(book):
    book["2 各镇抽样"].cell(4, 1).value = "第九组"


def a_sheet_more(book):
    book.create_sheet("补抽名单").append(["户", "H999999"])


def a_hidden_sheet(book):
    book.create_sheet("补抽名单").sheet_state = "hidden"


def another_title(book):
    book["1 抽查名单"].title = "名单"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (another_household, ["工作表“1 抽查名单”第6行与重抽的不同"]),
        (another_group, ["工作表“2 各镇抽样”第4行与重抽的不同"]),
        (a_sheet_more, ["名单里多出工作表“补抽名单”"]),
        (a_hidden_sheet, ["名单里多出工作表“补抽名单”"]),
        (another_title, ["名单里多出工作表“名单”", "名单里没有可读的工作表“1 抽查名单”"]),
        (lambda book: None, ["的内容相同，但文件被另存过"]),
    ],
)
def test_what_was_changed_in_the_list_is_told_by_its_place(space, record, folder, change, told):
    path = folder / record["list_file"]
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    found = verify_draw(space, NEXT)
    assert len(found) == len(told)
    assert all(line.endswith(one) for line, one in zip(found, told, strict=True))
    assert "H999999" not in "".join(found)


@pytest.mark.parametrize("change", [one_more, one_less])
def test_a_row_more_or_less_is_one_line(space, record, folder, listed, change):
    path = folder / record["list_file"]
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    last = 3 + len(listed["抽查名单"]) + (change is one_more)
    assert verify_draw(space, NEXT) == [f"工作表“1 抽查名单”第{last}行与重抽的不同"]


def test_a_list_that_is_gone_is_told_sheet_by_sheet(space, record, folder):
    (folder / record["list_file"]).unlink()
    found = verify_draw(space, NEXT)
    assert len(found) >= 4
    assert all("没有可读的工作表" in line for line in found)


@pytest.mark.parametrize(
    "change",
    [
        {"seed": "other"},
        {"villages": []},
        {"groups": {}},
        {"months_since": {}},
        {"rounds": []},
        {"recipe": "hanbin-draw-2"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_record_that_was_changed_draws_another_list(space, record, folder, change):
    assert all(record[name] != value for name, value in change.items())
    (folder / "draw.json").write_text(json.dumps(record | change), encoding="utf-8")
    assert verify_draw(space, NEXT)


def test_a_record_that_forgets_who_was_where_last_week_draws_other_weeks(
    space, record, folder, listed, places
):
    """As if each group had been last week where it goes in the first."""
    codes = {row["place_name"]: code for code, row in places.items() if len(code) == 9}
    first = {codes[town]: group for week, town, group in listed["周督帮分组"] if week == "2022-W40"}
    (folder / "draw.json").write_text(json.dumps(record | {"last_week": first}), encoding="utf-8")
    found = verify_draw(space, NEXT)
    assert {line.partition("第")[0] for line in found} == {"工作表“3 周督帮分组”"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"frame_sha256": "0" * 64}, "HB-SMP-007"),
        ({"more": 1}, "HB-SMP-006"),
        ({"rules": {}}, "HB-SMP-006"),
        ({"flagged": ["610902999999"]}, "HB-PAR-004"),
    ],
)
def test_a_record_that_cannot_be_drawn_again_is_refused(space, record, folder, change, code):
    (folder / "draw.json").write_text(json.dumps(record | change), encoding="utf-8")
    with pytest.raises(HanbinError) as caught:
        verify_draw(space, NEXT)
    assert caught.value.code == code


# What stops a draw


@pytest.mark.parametrize("seed", ["", " ", "a b", "a|b", "a\tb", "x" * 65])
def test_a_seed_that_two_people_might_read_in_two_ways_is_refused(space, seed):
    with pytest.raises(HanbinError) as caught:
        make_draw(space, NEXT.shift(1), seed)
    assert (caught.value.code, caught.value.exit_code) == ("HB-SMP-001", ExitCode.PARAMS_INVALID)
    assert not (space.draws / str(NEXT.shift(1))).exists()


def test_a_village_that_is_none_stops_the_draw_and_nothing_is_written(space):
    with pytest.raises(HanbinError, match="610902999999") as caught:
        make_draw(space, NEXT.shift(1), SEED, ["610902999999"])
    assert caught.value.code == "HB-PAR-004"
    assert not (space.draws / str(NEXT.shift(1))).exists()


def test_the_codes_that_can_be_drawn_have_one_check_value_in_any_order():
    frame = Frame({"v1": "t", "v2": "t"}, {"h1": "v1", "h2": "v2"}, {"p1": "t"}, {"t": "镇"})

    def turned(part):
        return dict(reversed(part.items()))

    same = Frame(turned(frame.villages), turned(frame.households), frame.projects, {})
    assert frame_digest(same) == frame_digest(frame)  # the order and the names are no part of it
    others = [
        Frame(frame.villages | {"v3": "t"}, frame.households, frame.projects, {}),
        Frame(frame.villages, frame.households | {"h1": "v2"}, frame.projects, {}),
        Frame(frame.villages, frame.households, None, {}),
        Frame(frame.villages, frame.households, {}, {}),
    ]
    assert len({frame_digest(one) for one in (frame, *others)}) == 5
