"""What a person in JupyterLab gets with an exhibit: a table that sorts, and links to take it along.

A click (or Enter) on a heading sorts; totals stay at the foot, and what has no number behind all others.
The links are its numbers as Excel, its drawing as SVG and PNG; the files are in the links themselves:
nothing is written, and nothing is asked of a server.

Only what a person sees carries script and links: the notebook that a batch writes, and the page made of it,
are as they were.
"""

import base64
from functools import cache
from importlib.resources import files
from typing import Any

from hanbin_lib.bulletin.exhibits import columns
from hanbin_lib.display import Chart, Display, Figure, Masthead, Table, Text, charts_of, tables_of
from hanbin_lib.display.text import html_text
from hanbin_lib.display.tree import mime_bundle
from hanbin_lib.rendering.spreadsheet import workbook_of
from hanbin_lib.rendering.typesetting import pictures

_HTML = "text/html"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PIXELS_PER_INCH = 200


def sortable(value: Any, as_of: str = "") -> dict[str, Any] | None:
    """The printed forms of a display object, its tables made sortable; None for anything else.

    Parameters
    ----------
    as_of
        Last day of its data (``2022-09-30``), for the files to take along; none are offered without it.
    """
    if not isinstance(value, Display):
        return None
    bundle = mime_bundle(value)
    if '<table class="hb-table"' in bundle[_HTML]:
        bundle[_HTML] += f"<script>{_script()}</script>"
    if as_of:
        bundle[_HTML] += download_links(value, as_of)
    return bundle


@cache
def _script() -> str:
    return files("hanbin_lib.lab").joinpath("sorting.js").read_text(encoding="utf-8")


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
    heads = columns("序列", "类别", "数值", "下限", "上限", left=2)
    return Table(chart.title, heads, tuple(rows), chart.unit_line)


def _workbook(tables: list[Table], as_of: str) -> bytes:
    info = Masthead("分析导出", "", "", "", tables[0].title, "内部使用", as_of)
    return workbook_of(info, (("", table) for table in tables))


def _link(label: str, name: str, media_type: str, content: bytes) -> str:
    address = f"data:{media_type};base64,{base64.b64encode(content).decode()}"
    return f'<a download="{html_text(name)}" href="{address}">{label}</a>'
