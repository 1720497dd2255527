"""The quality report: what was found, told in the terminal, as a page and as an Excel list."""

import datetime as dt
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from pathlib import Path

import pandas as pd
import xlsxwriter
from rich.console import Console
from rich.markup import escape as plain
from rich.table import Table

from hanbin_lib.contract.tables import TABLES
from hanbin_lib.files import write_atomically
from hanbin_lib.ingest.findings import Severity
from hanbin_lib.months import Month
from hanbin_lib.snapshots import Join, Receipt, Source

_HEADINGS = {
    "severity": "级别",
    "rule_id": "规则编号",
    "rule_title": "规则",
    "file": "文件",
    "sheet": "工作表",
    "row": "行",
    "column": "列",
    "message": "说明",
    "action": "处理办法",
    "town_code": "镇（街道）代码",
}
_COUNTED = ("读到", "存入", "未存入", "其他月份", "进入指标", "未进入指标")
# Of an import that errors stopped nothing is stored.
_REFUSED = {"存入": "可存入", "未存入": "不存入", "进入指标": "可进入指标", "存入合计": "可存入合计"}
_WIDTHS = (8, 12, 34, 44, 16, 8, 24, 52, 44, 16)
_ROWS_OF_EXCEL = 1_048_576
_SHOWN_PER_RULE = 50
_STYLE = """
body{font-family:"Noto Sans SC","Microsoft YaHei",sans-serif;
  margin:2em auto;padding:0 1.5em;max-width:66em;color:#222}
table{border-collapse:collapse;width:100%;font-size:14px;margin:.5em 0 1.5em}
th,td{border-bottom:1px solid #ddd;padding:.35em .6em;text-align:left;vertical-align:top}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
.error{color:#a4161a;font-weight:600} summary{cursor:pointer;padding:.3em 0}
"""


@dataclass(frozen=True)
class QualityReport:
    """Everything the checks found in one pass.

    Parameters
    ----------
    month
        The month of the import.
    findings
        One row a fault (see `findings.COLUMNS`), errors first.
    sources, joins
        Sheets with their receipts, and join rates of the ledgers.
    """

    month: Month
    findings: pd.DataFrame
    sources: tuple[Source, ...] = ()
    joins: tuple[Join, ...] = ()

    @property
    def errors(self) -> int:
        """Faults that stop the import."""
        return int(self.findings["severity"].eq(Severity.ERROR.value).sum())

    @property
    def warnings(self) -> int:
        """Faults that do not."""
        return len(self.findings) - self.errors

    def counted(self) -> pd.DataFrame:
        """Columns ``severity, rule_id, rule_title, count``, in the order of the findings."""
        keys = ["severity", "rule_id", "rule_title"]
        return self.findings.groupby(keys, sort=False).size().reset_index(name="count")

    @property
    def summary(self) -> str:
        """One sentence."""
        if self.findings.empty:
            return f"{self.month.label}数据质量：没有发现问题。"
        end = "有错误，未导入。" if self.errors else "警告不影响导入。"
        return f"{self.month.label}数据质量：错误{self.errors}条，警告{self.warnings}条。{end}"

    def print(self, console: Console, *, examples: int = 5) -> None:
        """Tell the terminal: counts by rule, the first errors of each with their places, and what to do."""
        tell = partial(console.print, markup=False, highlight=False, soft_wrap=True)
        tell(self.summary)
        if self.sources:
            console.print(receipt_table(self._told(receipt_frame(self.sources))))
            for line in [*unstored_lines(self.sources), *join_lines(self.joins)]:
                tell(line)
        if self.findings.empty:
            return
        table = Table("级别", "规则", "说明", "条数")
        for severity, rule_id, title, count in self.counted().itertuples(index=False):
            mark = "red" if severity == Severity.ERROR.value else "yellow"
            table.add_row(f"[{mark}]{severity}[/]", str(rule_id), plain(str(title)), str(count))
        console.print(table)
        errors = self.findings[self.findings["severity"] == Severity.ERROR.value]
        shown = errors.groupby("rule_id", sort=False).head(examples)
        for fault in shown.itertuples():
            place = place_of(fault)
            tell(f"{place}：{fault.message}" if place else str(fault.message))
        if len(errors) > len(shown):
            tell(f"……其余{len(errors) - len(shown)}条错误见明细。")
        for fault in errors.drop_duplicates("rule_id").itertuples():
            tell(f"{fault.rule_id} 处理办法：{fault.action}")

    def to_excel(self, path: Path) -> None:
        """Write the list for the desk: one row a fault, with a filter and the summary."""
        buffer = io.BytesIO()
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
        }
        with xlsxwriter.Workbook(buffer, options) as workbook:
            # Excel wants a date of creation; the month's own keeps the file reproducible.
            created = dt.datetime(self.month.year, self.month.number, 1)  # noqa: DTZ001
            workbook.set_properties({"title": self.summary, "created": created})
            _write_sheet(
                workbook,
                "汇总",
                self.counted().rename(columns=_HEADINGS | {"count": "条数"}),
            )
            listed = self.findings[list(_HEADINGS)].head(_ROWS_OF_EXCEL - 1)
            _write_sheet(workbook, "明细", listed.rename(columns=_HEADINGS))
            _write_sheet(workbook, "收据", self._told(receipt_frame(self.sources)))
            _write_sheet(workbook, "合计核对", self._told(sums_frame(self.sources)))
            _write_sheet(workbook, "对应率", joins_frame(self.joins))
        write_atomically(path, buffer.getvalue())

    def to_html(self, path: Path) -> None:
        """Write one self-contained page; of each rule the first places, the rest are counted."""
        title = f"{self.month.label}数据质量报告"
        groups = self.findings.groupby(["severity", "rule_id", "rule_title"], sort=False)
        rules = "".join(_rule_html(rows) for _, rows in groups)
        page = (
            f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{title}</title>'
            f"<style>{_STYLE}</style><h1>{title}</h1><p>{escape(self.summary)}</p>"
            f"<p>本报告不含姓名、证件号码、电话等个人信息，只列出所在位置。</p>"
            f"{self._receipt_html()}{rules}</html>\n"
        )
        write_atomically(path, page.encode())

    def _told(self, receipt: pd.DataFrame) -> pd.DataFrame:
        """A receipt with headings that do not say that rows were stored which were not."""
        return receipt.rename(columns=_REFUSED) if self.errors else receipt

    def _receipt_html(self) -> str:
        """The receipt as a section of the page."""
        parts = (
            ("收据", self._told(receipt_frame(self.sources))),
            ("合计核对", self._told(sums_frame(self.sources))),
            ("对应率", joins_frame(self.joins)),
        )
        return "".join(
            f"<details{' open' if title == '收据' else ''}><summary>{title}</summary>{_html(rows)}</details>"
            for title, rows in parts
            if len(rows)
        )


