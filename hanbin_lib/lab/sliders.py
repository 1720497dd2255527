"""Controls that show an exhibit anew when they are moved; absent wherever no person is at the notebook.

The tagged parameters of a notebook stay its only parameters: a control starts at the parameter's
value, and what it shows is what the batch would print with that value.
The controls of the simulation notebooks stand below.

A person also gets a table that sorts, and links to take an exhibit along (`sortable`). A click (or Enter)
on a heading sorts; totals stay at the foot, and what has no number behind all others. The links are its
numbers as Excel, its drawing as SVG and PNG; the files are in the links themselves: nothing is written, and
nothing is asked of a server. The notebook that a batch writes, and the page made of it, carry neither.
"""

import base64
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import ipywidgets
from IPython.core.getipython import get_ipython
from IPython.display import display

from hanbin_lib.bulletin import Bulletin, plans, power, risk_flow, shocks
from hanbin_lib.bulletin.exhibits import columns
from hanbin_lib.bulletin.income_goals import FIELDS
from hanbin_lib.display import Chart, Display, Figure, Masthead, Table, Text, charts_of, tables_of
from hanbin_lib.display.text import html_text
from hanbin_lib.display.tree import mime_bundle
from hanbin_lib.errors import Unavailable
from hanbin_lib.rendering.spreadsheet import workbook_of
from hanbin_lib.rendering.typesetting import pictures
from hanbin_lib.simulate.mixes import RECORD
from hanbin_lib.simulate.target_study import TargetStudy
from hanbin_lib.workspace import BATCH_VARIABLE

_HTML = "text/html"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PIXELS_PER_INCH = 200
_MOST_FACTORS = 4


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


