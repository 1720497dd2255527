"""The nbconvert exporters ``hanbin-typst``, ``hanbin-pdf`` and ``hanbin-html``."""

from importlib.resources import files
from typing import Any

import jinja2
from nbconvert.exporters.exporter import Exporter
from nbformat import NotebookNode
from traitlets import Any as AnyTrait
from traitlets import List, default

from hanbin_lib import fonts
from hanbin_lib.display.escaping import typst_string
from hanbin_lib.display.printing import style_sheet
from hanbin_lib.params import Settings, Typography
from hanbin_lib.rendering.content import FRAGMENT, TYPST, document_info, printed_cells
from hanbin_lib.rendering.markdown import markdown_to_html, markdown_to_typst
from hanbin_lib.rendering.tracing import with_definitions
from hanbin_lib.rendering.typesetting import typeset
from hanbin_lib.rendering.webfonts import font_faces
from hanbin_lib.workspace import Workspace

_TEMPLATES = files("hanbin_lib.rendering") / "templates"
_STACKS = ("fangsong", "kaiti", "headline", "sans", "serif")
Resources = dict[str, Any]


class BulletinExporter(Exporter):
    """Base: the typography of the workspace unless one is given."""

    typography = AnyTrait(help="Families of the page (hanbin_lib.params.Typography)")
    # nbconvert's own do nothing here, but after each of them the whole notebook is validated.
    default_preprocessors = List()

    @default("typography")
    def _workspace_typography(self) -> Typography:
        return Settings.load(Workspace.find()).typography


class TypstExporter(BulletinExporter):
    """Typst source of a bulletin."""

    export_from_notebook = "Typst source of the bulletin"
    output_mimetype = TYPST

    @default("file_extension")
    def _file_extension(self) -> str:
        return ".typ"

    def from_notebook_node(
        self, nb: NotebookNode, resources: Resources | None = None, **kw: Any
    ) -> tuple[Any, Resources]:
        """Return the source and the resources."""
        notebook, resources = super().from_notebook_node(nb, resources, **kw)
        return self.source(notebook), resources

    def source(self, notebook: NotebookNode) -> str:
        """Complete source: families, layout, set-up, content."""
        info = document_info(notebook)
        cells = list(printed_cells(notebook, TYPST))
        body = [markdown_to_typst(form) if kind == "markdown" else f"#{form}" for kind, form in cells]
        # Page one stands alone: the first chapter begins on the next.
        first = next((n for n, (kind, _) in enumerate(cells) if kind == "markdown"), len(body))
        body.insert(first, "#pagebreak(weak: true)")
        layout = (_TEMPLATES / "bulletin.typ").read_text(encoding="utf-8")
        parts = [_families(self.typography), layout, _set_up(info), *body]
        return "\n\n".join(parts) + "\n"


class PdfExporter(TypstExporter):
    """PDF of a bulletin, compiled by Typst as PDF/A-2a and PDF/UA-1."""

    export_from_notebook = "PDF of the bulletin"
    output_mimetype = "application/pdf"

    @default("file_extension")
    def _file_extension(self) -> str:
        return ".pdf"

    def from_notebook_node(
        self, nb: NotebookNode, resources: Resources | None = None, **kw: Any
    ) -> tuple[Any, Resources]:
        """Return the PDF's bytes and the resources."""
        source, resources = super().from_notebook_node(nb, resources, **kw)
        resources["output_extension"] = ".pdf"
        return typeset(source, self.typography.extra_font_folders), resources


class HtmlExporter(BulletinExporter):
    """One self-contained page: drawings, style and faces inside, no address outside."""

    export_from_notebook = "Self-contained page of the bulletin"
    output_mimetype = "text/html"

    @default("file_extension")
    def _file_extension(self) -> str:
        return ".html"

    def from_notebook_node(
        self, nb: NotebookNode, resources: Resources | None = None, **kw: Any
    ) -> tuple[Any, Resources]:
        """Return the page and the resources."""
        notebook, resources = super().from_notebook_node(nb, resources, **kw)
        info = document_info(notebook)
        parts = [
            markdown_to_html(form) if kind == "markdown" else form
            for kind, form in printed_cells(notebook, FRAGMENT)
        ]
        body = with_definitions(notebook, "\n".join(parts))
        page = _page_template().render(
            title=info["title"],
            mark=info["mark"],
            fonts=font_faces(body + info["mark"] + "0123456789跳到正文"),
            style=style_sheet() + (_TEMPLATES / "origins.css").read_text(encoding="utf-8"),
            body=body,
        )
        return page, resources


def _page_template() -> jinja2.Template:
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    return environment.from_string((_TEMPLATES / "page.html.j2").read_text(encoding="utf-8"))


def _families(typography: Typography) -> str:
    stacks = (
        f"{name}: ({''.join(typst_string(f) + ', ' for f in _stack(getattr(typography, name)))})"
        for name in _STACKS
    )
    return f"#let families = ({', '.join(stacks)})"


def _stack(families: tuple[str, ...]) -> list[str]:
    """The families in order, each once; one that could not be installed is replaced."""
    replaced = (fonts.substitutes().get(family, family) for family in families)
    return list(dict.fromkeys(replaced))


def _set_up(info: dict[str, Any]) -> str:
    fields = ("title", "bulletin_name", "issue", "issuer", "mark", "classification")
    entries = [f"{name.replace('_', '-')}: {typst_string(info[name])}" for name in fields]
    keywords = f"keywords: ({typst_string(info['bulletin_name'])}, {typst_string(info['issue'])})"
    year, month, day = (int(part) for part in info["as_of"].split("-"))
    as_of = f"as-of: datetime(year: {year}, month: {month}, day: {day})"
    return f"#show: set-up.with(({', '.join([*entries, keywords, as_of])}))"
