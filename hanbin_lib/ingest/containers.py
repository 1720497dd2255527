"""What an .xlsx is made of, looked at before any reader opens it.

A workbook is a zip of XML. A few kilobytes can unpack to gigabytes, declare entities that
multiply, or put one cell in the last corner of a sheet, for which a reader would lay out every
cell before it. So the parts are unpacked once as a stream, a piece at a time, and only counted.
What a zip says of its sizes is not believed.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

# 自定，可修改: far above a district's exports (160 MB unpacked, 12 : 1, 2.8 million cells in one sheet).
MOST_PARTS = 4_000
MOST_BYTES = 1 << 30
MOST_RATIO, RATIO_FROM_BYTES = 200, 16 << 20
MOST_CELLS, SPARSE_FROM_CELLS, MOST_PER_CELL = 150_000_000, 5_000_000, 30
MOST_TEXT_BYTES = 4 << 20  # between two tags; Excel ends at 32,767 characters
_PIECE = 1 << 20
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_CELLS, _PREFIXED_CELLS = (b"<c ", b"<c>", b"<c/"), (b":c ", b":c>", b":c/")


class HostileFileError(Exception):
    """The file would take more than it holds; the text says why, in Chinese."""


@dataclass(slots=True)
class _Extent:
    """Cells of one part, and the last row and column that any of them names."""

    cells: int = 0
    placed: int = 0
    rows: int = 0
    columns: int = 0

    def take(self, piece: bytes) -> None:
        """Count the cells of a piece that ends before a tag."""
        marks = (*_CELLS, *_PREFIXED_CELLS) if b":c" in piece else _CELLS
        self.cells += sum(piece.count(mark) for mark in marks)
        letters, rows = _addresses(np.frombuffer(piece, np.uint8))
        self.placed += len(letters)
        self.columns = max(self.columns, int(letters.max(initial=0)))
        self.rows = max(self.rows, int(rows.max(initial=0)))

    def check(self) -> None:
        """Raise where a reader would lay out far more cells than there are."""
        area = self.rows * self.columns
        if area > MOST_CELLS or (area > SPARSE_FROM_CELLS and area > MOST_PER_CELL * self.placed):
            raise HostileFileError(f"工作表的范围太大（{self.rows}行×{self.columns}列），多数是空格")
        if self.placed < self.cells:
            raise HostileFileError("单元格没有写明行列位置")


def check_container(path: Path) -> None:
    """Unpack every part of a workbook as a stream and keep nothing.

    Raises
    ------
    HostileFileError
        Too many parts, too much unpacked, entities, or a sheet that is almost all void.
    zipfile.BadZipFile, zlib.error, OSError
        The file is damaged.
    """
    with zipfile.ZipFile(path) as archive, path.open("rb") as stream:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS:
            raise HostileFileError("文件里的部件太多")
        left = MOST_BYTES
        for part in parts:
            left -= _check_part(stream, part, left)


def _check_part(stream: BinaryIO, part: zipfile.ZipInfo, left: int) -> int:
    """Look through one part; return how many bytes it unpacks to."""
    size, rest, extent = 0, b"", _Extent()
    for piece in _unpacked(stream, part):
        size += len(piece)
        if size > left or (size > RATIO_FROM_BYTES and size > MOST_RATIO * part.compress_size):
            raise HostileFileError("解压后大得不合常理")
        if part.filename.lower().endswith((".xml", ".rels")):
            rest = _look(rest + piece, extent)
    extent.take(rest)
    extent.check()
    return size


def _look(text: bytes, extent: _Extent) -> bytes:
    """Count what is complete; return what stands after the last tag began."""
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise HostileFileError("带有文档类型或实体声明")
    end = text.rfind(b"<")
    extent.take(text[: max(end, 0)])
    if len(text) - end > MOST_TEXT_BYTES:
        raise HostileFileError("有一段文字长得不合常理")
    return text[max(end, 0) :]


def _unpacked(stream: BinaryIO, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Pieces of one part as they are, whatever its header says of its size."""
    if part.flag_bits & 1 or part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise zipfile.BadZipFile("not packed as Excel does")
    packed = _packed(stream, part)
    if part.compress_type == zipfile.ZIP_STORED:
        yield from packed
        return
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    for piece in packed:
        while piece and not inflater.eof:
            yield inflater.decompress(piece, _PIECE)
            piece = inflater.unconsumed_tail  # noqa: PLW2901 -- what did not fit into the last piece
    if not inflater.eof:
        raise zipfile.BadZipFile("cut off")


def _packed(stream: BinaryIO, part: zipfile.ZipInfo) -> Iterator[bytes]:
    stream.seek(part.header_offset)
    header = stream.read(_LOCAL_HEADER.size)
    if len(header) < _LOCAL_HEADER.size:
        raise zipfile.BadZipFile("cut off")
    _, name, extra = _LOCAL_HEADER.unpack(header)
    stream.seek(name + extra, 1)
    left = part.compress_size
    while left and (piece := stream.read(min(left, _PIECE))):
        left -= len(piece)
        yield piece


def _addresses(text: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Column and row of every ``r="AB12"``; addresses with no letter are a row's."""
    # More than the longest address stands after the sign in any case.
    padded = np.concatenate([text, np.zeros(16, np.uint8)])
    at = np.flatnonzero(text == ord("=")).astype(np.int32)
    at = at[(padded[at - 1] == ord("r")) & (padded[at - 2] <= ord(" "))]
    at = at[padded[at + 1] == ord('"')] + 2
    columns, first_digit = _number(padded, at, "A", "Z", 3)
    rows, _ = _number(padded, first_digit, "0", "9", 8)
    return columns[first_digit > at], rows


def _number(
    text: np.ndarray, at: np.ndarray, low: str, high: str, most: int
) -> tuple[np.ndarray, np.ndarray]:
    """Numbers spelt from `at` on in the signs from `low` to `high`, and where each ends."""
    base, zero = ord(high) - ord(low) + 1, ord(low) - (low == "A")
    number = np.zeros(len(at), np.int32)
    for _ in range(most):
        sign = text[at]
        is_part = (sign >= ord(low)) & (sign <= ord(high))
        if not is_part.any():
            break
        number = np.where(is_part, number * base + sign - zero, number)
        at = at + is_part
    return number, at
