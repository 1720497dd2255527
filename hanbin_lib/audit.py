"""Who ran what with which inputs and published what: appended, never changed.

``data/audit.jsonl`` has one line a run. Each line holds the hash of the one before, so that a
line that was changed, taken out or put in breaks the chain from there on.
"""

import getpass
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.locks import exclusive

_FIRST = "0" * 64
_WAIT_SECONDS = 30.0  # a record takes a moment; who published may not go without one


@dataclass(frozen=True, slots=True)
class Record:
    """One run.

    Parameters
    ----------
    at
        UTC, ``2022-10-08T01:02:03Z``.
    who
        Account on the machine.
    action
        What was done: ``import 2022-09``.
    inputs, outputs
        What went in and what came out: identifiers and hashes, never a personal value.
    previous, sha256
        Hash of the line before, and of this one.
    """

    at: str
    who: str
    action: str
    inputs: dict[str, Any]
    outputs: dict[str, Any]
    previous: str
    sha256: str


def append(path: Path, action: str, inputs: dict[str, Any], outputs: dict[str, Any]) -> Record:
    """Add a record to the chain; two runs at once follow one another."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with exclusive(path.with_suffix(".lock"), _busy(), wait_seconds=_WAIT_SECONDS):
        _drop_half_line(path)
        lines = _whole_lines(path)
        previous = _parsed(lines[-1], len(lines)).sha256 if lines else _FIRST
        at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        body: dict[str, Any] = {
            "at": at, "who": getpass.getuser(), "action": action, "inputs": inputs, "outputs": outputs,
            "previous": previous,
        }  # fmt: skip
        record = Record(**body, sha256=_hash(body))
        with path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps({**body, "sha256": record.sha256}, ensure_ascii=False) + "\n")
            stream.flush()
            os.fsync(stream.fileno())
    return record


def records(path: Path) -> Iterator[Record]:
    """All records in order.

    Raises
    ------
    HanbinError
        ``HB-AUD-001`` naming the first line at which the chain is broken.
    """
    previous = _FIRST
    for number, line in enumerate(_whole_lines(path), 1):
        record = _parsed(line, number)
        body = {name: getattr(record, name) for name in Record.__slots__ if name != "sha256"}
        if record.previous != previous or record.sha256 != _hash(body):
            raise _broken(number)
        previous = record.sha256
        yield record


def _drop_half_line(path: Path) -> None:
    """What a killed run left of its last line is no record; the next begins on a line of its own."""
    content = path.read_bytes() if path.is_file() else b""
    end = content.rfind(b"\n") + 1
    if end < len(content):
        os.truncate(path, end)


def _whole_lines(path: Path) -> list[str]:
    """Lines that were written to their end."""
    text = path.read_bytes().decode("utf-8", errors="replace") if path.is_file() else ""
    return text.split("\n")[:-1]


def _parsed(line: str, number: int) -> Record:
    try:
        return Record(**json.loads(line))
    except (ValueError, TypeError):
        raise _broken(number) from None


def _hash(body: dict[str, Any]) -> str:
    content = json.dumps(body, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def _broken(number: int) -> HanbinError:
    return HanbinError(
        "HB-AUD-001",
        f"操作记录第{number}行被改动或损坏，其后的记录不能作准",
        action="从备份恢复 data/audit.jsonl，查明改动原因",
        exit_code=ExitCode.INPUT_INVALID,
    )


def _busy() -> HanbinError:
    return HanbinError(
        "HB-AUD-002", "操作记录正被另一个任务写入", action="稍后再试", exit_code=ExitCode.LOCKED
    )
