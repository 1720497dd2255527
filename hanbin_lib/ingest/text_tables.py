"""CSV and tab text: what it is its content says; read as a stream, some thousand rows at a time."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from itertools import islice, zip_longest

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from hanbin_lib.ingest.grid import CellKind, Encoded, Grid, encode, matches

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
_LEAST_COLUMNS = 2
_CODED = pa.dictionary(pa.int32(), pa.string())
_QUOTES = "用记事本打开，补上或删去这一行多出的双引号（用“”代替），保存后再导入；不要用 Excel 打开再保存"
# Some rows after the others: how many, and their columns.
Batches = Iterator[tuple[int, list[pa.Array]]]


class TextTableError(Exception):
    """The text is no table; message and action say why and what to do, in Chinese."""

    def __init__(self, message: str, action: str = "") -> None:
        self.action = action
        super().__init__(message)


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
    try:
        chunks, even = _gathered(_even_rows(content, encoding, delimiter)), True
    except pa.ArrowInvalid:
        chunks, even = _gathered(_uneven_rows(content, encoding, delimiter)), False
    columns = tuple(_columns(chunks))
    if not even or any(matches(column.texts, r"[\r\n]").any() for column in columns):
        _check_quotes(content, encoding, delimiter, len(columns))
    return Grid(file, "", columns, is_delimited=True)


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


def _first_row(content: bytes, encoding: str, delimiter: str) -> list[str]:
    with _opened(content, encoding) as text:
        return next(csv.reader(text, delimiter=delimiter), [])


def _even_rows(content: bytes, encoding: str, delimiter: str) -> Batches:
    """Read rows that are all as long as the first one.

    Raises
    ------
    pyarrow.ArrowInvalid
        They are not, or quotes stand where only the csv module forgives them.
    """
    names = [str(place) for place, _ in enumerate(_first_row(content, encoding, delimiter))]
    if len(names) < _LEAST_COLUMNS:  # a title; and of a line without columns nobody says how many it has
        raise pa.ArrowInvalid
    reader = arrow_csv.open_csv(
        io.BytesIO(content),
        arrow_csv.ReadOptions(encoding=encoding, column_names=names, block_size=_PIECE),
        arrow_csv.ParseOptions(delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False),
        arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, _CODED), strings_can_be_null=True, null_values=[""]
        ),
    )
    for batch in reader:
        yield batch.num_rows, batch.columns


def _uneven_rows(content: bytes, encoding: str, delimiter: str) -> Batches:
    """Rows of any length (a title above the headings); about four times slower."""
    with _opened(content, encoding) as text:
        reader = csv.reader(text, delimiter=delimiter)
        try:
            while rows := list(islice(reader, _BATCH)):
                yield len(rows), _arrays(rows)
        except (csv.Error, UnicodeDecodeError) as error:
            raise TextTableError("不是规范的 CSV 文件") from error


def _check_quotes(content: bytes, encoding: str, delimiter: str, width: int) -> None:
    """Raise where a quotation mark that nothing closes took what follows into its own cell.

    A mark that opens a cell and is closed by the opening one of a later cell is followed by text; one that
    is closed by chance holds as many delimiters as a row.
    """
    last: list[str] = []

    def lines() -> Iterator[str]:
        with _opened(content, encoding) as text:
            for line in text:
                last[:] = [line]
                yield line

    reader, begun = csv.reader(lines(), delimiter=delimiter, strict=True), 1
    while True:
        try:
            row = next(reader, None)
            torn = any(len(c.splitlines()) > 1 and c.count(delimiter) >= width - 1 for c in row or ())
        except csv.Error:  # of one line that has all its cells it is a word "so" marked at a cell's beginning
            alone = next(csv.reader(last, delimiter=delimiter), [])
            row, torn = [], reader.line_num > begun or len(alone) < width
        if torn:
            raise TextTableError(f"第{begun}行有双引号不成对，后面的内容会并进同一格", _QUOTES)
        if row is None:
            return
        begun = reader.line_num + 1


def _arrays(rows: list[list[str]]) -> list[pa.Array]:
    """Columns of some rows, each with its distinct texts apart; an empty cell is null."""
    columns = (pa.array(column, pa.string()) for column in zip_longest(*rows))
    return [pc.if_else(pc.equal(column, ""), None, column).dictionary_encode() for column in columns]


def _gathered(batches: Batches) -> list[tuple[int, list[pa.Array]]]:
    """All batches, as long as they are no more than a table can be."""
    chunks: list[tuple[int, list[pa.Array]]] = []
    rows = 0
    for height, columns in batches:
        chunks.append((height, columns))
        rows += height
        if len(columns) > MOST_COLUMNS or rows * len(columns) > MOST_CELLS:
            raise TextTableError("行或列太多")
    return chunks


def _columns(chunks: list[tuple[int, list[pa.Array]]]) -> Iterator[Encoded]:
    for place in range(max((len(columns) for _, columns in chunks), default=0)):
        parts = [
            columns[place] if place < len(columns) else pa.nulls(height, _CODED) for height, columns in chunks
        ]
        column = encode(pa.chunked_array(parts, _CODED).unify_dictionaries())
        yield Encoded(column.codes, column.texts, np.full(len(column.texts), CellKind.UNTYPED, np.uint8))
