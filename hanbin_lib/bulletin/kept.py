"""Simulations are kept like indicators: computed once for the same data, parameters and program."""

import hashlib
import json
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from hanbin_lib.files import write_atomically

_ROOT = Path(__file__).parents[1]
_CODE = ("forecasting", "indicators", "simulate", "statistics")


def kept(folder: Path | None, name: str, depends_on: Iterable[str], compute: Callable[[], Any]) -> Any:
    """Result of `compute`, or what it came to when all that it depends on was the same.

    Parameters
    ----------
    folder
        Where results are kept; None to compute.
    name
        What it is, for the file's name.
    depends_on
        Data versions and parameters as text; the program is added here.
    compute
        Gives lists, dictionaries, texts and numbers; numbers come back exactly.
    """
    if folder is None:
        return compute()
    key = hashlib.sha256("\x00".join([*depends_on, _program()]).encode()).hexdigest()[:16]
    path = folder / f"{name}-{key}.json"
    if path.is_file():
        return json.loads(path.read_text(encoding="utf-8"))
    found = json.loads(json.dumps(compute()))  # as it will come back
    write_atomically(path, json.dumps(found, ensure_ascii=False).encode())
    return found


@cache
def _program() -> str:
    """The program's text; a process runs what it has read, whatever is written to disk later."""
    code = (path for part in _CODE for path in sorted((_ROOT / part).rglob("*.py")))
    return "\x00".join(path.read_text(encoding="utf-8") for path in code)
