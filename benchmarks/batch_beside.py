"""A month of documents made by this program and by another checkout of it, turns taken on one machine.

Run with ``make benchmark-batch BESIDE=CHECKOUT``: the folder of a checkout with an environment of its
own (``.venv``) and its demonstration imported (``make bulletin`` there). Each turn takes a fresh copy of
either workspace: once with no model kept, and once more with the models that this run has kept. Wall
seconds, CPU seconds of the whole tree, and the ratio of the medians; only ratios of one run count.
"""

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

MONTH = "2022-09"
HERE = Path(__file__).parents[1]
Spent = tuple[float, float]


def main() -> None:
    """Print medians and ratios."""
    options = _options()
    programs = {"this": HERE, "other": options.beside.resolve()}
    spent: dict[tuple[str, str], list[Spent]] = {}
    files: dict[str, set[str]] = {}
    for turn in range(options.turns):
        order = list(programs) if turn % 2 == 0 else list(programs)[::-1]
        for name in order:
            with tempfile.TemporaryDirectory(prefix="hanbin-benchmark-") as folder:
                space = copy_of(programs[name], Path(folder) / "workspace")
                for kept in ("no model kept", "models kept"):
                    shutil.rmtree(space / "reports", ignore_errors=True)
                    spent.setdefault((name, kept), []).append(_made(programs[name], space))
                    print(f"turn {turn + 1}, {name}, {kept}: {_told(spent[name, kept][-1])}", flush=True)
                files[name] = {path.name for path in (space / "reports" / MONTH).iterdir()}
    print(f"files the other has and this has not: {sorted(files['other'] - files['this']) or 'none'}")
    for kept in ("no model kept", "models kept"):
        middle = {name: _median(spent[name, kept]) for name in programs}
        (wall, cpu), (other_wall, other_cpu) = middle["this"], middle["other"]
        print(f"{kept}: this {_told(middle['this'])}; other {_told(middle['other'])}")
        print(
            f"{kept}: the other takes {other_wall / wall:.2f} times the time, {other_cpu / cpu:.2f} the CPU"
        )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("beside", type=Path)
    parser.add_argument("--turns", type=int, default=3)
    return parser.parse_args()


def copy_of(program: Path, space: Path) -> Path:
    """A workspace with the imported data and nothing that was computed or published."""
    for name in ("params", "notebooks", "data"):
        shutil.copytree(program / name, space / name, ignore=shutil.ignore_patterns("inbox", "cache", "logs"))
    return space


def _made(program: Path, space: Path) -> Spent:
    """Wall and CPU seconds of the command."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(
        [program / ".venv" / "bin" / "hanbin", "bulletin", MONTH],
        check=True,
        capture_output=True,
        cwd=space,
        env={**os.environ, "HANBIN_WORKSPACE": str(space)},
    )
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _median(spent: list[Spent]) -> Spent:
    walls, cpus = zip(*spent, strict=True)
    return statistics.median(walls), statistics.median(cpus)


def _told(spent: Spent) -> str:
    return f"{spent[0]:.1f} s ({spent[1]:.1f} s of CPU)"


if __name__ == "__main__":
    main()
