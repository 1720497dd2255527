"""Making a published month again from what it was made from, and comparing byte for byte.

Every publication holds ``inputs.zip``: the parameters, notebooks and registered forecasts it
read. With the snapshots that its manifest names this is all that is needed. The second run
has another working folder, time zone, locale, hash seed and number of workers.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory

from hanbin_lib import audit, state
from hanbin_lib.errors import ExitCode, HanbinError, refused_input
from hanbin_lib.files import sha256_of
from hanbin_lib.locks import folder_prefix
from hanbin_lib.months import Month
from hanbin_lib.privacy.reading import Unreadable, readable
from hanbin_lib.release import ledger
from hanbin_lib.release.archive import ARCHIVE
from hanbin_lib.release.assembly import unpacked
from hanbin_lib.release.publication import GAP, INPUTS, MANIFEST, Published
from hanbin_lib.state import PublicationManifest
from hanbin_lib.store import program_digest
from hanbin_lib.workspace import ENVIRONMENT_VARIABLE, INDICATORS, Workspace

_ELSEWHERE = {"TZ": "Pacific/Kiritimati", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "20220930"}
_MOST_LISTED = 20
# What chooses the processor's instructions, and with them the last digits of what is simulated.
_ARITHMETIC = ("OPENBLAS_CORETYPE", "NPY_DISABLE_CPU_FEATURES", "MKL_CBWR")
_KEPT = ("PATH", "HOME", "TMPDIR", "SYSTEMROOT", "LD_LIBRARY_PATH", *_ARITHMETIC)


@dataclass(frozen=True, slots=True)
class Verification:
    """What a second making came to.

    Parameters
    ----------
    same
        Number of files that are the same to the byte.
    different
        What differs, in Chinese; the first differing figure where there is one.
    """

    same: int
    different: tuple[str, ...]


def verify_month(workspace: Workspace, month: Month) -> Verification:
    """Make the published month again elsewhere and compare every file.

    Raises
    ------
    HanbinError
        ``HB-VER-001`` nothing published or no inputs kept, ``HB-VER-002`` the program has
        changed since, ``HB-VER-003`` the second run failed; what `authenticate` finds.
    """
    published = Published.read(workspace, month)
    if published is None or INPUTS not in published.manifest.files:
        raise refused_input("HB-VER-001", f"{month.label}没有可以复核的发布", "先用 hanbin bulletin 发布")
    authenticate(workspace, month, published)
    if published.manifest.code_sha256 != program_digest():
        raise refused_input("HB-VER-002", "程序已变，不能用现在的程序复核", "换回发布时的版本再复核")
    with TemporaryDirectory(prefix=folder_prefix("verify")) as folder:
        again = _workspace_again(Path(folder), workspace, published)
        _run(again, month, published)
        return _compare(published, again.reports / str(month))


def authenticate(workspace: Workspace, month: Month, published: Published) -> None:
    """Hold everything in the folder against manifest and ledger, before anything of it is run.

    Raises
    ------
    HanbinError
        ``HB-AUD-001`` the record of runs is broken; ``HB-VER-004`` naming what is not as it was
        published: a manifest that was not entered, a file that is altered, missing or nobody's.
    """
    entered = {entry.manifest for entry in ledger.entries(workspace) if entry.month == month}
    faults = [] if published.sha256 in entered else ["manifest.json 不是发布记录里的那一份"]
    known = published.files
    faults += [f"{name} 缺失或被改动" for name in sorted(known) if not published.has(name, known[name])]
    present = {path.name for path in published.folder.iterdir()} - {MANIFEST, ARCHIVE}
    faults += [
        f"{name} 不是发布的文件" for name in sorted(present - set(known)) if not state.is_foreign(name)
    ]
    if faults:
        listed = "\n".join(faults[:_MOST_LISTED])
        raise HanbinError(
            "HB-VER-004",
            f"{month.label}的发布目录与发布记录不符，没有运行其中任何内容（{len(faults)}项）：\n{listed}",
            action=f"查明原因；用 hanbin bulletin {month} 按当月数据恢复后再复核",
            exit_code=ExitCode.GATE_FAILED,
        )


def anchors_in(path: Path) -> list[tuple[int, str]]:
    """What a bulletin, a kept notice or the manifest of a published folder tells of the record of runs."""
    if path.is_dir():
        path = path / MANIFEST
    if path.name == MANIFEST:
        manifest = state.read(path, PublicationManifest)
        known = manifest.record if manifest else None
        return [(known.records, known.sha256)] if known and known.records else []
    if state.content_of(path) is None:
        return []
    try:
        return audit.told_in("\n".join(text for _, text in readable(path)))
    except Unreadable:
        return []


def _workspace_again(root: Path, workspace: Workspace, published: Published) -> Workspace:
    """A workspace with the recorded inputs, and links to the recorded snapshots."""
    recorded = published.manifest.snapshots
    again = unpacked(root, published.folder / INPUTS, recorded)
    for month, version in recorded.items():
        stored = workspace.store / month / version
        (again.store / month / version).symlink_to(stored, target_is_directory=True)
    # The guard of the second run looks for the same persons.
    for ours, theirs in ((again.secret, workspace.secret), (again.personal_terms, workspace.personal_terms)):
        if theirs.exists():
            ours.parent.mkdir(parents=True, exist_ok=True)
            ours.symlink_to(theirs.resolve())
    return again


def _run(again: Workspace, month: Month, published: Published) -> None:
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ} | _ELSEWHERE
    environment[ENVIRONMENT_VARIABLE] = str(again.root)
    manifest = published.manifest
    command = [sys.executable, "-m", "hanbin_lib.cli", "bulletin", str(month), "--workers", "1"]
    command += ["--as-revision", str(manifest.revision), "--reason", manifest.reason]
    command += ["--as-record", (manifest.record or audit.NOTHING).model_dump_json()]
    for area in manifest.documents:
        command += ["--area", area]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise refused_input(
            "HB-VER-003", f"复核运行失败：{done.stderr.strip()[-400:]}", "检查数据版本是否完好"
        )


def _compare(published: Published, folder: Path) -> Verification:
    gaps = {f"{name}{GAP}" for name in published.manifest.failed}
    recorded = {name: digest for name, digest in published.files.items() if name not in gaps}
    different = [
        name
        for name, digest in sorted(recorded.items())
        if not (folder / name).is_file() or sha256_of(folder / name) != digest
    ]
    differences = [f"{name} 不同" for name in different]
    if INDICATORS in different:
        differences.insert(0, _first_difference(published.folder / INDICATORS, folder / INDICATORS))
    return Verification(len(recorded) - len(different), tuple(differences))


def _first_difference(before: Path, after: Path) -> str:
    """The first figure that differs, by its address."""
    lines = (path.read_text(encoding="utf-8").splitlines() for path in (before, after))
    for old, new in zip_longest(*lines, fillvalue=""):
        if old != new:
            address = "、".join((old or new).split(",")[:5])
            return f"第一个不同的指标：{address}"
    return "指标表逐行相同"
