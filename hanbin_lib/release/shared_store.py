"""The place that several machines share: what a month's documents are made from, and what was made."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import fsspec

from hanbin_lib import state
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.files import sha256_of, write_atomically
from hanbin_lib.state import ExchangeManifest

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class SharedStore:
    """The place that several machines share: what a document is made from, and what was made.

    Any address that fsspec knows: a shared folder, ``s3://…``. Everything lies under a name made of its
    content or its key and is complete once its ``manifest.json`` is there, which is written last: two
    machines that write the same thing write the same bytes. No personal value gets there, because the
    snapshots hold none.

    Parameters
    ----------
    url
        Folder or address.
    """

    url: str

    def put(self, name: str, files: Mapping[str, Path]) -> None:
        """Write `files` (by their name there) as the folder `name`, unless it is complete."""
        if self.names(name) is not None:
            return
        system, root = self._open(name)
        for file, path in sorted(files.items()):
            target = f"{root}/{file}"
            system.makedirs(str(PurePosixPath(target).parent), exist_ok=True)
            system.put_file(str(path), target)
        manifest = {file: sha256_of(path) for file, path in sorted(files.items())}
        with system.open(f"{root}/{MANIFEST}", "wb") as stream:
            stream.write(json.dumps(manifest).encode())

    def names(self, name: str) -> dict[str, str] | None:
        """SHA-256 of each file of the folder `name`; None where it is not complete."""
        system, root = self._open(name)
        try:
            with system.open(f"{root}/{MANIFEST}", "rb") as stream:
                found = state.parsed(stream.read(), ExchangeManifest)
        except FileNotFoundError:
            return None
        return None if found is None else dict(found.root)

    def get(self, name: str, folder: Path) -> None:
        """Copy a complete folder into `folder`.

        Raises
        ------
        HanbinError
            ``HB-CLU-003`` it is not complete, or a file is not the one that was written.
        """
        names = self.names(name)
        if names is None:
            raise _damaged(name, MANIFEST)
        system, root = self._open(name)
        for file, digest in names.items():
            with system.open(f"{root}/{file}", "rb") as stream:
                content = stream.read()
            if hashlib.sha256(content).hexdigest() != digest:
                raise _damaged(name, file)
            write_atomically(folder / file, content)

    def _open(self, name: str) -> tuple[Any, str]:
        system, root = fsspec.core.url_to_fs(self.url)
        return system, f"{root.rstrip('/')}/{name}"


def _damaged(name: str, file: str) -> HanbinError:
    return HanbinError(
        "HB-CLU-003",
        f"交换目录里的 {name[:40]} 不完整或已损坏（{file}）",
        action="清空交换目录后重新运行",
        exit_code=ExitCode.PUBLICATION_FAILED,
    )
