"""Links beside what a person sees in JupyterLab: its numbers as Excel, its drawing as SVG and PNG.

The files are in the links themselves: nothing is written, and nothing is asked of a server.
"""

import base64

from hanbin_lib.display import Chart, Column, Display, Figure, Masthead, Table, Text, charts_of, tables_of
from hanbin_lib.display.escaping import html_text
from hanbin_lib.rendering.spreadsheet import workbook_of
from hanbin_lib.rendering.typesetting import pictures

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PIXELS_PER_INCH = 200


def download_links(value: Display, as_of: str) -> str:
    """HTML of the links; empty where there is neither table nor chart.

    Parameters
    ----------
    as_of
        Last day of the data, as the workbook tells it (``2022-09-30``).
    """
    charts = charts_of(value)
    tables = [*tables_of(value), *map(chart_table, charts)]
    links = [_link("Excel", f"{tables[0].title}.xlsx", _XLSX, _workbook(tables, as_of))] if tables else []
    drawn = pictures([(one.svg, one.width_mm) for one in charts], _PIXELS_PER_INCH)
    for chart, png in zip(charts, drawn, strict=True):
        links.append(_link("PNG", f"{chart.title}.png", "image/png", png))
        links.append(_link("SVG", f"{chart.title}.svg", "image/svg+xml", chart.svg.encode()))
    return f'<p class="hb-note hb-downloads">下载：{"　".join(links)}</p>' if links else ""


def chart_table(chart: Chart) -> Table:
    """The numbers that a chart draws, a row each, unrounded in the workbook."""
    data = chart.data

    def cell(number: float | None) -> Text:
        return "—" if number is None else Figure(float(number), data.unit, f"chart|{chart.title}")

    rows: list[tuple[Text, ...]] = []
    for series in data.series:
        labels = [f"{at:g}" for at in series.at] or list(data.categories)
        low, high = (part or (None,) * len(labels) for part in (series.lower, series.upper))
        numbers = zip(labels, series.values, low, high, strict=True)
        rows += [(series.name, label, *map(cell, three)) for label, *three in numbers]
    rows += [("界线", name, cell(number), "—", "—") for name, number in data.limits]
    heads = ("序列", "类别", "数值", "下限", "上限")
    columns = tuple(Column(head, "left" if n < 2 else "right") for n, head in enumerate(heads))
    return Table(chart.title, columns, tuple(rows), chart.unit_line)


def _workbook(tables: list[Table], as_of: str) -> bytes:
    info = Masthead("分析导出", "", "", "", tables[0].title, "内部使用", as_of)
    return workbook_of(info, (("", table) for table in tables))


def _link(label: str, name: str, media_type: str, content: bytes) -> str:
    address = f"data:{media_type};base64,{base64.b64encode(content).decode()}"
    return f'<a download="{html_text(name)}" href="{address}">{label}</a>'
