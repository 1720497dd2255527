"""``hanbin audit``: the record of runs, whole in itself and as earlier bulletins and notices told it."""

from pathlib import Path

from rich.console import Console
from rich.table import Table

from hanbin_lib import audit, state
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.privacy.reading import Unreadable, readable
from hanbin_lib.state import PublicationManifest
from hanbin_lib.workspace import Workspace

_MANIFEST = "manifest.json"


def list_records(space: Workspace, console: Console) -> None:
    """Print every record; raise ``HB-AUD-001`` where the chain is broken."""
    table = Table("时间（UTC）", "账户", "操作", "结果")
    for record in audit.records(space.audit):
        result = record.outputs.get("snapshot") or str(record.outputs.get("manifest", ""))[:16]
        table.add_row(record.at, record.who, record.action, str(result))
    console.print(table)
    sealed = "，密封与密钥相符" if audit.sealing_key() else ""
    console.print(f"记录完整，没有被改动{sealed}。{audit.told(audit.head(space.audit))}")


def compare(space: Workspace, earlier: Path, console: Console) -> None:
    """Hold the record against what a bulletin, its folder or a kept notice tells of it.

    Raises
    ------
    HanbinError
        ``HB-AUD-003`` it is another record now; ``HB-AUD-005`` nothing of it is told there.
    """
    anchors = anchors_in(earlier)
    if not anchors:
        raise HanbinError(
            "HB-AUD-005",
            f"{earlier.name} 里没有印操作记录的校验值",
            action="换一份发布过的月报（PDF、网页、Word）、其目录，或存下来的通知",
            exit_code=ExitCode.INPUT_INVALID,
        )
    count = audit.check_against(space.audit, anchors)
    console.print(f"相符：{earlier.name} 印出时有{anchors[-1][0]}条，现在{count}条，其间没有删改。")


def anchors_in(path: Path) -> list[tuple[int, str]]:
    """What a file, or the manifest of a published folder, tells of the record."""
    if path.is_dir():
        path = path / _MANIFEST
    if path.name == _MANIFEST:
        manifest = state.read(path, PublicationManifest)
        known = manifest.record if manifest else None
        return [(known.records, known.sha256)] if known and known.records else []
    if state.content_of(path) is None:
        return []
    try:
        return audit.told_in("\n".join(text for _, text in readable(path)))
    except Unreadable:
        return []
