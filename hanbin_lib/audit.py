"""Who ran what with which inputs and published what: appended, never changed.

``data/audit.jsonl`` has one line a run. Each line holds the hash of the one before, so that a
line that was changed, taken out or put in breaks the chain from there on. A chain that was cut, or
computed anew as a whole, is found by what was printed of it: every bulletin's imprint and every
notice tells the `head` of the chain (`told`), and `check_against` holds the record against it.
With a key kept elsewhere (environment `KEY_FILE`) each line is sealed, too.
"""

import getpass
import hashlib
import hmac
import json
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hanbin_lib import state
from hanbin_lib.errors import ExitCode, HanbinError, refused_input
from hanbin_lib.files import write_atomically
from hanbin_lib.locks import exclusive
from hanbin_lib.state import Anchor, Record

KEY_FILE = "HANBIN_AUDIT_KEY"  # environment: a file outside the workspace
NOTHING = Anchor(records=0, sha256="0" * 64)
_WAIT_SECONDS = 30.0  # a record takes a moment; who published may not go without one
# Printed by letters alone: digits would be figures to the checks of what is printed.
_AS_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
_AS_HEX = str.maketrans("abcdefghijklmnop", "0123456789abcdef")
_PRINTED_LETTERS, _BLOCK = 32, 8  # 128 bits
_TOLD = re.compile(r"操作记录第\s*(\d+)\s*条\s*[，,]\s*校验值\s*((?:[a-p]{8}[\s-]*){4})")