def place_of(fault: object) -> str:
    """文件［工作表］第几行“列”, as far as known."""
    sheet = getattr(fault, "sheet", "")
    row = getattr(fault, "row", None)
    column = getattr(fault, "column", "")
    parts = [str(getattr(fault, "file", ""))]
    parts += [f"［{sheet}］"] if isinstance(sheet, str) and sheet else []
    parts += [f"第{row}行"] if pd.notna(row) else []
    parts += [f"“{column}”列"] if isinstance(column, str) and column else []
    return " ".join(parts)


def _write_sheet(workbook: xlsxwriter.Workbook, name: str, rows: pd.DataFrame) -> None:
    sheet = workbook.add_worksheet(name)
    bold = workbook.add_format({"bold": True, "bg_color": "#EEEEEE"})
    widths = dict(zip(_HEADINGS.values(), _WIDTHS, strict=True))
    for number, heading in enumerate(rows.columns):
        sheet.set_column(number, number, widths.get(heading, 10))
        sheet.write_string(0, number, heading, bold)
        for place, value in enumerate(rows[heading].tolist(), start=1):
            if isinstance(value, str):
                sheet.write_string(place, number, value)
            elif pd.notna(value):
                sheet.write_number(place, number, value)
    sheet.freeze_panes(1, 0)
    if len(rows):
        sheet.autofilter(0, 0, len(rows), len(rows.columns) - 1)


def _rule_html(rows: pd.DataFrame) -> str:
    first = rows.iloc[0]
    severity = escape(str(first["severity"]))
    mark = ' class="error"' if severity == Severity.ERROR.value else ""
    shown = rows.head(_SHOWN_PER_RULE)
    body = "".join(
        f"<tr><td>{escape(place_of(fault))}</td><td>{escape(str(fault.message))}</td></tr>"
        for fault in shown.itertuples()
    )
    more = len(rows) - len(shown)
    rest = f"<p>其余{more}条见 Excel 清单。</p>" if more else ""
    is_open = " open" if mark else ""
    title = escape(f"{first['rule_id']} {first['rule_title']}")
    return (
        f"<details{is_open}><summary><span{mark}>{severity}</span> {title}（{len(rows)}条）</summary>"
        f"<p>处理办法：{escape(str(first['action']))}</p>"
        f"<table><tr><th>位置</th><th>说明</th></tr>{body}</table>{rest}</details>"
    )


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
    return pd.DataFrame(rows, columns=["文件", "工作表", "表", *_COUNTED, "原因"])


def _row(source: Source, receipt: Receipt) -> tuple[object, ...]:
    counts = (receipt.left, receipt.other_months, receipt.unreached)
    left, months, unreached = (sum(count.values()) for count in counts)
    why = "；".join(_reasons(count) for count in counts if count)
    numbers = (receipt.seen, source.rows, left, months, receipt.reached, unreached)
    return (source.file, source.sheet, TABLES[source.table].title, *numbers, why)


def receipt_table(receipt: pd.DataFrame) -> Table:
    """The receipt for the terminal: one line a sheet, reasons below (`unstored_lines`)."""
    table = Table("文件", "表", *receipt.columns[3:-1])
    for row in receipt.itertuples(index=False):
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
    rows = [(TABLES[join.table].title, join.what, join.matched, join.rows, rate(join)) for join in joins]
    return pd.DataFrame(rows, columns=["表", "对应", "对应行数", "行数", "对应率"])


def join_lines(joins: Sequence[Join]) -> list[str]:
    """``电话抽查记录：1233/1280行户编号在监测对象和脱贫户名册内（96.3%）``."""
    return [
        f"{TABLES[join.table].title}：{join.matched}/{join.rows}行{join.what}（{rate(join)}）"
        for join in joins
    ]


def rate(one: Join) -> str:
    """``96.3%``; a dash where the ledger has no rows."""
    return f"{one.matched / one.rows:.1%}" if one.rows else "—"


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
