"""Planning a province: seconds and memory of 2,900 documents, and of a tenth of them.

Counties are synthetic: the workspace's own parameters, notebooks and stored data under another
folder, 27 documents each. Planning reads them as it would read a hundred different ones.
"""

import argparse
import time
import tracemalloc
from pathlib import Path
from tempfile import TemporaryDirectory

from hanbin_lib.months import Month
from hanbin_lib.release.plan import plan_counties
from hanbin_lib.workspace import Workspace

COUNTIES = 108


def counties(root: Path, source: Workspace, count: int) -> list[Workspace]:
    """Workspaces that share the bytes of `source`."""
    made = []
    for number in range(count):
        folder = root / f"county-{number}"
        folder.mkdir()
        for name in ("params", "notebooks", "data"):
            (folder / name).symlink_to(source.root / name, target_is_directory=True)
        made.append(Workspace(folder))
    return made


def measure(workspaces: list[Workspace], month: Month) -> tuple[int, float]:
    """Documents and seconds."""
    start = time.perf_counter()
    count = sum(1 for _ in plan_counties(workspaces, month))
    return count, time.perf_counter() - start


def peak(workspaces: list[Workspace], month: Month) -> float:
    """Peak of Python's own allocations, MiB."""
    tracemalloc.start()
    sum(1 for _ in plan_counties(workspaces, month))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--month", default="2022-09")
    month = Month.parse(parser.parse_args().month)
    with TemporaryDirectory() as folder:
        whole = counties(Path(folder), Workspace.find(), COUNTIES)
        count, seconds = measure(whole, month)
        few, many = peak(whole[: COUNTIES // 10], month), peak(whole, month)
    print(f"{count} documents planned in {seconds:.1f} s ({seconds / count * 1000:.1f} ms each)")
    print(f"peak memory: {few:.1f} MiB for {COUNTIES // 10} counties, {many:.1f} MiB for {COUNTIES}")


if __name__ == "__main__":
    main()
