"""Persons planted in every text column of every table: none reaches a published byte."""

import csv
import shutil
import zipfile
from dataclasses import dataclass, replace

import pyarrow.parquet
import pytest
from support import MONTH, import_into, new_workspace

from hanbin_lib.bulletin import open_bulletin
from hanbin_lib.contract import TABLES
from hanbin_lib.contract.columns import Kind, Level
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.ingest.exports import read_grids
from hanbin_lib.ingest.recognise import recognise
from hanbin_lib.privacy.reading import readable
from hanbin_lib.release import release_month
from hanbin_lib.release.checks.personal_data import guard_files, month_guard
from hanbin_lib.rendering import FORMATS, PUBLIC_FORMATS
from hanbin_lib.workspace import PUBLIC

pytestmark = [pytest.mark.xdist_group("canaries"), pytest.mark.usefixtures("kernel_parent")]
COUNTY, TOWN = "610902", "610902110"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
# Surname and given name from characters that stand in no place, label or sentence.
_SURNAMES, _GIVEN = "覃佘漆", "玢璟翀燚犇羴鱻骉赑猋灥雥"


@dataclass(frozen=True)
class Canary:
    """What was written into a column, and the row that holds it."""

    table: str
    column: str
    is_personal: bool
    text: str


def _name(number):
    return _SURNAMES[number % 3] + _GIVEN[number % 12] + _GIVEN[number // 12 % 12]


def _number_like(old, number):
    """Another number of the same birthday and sex, with its check digit."""
    body = f"999998{old[6:14]}{number % 100:02d}{old[16]}"
    total = sum(int(d) * w for d, w in zip(body, _WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11] + old[18:]


def _plant(path, known, *, everywhere):
    """Write a canary into each text column of a file of the inbox, each in a row of its own."""
    (grid,) = read_grids(path)
    sheet = recognise(grid, TABLES.values())
    columns = [list(column) for column in zip(*map(grid.row, range(grid.height)), strict=True)]
    rows = range(sheet.header + 1, grid.height)
    planted = []
    for turn, column in enumerate(_text_columns(sheet, everywhere=everywhere)):
        place = columns[sheet.places[column.name][0]]
        row = next((n for n in rows[turn:] if place[n]), rows[turn % len(rows)])
        place[row] = text = _text_for(column, place[row], len(known) + turn)
        planted.append(Canary(sheet.table.name, column.name, column.personal, text))
    if sheet.table.name == "monitored_persons":
        # Who stands in a column that is not personal is a person of the register.
        names = columns[sheet.places["person_name"][0]]
        elsewhere = [canary.text for canary in [*known, *planted] if not canary.is_personal]
        for row, name in zip(rows[len(sheet.table.columns) :], elsewhere, strict=False):
            names[row] = name
    path.unlink()
    with path.with_suffix(".csv").open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows(zip(*columns, strict=True))
    return planted


def _text_columns(sheet, *, everywhere):
    """Columns a person could be typed into; names of places are matched with the register."""
    return [
        column
        for column in sheet.table.columns
        if column.name in sheet.places
        and column.level is not Level.PLACE
        and (column.personal or everywhere)
        and column.kind in ((Kind.TEXT, Kind.CODE) if column.personal else (Kind.TEXT,))
    ]


def _text_for(column, old, number):
    if column.name.endswith("_phone"):
        return f"199{number:08d}"
    if column.name == "id_number":
        return _number_like(old, number)
    return _name(number) + "来电说自家房屋漏雨" if column.name.endswith("_text") else _name(number)


def _with_canaries(demo_workspace, root, *, everywhere):
    """A workspace whose inputs hold canaries, imported, and the canaries."""
    workspace = new_workspace(root)
    folder = workspace.inbox(MONTH)
    folder.mkdir(parents=True)
    canaries = []
    for path in sorted(demo_workspace.inbox(MONTH).iterdir()):
        copy = folder / path.name
        copy.write_bytes(path.read_bytes())
        canaries += _plant(copy, tuple(canaries), everywhere=everywhere)
    result = import_into(workspace, folder)
    errors = result.quality.findings.query("severity == '错误'")
    assert result.snapshot is not None, errors["message"].to_string()
    return workspace, canaries


@pytest.fixture(scope="module")
def planted(demo_workspace, tmp_path_factory):
    """Canaries in every text column, personal or not."""
    return _with_canaries(demo_workspace, tmp_path_factory.mktemp("everywhere"), everywhere=True)


@pytest.fixture(scope="module")
def published(demo_workspace, tmp_path_factory):
    """Canaries in the personal columns, where the exports hold persons, and a town's bulletin."""
    root = tmp_path_factory.mktemp("personal")
    workspace, canaries = _with_canaries(demo_workspace, root, everywhere=False)
    outcome = release_month(workspace, MONTH, (TOWN,))
    assert outcome.exit_code is ExitCode.OK, outcome.failed
    return workspace, canaries


@pytest.fixture(scope="module")
def county(planted):
    return open_bulletin(str(MONTH), COUNTY, workspace=planted[0])


@pytest.fixture(scope="module")
def guard(planted, county):
    workspace, _ = planted
    return month_guard(county, workspace)


def _bytes_of(path):
    """As it lies on the disk, and what its members unpack to."""
    yield path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            yield from (archive.read(name) for name in archive.namelist())


def test_every_table_has_canaries(planted):
    _, canaries = planted
    assert {canary.table for canary in canaries} == set(TABLES) - {"villages"}
    assert sum(canary.is_personal for canary in canaries) > 15
    assert len({canary.text for canary in canaries}) == len(canaries) > 40


def test_no_canary_reaches_a_published_byte(published, capsys):
    workspace, canaries = published
    endings = {f".{one.suffix}" for one in FORMATS if one.is_of_towns} | {".csv"}
    assert _reached(workspace.reports, canaries, endings, capsys) == []


@pytest.mark.slow
def test_no_canary_reaches_the_public_edition(published, capsys):
    workspace, canaries = published
    public = replace(workspace, edition=PUBLIC)
    outcome = release_month(public, MONTH, (COUNTY, TOWN))
    assert outcome.exit_code is ExitCode.OK, outcome.failed
    endings = {f".{one.suffix}" for one in PUBLIC_FORMATS} | {".csv"}
    assert _reached(public.reports, canaries, endings, capsys) == []
    county = open_bulletin(str(MONTH), COUNTY, workspace=public, edition=PUBLIC)
    rows = sorted(workspace.inbox(MONTH).glob("*监测对象*.csv"))
    with pytest.raises(HanbinError, match="HB-GRD-001"):
        guard_files(rows, lambda: month_guard(county, public), MONTH)
    guard = month_guard(county, public)
    assert [canary for canary in canaries if not guard.scan(_alone(canary, public.root))] == []


def _alone(canary, folder):
    path = folder / "canary.csv"
    path.write_text(f"1,{canary.text},2\n", encoding="utf-8")
    return path


def _reached(folder, canaries, endings, capsys):
    """Canaries in any file of a folder, as it lies there and as it is read."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    assert endings <= {path.suffix for path in files}
    texts = [text for path in files if path.suffix in endings for _, text in readable(path)]
    raw = [content for path in files for content in _bytes_of(path)]
    reached = [
        canary
        for canary in canaries
        if any(canary.text in text for text in texts)
        or any(canary.text.encode() in content for content in raw)
    ]
    with capsys.disabled():
        print(f"\ncanaries: {len(canaries)} planted, {len(reached)} in {len(files)} published files")
    assert len(canaries) > 15
    return reached


def test_no_personal_canary_is_stored(planted):
    workspace, canaries = planted
    tables = [pyarrow.parquet.read_table(path) for path in workspace.store.rglob("*.parquet")]
    stored = "\n".join(str(value) for table in tables for row in table.to_pylist() for value in row.values())
    assert [canary for canary in canaries if canary.is_personal and canary.text in stored] == []
    assert any(canary.text in stored for canary in canaries)


def test_with_the_dropping_disabled_the_guard_finds_all(planted, guard, tmp_path, capsys):
    """The rows as they came in, one canary a file."""
    _, canaries = planted
    missed = []
    for number, canary in enumerate(canaries):
        path = tmp_path / f"{number}.csv"
        path.write_text(f"1,{canary.text},2\n", encoding="utf-8")
        missed += [] if guard.scan(path) else [canary]
    with capsys.disabled():
        print(f"\ncanaries: {len(canaries) - len(missed)} of {len(canaries)} found by the guard")
    assert missed == []


def test_rows_as_they_came_stop_a_publication(planted, county):
    workspace, _ = planted
    with pytest.raises(HanbinError, match="HB-GRD-001") as stopped:
        guard_files(
            sorted(workspace.inbox(MONTH).glob("*监测对象*.csv")),
            lambda: month_guard(county, workspace),
            MONTH,
        )
    assert stopped.value.exit_code is ExitCode.PERSONAL_DATA


def test_a_person_named_as_a_unit_or_a_group_stops_the_publication(planted, county, tmp_path):
    """Columns that are not personal are printed as labels: the guard is all that stands before them."""
    workspace, canaries = planted
    path = tmp_path / "indicators.csv"
    county.figures.table.to_csv(path, index=False)
    assert any(canary.text in path.read_text(encoding="utf-8") for canary in canaries)
    with pytest.raises(HanbinError, match="HB-GRD-001"):
        guard_files([path], lambda: month_guard(county, workspace), MONTH)


def test_a_number_in_a_ledgers_own_code_is_told_at_import(demo_workspace, tmp_path):
    workspace = new_workspace(tmp_path)
    folder = tmp_path / "in"
    shutil.copytree(demo_workspace.inbox(MONTH), folder)
    (path,) = folder.glob("*线索*")
    (grid,) = read_grids(path)
    lines = [list(grid.row(number)) for number in range(grid.height)]
    sheet = recognise(grid, TABLES.values())
    lines[sheet.header + 1][sheet.places["clue_code"][0]] = _number_like("610902199001011234", 7)
    path.unlink()
    with path.with_suffix(".csv").open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows(lines)
    found = import_into(workspace, folder).quality.findings.query("rule_id == 'HB-I-305'")
    assert found[["column", "row"]].to_numpy().tolist() == [["线索编号", sheet.header + 2]]
    assert "999998" not in found.to_csv()
