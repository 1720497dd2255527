"""The office's own documents that a month is made in: Word templates, and decks as masters of the slides.

Of a deck its layouts, theme and size are taken; its slides are left out.
"""

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lxml import etree
from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.exc import PackageNotFoundError
from pptx.util import Mm

from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.rendering.office_files import package_faults
from hanbin_lib.rendering.word import template

_UNUSED = ("/thumbnail", "/printerSettings")
_FURNITURE = {PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER}
_TITLES = {PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE}
_LEAST_ROOM = 0.6  # of the house's height
_HEIGHT, _UNDER_TITLE = Mm(190.5), Mm(30)  # of the house's slide, and where its body begins


@dataclass(frozen=True, slots=True)
class Room:
    """Where the body of a slide may stand, in the house's millimetres from its top.

    Parameters
    ----------
    left, width, top
        EMU; `top` is that of the body.
    scale
        Of heights, to the house's.
    """

    left: int
    width: int
    top: int
    scale: float

    def box(self, top: float, height: float) -> tuple[int, int, int, int]:
        """Left, top, width and height in EMU."""
        below = self.top + int((Mm(top) - _UNDER_TITLE) * self.scale)
        return self.left, below, self.width, int(Mm(height) * self.scale)


def opened(master: bytes) -> Any:
    """An empty deck of the office's master."""
    file = Presentation(io.BytesIO(master))
    slides = file.slides._sldIdLst
    for slide in list(slides):
        file.part.drop_rel(slide.rId)
        slides.remove(slide)
    for extension in file.part._element.findall("{*}extLst"):  # sections, which name the slides
        file.part._element.remove(extension)
    drop_unused(file)
    return file


def drop_unused(file: Any) -> None:
    """Leave out a picture of the file itself, and somebody's printer."""
    for relations in (file.part.package._rels, file.part._rels):
        for key in [key for key, relation in relations.items() if relation.reltype.endswith(_UNUSED)]:
            relations.pop(key)


def body_layout(file: Any) -> Any | None:
    """The layout with a title and as little else as there is; None without one."""
    with_title = [layout for layout in file.slide_layouts if _kinds(layout) & _TITLES]
    return min(with_title, key=lambda layout: len(_kinds(layout) - _FURNITURE), default=None)


def front_layout(file: Any) -> Any | None:
    """The layout of a title slide: a title in the middle and a line below it."""
    wanted = {PP_PLACEHOLDER.CENTER_TITLE, PP_PLACEHOLDER.SUBTITLE}
    return next((layout for layout in file.slide_layouts if wanted <= _kinds(layout)), None)


def _kinds(layout: Any) -> set[Any]:
    return {placeholder.placeholder_format.type for placeholder in layout.placeholders}


def room_of(file: Any, layout: Any) -> Room:
    """What the layout leaves free between its title and its foot."""
    title = next(place for place in layout.placeholders if place.placeholder_format.type in _TITLES)
    feet = [
        place.top
        for place in layout.placeholders
        if place.placeholder_format.type in _FURNITURE and place.top
    ]
    top = title.top + title.height
    bottom = min((foot for foot in feet if foot > top), default=file.slide_height)
    return Room(title.left, title.width, top, (bottom - top) / (_HEIGHT - _UNDER_TITLE))


@lru_cache(maxsize=2)
def faults_of(content: bytes) -> list[str]:
    """What keeps a deck from being a master, in Chinese."""
    try:
        buffer = io.BytesIO()
        file = opened(content)
        file.save(buffer)
    except (zipfile.BadZipFile, PackageNotFoundError, KeyError, ValueError, etree.XMLSyntaxError):
        return ["不是幻灯片文件（.pptx）"]
    faults = package_faults(buffer.getvalue(), "pptx")
    layout = body_layout(file)
    if layout is None:
        faults.append("没有一种版式带标题占位符：在母版里加一种“仅标题”")
    elif room_of(file, layout).scale < _LEAST_ROOM:
        faults.append(f"版式“{layout.name}”的标题和页脚之间太窄：图和表放不下")
    return faults


_MASTER = ("幻灯母版", faults_of, "在 PowerPoint、WPS 里按提示改正后另存为 .pptx")
_TEMPLATE = (
    "Word 模板",
    template.faults_of,
    "在 Word 里按提示改正模板；可用的占位符见 hanbin template names",
)


def check_documents(documents: Iterable[tuple[str, bytes]]) -> None:
    """Look at all of them.

    Parameters
    ----------
    documents
        Name and content of each; a ``.pptx`` is a master.

    Raises
    ------
    HanbinError
        ``HB-TYP-006`` naming every fault of each.
    """
    messages, actions = [], []
    for name, content in documents:
        kind, faults_of, action = _MASTER if name.lower().endswith(".pptx") else _TEMPLATE
        faults = faults_of(content)
        if faults:
            lines = [f"{number}. {fault}" for number, fault in enumerate(faults, 1)]
            messages.append("\n".join([f"{kind} {name} 有{len(faults)}处问题：", *lines]))
            actions.append(action)
    if messages:
        raise HanbinError(
            "HB-TYP-006",
            "\n".join(messages),
            action="\n".join(dict.fromkeys(actions)),
            exit_code=ExitCode.TYPOGRAPHY,
        )
