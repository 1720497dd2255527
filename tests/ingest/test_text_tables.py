"""Text tables: the fast reader says of every text what the one that takes any rows says."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanbin_lib.ingest import text_tables
from hanbin_lib.ingest.text_tables import TextTableError, read_text_table

CELLS = st.text('a" \n\r甲', max_size=4) | st.sampled_from(['""', '"a,b"', '"a\nb"', '"a""b"', '"a\r\nb"'])
ROWS = st.integers(2, 4).flatmap(
    lambda width: st.lists(
        st.lists(CELLS, min_size=width, max_size=width).map(",".join), min_size=1, max_size=5
    )
)


def _cells(batches):
    chunks = text_tables._gathered(batches)
    height = sum(rows for rows, _ in chunks)
    columns = [
        [column.text(row) for row in range(len(column.codes))] for column in text_tables._columns(chunks)
    ]
    assert all(len(column) == height for column in columns)
    return columns


def _same(content):
    try:
        even = _cells(text_tables._even_rows(content, "utf-8", ","))
    except pa.ArrowInvalid:
        return False
    assert even == _cells(text_tables._uneven_rows(content, "utf-8", ","))
    return True


@given(ROWS, st.sampled_from(["\n", "\r\n", "\r"]), st.booleans())
def test_two_readers_read_the_same(lines, end, ended):
    _same((end.join(lines) + end * ended).encode())


@given(st.text('a" ,\n\r甲', max_size=24))
def test_two_readers_read_the_same_of_any_text(text):
    _same(text.encode())


def test_a_text_of_many_pieces_is_read_the_same_by_both():
    lines = [f'{n},"第{n}户\n共{n % 7}人",{"长" * (n % 50)}' for n in range(40_000)]
    content = "\n".join(lines).encode()
    assert len(content) > 2 * text_tables._PIECE
    assert _same(content)


@pytest.mark.parametrize("above", ["标题\n", "标题,\n\n", "\n"])
def test_rows_of_other_lengths_keep_their_place(above):
    grid = read_text_table(f"{above}甲,乙,丙\n1,2,3\n4,5\n".encode(), "x.csv")
    last = above.count("\n") + 2
    assert grid.row(last - 1) == ["1", "2", "3"]
    assert grid.row(last) == ["4", "5", None]


def test_a_table_that_is_too_large_is_refused_by_both(monkeypatch):
    monkeypatch.setattr(text_tables, "MOST_CELLS", 7)
    for content in (b"a,b\n1,2\n3,4\n5,6\n", b"title\na,b\n1,2\n3,4\n"):
        with pytest.raises(TextTableError, match="太多"):
            read_text_table(content, "x.csv")
