"""Exported files as they came, kept only where asked for, and only encrypted.

``data/raw/2022-09/<version>/`` holds one file in the age format (age-encryption.org/v1) for each
imported file, called by the SHA-256 of its content; ``names.age`` holds their names. They are
encrypted for the keepers of ``params/keepers.yaml`` (X25519 public keys): the machine that imports
cannot read what it keeps, and any tool that knows age can. The version's own identity and content
know nothing of them.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import pyrage
from pydantic import Field, field_validator
from pyrage import x25519

from hanbin_lib import audit, snapshots, state
from hanbin_lib.errors import HanbinError, refused_input, refused_params
from hanbin_lib.files import sha256_of, swap, sync_folder, why_not_written, write_atomically
from hanbin_lib.months import Month
from hanbin_lib.parameter_files import Params, read_params
from hanbin_lib.workspace import Workspace

_MANIFEST, _NAMES = "manifest.json", "names.age"
_SECRET_MARK = "AGE-SECRET-KEY-1"
_REPOSITORY_MARK = ".git"


class Keeper(Params):
    """Somebody whose private key opens the kept files; `key` is the public one."""

    name: Annotated[str, Field(min_length=1)]
    key: Annotated[str, Field(pattern=r"^age1[a-z0-9]{58}$")]

    @field_validator("key")
    @classmethod
    def _is_key(cls, key: str) -> str:
        try:
            x25519.Recipient.from_str(key)
        except pyrage.RecipientError:
            raise ValueError("不是有效的公钥，请整行复制") from None
        return key


class Keepers(Params):
    """Who can open kept files (``params/keepers.yaml``); nobody where there is no file."""

    keepers: tuple[Keeper, ...] = ()


class _Manifest(state.Exact):
    """What one version keeps: public keys, and the SHA-256 of every encrypted file."""

    version: str
    keys: tuple[str, ...]
    files: dict[str, str]


@dataclass(frozen=True, slots=True)
class KeptFiles:
    """Files kept or restored.

    Parameters
    ----------
    version
        Version of the month's data that was made from them.
    hashes
        SHA-256 of each file as it came, sorted.
    """

    version: str
    hashes: tuple[str, ...]


def load_keepers(workspace: Workspace) -> tuple[Keeper, ...]:
    """Read who can open kept files.

    Raises
    ------
    HanbinError
        ``HB-RAW-001`` nobody can; ``HB-PAR-002`` naming every fault of the file.
    """
    path = workspace.params / "keepers.yaml"
    keepers = read_params(path, Keepers).keepers if path.is_file() else ()
    if not keepers:
        raise refused_params(
            "HB-RAW-001",
            "没有保管人的公钥，不能加密保存原始文件；没有写入任何内容",
            "用 hanbin raw-key 生成密钥，把公钥写进 params/keepers.yaml；或不加 --keep-raw",
        )
    return keepers


def new_key(path: Path, workspace: Workspace) -> str:
    """Write a new private key, readable by its owner only, and return its public key.

    Raises
    ------
    HanbinError
        ``HB-RAW-002`` the file exists, lies in the workspace or a repository, or cannot be written.
    """
    place = path.resolve()
    if place.is_relative_to(workspace.root.resolve()) or any(
        (folder / _REPOSITORY_MARK).exists() for folder in place.parents
    ):
        raise _unusable_key_place(f"{path} 在工作目录或代码仓库里")
    identity = x25519.Identity.generate()
    public = str(identity.to_public())
    try:
        descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise _unusable_key_place(f"{path} 不能新建（{why_not_written(error)}）") from None
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(f"# public key: {public}\n{identity}\n")
        stream.flush()
        os.fsync(stream.fileno())
    return public


def keep(
    workspace: Workspace,
    month: Month,
    version: str,
    files: Mapping[str, Path],
    keepers: Sequence[Keeper],
) -> KeptFiles | None:
    """Keep the files of a version; None where they are kept for these keepers already.

    Parameters
    ----------
    files
        Where each file lies, by the SHA-256 of its content when it was imported.

    Raises
    ------
    HanbinError
        ``HB-RAW-003`` a file is no longer what was imported.
    """
    keys = tuple(sorted({keeper.key for keeper in keepers}))
    final = _folder(workspace, month) / version
    staging = workspace.raw / ".staging"
    # A run that was killed may have left what a former keeper can still open.
    shutil.rmtree(staging, ignore_errors=True)
    if _is_whole(final, keys):
        return None
    try:
        manifest = _write(staging / "new", version, files, keys)
        kept = KeptFiles(version, tuple(sorted(files)))
        _record(workspace, f"keep-raw {month}", kept, manifest)
        _put(staging, final)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return kept


def restore(
    workspace: Workspace, month: Month, target: Path, key_file: Path, *, version: str = ""
) -> KeptFiles:
    """Write the kept files of a month to a new folder, as they came; all of them or none.

    Parameters
    ----------
    target
        A folder that does not exist or is empty; in the workspace only below ``data/inbox``.
    key_file
        Private key of one of the keepers, as `new_key` or ``age-keygen`` writes it.
    version
        Beginning of a version's identifier; the month's current version where empty.

    Raises
    ------
    HanbinError
        ``HB-RAW-004`` nothing kept; ``HB-RAW-005`` the key is none of the keepers';
        ``HB-RAW-006`` a kept file is damaged; ``HB-RAW-007`` the folder cannot be used.
    """
    _check_target(target, workspace)
    folder = _kept_version(workspace, month, version)
    manifest = _checked(folder)
    identities = _identities(key_file, manifest.keys)
    names = _names(folder, identities)
    staging = target.resolve().with_name(f".{target.resolve().name}.restoring")
    shutil.rmtree(staging, ignore_errors=True)  # of a run that was killed: it holds persons
    try:
        _restore_into(staging, folder, names, identities)
        restored = KeptFiles(folder.name, tuple(sorted(names)))
        _record(workspace, f"restore-raw {month}", restored, sha256_of(folder / _MANIFEST))
        if target.exists():
            target.rmdir()  # it is empty: Windows renames onto no folder
        staging.rename(target.resolve())
    except OSError as error:
        raise _unusable_target(f"写不进 {target}（{why_not_written(error)}）") from None
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return restored


def _write(folder: Path, version: str, files: Mapping[str, Path], keys: tuple[str, ...]) -> str:
    """Encrypt all files, the manifest last; return its SHA-256."""
    recipients = [x25519.Recipient.from_str(key) for key in keys]
    folder.mkdir(parents=True, mode=0o700)
    hashes: dict[str, str] = {}
    for name, content in _contents(files):
        encrypted = pyrage.encrypt(content, recipients)
        write_atomically(folder / name, encrypted)
        hashes[name] = hashlib.sha256(encrypted).hexdigest()
    manifest = _Manifest(version=version, keys=keys, files=hashes)
    write_atomically(folder / _MANIFEST, manifest.model_dump_json(indent=2).encode())
    return sha256_of(folder / _MANIFEST)


def _contents(files: Mapping[str, Path]) -> Iterator[tuple[str, bytes]]:
    names = {digest: path.name for digest, path in sorted(files.items())}
    yield _NAMES, json.dumps(names, ensure_ascii=False).encode()
    for digest, path in sorted(files.items()):
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != digest:
            raise refused_input(
                "HB-RAW-003",
                f"{path.name} 在导入期间被改动，没有保存原始文件",
                "关闭正在编辑它的程序，重新导入",
            )
        yield f"{digest}.age", content


def _put(staging: Path, final: Path) -> None:
    """Let the new folder take its place, in one step where the system can."""
    final.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = staging / "new"
    if not (final.exists() and swap(new, final)):
        if final.exists():
            final.rename(staging / "old")
        new.rename(final)
    sync_folder(final.parent)


def _restore_into(
    staging: Path, folder: Path, names: Mapping[str, str], identities: Sequence[x25519.Identity]
) -> None:
    staging.mkdir(parents=True, mode=0o700)
    for digest, name in names.items():
        content = _decrypted(folder / f"{digest}.age", identities)
        # Whoever knows a public key can encrypt for it: that it opens does not say it is the file.
        if hashlib.sha256(content).hexdigest() != digest:
            raise _damaged(folder.name, f"{digest}.age")
        write_atomically(staging / name, content)


def _names(folder: Path, identities: Sequence[x25519.Identity]) -> dict[str, str]:
    """Names by the hash of the content; one that would leave the folder is no name."""
    try:
        names = json.loads(_decrypted(folder / _NAMES, identities))
        is_sound = all(Path(name).name == name and "\\" not in name for name in names.values())
        distinct = len({name.casefold() for name in names.values()})
    except (ValueError, AttributeError, TypeError):
        raise _damaged(folder.name, _NAMES) from None
    if not is_sound or distinct != len(names):
        raise _damaged(folder.name, _NAMES)
    return names


def _decrypted(path: Path, identities: Sequence[x25519.Identity]) -> bytes:
    try:
        return pyrage.decrypt(path.read_bytes(), list(identities))
    except (OSError, pyrage.DecryptError):
        raise _damaged(path.parent.name, path.name) from None


def _identities(key_file: Path, keys: Sequence[str]) -> list[x25519.Identity]:
    """The file's keys that open files encrypted for `keys`."""
    try:
        lines = key_file.read_text(encoding="utf-8").split()
        found = [x25519.Identity.from_str(line) for line in lines if line.startswith(_SECRET_MARK)]
    except (OSError, UnicodeDecodeError, pyrage.IdentityError):
        raise _wrong_key(f"{key_file} 读不出私钥") from None
    fitting = [identity for identity in found if str(identity.to_public()) in keys]
    if not fitting:
        raise _wrong_key(f"{key_file} 不是这些文件的保管人的私钥")
    return fitting