def append(path: Path, action: str, inputs: dict[str, Any], outputs: dict[str, Any]) -> Record:
    """Add a record to the chain; two runs at once follow one another.

    Raises
    ------
    HanbinError
        ``HB-AUD-001`` the last line is damaged, ``HB-AUD-002`` another run holds the record for
        too long, ``HB-AUD-004`` the key of the seals cannot be read.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    key = sealing_key()
    with exclusive(path.with_suffix(".lock"), _busy(), wait_seconds=_WAIT_SECONDS):
        _drop_half_line(path)
        before = _lines(path)
        if before and before[-1] is None:
            raise _broken(len(before))
        last = before[-1] if before else None
        previous = last.sha256 if last else NOTHING.sha256
        at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        body: dict[str, Any] = {
            "at": at, "who": getpass.getuser(), "action": action, "inputs": inputs, "outputs": outputs,
            "previous": previous,
        }  # fmt: skip
        sealed = {**body, "sha256": _hash(body)}
        if key is not None:
            sealed["mac"] = _seal(sealed["sha256"], key)
        with path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(sealed, ensure_ascii=False) + "\n")
            stream.flush()
            os.fsync(stream.fileno())
    return Record.model_validate(sealed)


def records(path: Path) -> Iterator[Record]:
    """All records in order.

    Raises
    ------
    HanbinError
        ``HB-AUD-001`` naming the first line at which the chain is broken, or its seal is.
    """
    key, previous, is_sealed = sealing_key(), NOTHING.sha256, False
    for number, record in enumerate(_lines(path), 1):
        if record is None or record.previous != previous or record.sha256 != _hash(_body(record)):
            raise _broken(number)
        is_sealed = is_sealed or bool(record.mac)
        if key is not None and is_sealed and not hmac.compare_digest(record.mac, _seal(record.sha256, key)):
            raise _broken(number)
        previous = record.sha256
        yield record


def whole_part(path: Path) -> list[Record]:
    """Records before the first line at which the chain is broken."""
    found: list[Record] = []
    try:
        found.extend(records(path))
    except HanbinError as error:
        if error.code != "HB-AUD-001":
            raise
    return found


def rewrite(path: Path, whole: list[Record]) -> None:
    """Begin the record anew with the whole part of a damaged one, which has been put aside."""
    lines = [record.model_dump(exclude_defaults=True) for record in whole]
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    write_atomically(path, text.encode())


def head(path: Path) -> Anchor:
    """Number of records and hash of the last one; raises as `records`."""
    last = NOTHING
    for number, record in enumerate(records(path), 1):
        last = Anchor(records=number, sha256=record.sha256)
    return last


def told(anchor: Anchor) -> str:
    """The anchor as it is printed: ``操作记录第57条，校验值 kfdapmhc-…``; empty where nothing is."""
    if not anchor.records:
        return ""
    letters = anchor.sha256[:_PRINTED_LETTERS].translate(_AS_LETTERS)
    blocks = [letters[at : at + _BLOCK] for at in range(0, _PRINTED_LETTERS, _BLOCK)]
    return f"操作记录第{anchor.records}条，校验值 {'-'.join(blocks)}"


def told_in(text: str) -> list[tuple[int, str]]:
    """Every anchor that a text tells: number of records, and the beginning of the hash."""
    return sorted(
        {
            (int(count), re.sub(r"[\s-]", "", letters).translate(_AS_HEX))
            for count, letters in _TOLD.findall(text)
        }
    )


def check_against(path: Path, anchors: list[tuple[int, str]]) -> int:
    """Hold the record against what was printed of it before; return its number of lines.

    Raises
    ------
    HanbinError
        ``HB-AUD-001`` the chain itself is broken; ``HB-AUD-003`` a line that was printed is not there
        any more (the record was cut or deleted), or is another one (it was made anew).
    """
    hashes = [record.sha256 for record in records(path)]
    for count, beginning in anchors:
        if count > len(hashes):
            raise _unlike(f"印出时有{count}条，现在只有{len(hashes)}条：记录被截短或删除")
        if not hashes[count - 1].startswith(beginning):
            raise _unlike(f"第{count}条与印出的校验值不符：记录被重做过")
    return len(hashes)


def sealing_key() -> bytes | None:
    """The key of the seals, None where none is kept; raise ``HB-AUD-004`` where it cannot be read."""
    named = os.environ.get(KEY_FILE)
    if not named:
        return None
    content = state.content_of(Path(named))
    if not content:
        raise refused_input(
            "HB-AUD-004",
            f"环境变量 {KEY_FILE} 所指的密钥文件读不到或是空的",
            "接上存放密钥的介质；不再使用密钥的，去掉这个环境变量",
        )
    return content


def _body(record: Record) -> dict[str, Any]:
    return record.model_dump(exclude={"sha256", "mac"})


def _seal(digest: str, key: bytes) -> str:
    return hmac.new(key, digest.encode(), hashlib.sha256).hexdigest()


def _lines(path: Path) -> list[Record | None]:
    """Lines that were written to their end; what a killed run left of its last line is no record."""
    found = state.read_lines(path, Record)
    return found[:-1] if found and not _ends_whole(path) else found


def _ends_whole(path: Path) -> bool:
    content = state.content_of(path)
    return content is None or content.endswith(b"\n")


def _drop_half_line(path: Path) -> None:
    """The next record begins on a line of its own."""
    content = state.content_of(path) or b""
    end = content.rfind(b"\n") + 1
    if end < len(content):
        os.truncate(path, end)


def _hash(body: dict[str, Any]) -> str:
    content = json.dumps(body, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def _broken(number: int) -> HanbinError:
    return refused_input(
        "HB-AUD-001",
        f"操作记录第{number}行被改动或损坏，其后的记录不能作准",
        "从备份恢复 data/audit.jsonl，查明改动原因；没有备份的，运行 hanbin doctor --repair",
    )


def _unlike(message: str) -> HanbinError:
    return HanbinError(
        "HB-AUD-003",
        f"操作记录与早先印出的不符。{message}",
        action="从备份恢复 data/audit.jsonl，查明改动原因",
        exit_code=ExitCode.GATE_FAILED,
    )


def _busy() -> HanbinError:
    return HanbinError(
        "HB-AUD-002", "操作记录正被另一个任务写入", action="稍后再试", exit_code=ExitCode.LOCKED
    )
