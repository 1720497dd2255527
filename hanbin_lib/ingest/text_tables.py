"""CSV and tab text: what it is its content says; read as a stream, some thousand rows at a time."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from itertools import islice, zip_longest

import numpy as np
import pyarrow as pa

from hanbin_lib.ingest.grid import CellKind, Encoded, Grid, encode

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_UNMARKED = ("utf-8", "gb18030")
_DELIMITERS = ("\t", ",", ";", "|")
_HEAD_ROWS = 15
_BATCH = 20_000
_PIECE = 1 << 20
# 自定，可修改: a province's calls of a month are 7 million rows of 14 columns.
MOST_CELLS = 150_000_000
MOST_COLUMNS = 2_000


class TextTableError(Exception):
    """The text is no table; the message says why, in Chinese."""


def decoded_head(content: bytes) -> str:
    """The beginning of a text, as far as it decodes."""
    encoding = _marked(content) or "utf-8"
    head = content[:8192]
    try:
        return codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError:
        return head.decode("gb18030", "replace")


def read_text_table(content: bytes, file: str) -> Grid:
    """The one sheet of a text file; of its cells nobody says what they were.

    Raises
    ------
    TextTableError
        No text, of unknown encoding, or too large.
    """
    encoding = _encoding(content)
    if b"\x00" in content and encoding != "utf-16":
        raise TextTableError("不是表格文件，或文件已损坏")
    delimiter = _delimiter(content, encoding)
    if delimiter is None:
        raise TextTableError("不是 Excel 文件，也不是用逗号或制表符分列的文本")
    chunks: list[list[pa.Array]] = []
    heights: list[int] = []
    try:
        for rows in _batches(content, encoding, delimiter):
            chunks.append(_arrays(rows))
            heights.append(len(rows))
            if len(chunks[-1]) > MOST_COLUMNS or sum(heights) * len(chunks[-1]) > MOST_CELLS:
                raise TextTableError("行或列太多")
    except (csv.Error, UnicodeDecodeError) as error:
        raise TextTableError("不是规范的 CSV 文件") from error
    return Grid(file, "", tuple(_columns(chunks, heights)))


def _marked(content: bytes) -> str | None:
    return next((name for mark, name in _MARKS if content.startswith(mark)), None)


def _encoding(content: bytes) -> str:
    """What the byte order mark says, else UTF-8, else GB18030."""
    marked = _marked(content)
    for encoding in (marked,) if marked else _UNMARKED:
        if _decodes(content, encoding):
            return encoding
    if marked is None:
        raise TextTableError("文字编码既不是 UTF-8 也不是 GB18030")
    raise TextTableError("文件开头标明是 Unicode 编码，内容却不是")


def _decodes(content: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for at in range(0, len(content), _PIECE):
            decoder.decode(content[at : at + _PIECE], final=at + _PIECE >= len(content))
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(content: bytes, encoding: str) -> str | None:
    """The sign that parts most of the first rows alike: a title has none, a number may hold commas."""
    with _opened(content, encoding) as text:
        head = list(islice(text, _HEAD_ROWS))
    best, most = None, (0, 0)
    for sign in _DELIMITERS:
        counts = Counter(count for line in head if (count := line.count(sign)))
        alike = max(((times, count) for count, times in counts.items()), default=(0, 0))
        if alike > most:
            best, most = sign, alike
    return best


def _opened(content: bytes, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline="")


def _batches(content: bytes, encoding: str, delimiter: str) -> Iterator[list[list[str]]]:
    with _opened(content, encoding) as text:
        reader = csv.reader(text, delimiter=delimiter)
        while rows := list(islice(reader, _BATCH)):
            yield rows


def _arrays(rows: list[list[str]]) -> list[pa.Array]:
    """Columns of some rows, each with its distinct texts apart; an empty cell is null."""
    columns = zip_longest(*rows)
    return [
        pa.array([cell or None for cell in column], pa.string()).dictionary_encode() for column in columns
    ]


def _columns(chunks: list[list[pa.Array]], heights: list[int]) -> Iterator[Encoded]:
    kind = pa.dictionary(pa.int32(), pa.string())
    for place in range(max((len(chunk) for chunk in chunks), default=0)):
        parts = [
            chunk[place] if place < len(chunk) else pa.nulls(height, kind)
            for chunk, height in zip(chunks, heights, strict=True)
        ]
        column = encode(pa.chunked_array(parts, kind).unify_dictionaries())
        yield Encoded(column.codes, column.texts, np.full(len(column.texts), CellKind.UNTYPED, np.uint8))
