"""How the import's time and memory grow: a year's months, a million persons, a text file of a million rows.

    python benchmarks/import_scale.py                  a million persons; a million calls in one .csv
    python benchmarks/import_scale.py --base DIR       all months of DIR/data/inbox, beside DIR

Every import runs in a process of its own. Beside another checkout the command `hanbin import` is timed as
its user meets it, each with its own environment (``.venv``), turns taken.
"""

import argparse
import csv
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from import_speed import import_whole

ROOT = Path(__file__).parents[1]
MONTH = "2022-09"
COPIES = 5
CALLS = 1_000_000
GIB = 2**20  # ru_maxrss counts KiB
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def measure(folder: Path) -> dict[str, float]:
    """Import in a new process; seconds, rows, peak memory in GiB."""
    command = [sys.executable, __file__, "--child", str(folder)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    return json.loads(done.stdout.splitlines()[-1])


def _child(folder: Path) -> None:
    started = time.perf_counter()
    rows = import_whole(folder, folder.name)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / GIB
    print(json.dumps({"rows": rows, "seconds": time.perf_counter() - started, "peak_gib": peak}))


def persons(files: list[Path], target: Path, copies: int) -> None:
    """Copies of register files in which every code and number is another invented one."""
    from hanbin_demo.xlsx import Sheet, write_sheet
    from hanbin_lib.ingest.exports import read_grids

    target.mkdir(parents=True)
    for path in files:
        (grid,) = read_grids(path)
        columns = [
            np.array([column.text(row) or "" for row in range(3, grid.height)], object)
            for column in grid.columns
        ]
        headings = [text or "" for text in grid.row(2)]
        for copy in range(copies):
            changed = [
                _renamed(heading, cells, copy) for heading, cells in zip(headings, columns, strict=True)
            ]
            title = (grid.row(0)[0] or "", grid.row(1)[0] or "")
            write_sheet(Sheet(target / f"{copy}{path.name}", headings, changed, title))


def _renamed(heading: str, cells: np.ndarray, copy: int) -> np.ndarray:
    if "编号" in heading:
        return np.array(
            [cell[:6] + str(copy) + cell[7:] if len(cell) > 7 else cell for cell in cells], object
        )
    if "证件号码" in heading:
        return np.array([_number(cell, copy) if len(cell) >= 18 else cell for cell in cells], object)
    return cells


def _number(number: str, copy: int) -> str:
    body = f"99999{copy}{number[6:17]}"
    total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11] + number[18:]


def calls(source: Path, target: Path, count: int) -> None:
    """A text file of `count` calls, each at a second of its own."""
    target.mkdir(parents=True)
    with source.open(encoding="gb18030", newline="") as stream:
        headings, *rows = csv.reader(stream)
    when = headings.index("拨打时间")
    with (target / "电话抽查记录_演示数据.csv").open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(headings)
        for number in range(count):
            row = list(rows[number % len(rows)])
            turn = number // len(rows)
            row[when] = f"{row[when][:16]}:{turn:02d}"
            writer.writerow(row)


def _scale() -> None:
    inbox = ROOT / "data" / "inbox" / MONTH
    registers = sorted(inbox.glob("*脱贫户信息*.xlsx"))
    with tempfile.TemporaryDirectory() as scratch:
        for copies in (1, COPIES):
            folder = Path(scratch) / str(copies) / MONTH
            persons(registers, folder, copies)
            seen = measure(folder)
            print(f"{seen['rows']:,.0f} 人：{seen['seconds']:.1f} 秒，峰值 {seen['peak_gib']:.2f} GiB")
            shutil.rmtree(folder)
        folder = Path(scratch) / "calls" / MONTH
        calls(next(inbox.glob("电话抽查记录*.csv")), folder, CALLS)
        seen = measure(folder)
        print(f"CSV {seen['rows']:,.0f} 行：{seen['seconds']:.1f} 秒，峰值 {seen['peak_gib']:.2f} GiB")


def _year(base: Path, rounds: int) -> None:
    inbox = base / "data" / "inbox"  # the older files, which both can read
    taken: dict[Path, list[float]] = {ROOT: [], base: []}
    for _ in range(rounds):
        for root, seconds in taken.items():
            seconds.append(_command(root, inbox))
    ours, theirs = (statistics.median(seconds) for seconds in taken.values())
    months = len(list(inbox.iterdir()))
    print(f"{months} 个月：{ours:.1f} 秒，对照 {theirs:.1f} 秒，比 {ours / theirs:.2f}")


def _command(root: Path, inbox: Path) -> float:
    """Seconds that the command of a checkout takes for all months, into a new workspace."""
    with tempfile.TemporaryDirectory() as scratch:
        shutil.copytree(root / "params", Path(scratch) / "params")
        command = [root / ".venv" / "bin" / "hanbin", "import", inbox, "--workspace", scratch]
        started = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=root)
        return time.perf_counter() - started


def main() -> None:
    """Read the arguments, and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, help="另一份代码的目录")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        _child(given.child)
    elif given.base:
        _year(given.base.resolve(), given.rounds)
    else:
        _scale()


if __name__ == "__main__":
    main()
