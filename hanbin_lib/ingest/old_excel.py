"""Reads an old .xls in a process of its own: ``python old_excel.py FILE``.

The reader of the old format may abort the whole process on a damaged file, which no program
can catch; so it runs apart, and its failure is only a failed process. Prints the sheets as
JSON, ``{name: rows of cells as text}``.
"""

import json
import subprocess
import sys
from pathlib import Path

import python_calamine

_SECONDS = 300


def read_old_excel(path: Path) -> dict[str, list[list[str]]] | None:
    """All sheets of a file, read by another process; None where that failed."""
    command = [sys.executable, "-P", __file__, str(path)]
    try:
        done = subprocess.run(command, capture_output=True, check=True, timeout=_SECONDS)
        sheets: dict[str, list[list[str]]] = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        return None
    return sheets


def main() -> None:
    """Read the file named in the arguments."""
    workbook = python_calamine.CalamineWorkbook.from_path(sys.argv[1])
    sheets = {
        name: [
            ["" if cell is None else str(cell) for cell in row]
            for row in workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
        ]
        for name in workbook.sheet_names
    }
    sys.stdout.buffer.write(json.dumps(sheets).encode())


if __name__ == "__main__":
    main()
