"""What a workspace keeps between runs is named by what the program is, and by the values it was made of.

The program is all of `hanbin_lib` (code, templates, shipped tables) and the lock that names its packages.
There is one digest of it, so no list of folders can fall behind the code: a corrected definition, matcher or
template is another program, and what the old one computed is not found any more.
"""

import dataclasses
import hashlib
import json
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

if TYPE_CHECKING:  # whoever asks for the program alone does without
    import pandas as pd

_PACKAGE = Path(__file__).parents[1]
_LOCK = "requirements.lock"
# Of the workspace that `hanbin init` makes; a wheel carries it, a checkout does not.
_TEMPLATE = "workspace_template"


@cache
def program_digest() -> str:
    """`package_digest` of the program that runs.

    Read once: a process stays the program that it was, whatever is written to disk meanwhile.
    """
    return package_digest(_PACKAGE)


def package_digest(package: Path) -> str:
    """SHA-256 over every file of a package and its lock; the same for a checkout and its wheel."""
    digest = hashlib.sha256()
    for name, path in sorted(_files_of(package)):
        content = path.read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _files_of(package: Path) -> Iterator[tuple[str, Path]]:
    # A wheel carries the lock among its modules, a checkout beside them.
    lock = next((p for p in (package / _LOCK, package.parent / _LOCK) if p.is_file()), None)
    if lock is not None:
        yield _LOCK, lock
    for path in package.rglob("*"):
        within = path.relative_to(package)
        of_program = within.parts[0] not in {_LOCK, _TEMPLATE} and "__pycache__" not in within.parts
        if of_program and not path.name.startswith(".") and path.is_file():
            yield within.as_posix(), path


def digest_of(*inputs: Any) -> str:
    """SHA-256 over values: equal values have equal digests, values that differ have others.

    Parameters
    ----------
    inputs
        Texts, numbers, dates, None, parameters (pydantic models), dataclasses, tables, and tuples, lists and
        mappings of these.

    Raises
    ------
    TypeError
        A value of another kind: its text need not say what it is.
    """
    return hashlib.sha256("".join(_spelled(value) for value in inputs).encode()).hexdigest()


def _spelled(value: Any) -> str:
    """A value as text that no other value is spelled by: kind, length, content."""
    text = _content(value)
    return f"{type(value).__name__} {len(text)} {text}\n"


def _content(value: Any) -> str:
    if value is None or isinstance(value, str | int | float | bool | date):
        return str(value) if isinstance(value, str) else repr(value)
    if isinstance(value, BaseModel):
        return value.model_dump_json()
    pandas = sys.modules.get("pandas")  # where it is not imported there is no table
    if pandas is not None and isinstance(value, pandas.DataFrame | pandas.Series):
        return _table_content(value)
    if isinstance(value, Mapping):
        return "".join(_spelled(part) for item in value.items() for part in item)
    if isinstance(value, tuple | list):
        return "".join(_spelled(part) for part in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return "".join(_spelled(getattr(value, field.name)) for field in dataclasses.fields(value))
    raise TypeError(f"{type(value).__name__} has no digest")


def _table_content(table: "pd.DataFrame | pd.Series[Any]") -> str:
    """Columns with their kinds, and a hash of all values: no trace of how a library writes them to disk."""
    import pandas as pd  # noqa: PLC0415

    columns = table.to_frame() if isinstance(table, pd.Series) else table
    kinds = [(str(name), _kind(column)) for name, column in columns.items()]
    values = pd.util.hash_pandas_object(columns, index=True).to_numpy().tobytes()
    return json.dumps([kinds, hashlib.sha256(values).hexdigest()], ensure_ascii=False)


def _kind(column: "pd.Series[Any]") -> str:
    import pandas as pd  # noqa: PLC0415

    if isinstance(column.dtype, pd.CategoricalDtype):
        return f"category {column.cat.categories.tolist()}"
    return str(column.dtype)
