"""How long the guard takes: the whole register against everything published of a month.

Run with ``make benchmark-guard`` after ``make bulletin``. The peer is a plain search for each
term in turn (``term in text``), timed on the first hundred terms and scaled up.
"""

import sys
import time
from pathlib import Path

from hanbin_lib.bulletin import open_bulletin
from hanbin_lib.params import Settings
from hanbin_lib.privacy.reading import readable
from hanbin_lib.release.checks.personal_data import month_guard, month_terms
from hanbin_lib.workspace import Workspace

MONTH, SAMPLE = "2022-09", 100


def main() -> None:
    """Print terms, bytes, seconds and the ratio to the plain search."""
    space = Workspace.find(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
    county = open_bulletin(MONTH, Settings.load(space).county.code, workspace=space)
    terms = month_terms(county, space)
    files = sorted(path for path in (space.reports / MONTH).iterdir() if path.is_file())
    size = sum(path.stat().st_size for path in files) / 2**20
    start = time.perf_counter()
    guard = month_guard(county, space)
    built = time.perf_counter() - start
    hits = [hit for path in files for hit in guard.scan(path)]
    scanned = time.perf_counter() - start - built
    every = [*terms.names, *terms.numbers, *terms.words]
    texts = [text for path in files for _, text in readable(path)]
    start = time.perf_counter()
    for term in every[:SAMPLE]:
        for text in texts:
            _ = term in text
    plain = (time.perf_counter() - start) / SAMPLE * len(every)
    print(f"{len(every)} terms, {len(files)} files of {size:.0f} MiB")
    print(f"built in {built:.1f} s, read in {scanned:.1f} s")
    print(f"hits: {len(hits)}; a plain search would take {plain:.0f} s, {plain / scanned:.0f} times as long")


if __name__ == "__main__":
    main()
