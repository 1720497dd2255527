"""The nbconvert exporters: ``hanbin-typst``, and one for each format but the notebook itself."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from nbconvert.exporters.exporter import Exporter
from nbformat import NotebookNode
from traitlets import Any as AnyTrait
from traitlets import List, default
from traitlets.config import Application

from hanbin_lib.errors import HanbinError
from hanbin_lib.params import Settings, Typography
from hanbin_lib.rendering.content import content_of
from hanbin_lib.rendering.formats import FORMATS, Format
from hanbin_lib.workspace import Workspace

Resources = dict[str, Any]
_BY_ENDING = {form.ending: form for form in FORMATS}


class BulletinExporter(Exporter):
    """Base: one line of the table of formats, in the typography of the workspace unless one is given.

    The workspace is the one that any command takes, else the one that the notebook lies in or was run from.
    """

    form: ClassVar[Format]
    typography = AnyTrait(None, allow_none=True, help="Families of the page (hanbin_lib.params.Typography)")
    # nbconvert's own do nothing here, but after each of them the whole notebook is validated.
    default_preprocessors = List()

    @default("file_extension")
    def _file_extension(self) -> str:
        return f".{self.form.suffix}"

    @property
    def output_mimetype(self) -> str:
        """Of what is exported."""
        return self.form.media_type

    def from_notebook_node(
        self, nb: NotebookNode, resources: Resources | None = None, **kw: Any
    ) -> tuple[Any, Resources]:
        """Return the file's bytes (its text, where it is one) and the resources."""
        notebook, resources = super().from_notebook_node(nb, resources, **kw)
        try:
            made = self.form.write(content_of(notebook), self.typography or _typography(nb, resources))
        except HanbinError as error:
            _end_the_command(error)
            raise
        return made.decode() if self.form.media_type.startswith("text/") else made, resources


def _typography(notebook: NotebookNode, resources: Resources) -> Typography:
    return Settings.load(Workspace.find(near=_near(notebook, resources))).typography


def _near(notebook: NotebookNode, resources: Resources) -> Iterator[Path]:
    """Where the notebook lies, and where papermill had it from."""
    for place in (
        resources.get("metadata", {}).get("path"),
        notebook.metadata.get("papermill", {}).get("input_path"),
    ):
        if place:
            yield Path(place)


def _end_the_command(error: HanbinError) -> None:
    """In the command of nbconvert, what a person reads is the message, not where in nbconvert it was met."""
    from nbconvert.nbconvertapp import NbConvertApp  # noqa: PLC0415 -- the command has it already

    command = Application.instance() if Application.initialized() else None
    if isinstance(command, NbConvertApp):
        command.log.error("%s", error)
        command.exit(int(error.exit_code))


class TypstExporter(BulletinExporter):
    """Typst source of a bulletin."""

    export_from_notebook = "Typst source of the bulletin"
    form = Format(
        "typ",
        "Typst",
        "排版源文件",
        "text/vnd.typst",
        "pdf:typ",
    )


class PdfExporter(BulletinExporter):
    """PDF of a bulletin, compiled by Typst as PDF/A-2a and PDF/UA-1."""

    export_from_notebook = "PDF of the bulletin"
    form = _BY_ENDING[".pdf"]


class HtmlExporter(BulletinExporter):
    """One self-contained page: drawings, style and faces inside, no address outside."""

    export_from_notebook = "Self-contained page of the bulletin"
    form = _BY_ENDING[".html"]


class DocxExporter(BulletinExporter):
    """Word edition of a bulletin."""

    export_from_notebook = "Word edition of the bulletin"
    form = _BY_ENDING[".docx"]


class XlsxExporter(BulletinExporter):
    """Excel annex of a bulletin."""

    export_from_notebook = "Excel annex of the bulletin"
    form = _BY_ENDING[".xlsx"]
