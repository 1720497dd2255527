"""The typefaces of the bulletin: installed once into the environment, never taken from the system.

``hanbin fonts`` (``make install`` and ``hanbin init`` do it, too) puts them into
``<environment>/share/hanbin/fonts`` with an inventory of licences and hashes.
"""

import json
import sys
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hanbin_lib.errors import ExitCode, HanbinError

INVENTORY = "fonts.json"


@dataclass(frozen=True, slots=True)
class Face:
    """One installed font file.

    Parameters
    ----------
    path
        The file.
    family, weight
        As Typst, matplotlib and CSS name it; weight is ``regular`` or ``bold``.
    source, licence
        Where it comes from and under which terms.
    sha256
        Hash of the file.
    """

    path: Path
    family: str
    weight: str
    source: str
    licence: str
    sha256: str


def folder() -> Path:
    """Where the faces are installed."""
    return Path(sys.prefix) / "share" / "hanbin" / "fonts"


@cache
def faces() -> tuple[Face, ...]:
    """Return the installed faces, in the order of the inventory.

    Raises
    ------
    HanbinError
        ``HB-FNT-001`` where they are not installed.
    """
    try:
        entries = json.loads((folder() / INVENTORY).read_text(encoding="utf-8"))["faces"]
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        raise HanbinError(
            "HB-FNT-001",
            "没有安装月报用的字体",
            action="运行 hanbin fonts",
            exit_code=ExitCode.TYPOGRAPHY,
        ) from None
    return tuple(Face(path=folder() / entry.pop("file"), **entry) for entry in entries)


@cache
def substitutes() -> dict[str, str]:
    """Families that could not be installed here, and the one that serves in place of each."""
    faces()
    inventory = json.loads((folder() / INVENTORY).read_text(encoding="utf-8"))
    return dict(inventory.get("substitutes", {}))


def folders(extra: tuple[str, ...] = ()) -> list[Path]:
    """Folders that the compiler searches: the office's own first, then the installed one."""
    faces()
    return [*(Path(name) for name in extra), folder()]


@cache
def covered(extra: tuple[str, ...] = ()) -> frozenset[int]:
    """Code points that at least one face can draw."""
    import uharfbuzz  # noqa: PLC0415 -- who asks for the folder only does without

    files = [face.path for face in faces()]
    for name in extra:
        files += sorted(p for p in Path(name).iterdir() if p.suffix.lower() in {".otf", ".ttf"})
    points: set[int] = set()
    for file in files:
        points.update(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(file))).unicodes)
    return frozenset(points)


def missing(text: str, extra: tuple[str, ...] = ()) -> list[str]:
    """Characters of `text` that no face can draw, in order, each once."""
    points = covered(extra)
    return [c for c in dict.fromkeys(text) if needs_glyph(c) and ord(c) not in points]


def needs_glyph(character: str) -> bool:
    """Whether a character must be seen; private-use and newly encoded ones count."""
    return character.isprintable() or unicodedata.category(character) in {"Co", "Cn"}