@dataclass(frozen=True, slots=True)
class Slider:
    """A number between two ends.

    Parameters
    ----------
    label
        What it is, with its unit.
    value
        Where it starts: the parameter's value.
    low, high, step
        Ends and least change; whole numbers give whole numbers.
    """

    label: str
    value: float
    low: float
    high: float
    step: float


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several, each (label, value)."""

    label: str
    value: Any
    options: Sequence[tuple[str, Any]]


Control = Slider | Choice


def is_attended() -> bool:
    """Whether a person is at this notebook.

    papermill, nbconvert and the scheduler run cells through nbclient, which declares that nobody can
    answer a question (``allow_stdin`` is false); JupyterLab declares that somebody can. What a moved
    control sends is no request of that kind, but only a person moves one. A batch that runs kernels in
    another way sets ``HANBIN_BATCH``.
    """
    shell = get_ipython()
    kernel = getattr(shell, "kernel", None)
    if kernel is None or os.environ.get(BATCH_VARIABLE):
        return False
    request = kernel.get_parent("shell") or {}
    is_moved = request.get("header", {}).get("msg_type") == "comm_msg"
    return is_moved or bool(request.get("content", {}).get("allow_stdin", False))


def live(show: Callable[..., Any], as_of: str = "", /, **controls: Control) -> ipywidgets.VBox | None:
    """Show `show` with controls above it, anew whenever one of them is moved.

    Parameters
    ----------
    show
        Called with the value of each control by name; returns what a cell would show, or None.
    as_of
        Last day of the data (``2022-09-30``), for files to take along; none are offered without it.
    controls
        In the order in which they stand.

    Returns
    -------
    ipywidgets.VBox or None
        None where nobody is there to move anything: the cell then shows nothing at all.

    Examples
    --------
    ``lab.live(lambda months: hb.shocks.table(issue, months), months=lab.Slider("月数", 3, 1, 12, 1))``
    """
    return panel(show, controls, as_of) if is_attended() else None


def panel(show: Callable[..., Any], controls: dict[str, Control], as_of: str = "") -> ipywidgets.VBox:
    """The controls and their output, whoever is there; no notebook keeps what they show."""
    widgets = {name: _widget(control) for name, control in controls.items()}

    def redraw(**values: Any) -> None:
        found = show(**values)
        if found is not None:
            bundle = sortable(found, as_of)
            display(found if bundle is None else bundle, raw=bundle is not None)  # type: ignore[no-untyped-call]

    return ipywidgets.VBox([*widgets.values(), ipywidgets.interactive_output(redraw, widgets)])


def _widget(control: Control) -> ipywidgets.Widget:
    layout = {"layout": ipywidgets.Layout(width="36em"), "style": {"description_width": "14em"}}
    if isinstance(control, Choice):
        return ipywidgets.Dropdown(
            description=control.label, options=list(control.options), value=control.value, **layout
        )
    # A parameter beyond the ends is shown as it is: moved to an end, it would be another number.
    ends = min(control.low, control.value), max(control.high, control.value)
    numbers = (control.value, *ends, control.step)
    whole = all(float(number).is_integer() for number in numbers)
    kind = ipywidgets.IntSlider if whole else ipywidgets.FloatSlider
    value, low, high, step = (int(n) if whole else float(n) for n in numbers)
    return kind(
        value=value,
        min=low,
        max=high,
        step=step,
        description=control.label,
        continuous_update=False,
        **layout,
    )


def inspection_sliders(
    bulletin: Bulletin, villages: int, households: int, months: int, bad_share: float
) -> ipywidgets.VBox | None:
    """How much of a town is looked at, and what ought to be found."""
    return live(
        lambda **values: power.trial(bulletin, **values),
        bulletin.month.last_day,
        villages=Slider("每镇村数", villages, 1, 6, 1),
        households=Slider("每镇户数", households, 2, 60, 1),
        months=Slider("合并几个月", months, 1, 12, 1),
        bad_share=Slider("应当发现的比例", bad_share, 0.06, 0.5, 0.01),
    )


def risk_flow_sliders(
    bulletin: Bulletin, entries: float, leaving: float, relapse_chance: float
) -> ipywidgets.VBox | None:
    """How many enter, how fast they leave, and how often they fall back."""
    return live(
        lambda **values: risk_flow.trial(bulletin, **values),
        bulletin.month.last_day,
        entries=Slider("新识别 ×", entries, 0.0, 3.0, 0.1),
        leaving=Slider("消除快慢 ×", leaving, 0.2, 3.0, 0.1),
        relapse_chance=Slider("每月返贫的可能（零为按估计）", relapse_chance, 0.0, 0.05, 0.001),
    )


def shock_sliders(bulletin: Bulletin, name: str, exposed: Mapping[str, float]) -> ipywidgets.VBox | None:
    """The exposed share of each shock of one scenario."""
    one = shocks.scenario(bulletin, name)
    if isinstance(one, Unavailable):
        return None
    causes = {f"exposed_{n}": shock for n, shock in enumerate(one.scenario.shocks)}
    controls = {
        key: Slider(f"{shock.name}波及比例", exposed.get(shock.name, shock.exposed.likely), 0.0, 1.0, 0.01)
        for key, shock in causes.items()
    }

    def show(**values: float) -> Display:
        return shocks.trial(bulletin, name, {shock.name: values[key] for key, shock in causes.items()})

    return live(show, bulletin.month.last_day, **controls)


def plan_sliders(
    one: TargetStudy | Unavailable | None,
    units: Mapping[str, int],
    factors: Mapping[str, Mapping[str, float]],
) -> ipywidgets.VBox | None:
    """Units of each lever, and the quantities that matter most as multiples of what the plan assumes."""
    if not isinstance(one, TargetStudy):
        return None
    levers = {f"units_{n}": lever for n, lever in enumerate(one.plan.levers)}
    swings = one.findings.tornado.query("lever != ''").head(_MOST_FACTORS)
    pairs = zip(swings["lever"], swings["field"], strict=True)
    quantities = {f"factor_{n}": pair for n, pair in enumerate(pairs) if pair != RECORD}
    controls = {
        name: Slider(
            f"{one_.name}（{one_.unit}）", units.get(one_.name, one_.planned), 0, one_.most, one_.step
        )
        for name, one_ in levers.items()
    } | {
        name: Slider(f"{lever}{FIELDS[field][0]} ×", factors.get(lever, {}).get(field, 1.0), 0.5, 1.5, 0.05)
        for name, (lever, field) in quantities.items()
    }

    def show(**values: Any) -> Display | None:
        chosen = {lever.name: values[name] for name, lever in levers.items()}
        times: dict[str, dict[str, float]] = {}
        for name, (lever, field) in quantities.items():
            times.setdefault(lever, {})[field] = values[name]
        return plans.trial(one, chosen, times)

    return live(show, **controls)
