"""The most memory that a month of documents takes, in all processes of the command together.

Run with ``make benchmark-batch`` after ``make bulletin``. Counted is PSS: what processes share counts once,
each with its part. A run without kept models, and one with them; neither is timed, as looking costs time.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
from batch_beside import HERE, MONTH, copy_of

_PAUSE_SECONDS = 0.2


def main() -> None:
    """Print the peak of both runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", nargs="?", type=Path, default=HERE, help="another checkout")
    program = parser.parse_args().program.resolve()
    with tempfile.TemporaryDirectory(prefix="hanbin-benchmark-") as folder:
        space = copy_of(program, Path(folder) / "workspace")
        for kept in ("no model kept", "models kept"):
            peak, processes = _peak(program, space)
            print(f"{kept}: {peak / 2**20:.2f} GiB in {processes} processes", flush=True)
            shutil.rmtree(space / "reports")


def _peak(program: Path, space: Path) -> tuple[int, int]:
    """KiB of the moment with the most, and how many processes there were."""
    command = subprocess.Popen(
        [program / ".venv" / "bin" / "hanbin", "bulletin", MONTH],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=space,
        env={**os.environ, "HANBIN_WORKSPACE": str(space)},
    )
    most = (0, 0)
    while command.poll() is None:
        try:
            tree = [command.pid, *(one.pid for one in psutil.Process(command.pid).children(recursive=True))]
        except psutil.NoSuchProcess:
            break
        most = max(most, (sum(map(_pss, tree)), len(tree)))
        time.sleep(_PAUSE_SECONDS)
    if command.wait():
        sys.exit(f"hanbin bulletin ended with {command.returncode}")
    return most


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:  # it has just ended
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


if __name__ == "__main__":
    main()
