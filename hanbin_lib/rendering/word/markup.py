"""The few elements of WordprocessingML that python-docx has no name for."""

from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

TWIPS_PER_MM = 1440 / 25.4


def element(tag: str, *children: Any, **attributes: object) -> Any:
    """An element ``w:tag`` with attributes of the same namespace."""
    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), str(value))
    for child in children:
        made.append(child)
    return made


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


def border(side: str, eighths: int, colour: str = "1F1F1F") -> Any:
    """A line at one side of a paragraph, a cell or a table; its weight in eighths of a point."""
    kind = "single" if eighths else "nil"
    return element(side, val=kind, sz=eighths, space=1, color=colour)


def twips(millimetres: float) -> int:
    """Word's unit of length."""
    return round(millimetres * TWIPS_PER_MM)
