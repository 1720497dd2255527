"""How long a full district's import takes, beside what others need merely to read its files.

Every contender runs in a process of its own, so that time and memory are its own, and they
take turns, so that a busy machine slows all of them. Ratios of one run are what counts; those of
processor time are steadier where others use the machine, and say nothing of what two cores gain.

    python benchmarks/import_speed.py                  demonstration files, made first
    python benchmarks/import_speed.py --folder DIR     files of one's own
"""

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
TABLES = ("监测对象信息", "脱贫户信息")
MONTH = "2022-09"
HEADER_ROW = 2


def import_whole(folder: Path, month: str = MONTH) -> int:
    """Read, clean, check and store: everything `hanbin import` does, with what an office has installed."""
    sys.modules["hypothesis"] = None  # a test tool of this checkout that pandera would load
    from hanbin_lib.ingest import import_month
    from hanbin_lib.months import Month
    from hanbin_lib.params import Settings
    from hanbin_lib.places import AreaRegister
    from hanbin_lib.workspace import Workspace

    with tempfile.TemporaryDirectory() as scratch:
        workspace = Workspace(Path(scratch))
        shutil.copytree(ROOT / "params", workspace.params)
        result = import_month(
            folder,
            Month.parse(month),
            workspace=workspace,
            settings=Settings.load(workspace),
            register=AreaRegister.read(workspace.areas),
        )
        if result.snapshot is None:
            raise SystemExit(f"导入未通过：{result.quality.summary}")
        return sum(source.rows for source in result.snapshot.manifest.sources)


def read_pandas_calamine(folder: Path) -> int:
    """Read as text by pandas, with its fastest Excel engine."""
    import pandas as pd

    options = {"engine": "calamine", "header": HEADER_ROW, "dtype": str, "keep_default_na": False}
    return sum(len(pd.read_excel(path, **options)) for path in sorted(folder.glob("*.xlsx")))


def read_fastexcel(folder: Path) -> int:
    """Read as text into Arrow, one file after the other: the floor for any import."""
    import fastexcel

    rows = 0
    for path in sorted(folder.glob("*.xlsx")):
        reader = fastexcel.read_excel(path)
        rows += reader.load_sheet(0, header_row=HEADER_ROW, dtypes="string").to_arrow().num_rows
    return rows


def read_pandas_openpyxl(folder: Path) -> int:
    """Read as text by pandas, with the engine it takes if nobody chooses."""
    import pandas as pd

    options = {"engine": "openpyxl", "header": HEADER_ROW, "dtype": str, "keep_default_na": False}
    return sum(len(pd.read_excel(path, **options)) for path in sorted(folder.glob("*.xlsx")))


IMPORT = "hanbin 导入（读、清洗、核查、存储）"
REFERENCE = "pandas + calamine 只读"
SLOW = "pandas + openpyxl 只读"
CONTENDERS: dict[str, Callable[[Path], int]] = {
    IMPORT: import_whole,
    REFERENCE: read_pandas_calamine,
    "fastexcel 只读": read_fastexcel,
    SLOW: read_pandas_openpyxl,
}


def contend(name: str, folder: Path) -> None:
    """Run one contender in this process and print what it took."""
    started = time.perf_counter()
    rows = CONTENDERS[name](folder)
    seconds = time.perf_counter() - started
    used = resource.getrusage(resource.RUSAGE_SELF)
    taken = {
        "seconds": seconds,
        "processor": used.ru_utime + used.ru_stime,
        "peak_mib": used.ru_maxrss / 1024,
    }
    print(json.dumps({"rows": rows} | taken))


def measure(name: str, folder: Path) -> dict[str, float]:
    """Run one contender in a new process."""
    command = [sys.executable, __file__, "--contender", name, "--folder", str(folder)]
    # Importing libraries counts, compiling them anew in every process does not.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment)
    return json.loads(done.stdout.splitlines()[-1])


def demonstration_files(target: Path) -> None:
    """Write the full demonstration district and keep its two registers."""
    from hanbin_demo.files import write_demo
    from hanbin_lib.places import AreaRegister

    with tempfile.TemporaryDirectory() as scratch:
        for path in write_demo(Path(scratch), AreaRegister.read(ROOT / "params" / "areas.csv")):
            if path.suffix == ".xlsx" and any(table in path.name for table in TABLES):
                shutil.move(path, target / path.name)


def made_apart(target: Path) -> None:
    """Write them in another process: a child is said to have taken what its parent took at its peak."""
    subprocess.run([sys.executable, __file__, "--write", "--folder", str(target)], check=True)


def compare(folder: Path, rounds: int, names: list[str]) -> None:
    """Let the contenders take turns, then print medians and ratios."""
    results: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    for number in range(rounds):
        for name in names if number == 0 else [n for n in names if n != SLOW]:
            results[name].append(measure(name, folder))
            print(f"第{number + 1}轮 {name}：{results[name][-1]['seconds']:.1f} 秒", file=sys.stderr)
    seconds, processor = (
        {name: statistics.median(run[what] for run in runs) for name, runs in results.items()}
        for what in ("seconds", "processor")
    )
    size = sum(path.stat().st_size for path in folder.glob("*.xlsx")) / 2**20
    print(f"{int(results[IMPORT][0]['rows']):,} 行，{size:.0f} MiB，{rounds} 轮中位数")
    for name in names:
        peak = max(run["peak_mib"] for run in results[name])
        ratio, of_processor = (taken[IMPORT] / taken[name] for taken in (seconds, processor))
        print(
            f"{seconds[name]:8.1f} 秒  峰值 {peak:6.0f} MiB  导入/本项 {ratio:5.2f}"
            f"（处理器时间 {of_processor:5.2f}）  {name}"
        )


def main() -> None:
    """Read the arguments, and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--skip-openpyxl", action="store_true", help="openpyxl takes two minutes")
    parser.add_argument("--contender", choices=CONTENDERS, help=argparse.SUPPRESS)
    parser.add_argument("--write", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.write:
        demonstration_files(given.folder)
        return
    if given.contender:
        contend(given.contender, given.folder)
        return
    names = [name for name in CONTENDERS if not (given.skip_openpyxl and name == SLOW)]
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.folder or Path(scratch)
        if given.folder is None:
            made_apart(folder)
        compare(folder, given.rounds, names)


if __name__ == "__main__":
    main()
