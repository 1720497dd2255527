"""Older publications take less room: what few open is packed into one archive a folder, and nothing is lost.

The newest months (``open_months`` of ``params/batch.yaml``) stay as they were published. Of older ones the
bulletins' PDFs, the figures and the manifest stay, the rest is packed; of revisions that were replaced all
but the manifest is. One archive holds all of a folder's files, so that what the pages and notebooks of its
towns have in common is stored once. A file counts as published while its bytes are in the folder or in the
archive.
"""

import hashlib
import lzma
import os
import tarfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from hanbin_lib.files import sha256_of, sync_folder, write_atomically

ARCHIVE = "archive.tar.xz"
_STAYS = (".pdf", ".csv", ".zip", ".txt", ".json")
_PRESET = 6  # a dictionary of 8 MiB: neighbours among the towns' pages share their typefaces
_BLOCK = 2**20
_DAMAGED = (EOFError, tarfile.TarError, lzma.LZMAError)


def is_packed(folder: Path) -> bool:
    """Whether a folder has its archive: nothing more is packed there, and who asks need not read it."""
    return (folder / ARCHIVE).exists()


def pack(folder: Path, names: list[str]) -> int:
    """Move files of a folder into its archive; return how many. Killed at any time, each file is there.

    Parameters
    ----------
    names
        Files that are as they were published; a file that is not is left alone.
    """
    present = sorted(name for name in names if (folder / name).is_file())
    if not present or is_packed(folder):
        return 0
    partly = folder.parent / f".{folder.name}.{ARCHIVE}.partly"
    known = {name: sha256_of(folder / name) for name in present}
    with lzma.open(partly, "wb", preset=_PRESET) as packed, tarfile.open(fileobj=packed, mode="w") as archive:
        for name in sorted(present, key=_by_kind):
            archive.add(folder / name, name, recursive=False, filter=_without_clock)
    if _hashes(partly) != known:
        partly.unlink()
        return 0
    with partly.open("rb+") as stream:
        os.fsync(stream.fileno())
    partly.replace(folder / ARCHIVE)
    sync_folder(folder)
    for name in present:
        (folder / name).unlink()
    return len(present)


def unpack(folder: Path) -> int:
    """Put the files of a folder's archive back in their place; return how many.

    Of a damaged archive what can be read comes back; the rest is made again, as what is missing always is.
    """
    path = folder / ARCHIVE
    if not path.is_file():
        return 0
    count = 0
    try:
        for name, content in _members(path):
            if not (folder / name).exists():
                write_atomically(folder / name, content)
            count += 1
    except _DAMAGED:
        path.replace(path.with_name(f".{ARCHIVE}.damaged"))
    else:
        path.unlink()
    return count


def packed_files(folder: Path) -> dict[str, str]:
    """SHA-256 of each file in a folder's archive; empty where there is none, or it is damaged."""
    path = folder / ARCHIVE
    try:
        found = path.stat()
    except OSError:
        return {}
    return _known(path, found.st_mtime_ns, found.st_size)


def packable(names: list[str]) -> list[str]:
    """Of a month's files, those that are packed when it is no longer among the newest."""
    from hanbin_lib.rendering import FORMATS, Part  # noqa: PLC0415 -- who asks what is published writes nothing

    annexes = tuple(form.ending for form in FORMATS if form.part is Part.ANNEX)
    return [name for name in names if name.endswith(annexes) or not name.endswith(_STAYS)]


@lru_cache(maxsize=64)
def _known(path: Path, _changed: int, _size: int) -> dict[str, str]:
    try:
        return _hashes(path)
    except (OSError, *_DAMAGED):
        return {}


def _hashes(path: Path) -> dict[str, str]:
    return {name: hashlib.sha256(content).hexdigest() for name, content in _members(path)}


def _members(path: Path) -> Iterator[tuple[str, bytes]]:
    """Plain files of an archive by their names; nothing in it leads out of its folder."""
    with tarfile.open(path, "r|xz", bufsize=_BLOCK) as archive:
        for member in archive:
            stream = archive.extractfile(member) if member.isreg() else None
            if stream is not None and Path(member.name).name == member.name:
                yield member.name, stream.read()


def _by_kind(name: str) -> tuple[str, str]:
    """Files alike stand together, so that they compress together."""
    return Path(name).suffix, name


def _without_clock(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.mtime, member.uid, member.gid, member.uname, member.gname = 0, 0, 0, "", ""
    return member