def _kept_version(workspace: Workspace, month: Month, prefix: str) -> Path:
    """Folder of the version wanted; raise ``HB-RAW-004`` where it keeps nothing."""
    kept = sorted(path.name for path in _folder(workspace, month).glob("*") if path.is_dir())
    if not prefix and month in snapshots.months(workspace):
        prefix = snapshots.latest(workspace, month).id
    found = [name for name in kept if prefix and name.startswith(prefix)]
    if len(found) != 1:
        told = f"；保存过的版本：{'、'.join(kept)}" if kept else ""
        raise refused_input(
            "HB-RAW-004",
            f"{month.label}的{f'版本 {prefix[:16]}' if prefix else '现行版本'}没有保存原始文件{told}",
            "用 --version 指定保存过的版本；导入时加 --keep-raw 才保存",
        )
    return _folder(workspace, month) / found[0]


def _checked(folder: Path) -> _Manifest:
    """The manifest, after every encrypted file was found to be what was written."""
    manifest = state.read(folder / _MANIFEST, _Manifest)
    if manifest is None:
        raise _damaged(folder.name, _MANIFEST)
    for name, digest in manifest.files.items():
        path = folder / name
        if not path.is_file() or sha256_of(path) != digest:
            raise _damaged(folder.name, name)
    return manifest


