"""What the officer sees is what is stored: every kind of cell in every kind of column by every route."""

import datetime as dt
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import matrix
import pandas as pd
import pytest
from matrix import CASES, COLUMNS

from hanbin_lib.ingest import cells
from hanbin_lib.ingest.formats import read_grids
from hanbin_lib.ingest.grid import Grid
from hanbin_lib.ingest.problems import Problem

ROUTES = {
    "openpyxl .xlsx": ("a.xlsx", matrix.write_openpyxl),
    "XlsxWriter .xlsx": ("a.xlsx", matrix.write_xlsxwriter),
    "xlwt .xls": ("a.xls", matrix.write_xlwt),
    "csv GB18030": ("a.csv", matrix.write_csv),
    "tab text under .xls": ("a.xls", lambda path: matrix.write_csv(path, "utf-16", "\t")),
    "HTML under .xls": ("a.xls", matrix.write_html),
    "SpreadsheetML under .xls": ("a.xls", matrix.write_spreadsheetml),
}
UNTYPED = {"csv GB18030", "tab text under .xls", "HTML under .xls"}
TRIED: Counter[str] = Counter()
# What LibreOffice makes of the file of openpyxl; its own name of each format.
RESAVED = {
    "LibreOffice .xlsx": ("xlsx", "xlsx"),
    "LibreOffice .xls": ("xls", "xls:MS Excel 97"),
    "LibreOffice Excel 95 .xls": ("xls", "xls:MS Excel 95"),
    "LibreOffice .ods": ("ods", "ods"),
    "LibreOffice SpreadsheetML": ("xml", "xml:MS Excel 2003 XML"),
}


def outcomes(grid: Grid) -> dict[tuple[int, str], object]:
    """(Case, column) -> value, or problem, or None where the cell is empty."""
    found = {}
    for column, encoded in zip(COLUMNS, grid.columns, strict=True):
        body = encoded.rows_from(1)
        values, problems = cells.parsed(column, cells.encoded([body], column.kind)[0])
        for number, (value, problem) in enumerate(zip(values.tolist(), problems.tolist(), strict=True)):
            found[number, column.name] = Problem(problem) if problem else _plain(value)
    return found


def _plain(value: object) -> object:
    if value is None or value is pd.NaT or value is pd.NA or value != value:  # noqa: PLR0124 -- NaN
        return None
    return value


def _same(seen: object, wanted: object) -> bool:
    if isinstance(seen, Problem) or isinstance(wanted, Problem):
        return isinstance(seen, Problem) and seen == wanted
    if isinstance(seen, pd.Timestamp | dt.datetime):
        return isinstance(wanted, str) and pd.Timestamp(seen) == pd.Timestamp(wanted)
    if isinstance(wanted, bool) or isinstance(seen, bool):
        return seen is wanted
    if isinstance(wanted, int | float) and isinstance(seen, int | float):
        return abs(seen - wanted) <= 1e-12 * abs(wanted)
    return seen == wanted


def compared(route: str, grid: Grid, *, is_typed: bool) -> list[str]:
    """Every cell that became something else than it must, in words."""
    wrong, found = [], outcomes(grid)
    for number, case in enumerate(CASES):
        for column in COLUMNS:
            wanted = case.outcome(column.name, is_typed=is_typed)
            if route == "HTML under .xls" and case.kind == "below":
                wanted = case.expected.get(column.name, case.rest)
            TRIED[route] += 1
            seen = found.get((number, column.name))
            if not _same(seen, wanted):
                wrong.append(f"{case.name} · {column.heading}: {seen!r}, not {wanted!r}")
    return wrong


@pytest.mark.parametrize("route", ROUTES)
def test_every_cell_becomes_what_shows(tmp_path, route):
    name, write = ROUTES[route]
    grids = read_grids(write(tmp_path / name))
    assert compared(route, grids[0], is_typed=route not in UNTYPED) == []
    if route not in UNTYPED:
        assert [grid.is_hidden for grid in grids] == [False, True]
        hidden = [n for n, case in enumerate(CASES, 1) if case.kind == "hidden"]
        assert list(grids[0].hidden_rows) == hidden


def test_two_thousand_cells_were_tried(capsys, tmp_path):
    if len(TRIED) < len(ROUTES):  # a part of the tests was chosen, or another worker has the rest
        for route, (name, write) in ROUTES.items():
            compared(route, read_grids(write(tmp_path / name))[0], is_typed=route not in UNTYPED)
    with capsys.disabled():
        print(
            f"\nmatrix: {TRIED.total()} cells tried, {len(CASES)} things x {len(COLUMNS)} columns: {dict(TRIED)}"
        )
    assert TRIED.total() >= 2_000


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("route", RESAVED)
def test_what_libreoffice_saves_again(tmp_path, route):
    """It calculates the formula that had no result, and keeps everything else."""
    extension, name = RESAVED[route]
    source = matrix.write_openpyxl(tmp_path / "a.xlsx")
    target = tmp_path / "out"
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    command = ["soffice", profile, "--headless", "--convert-to", name, "--outdir", str(target), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    grid = read_grids(target / f"a.{extension}")[0]
    wrong = [line for line in compared(route, grid, is_typed=True) if "公式，没有结果" not in line]
    assert wrong == []


@pytest.mark.slow
def test_what_sheetjs_and_exceljs_save_again(tmp_path):
    """An optional lane: where node has the packages (``npm install xlsx exceljs``), they save the file anew."""
    node = shutil.which("node")
    modules = Path.cwd() / "node_modules"
    if node is None or not (modules / "xlsx").is_dir():
        pytest.skip("node, or its packages xlsx and exceljs, are not installed")
    source = matrix.write_openpyxl(tmp_path / "a.xlsx")
    script = (
        "const X=require('xlsx');const b=X.readFile(process.argv[1],{cellStyles:true,cellNF:true,cellDates:false});"
        "for(const t of ['xlsx','biff8'])X.writeFile(b,process.argv[2]+'.'+(t=='biff8'?'xls':t),{bookType:t})"
    )
    subprocess.run([node, "-e", script, source, tmp_path / "again"], check=True, timeout=120)
    for extension in ("xlsx", "xls"):
        compared(f"SheetJS .{extension}", read_grids(tmp_path / f"again.{extension}")[0], is_typed=True)
