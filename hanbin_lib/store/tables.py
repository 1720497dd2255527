"""Tables as Parquet files, keys of one table found in another, and results that are computed once.

Parquet is read without a thread: a process that has read it can still be forked from. The name of a kept
result's file says all that its content depends on.
"""

import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from hanbin_lib.files import write_atomically
from hanbin_lib.store import digest_of, program_digest

_DIGITS = 16


def read_frame(content: bytes, columns: list[str] | None = None) -> pd.DataFrame:
    """Table of a Parquet file, as `pandas.read_parquet` gives it.

    Parameters
    ----------
    columns
        The ones to read; all without.

    Raises
    ------
    pyarrow.ArrowInvalid
        It is not Parquet, a `ValueError`.

    Notes
    -----
    `pandas.read_parquet` leaves Arrow's pools behind, whatever it is told. Documents are made side by side
    on all cores, so that one thread a table loses nothing there.
    """
    file = pq.ParquetFile(pa.BufferReader(content), pre_buffer=False)
    return file.read(columns=columns, use_threads=False).to_pandas(use_threads=False)


def is_among(column: pd.Series, known: pd.Series) -> pd.Series:
    """Whether each text of a column stands in another; a missing one stands nowhere.

    Arrow looks texts up where they are: `Series.isin` makes Python texts of a whole register first.
    """
    own, others = (pa.array(texts.astype("str"), from_pandas=True) for texts in (column, known))
    found = pc.is_in(own, value_set=others.drop_null())
    return pd.Series(found.to_numpy(zero_copy_only=False), index=column.index)


def cached(name: str, *inputs: Any, folder: Path | None, compute: Callable[[], Any]) -> Any:
    """Result of `compute`, or what it came to when the program and all inputs were the same.

    Parameters
    ----------
    name
        What it is, for the file's name.
    inputs
        All that the result depends on besides the program (`store.digest_of` says of which kinds).
    folder
        Where results are kept, safe to delete; None to compute and keep nothing.
    compute
        Gives a table without index of its own, or lists, dictionaries, texts and numbers.

    Returns
    -------
    Any
        Always as it is read from the file, so that the first reader sees what all later ones see.
    """
    if folder is None:
        return compute()
    entry = Entry.of(folder, name, *inputs)
    try:
        return entry.read()
    except KeyError:
        return entry.write(compute())


@contextmanager
def results_read() -> Iterator[set[Path]]:
    """Collect the files of all kept results that this process reads meanwhile: what another machine needs."""
    files: set[Path] = set()
    _listening.append(files)
    try:
        yield files
    finally:
        _listening.pop()


_listening: list[set[Path]] = []


@dataclass(frozen=True)
class Entry:
    """One result in the cache; `cached` is the usual way to it.

    Parameters
    ----------
    stem
        Its file, without the ending that tells a table from anything else.
    """

    stem: Path

    @classmethod
    def of(cls, folder: Path, name: str, *inputs: Any) -> "Entry":
        """The entry of these inputs under the program that runs."""
        return cls(folder / f"{name}-{digest_of(program_digest(), *inputs)[:_DIGITS]}")

    @property
    def is_kept(self) -> bool:
        """Whether there is a result to read."""
        return self._table.is_file() or self._data.is_file()

    def read(self) -> Any:
        """What is kept; raise ``KeyError`` where nothing is, or nothing that can be read."""
        file = self._table if self._table.is_file() else self._data
        try:
            content = file.read_bytes()
            found = read_frame(content) if file == self._table else json.loads(content)
        except (OSError, ValueError):
            raise KeyError(self.stem.name) from None
        for files in _listening:
            files.add(file)
        return found

    def write(self, result: Any) -> Any:
        """Keep a result; return it as it is read."""
        if isinstance(result, pd.DataFrame):
            buffer = io.BytesIO()
            result.to_parquet(buffer, index=False)
            write_atomically(self._table, buffer.getvalue())
        else:
            write_atomically(self._data, json.dumps(result, ensure_ascii=False).encode())
        return self.read()

    @property
    def _table(self) -> Path:
        return self.stem.with_name(f"{self.stem.name}.parquet")

    @property
    def _data(self) -> Path:
        return self.stem.with_name(f"{self.stem.name}.json")
