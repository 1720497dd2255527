"""What the officer sees is what is stored: every kind of cell in every kind of column by every route."""

import datetime as dt
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import libreoffice
import matrix
import pandas as pd
import pytest
from matrix import CASES, COLUMNS

from hanbin_lib.ingest import cells
from hanbin_lib.ingest.cell_values import Problem
from hanbin_lib.ingest.exports import read_grids
from hanbin_lib.ingest.grid import Grid

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
# What LibreOffice makes of the file of openpyxl. It calculates the formula, cuts numbers to 15 digits, and
# in .ods has no boolean that was shown as a plain number and no format that divides.
CALCULATED, CUT = "公式，没有结果", "数字：十七位编号"
RESAVED = {
    "LibreOffice .xlsx": ("xlsx", (CALCULATED, CUT)),
    "LibreOffice .xls": ("xls", (CALCULATED, CUT)),
    "LibreOffice .ods": ("ods", (CALCULATED, CUT, "真值", "缩小显示的格式")),
}
# SheetJS writes no formula that was never calculated into a binary file.
SHEETJS = {"xlsx": (), "xls": (CALCULATED,), "xlsb": (CALCULATED,)}


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
@libreoffice.needed
@pytest.mark.parametrize("route", RESAVED)
def test_what_libreoffice_saves_again(tmp_path, route):
    """It calculates the formula that had no result, and keeps everything else."""
    extension, other = RESAVED[route]
    source = matrix.write_openpyxl(tmp_path / "a.xlsx")
    target = libreoffice.saved_again(source, extension, tmp_path / "out")
    assert _wrong(route, target, other) == []


def _wrong(route, path, other=()):
    """Differences, but for the cases that the writer made into something else."""
    found = compared(route, read_grids(path)[0], is_typed=True)
    return [line for line in found if line.partition(" · ")[0] not in other]


def test_a_binary_workbook():
    """`matrix.xlsb` is what SheetJS 0.18.5 made of the matrix as openpyxl writes it."""
    grids = read_grids(Path(__file__).with_name("matrix.xlsb"))
    assert _wrong("SheetJS .xlsb", Path(__file__).with_name("matrix.xlsb"), SHEETJS["xlsb"]) == []
    assert [grid.is_hidden for grid in grids] == [False, True]
    assert len(grids[0].hidden_rows) == 1


SCRIPTS = {
    "xlsx": "const X=require('xlsx');const b=X.readFile(process.argv[1],{cellStyles:true,cellNF:true});"
    "for(const [t,e] of [['xlsx','xlsx'],['biff8','xls'],['xlsb','xlsb']])"
    "X.writeFile(b,process.argv[2]+'.'+e,{bookType:t})",
    "exceljs": "const E=require('exceljs');const b=new E.Workbook();"
    "b.xlsx.readFile(process.argv[1]).then(()=>b.xlsx.writeFile(process.argv[2]+'.xlsx'))",
}


@pytest.mark.slow
@pytest.mark.parametrize("package", SCRIPTS)
def test_what_sheetjs_and_exceljs_save_again(tmp_path, package):
    """An optional lane: where node has the packages (``npm install xlsx exceljs``)."""
    node, modules = shutil.which("node"), Path.cwd() / "node_modules"
    if node is None or not (modules / package).is_dir():
        pytest.skip(f"node, or its package {package}, is not installed")
    source = matrix.write_openpyxl(tmp_path / "a.xlsx")
    command = [node, "-e", SCRIPTS[package], source, tmp_path / "again"]
    subprocess.run(command, check=True, timeout=120, cwd=modules.parent)
    for path in sorted(tmp_path.glob("again.*")):
        assert _wrong(f"{package} {path.suffix}", path, SHEETJS[path.suffix[1:]]) == []
