"""Parameters that are tables (``areas.csv``, ``tiles.csv``), read as a spreadsheet saves them."""

import csv
import io
from pathlib import Path

Line = dict[str, str]


def read_parameter_table(path: Path, columns: tuple[str, ...]) -> dict[int, Line]:
    """Read a table of text cells; empty lines are left out, the others keep their number.

    Parameters
    ----------
    columns
        What has to be there.

    Returns
    -------
    dict
        All cells of a line by heading, in the order of the headings, by the number of the line as a
        spreadsheet counts it (the headings are line 1).

    Raises
    ------
    ValueError
        In Chinese, without the file's name: encoding, an empty file, a line with too many cells, columns
        that are missing.
    """
    lines = list(csv.reader(io.StringIO(decoded(path.read_bytes()))))
    if not any(lines):
        raise ValueError("文件是空的")
    headings = lines[0]
    for number, cells in enumerate(lines, start=1):
        if len(cells) > len(headings):
            raise ValueError(f"第{number}行的列比表头多，文字里不要用半角逗号")
    missing = [name for name in columns if name not in headings]
    if missing:
        raise ValueError(f"缺少列 {'、'.join(missing)}")
    padding = [""] * len(headings)
    return {
        number: dict(zip(headings, [*cells, *padding], strict=False))
        for number, cells in enumerate(lines[1:], start=2)
        if any(cells)
    }


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
