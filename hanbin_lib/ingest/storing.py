"""What an import is called, and its tables as bytes.

An import is named by its files, its parameters and the program. Most programs read the same from the
same files: then the month keeps the version it has, and an upgrade corrects no data that nobody corrected.
"""

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from hanbin_lib.contract.schemas import check_keys, check_stored
from hanbin_lib.contract.tables import AREAS
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.ingest.grid import as_text
from hanbin_lib.locks import exclusive
from hanbin_lib.months import Month
from hanbin_lib.params import Settings
from hanbin_lib.places import AreaRegister
from hanbin_lib.snapshots import Snapshot
from hanbin_lib.store.frames import read_frame
from hanbin_lib.store.identity import digest_of, program_digest
from hanbin_lib.workspace import Workspace

_DIGITS = 16
_ROWS_A_GROUP = 1 << 16


def inputs_of(hashes: list[str], month: Month, settings: Settings, register: AreaRegister) -> tuple[Any, ...]:
    """All that an import depends on, besides the program: files (by SHA-256), month, rules, areas."""
    policy = settings.policies.of(month)
    own = (settings.columns, settings.limits, policy.entry_limit if policy else None)
    # Which place a code means may be declared by a list of a later month.
    lists = (register.later_key,) if settings.columns.area_codes else ()
    return str(month), sorted(hashes), settings.rules, *own, settings.lines.of(month), register.key, *lists


def version_id(inputs: tuple[Any, ...]) -> str:
    """Name what an import of these inputs would store: same files, same rules, same program, same name."""
    return digest_of(program_digest(), *inputs)[:_DIGITS]


def changed_tables(before: Snapshot, content: dict[str, bytes]) -> tuple[str, ...]:
    """Names of the tables that are others than those of `before`, which was read from the same files.

    Bytes that differ by the library that wrote them alone are no difference, nor is that a program before
    kept no register of areas.
    """
    stored = before.manifest.tables
    names = dict.fromkeys([*stored, *content])
    if AREAS not in stored:
        names.pop(AREAS, None)
    return tuple(
        name
        for name in names
        if name not in stored or name not in content or _differ(before, name, content[name])
    )


def _differ(before: Snapshot, name: str, content: bytes) -> bool:
    if before.manifest.tables[name].sha256 == hashlib.sha256(content).hexdigest():
        return False
    old, new = (read_frame(one) for one in (before.content(name), content))
    return digest_of(old) != digest_of(new)


def as_parquet(tables: dict[str, pd.DataFrame]) -> dict[str, bytes]:
    """Check every table against its schema and encode it."""
    return {name: _encoded(name, rows) for name, rows in tables.items()}


def _encoded(name: str, rows: pd.DataFrame) -> bytes:
    check_keys(name, rows)
    groups = (_checked(name, group) for group in _in_groups(rows))
    first = next(groups)
    buffer = io.BytesIO()
    with pq.ParquetWriter(buffer, first.schema, compression="zstd") as writer:
        for group in chain([first], groups):
            writer.write_table(group)
    return buffer.getvalue()


def _checked(name: str, rows: pd.DataFrame) -> pa.Table:
    check_stored(name, rows)
    return pa.Table.from_pandas(rows, preserve_index=False)


def _in_groups(rows: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Some rows at a time as they are stored: a whole register is never laid out as text."""
    for start in range(0, max(len(rows), 1), _ROWS_A_GROUP):
        group = rows.iloc[start : start + _ROWS_A_GROUP]
        yield pd.DataFrame({name: as_text(column) for name, column in group.items()}, copy=False)


@contextmanager
def memory_given_back() -> Iterator[None]:
    """Let Arrow take its memory from the system, which gets back what is free (`release`).

    Arrow's own pool keeps it: beside the pool of Python and numpy that was a fifth of the import's peak.
    """
    before = pa.default_memory_pool()
    pa.set_memory_pool(pa.system_memory_pool())
    try:
        yield
    finally:
        release()
        pa.set_memory_pool(before)


def release() -> None:
    """Give back to the system what the last step took and no longer needs."""
    pa.default_memory_pool().release_unused()


@contextmanager
def alone(workspace: Workspace) -> Iterator[None]:
    """Hold the workspace's import lock; raise ``HB-IMP-002`` where another import holds it."""
    busy = HanbinError(
        "HB-IMP-002",
        "另一个导入正在进行",
        action="等它结束后再运行",
        exit_code=ExitCode.LOCKED,
    )
    with exclusive(workspace.root / "data" / ".import.lock", busy):
        yield
