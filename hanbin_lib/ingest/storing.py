"""What an import is called, and its tables as bytes."""

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pandas as pd

from hanbin_lib import __version__
from hanbin_lib.contract.schemas import check_stored
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.locks import exclusive
from hanbin_lib.months import Month
from hanbin_lib.params import Settings
from hanbin_lib.places import AreaRegister
from hanbin_lib.workspace import Workspace

_CODE = Path(__file__).parent


def version_id(hashes: list[str], month: Month, settings: Settings, register: AreaRegister) -> str:
    """Name what an import will store: same files, same rules, same name.

    Parameters
    ----------
    hashes
        SHA-256 of every file.
    """
    line = settings.lines.of(month)
    parts = [
        str(month),
        *sorted(hashes),
        contract_fingerprint(),
        register.table.to_csv(index=False),
        settings.rules.model_dump_json(),
        line.model_dump_json() if line else "",
    ]
    return _hash(parts)[:16]


@cache
def contract_fingerprint() -> str:
    """Hash of the contract and of the code that reads by it."""
    folders = (_CODE, _CODE / "rules", _CODE.parent / "contract")
    code = [path.read_text("utf-8") for folder in folders for path in sorted(folder.glob("*.py"))]
    return _hash([__version__, *code])


def _hash(parts: list[str]) -> str:
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()


def as_parquet(tables: dict[str, pd.DataFrame]) -> dict[str, bytes]:
    """Check every table against its schema and encode it."""
    content: dict[str, bytes] = {}
    for name, rows in tables.items():
        check_stored(name, rows)
        buffer = io.BytesIO()
        rows.to_parquet(buffer, index=False, compression="zstd")
        content[name] = buffer.getvalue()
    return content


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
