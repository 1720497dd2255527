"""The few elements of WordprocessingML that python-docx has no name for."""

from functools import cache
from typing import Any

from docx.oxml.ns import nsmap, qn
from docx.oxml.parser import oxml_parser

from hanbin_lib.display import html

INK = html.INK[1:]
TWIPS_PER_MM = 1440 / 25.4
_NAMESPACE = {"w": nsmap["w"]}


def element(tag: str, *children: Any, **attributes: object) -> Any:
    """An element ``w:tag`` with attributes of the same namespace."""
    named = {_qualified(name): str(value) for name, value in attributes.items()}
    made = oxml_parser.makeelement(_qualified(tag), named, _NAMESPACE)
    made.extend(children)
    return made


@cache
def _qualified(name: str) -> str:
    return str(qn(f"w:{name}"))


def text_run(text: str, *properties: Any) -> Any:
    """A run of text; blanks at its ends stay."""
    words = element("t")
    words.text = text
    words.set(qn("xml:space"), "preserve")
    run = element("r")
    if properties:
        run.append(element("rPr", *properties))
    run.append(words)
    return run


def field(instruction: str, shown: str) -> list[Any]:
    """Runs of a field (PAGE, SEQ) with what it shows until it is counted anew."""
    code = element("instrText")
    code.text = f" {instruction} "
    code.set(qn("xml:space"), "preserve")
    return [
        element("r", element("fldChar", fldCharType="begin")),
        element("r", code),
        element("r", element("fldChar", fldCharType="separate")),
        text_run(shown),
        element("r", element("fldChar", fldCharType="end")),
    ]


def contents_field(titles: list[str]) -> list[list[Any]]:
    """Runs of the lines of a contents field (TOC) without page numbers: each title leads to its bookmark.

    It shows what Word makes of it anew, so that nothing has to be counted before it is right.
    """
    code = element("instrText")
    code.text = ' TOC \\o "1-1" \\n \\h \\z '
    code.set(qn("xml:space"), "preserve")
    lines = [[element("hyperlink", text_run(title), anchor=bookmark(n))] for n, title in enumerate(titles)]
    lines[0][:0] = [
        element("r", element("fldChar", fldCharType="begin")),
        element("r", code),
        element("r", element("fldChar", fldCharType="separate")),
    ]
    lines[-1].append(element("r", element("fldChar", fldCharType="end")))
    return lines


def bookmark(number: int) -> str:
    """Name of the bookmark of a heading."""
    return f"_Toc{number:08d}"


def border(side: str, eighths: int, colour: str = INK) -> Any:
    """A line at one side of a paragraph, a cell or a table; its weight in eighths of a point."""
    kind = "single" if eighths else "nil"
    return element(side, val=kind, sz=eighths, space=1, color=colour)


def twips(millimetres: float) -> int:
    """Word's unit of length."""
    return round(millimetres * TWIPS_PER_MM)
