"""The XML of a workbook: the parts that tie it together, and XML written anew in its plain form.

Prefixes, single quotes, comments, CDATA, blanks between tags and other encodings are all sound XML that few
programs write; `tags` reads only the plain form, so the rest goes through `plain`.
"""

import posixpath
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from urllib.parse import unquote
from xml.parsers import expat
from xml.sax.saxutils import escape

from hanbin_lib.ingest.containers import Container, HostileFileError

_TEXT_IN = frozenset({"v", "t", "f"})
_QUOTED = {'"': "&quot;"}


class _Writer:
    def __init__(self) -> None:
        self.out: list[str] = []
        self.open: list[str] = []
        self.row = self.column = 0
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = _refuse

    def _start(self, name: str, given: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        self.open.append(local)
        kept = {key.rpartition(":")[2]: value for key, value in given.items() if not key.startswith("xmlns")}
        if local == "row":
            self.row, self.column = int(kept.get("r", self.row + 1)), 0
            kept = {"r": str(self.row)} | {key: value for key, value in kept.items() if key != "r"}
        elif local == "c":
            kept = self._cell(kept)
        elif local in _TEXT_IN or local in ("is", "si"):
            kept = {}
        attributes = "".join(f' {key}="{escape(value, _QUOTED)}"' for key, value in kept.items())
        self.out.append(f"<{local}{attributes}>")

    def _cell(self, given: dict[str, str]) -> dict[str, str]:
        """Attributes of a cell, address first; a cell without one stands behind the last."""
        address = given.get("r") or f"{column_letters(self.column)}{self.row}"
        self.column = column_number(address.rstrip("0123456789")) + 1
        return {"r": address} | {key: given[key] for key in ("s", "t") if key in given}

    def _end(self, _: str) -> None:
        self.out.append(f"</{self.open.pop()}>")

    def _text(self, text: str) -> None:
        if self.open[-1] in _TEXT_IN:
            self.out.append(escape(text))

    def taken(self) -> bytes:
        text = "".join(self.out).encode()
        self.out.clear()
        return text


def _refuse(*_: object) -> None:
    raise HostileFileError("带有文档类型或实体声明")


def column_letters(number: int) -> str:
    """Letters of a column that is counted from 0."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """Number, from 0, of a column by its letters."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def plain(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same document in plain form, piece by piece.

    Raises
    ------
    xml.parsers.expat.ExpatError
        It is not well formed.
    """
    writer = _Writer()
    for piece in pieces:
        writer.parser.Parse(piece, False)
        yield writer.taken()
    writer.parser.Parse(b"", True)
    yield writer.taken()


def element(container: Container, name: str) -> ET.Element:
    """Root of a small part, its names without prefixes."""
    return ET.fromstring(b"".join(plain([container.read(name)])))


def main_part(container: Container) -> str:
    """Name of the workbook's own part."""
    found = relations(container, "")
    return next(target for kind, target in found.values() if kind == "officeDocument")


def relations(container: Container, part: str) -> dict[str, tuple[str, str]]:
    """Id -> last word of the type, and name of the part."""
    folder, name = posixpath.split(part)
    root = element(container, posixpath.join(folder, "_rels", f"{name}.rels"))
    return {
        relation.get("Id", ""): (
            relation.get("Type", "").rpartition("/")[2],
            posixpath.normpath(posixpath.join("/", folder, unquote(relation.get("Target", "")))).lstrip("/"),
        )
        for relation in root
        if relation.get("TargetMode") != "External"
    }
