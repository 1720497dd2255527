"""The receipt as the terminal, the quality report and ``hanbin trace`` print it."""

from collections.abc import Iterator, Sequence
from html import escape

import pandas as pd
from rich.markup import escape as plain
from rich.table import Table

from hanbin_lib.contract.tables import TABLES
from hanbin_lib.snapshots import Join, Receipt, Source

_HEADINGS = ("文件", "工作表", "表", "读到", "存入", "未存入", "其他月份", "进入指标", "未进入指标", "原因")
_NUMBERS_FROM = 3


def receipt_line(source: Source) -> str:
    """One sheet: ``读到60行＝存入58＋未存入2（合计行 2）；存入58行＝进入指标50＋未进入8（…）``."""
    receipt = source.receipt
    if receipt is None:
        return ""
    left = _some("未存入", receipt.left)
    months = _some("其他月份", receipt.other_months)
    unreached = _some("未进入", receipt.unreached)
    return (
        f"读到{receipt.seen}行＝存入{source.rows}{left}{months}；"
        f"存入{source.rows}行＝进入指标{receipt.reached}{unreached}"
    )


def _some(title: str, counts: dict[str, int]) -> str:
    return f"＋{title}{sum(counts.values())}（{_reasons(counts)}）" if counts else ""


def _reasons(counts: dict[str, int]) -> str:
    return "、".join(f"{reason} {count}" for reason, count in counts.items())


def receipt_frame(sources: Sequence[Source]) -> pd.DataFrame:
    """One row a sheet, columns in Chinese."""
    rows = [_row(source, source.receipt) for source in sources if source.receipt is not None]
    return pd.DataFrame(rows, columns=list(_HEADINGS))


def _row(source: Source, receipt: Receipt) -> tuple[object, ...]:
    counts = (receipt.left, receipt.other_months, receipt.unreached)
    left, months, unreached = (sum(count.values()) for count in counts)
    why = "；".join(_reasons(count) for count in counts if count)
    numbers = (receipt.seen, source.rows, left, months, receipt.reached, unreached)
    return (source.file, source.sheet, TABLES[source.table].title, *numbers, why)


def receipt_table(sources: Sequence[Source]) -> Table:
    """The receipt for the terminal: one line a sheet, reasons below (`unstored_lines`)."""
    table = Table("文件", "表", *_HEADINGS[_NUMBERS_FROM:-1])
    for row in receipt_frame(sources).itertuples(index=False):
        file = f"{row[0]}［{row[1]}］" if row[1] else str(row[0])
        table.add_row(plain(file), str(row[2]), *(str(number) for number in row[3:-1]))
    return table


def unstored_lines(sources: Sequence[Source]) -> Iterator[str]:
    """Why rows were not stored, reach no figure, or belong to other months."""
    for row in receipt_frame(sources).itertuples(index=False):
        if row[-1]:
            yield f"{row[0]}：{row[-1]}"


def sums_frame(sources: Sequence[Source]) -> pd.DataFrame:
    """Sums of columns of numbers in the file and in the store."""
    rows = [
        (source.file, source.sheet, heading, *sums)
        for source in sources
        if source.receipt is not None
        for heading, sums in source.receipt.sums.items()
    ]
    return pd.DataFrame(rows, columns=["文件", "工作表", "列", "文件内合计", "存入合计"])


def joins_frame(joins: Sequence[Join]) -> pd.DataFrame:
    """Join rates, one row a ledger."""
    rows = [(TABLES[one.table].title, one.what, one.matched, one.rows, rate(one)) for one in joins]
    return pd.DataFrame(rows, columns=["表", "对应", "对应行数", "行数", "对应率"])


def join_lines(joins: Sequence[Join]) -> list[str]:
    """``电话抽查记录：1233/1280行户编号在监测对象和脱贫户名册内（96.3%）``."""
    return [
        f"{TABLES[one.table].title}：{one.matched}/{one.rows}行{one.what}（{rate(one)}）" for one in joins
    ]


def rate(one: Join) -> str:
    """``96.3%``; a dash where the ledger has no rows."""
    return f"{one.matched / one.rows:.1%}" if one.rows else "—"


def receipt_html(sources: Sequence[Source], joins: Sequence[Join]) -> str:
    """The receipt as a section of the quality report."""
    parts = (
        ("收据", receipt_frame(sources)),
        ("合计核对", sums_frame(sources)),
        ("对应率", joins_frame(joins)),
    )
    return "".join(
        f"<details{' open' if title == '收据' else ''}><summary>{title}</summary>{_html(rows)}</details>"
        for title, rows in parts
        if len(rows)
    )


def _html(rows: pd.DataFrame) -> str:
    head = "".join(f"<th>{escape(str(name))}</th>" for name in rows.columns)
    body = "".join(
        f"<tr>{''.join(_cell(value) for value in row)}</tr>" for row in rows.itertuples(index=False)
    )
    return f"<table><tr>{head}</tr>{body}</table>"


def _cell(value: object) -> str:
    if isinstance(value, str):
        return f"<td>{escape(value)}</td>"
    return f'<td class="n">{value:g}</td>' if isinstance(value, float) else f'<td class="n">{value}</td>'
