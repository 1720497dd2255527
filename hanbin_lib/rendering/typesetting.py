"""Typst source to PDF: archival (A-2a) and accessible (UA-1), or not at all; drawings to PNG."""

import io
import re
from functools import cache

import pikepdf
import typst

from hanbin_lib import fonts
from hanbin_lib.display.text import typst_string
from hanbin_lib.errors import ExitCode, HanbinError

STANDARDS: "list[typst.PDFStandard]" = ["a-2a", "ua-1"]
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
_CONTEXT = 12
_COLOURS = 64  # those of the house with their edges


@cache
def compiler_fonts(folders: tuple[str, ...]) -> typst.Fonts:
    """Return the faces in these folders as the compiler takes them, loaded once."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=list(folders))


def typeset(source: str, extra_folders: tuple[str, ...] = ()) -> bytes:
    """Compile `source`; the same source gives the same bytes.

    Raises
    ------
    HanbinError
        ``HB-TYP-001`` a character that no face can draw, with its place;
        ``HB-TYP-004`` anything else that the compiler refuses or warns of.
    """
    check_glyphs(source, extra_folders)
    folders = tuple(str(folder) for folder in fonts.folders(extra_folders))
    try:
        pdf, warnings = typst.compile_with_warnings(
            source.encode(),
            font_paths=compiler_fonts(folders),
            format="pdf",
            pdf_standards=STANDARDS,
            timestamp=0,
        )
    except typst.TypstError as error:
        raise _refused(error.message, error.diagnostic) from None
    if warnings:
        raise _refused(warnings[0].message, warnings[0].diagnostic)
    return _packed(bytes(pdf))


def _packed(pdf: bytes) -> bytes:
    """The same document, its objects in packed streams (ISO 32000-1, 7.5.7): its tags are a third of it."""
    packed = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as whole:
        generate = pikepdf.ObjectStreamMode.generate
        whole.save(packed, object_stream_mode=generate, fix_metadata_version=False, deterministic_id=True)
    return packed.getvalue()


def pictures(
    drawings: list[tuple[str, float]], pixels_per_inch: int, extra_folders: tuple[str, ...] = ()
) -> list[bytes]:
    """PNG of each drawing (SVG and its width in millimetres), with the faces of the page.

    Raises
    ------
    HanbinError
        ``HB-TYP-004`` a drawing that the compiler refuses.
    """
    if not drawings:
        return []
    folders = tuple(str(folder) for folder in fonts.folders(extra_folders))
    pages = (
        f'#page(image(bytes({typst_string(svg)}), format: "svg", width: {width_mm:g}mm))'
        for svg, width_mm in drawings
    )
    source = "#set page(width: auto, height: auto, margin: 0pt)\n" + "\n".join(pages)
    try:
        made = typst.compile(
            source.encode(), font_paths=compiler_fonts(folders), format="png", ppi=pixels_per_inch
        )
    except typst.TypstError as error:
        raise _refused(error.message, error.diagnostic) from None
    return [bytes(page) for page in (made if isinstance(made, list) else [made])]


def slim(png: bytes, pixels_per_inch: int) -> bytes:
    """The same picture with its resolution, and a palette: a third as large, as a chart has few colours."""
    from PIL import Image  # noqa: PLC0415 - only where a drawing becomes a file

    made = io.BytesIO()
    with Image.open(io.BytesIO(png)) as whole:
        few = whole.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
        few.save(made, "PNG", optimize=True, dpi=(pixels_per_inch, pixels_per_inch))
    return made.getvalue()


def check_glyphs(source: str, extra_folders: tuple[str, ...] = ()) -> None:
    """Refuse text with a character that no face has: in print it would be an empty box."""
    lacking = fonts.missing(source, extra_folders)
    if not lacking:
        return
    faults = [f"U+{ord(c):04X}“{c}”，在“{_surroundings(source, c)}”" for c in lacking]
    raise HanbinError(
        "HB-TYP-001",
        "字体缺字：\n" + "\n".join(faults),
        action="在 params/typography.yaml 的 extra_font_folders 里加入含该字的字体，或改用规范字",
        exit_code=ExitCode.TYPOGRAPHY,
    )


def _surroundings(source: str, character: str) -> str:
    """The words around the character's first appearance."""
    for match in _STRING.finditer(source):
        if character in match[1]:
            place = match[1].index(character)
            return match[1][max(0, place - _CONTEXT) : place + _CONTEXT]
    place = source.index(character)
    return re.sub(r"<[^>]*>?", "", source[max(0, place - _CONTEXT) : place + _CONTEXT])


def _refused(message: str, diagnostic: str) -> HanbinError:
    return HanbinError(
        "HB-TYP-004",
        f"排版未通过：{message}\n{diagnostic[:600]}",
        action="请把本提示反馈给维护人员",
        exit_code=ExitCode.TYPOGRAPHY,
    )
