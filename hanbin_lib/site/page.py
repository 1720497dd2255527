"""The start page as one file: style, script, figures and a face inside, nothing from outside."""

import base64
import hashlib
import json
import re
from importlib.resources import files
from typing import Any
from urllib.parse import quote

import jinja2
import pandas as pd
from markupsafe import Markup

from hanbin_lib.contract.labels import DEMONSTRATION
from hanbin_lib.display.html import sparkline
from hanbin_lib.indicators import DEFINITIONS, NoteCode
from hanbin_lib.months import Month
from hanbin_lib.params import County
from hanbin_lib.rendering.formats import PUBLIC_FORMATS, form_of
from hanbin_lib.site.content import PublishedMonth, Tiles, content, printed

TREND = "open_risk_households"
_COLUMNS = ("monitored_households", TREND, "new_households", "newly_eliminated_households")
_TEMPLATES = files("hanbin_lib.site") / "templates"
_BOLD_TAG = re.compile(r"<(?:h[123]|strong|p class=\"name\")[^>]*>(.*?)</(?:h[123]|strong|p)>", re.DOTALL)
# Texts of attributes and of the script that stand nowhere else in the page.
_DRAWN = "0123456789.%—−　年月各镇（街道）如：流水"


def index_page(months: tuple[PublishedMonth, ...], county: County, tiles: Tiles, key: str = "") -> str:
    """HTML of ``reports/index.html``; the same publications give the same page.

    Parameters
    ----------
    months
        What is published, in any order; none gives a page that says so.
    county
        Whose bulletins these are.
    tiles
        Row and column of each town in the grid of tiles; towns without one follow in the
        order of their codes, and so do all where there is no grid.
    key
        Hash of what the page is made from; the page carries it.
    """
    newest_first = tuple(sorted(months, key=lambda published: published.month, reverse=True))
    data = content(newest_first, county.code) if newest_first else None
    script = _source("index.js")
    parts: dict[str, Any] = {
        "title": f"{county.bulletin_name}　目录",
        "county": county,
        "key": key,
        "mark": DEMONSTRATION if any(published.is_demonstration for published in months) else "",
        "months": [_month_row(published, newest_first) for published in _with_gaps(newest_first)],
        "columns": [DEFINITIONS[name] for name in _COLUMNS],
        "data": data,
        "data_json": _json(data),
        "script": script,
    }
    template = _template()
    body = template.render(parts, style="", policy="")
    # Text beside Markup would be escaped: a rule with &#34; for its quotes loads no face.
    style = Markup(_faces(body, parts)) + _source("index.css") + Markup(_grid(tiles))
    policy = (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; "
        "font-src data:; base-uri 'none'; form-action 'none'"
    )
    return template.render(parts, style=style, policy=policy)


def _faces(body: str, parts: dict[str, Any]) -> str:
    """The faces cut to what the page shows, the bold one to headings, names and figures."""
    from hanbin_lib.rendering.page import sans_faces  # noqa: PLC0415 -- who plans and waits needs no faces

    data = parts["data"] or {"indicators": [], "places": [], "months": []}
    bold = [indicator[part] for indicator in data["indicators"] for part in ("name", "unit")]
    bold += [name for _, name in data["places"]]
    bold += [parts["title"], parts["mark"], _DRAWN, *(_BOLD_TAG.findall(body))]
    return sans_faces(body + _DRAWN + parts["script"], "".join(bold))


def _with_gaps(newest_first: tuple[PublishedMonth, ...]) -> list[PublishedMonth | Month]:
    """Every month from the newest to the oldest publication; a bare month is a gap."""
    if not newest_first:
        return []
    known = {published.month: published for published in newest_first}
    span = min(known).until(max(known))
    return [known.get(month, month) for month in reversed(span)]


def _month_row(published: PublishedMonth | Month, newest_first: tuple[PublishedMonth, ...]) -> dict[str, Any]:
    if isinstance(published, Month):
        return {"id": str(published), "label": published.label, "is_gap": True}
    return {
        "id": str(published.month),
        "label": published.month.label,
        "is_gap": False,
        "is_newest": published is newest_first[0],
        "revision": published.revision,
        "reason": published.reason,
        "is_demonstration": published.is_demonstration,
        "failed": published.failed,
        "areas": _area_rows(published),
    }


def _area_rows(published: PublishedMonth) -> list[dict[str, Any]]:
    """The county and every town with a document or a figure, in the order of the codes."""
    by_place = {str(code): rows for code, rows in published.figures.groupby("place_code", sort=True)}
    return [_area_row(published, code, rows) for code, rows in by_place.items()]


def _area_row(published: PublishedMonth, code: str, rows: pd.DataFrame) -> dict[str, Any]:
    now = {
        str(row["indicator"]): row for row in rows[rows["month"].eq(str(published.month))].to_dict("records")
    }
    of_trend = rows[rows["indicator"].eq(TREND)].sort_values("month")
    trend = of_trend["value"].where(of_trend["note_code"].eq(NoteCode.REPORTED))
    missing: dict[Any, Any] = {"note_code": NoteCode.NOT_RECEIVED.value}
    return {
        "code": code,
        "name": str(rows["place_name"].iloc[-1]),
        "figures": [printed(now.get(name, missing)) for name in _COLUMNS],
        "trend": Markup(sparkline(tuple(trend))),
        "links": _links(published, code),
    }


def _links(published: PublishedMonth, code: str) -> list[dict[str, str]]:
    """Addresses relative to the page, in the order of the formats."""
    files = {form_of(name): name for name in published.files.get(code, ())}
    return [
        {"text": form.name, "address": quote(f"{published.folder}/{files[form]}")}
        for form in PUBLIC_FORMATS
        if form in files
    ]


def _grid(tiles: Tiles) -> str:
    """Style rules that put each town in its place."""
    if not tiles:
        return ""
    places = (f".t-{code}{{grid-area:{row}/{column}}}" for code, (row, column) in tiles.items())
    return "@media (min-width:720px),print{" + "".join(places) + "}"


def _json(data: dict[str, Any] | None) -> Markup:
    """JSON for a script element: no character of it can end the element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    escaped = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return Markup(escaped)


def _hash(source: str) -> str:
    digest = base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def _source(name: str) -> Markup:
    return Markup((_TEMPLATES / name).read_text(encoding="utf-8"))


def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(_source("index.html.j2"))
