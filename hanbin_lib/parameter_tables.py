"""Parameters that are tables (``areas.csv``, ``tiles.csv``), read as a spreadsheet saves them."""

import io
import re
from pathlib import Path

import pandas as pd


def read_parameter_table(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    """Read a table of text cells; empty rows are left out, the others keep their number.

    Parameters
    ----------
    columns
        What has to be there.

    Returns
    -------
    pandas.DataFrame
        All columns as text; the row of index 0 is line 2 of the file.

    Raises
    ------
    ValueError
        In Chinese, without the file's name: encoding, an empty file, a line with too many cells, columns
        that are missing.
    """
    text = decoded(path.read_bytes())
    try:
        table = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False, skip_blank_lines=False)
    except pd.errors.EmptyDataError:
        raise ValueError("文件是空的") from None
    except pd.errors.ParserError as error:
        line = re.search(r"line (\d+)", str(error))
        where = f"第{line[1]}行" if line else "有一行"
        raise ValueError(f"{where}的列比表头多，文字里不要用半角逗号") from None
    missing = [name for name in columns if name not in table.columns]
    if missing:
        raise ValueError(f"缺少列 {'、'.join(missing)}")
    is_empty = table.apply(lambda cells: cells.eq("")).all(axis="columns")
    return table[~is_empty]


def decoded(content: bytes) -> str:
    """Text of a file in UTF-8 or, as Excel saves a CSV unless asked, in the Chinese code page.

    Raises
    ------
    ValueError
        In Chinese: it is neither.
    """
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValueError("编码不是 UTF-8 或 GB18030")