def _is_whole(folder: Path, keys: tuple[str, ...]) -> bool:
    try:
        return _checked(folder).keys == keys
    except HanbinError:
        return False


def _check_target(target: Path, workspace: Workspace) -> None:
    place, root = target.resolve(), workspace.root.resolve()
    inbox = root / "data" / "inbox"
    if place.is_relative_to(root) and not (place.is_relative_to(inbox) and place != inbox):
        raise _unusable_target(f"{target} 在工作目录里，会和发布、数据混在一起")
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise _unusable_target(f"{target} 已存在，不覆盖")


def _record(workspace: Workspace, action: str, files: KeptFiles, manifest: str) -> None:
    """Put it on record before it happens: nothing is kept or restored without a record."""
    outputs = {"snapshot": files.version, "raw_manifest": manifest}
    audit.append(workspace.audit, action, {"files": list(files.hashes)}, outputs)


def _folder(workspace: Workspace, month: Month) -> Path:
    return workspace.raw / str(month)


def _unusable_key_place(message: str) -> HanbinError:
    return HanbinError("HB-RAW-002", message, action="换一个位置，例如保管人的移动硬盘；原有密钥不会覆盖")


def _wrong_key(message: str) -> HanbinError:
    return refused_input(
        "HB-RAW-005", message, "换用 params/keepers.yaml 里任一保管人的私钥文件；换过密钥的，用保存时的那一把"
    )


def _damaged(version: str, name: str) -> HanbinError:
    return refused_input(
        "HB-RAW-006",
        f"版本 {version} 保存的原始文件 {name} 缺失、损坏或被改动；没有写出任何文件",
        "从备份恢复 data/raw，或用原始文件重新导入（加 --keep-raw）",
    )


def _unusable_target(message: str) -> HanbinError:
    return HanbinError("HB-RAW-007", message, action="换一个新文件夹，在工作目录之外或 data/inbox 之下")
