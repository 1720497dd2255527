"""The formats of a bulletin, one line each; whoever writes, checks, guards or lists files asks this table.

What makes a file is imported when one is made: whoever plans or publishes needs no typesetter.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

import nbformat

from hanbin_lib.params import Typography
from hanbin_lib.rendering.content import Content, Part

_OFFICE = "application/vnd.openxmlformats-officedocument"


def ipynb(content: Content, typography: Typography) -> bytes:
    """The notebook; the same run gives the same bytes."""
    del typography
    return bytes(nbformat.writes(content.notebook, indent=None, separators=(",", ":")).encode())


@dataclass(frozen=True, slots=True)
class Format:
    """A form in which a bulletin leaves the run.

    Parameters
    ----------
    suffix
        Of its file, without the point.
    name, purpose
        As the index and the guide of the folder call it.
    media_type
        Of its content.
    made_by
        Module here and function that make the file's bytes; the same content gives the same bytes: no clock,
        no name of a machine's user.
    is_public
        Whether the public edition has it.
    is_of_towns
        Whether a town's bulletin has it unasked.
    part
        What of the document is in it.
    tag
        At the end of the file's name, before the suffix, where two formats have the same.
    """

    suffix: str
    name: str
    purpose: str
    media_type: str
    made_by: str
    is_public: bool = True
    is_of_towns: bool = True
    part: Part = Part.WHOLE
    tag: str = ""

    @property
    def ending(self) -> str:
        """How the names of its files end: ``.pdf``, ``_附册.pdf``."""
        return f"{self.tag}.{self.suffix}"

    @property
    def writer(self) -> Callable[[Content, Typography], bytes]:
        """What makes the file's bytes."""
        module, _, function = self.made_by.partition(":")
        found: Callable[[Content, Typography], bytes] = getattr(
            import_module(f"hanbin_lib.rendering.{module}"), function
        )
        return found

    def write(self, content: Content, typography: Typography) -> bytes:
        """The file's bytes, of its part of the document."""
        return self.writer(content.of(self.part), typography)


FORMATS = (
    Format("pdf", "PDF", "正式版式", "application/pdf", "pdf:pdf", part=Part.BULLETIN),
    Format(
        "pdf", "附册", "附册（明细、口径、推演）", "application/pdf", "pdf:pdf", part=Part.ANNEX, tag="_附册"
    ),
    Format("html", "网页", "浏览器查看", "text/html", "page:page"),
    Format(
        "docx",
        "Word",
        "供批注、流转",
        f"{_OFFICE}.wordprocessingml.document",
        "word.document:docx",
        part=Part.BULLETIN,
    ),
    Format(
        "pptx",
        "幻灯",
        "调度会幻灯片",
        f"{_OFFICE}.presentationml.presentation",
        "slides:pptx",
        is_of_towns=False,
        part=Part.BULLETIN,
    ),
    Format("xlsx", "附表", "附表（各表和清单）", f"{_OFFICE}.spreadsheetml.sheet", "spreadsheet:xlsx"),
    # An executed notebook is internal: it holds what a reader of the page need not see.
    Format(
        "ipynb",
        "笔记本",
        "执行后的笔记本（内部留存）",
        "application/x-ipynb+json",
        "formats:ipynb",
        is_public=False,
    ),
)
# One page of text for the office's site, of the county's public edition alone.
NOTICES = tuple(
    Format(
        suffix,
        name,
        f"一页公开文字（{kind}）",
        media,
        made_by,
        is_of_towns=False,
        part=Part.NOTICE,
        tag="_公开稿",
    )
    for suffix, name, kind, media, made_by in (
        ("html", "公开稿", "网页", "text/html", "page:page"),
        (
            "docx",
            "公开稿（Word）",
            "Word",
            f"{_OFFICE}.wordprocessingml.document",
            "word.document:house_docx",
        ),
    )
)
PUBLIC_FORMATS = (*(form for form in FORMATS if form.is_public), *NOTICES)


def form_of(name: str) -> Format | None:
    """The format of a file, by how its name ends."""
    return max(
        (form for form in (*FORMATS, *NOTICES) if name.endswith(form.ending)),
        key=lambda form: len(form.ending),
        default=None,
    )
