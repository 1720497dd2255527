"""Months in which something is missing or odd: the county's bulletin and one town's come out, nothing absent is 0."""

import codecs
import csv
import itertools
import random
import re
import shutil

import openpyxl
import pandas as pd
import pytest
from absences import OF_WHAT_THERE_IS, OPTIONAL, TABLES_BESIDE
from support import MONTH, SCALE, import_into, new_workspace

from hanbin_demo.files import write_demo
from hanbin_lib.contract import TABLES
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.release import release_month
from hanbin_lib.workspace import Workspace

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("odd"), pytest.mark.usefixtures("kernel_parent")]
COUNTY, TOWN, TOWN_NAME = "610902", "610902110", "流水镇"
_KEY = ["indicator", "month", "place_code", "group"]
_HEADINGS_ROW = 3


def released(space):
    """The month's figures, once the county and one town are published."""
    result = import_into(space, space.inbox(MONTH))
    assert result.snapshot is not None, result.quality.findings.to_string()
    try:
        outcome = release_month(space, MONTH, (COUNTY, TOWN))
    except HanbinError as error:
        acknowledge(space, error)
        outcome = release_month(space, MONTH, (COUNTY, TOWN))
    assert outcome.exit_code is ExitCode.OK, outcome.failed
    assert len(outcome.made) == 2
    table = pd.read_csv(outcome.folder / "indicators.csv", dtype={"place_code": "str"}).set_index(_KEY)
    return table[table["note_code"].eq("reported")]["value"], outcome


def acknowledge(space, error):
    """Do what is said of figures that are merely unusual: the bureau answers for them by name."""
    assert error.code == "HB-GAT-002"
    unusual = re.findall(r"（(\d+)）(\w+)：", str(error))
    path = space.params / "issues" / f"{MONTH}.yaml"
    path.parent.mkdir(exist_ok=True)
    lines = [f'  - {{indicator: {name}, area: "{area}", by: 某科, reason: 演示}}' for area, name in unusual]
    path.write_text("\n".join(["acknowledgements:", *lines]), encoding="utf-8")


@pytest.fixture(scope="module")
def sound(demo_workspace, tmp_path_factory):
    """The demonstration's inbox, and what its figures are."""
    root = tmp_path_factory.mktemp("sound") / "workspace"
    shutil.copytree(demo_workspace.root, root)
    return demo_workspace.root, released(Workspace(root))[0]


@pytest.fixture
def month(sound, tmp_path):
    """A workspace of one's own with the demonstration's files and nothing imported."""
    space = new_workspace(tmp_path / "workspace")
    shutil.copytree(sound[0] / "data" / "inbox" / str(MONTH), space.inbox(MONTH))
    return space


def files(space, table):
    return [path for path in space.inbox(MONTH).iterdir() if TABLES[table].title in path.name]


def rewrite(path, change):
    """Let `change` make other rows (lists, headings first) of a file, a title above stays; how many are left."""
    if path.suffix == ".csv":
        encoding = "utf-8-sig" if path.read_bytes().startswith(codecs.BOM_UTF8) else "gb18030"
        with path.open(encoding=encoding, newline="") as stream:
            rows = change(list(csv.reader(stream)))
        with path.open("w", encoding=encoding, newline="") as stream:
            csv.writer(stream).writerows(rows)
        return len(rows) - 1
    book = openpyxl.load_workbook(path)
    rows = [list(row) for row in book.active.iter_rows(values_only=True)]
    above = _HEADINGS_ROW - 1 if rows[0][1] is None else 0
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    below = change(rows[above:])
    for row in [*rows[:above], *below]:
        sheet.append(row)
    book.save(path)
    return len(below) - 1


def drop(space, name):
    """Leave a table, or one column of it, out of the files."""
    table, _, column = name.partition(".")
    for path in files(space, table):
        if not column:
            path.unlink()
        else:
            heading = TABLES[table].column(column).heading
            rewrite(path, lambda rows: _without(rows, heading))  # noqa: B023


def _without(rows, heading):
    place = rows[0].index(heading) if heading in rows[0] else len(rows[0])
    return [[*row[:place], *row[place + 1 :]] for row in rows]


def column(rows, heading, value):
    """The rows with one column filled by `value(row as a dictionary)`."""
    place = rows[0].index(heading)
    for row in rows[1:]:
        row[place] = value(dict(zip(rows[0], row, strict=True)))
    return rows


# Every row of the table of villages needs its village, and a village its town.
SINGLE = [one for one in (*OPTIONAL, *TABLES_BESIDE) if one != "villages.town_name"]
PAIRS = random.Random(20220930).sample(list(itertools.combinations(SINGLE, 2)), 50)


@pytest.mark.parametrize("gone", [*((one,) for one in SINGLE), *PAIRS], ids="+".join)
def test_without_a_column_or_a_table_nothing_is_counted_that_is_not_there(month, sound, gone):
    for name in gone:
        drop(month, name)
    reported, _ = released(month)
    kept = reported[~reported.index.get_level_values("indicator").isin(OF_WHAT_THERE_IS)]
    both = pd.DataFrame({"now": kept, "before": sound[1].reindex(kept.index)})
    if "monitored_persons.household_size" in gone:  # the rows in the sheet stand in
        both = both[~both.index.get_level_values("indicator").str.contains("income")]
    assert both[~((both["now"] - both["before"]).abs() < 1e-9)].empty


def test_a_hard_month(tmp_path, register):
    space = new_workspace(tmp_path / "workspace")
    write_demo(space.root, register, scale=SCALE, hard=True)
    released(space)


def test_a_register_of_one_town(month):
    for table in ("monitored_persons", "lifted_persons"):
        for path in files(month, table):
            if not rewrite(path, lambda rows: [row for row in rows if row[3] in (rows[0][3], TOWN_NAME)]):
                path.unlink()
    for name in ("phone_checks", "migrant_work", "clues"):  # those of the other towns' households
        drop(month, name)
    reported, _ = released(month)
    own = reported.loc["monitored_households"].loc[str(MONTH)].xs("all", level="group")
    assert own[COUNTY] == own[TOWN] > 0


@pytest.mark.parametrize("months", [("202209",), ("202203", "202204")], ids=["one month", "bunched"])
def test_all_entered_in_one_or_two_months(month, months):
    def entered(row):  # a household's rows alike; the last row of the sheet is a sum
        return row["户编号"] and months[int(row["户编号"][-2:]) % len(months)]

    def eliminated(row):
        return row["消除监测时间"] and "202209"

    for path in files(month, "monitored_persons"):
        rewrite(path, lambda rows: column(column(rows, "识别监测时间", entered), "消除监测时间", eliminated))
    reported, _ = released(month)
    assert reported.loc["monitored_households", str(MONTH), COUNTY, "all"] > 0


def test_the_register_alone(month, sound):
    for name in TABLES_BESIDE:
        drop(month, name)
    reported, _ = released(month)
    for name in ("monitored_households", "monitored_persons", "open_risk_households"):
        place = (name, str(MONTH), COUNTY, "all")
        assert reported[place] == sound[1][place]
