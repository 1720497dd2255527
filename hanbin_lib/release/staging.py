"""Where a run builds its month, and what it finds there after it was killed.

``reports/.staging/2022-09-<run key>/`` holds ``month/``, which becomes the published folder,
and ``made.jsonl``, one line for each document that is finished. The next call with the same
inputs has the same run key, and goes on from the last line.
"""

import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hanbin_lib import state
from hanbin_lib.files import sha256_of, write_atomically
from hanbin_lib.months import MONTH_FOLDER, Month
from hanbin_lib.state import Anchor, Files, MadeDocument
from hanbin_lib.workspace import Workspace

if TYPE_CHECKING:  # the alarm of the schedule reads publications and imports no more than that
    from hanbin_lib.release.plan import Document

_KEY_LENGTH = 16
_MADE, _RECORD = "made.jsonl", "record.json"
_OWN = 0o700
_SITE = re.compile(MONTH_FOLDER.pattern + r"-[0-9a-f]{1,64}")


@dataclass(frozen=True, slots=True)
class Staging:
    """The building site of one run.

    Parameters
    ----------
    root
        All of it.
    run_key
        What it is built from.
    """

    root: Path
    run_key: str

    @classmethod
    def of(cls, workspace: Workspace, month: Month, run_key: str) -> "Staging":
        """The site of the run, as an earlier call left it, or a new one."""
        site = cls(staging_root(workspace) / cls.name_of(month, run_key), run_key)
        site.root.parent.mkdir(parents=True, exist_ok=True)
        site.root.mkdir(mode=_OWN, exist_ok=True)  # nobody has looked into what is built here
        site.folder.mkdir(exist_ok=True)
        return site

    @staticmethod
    def name_of(month: Month, run_key: str) -> str:
        """Name of the site of a run."""
        return f"{month}-{run_key[:_KEY_LENGTH]}"

    @property
    def folder(self) -> Path:
        """What becomes the published folder."""
        return self.root / "month"

    def remember(self, record: Anchor) -> None:
        """Keep what the documents of this site print of the record of runs."""
        write_atomically(self.root / _RECORD, state.as_json(record))

    @classmethod
    def record_of(cls, workspace: Workspace, month: Month, run_key: str) -> Anchor | None:
        """What the documents of a site print of the record of runs, None where there is no site."""
        return state.read(staging_root(workspace) / cls.name_of(month, run_key) / _RECORD, Anchor)

    def record(self, document: "Document") -> Files:
        """Write down that a document is finished; return the hash of each of its files."""
        files = {name: sha256_of(self.folder / name) for name in document.files}
        line = json.dumps({"key": document.key, "files": files}, ensure_ascii=False) + "\n"
        with (self.root / _MADE).open("a", encoding="utf-8") as stream:
            stream.write(line)
            stream.flush()
            os.fsync(stream.fileno())
        return files

    def finished(self, documents: "tuple[Document, ...]") -> dict[str, Files]:
        """By area, the documents that an earlier call finished and that are intact."""
        made = dict(self._lines())
        return {
            document.area: made[document.key]
            for document in documents
            if document.key in made and self._intact(made[document.key])
        }

    def keep_only(self, names: set[str]) -> None:
        """Clear away what does not belong: halves of a killed run."""
        for path in self.folder.iterdir():
            if path.name not in names:
                shutil.rmtree(path) if path.is_dir() else path.unlink()

    def clear(self) -> None:
        """Take the site down."""
        shutil.rmtree(self.root, ignore_errors=True)

    def _lines(self) -> Iterator[tuple[str, Files]]:
        # A damaged line is half a line of a killed run, with the next one's after it.
        for made in state.read_lines(self.root / _MADE, MadeDocument):
            if made is not None:
                yield made.key, made.files

    def _intact(self, files: Files) -> bool:
        paths = [(self.folder / name, digest) for name, digest in files.items()]
        return all(path.is_file() and sha256_of(path) == digest for path, digest in paths)


def staging_root(workspace: Workspace) -> Path:
    """Where runs build; on the file system of the final folders."""
    return workspace.reports / ".staging"


def sites(workspace: Workspace) -> list[tuple[Month, Path]]:
    """Building sites of runs that were killed, with their months; nothing that is none."""
    found = state.entries(staging_root(workspace))
    named = [path for path in found if path.is_dir() and _SITE.fullmatch(path.name)]
    return [(Month.parse(path.name[:7]), path) for path in named]
