"""What an office's own document may ask for: ``{{ 标题 }}``, ``{{ 正文 }}``, ``{{ 数.new_households }}``.

A text stands anywhere, a block in a paragraph of its own, a figure as the bulletin prints it.
"""

import datetime as dt
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from hanbin_lib.display import Display, Figure, Heading, Imprint, Masthead
from hanbin_lib.display.walk import shown_in
from hanbin_lib.display.word import heading
from hanbin_lib.indicators import DEFINITIONS
from hanbin_lib.rendering.content import Content, content_of
from hanbin_lib.rendering.markdown import chapter_heading

_OF_MASTHEAD = {
    "刊名": "bulletin_name", "单位": "issuer", "期号": "issue_label", "日期": "date_label", "标题": "title",
    "标注": "mark", "文号": "document_number", "密级": "classification",
}  # fmt: skip
_OF_IMPRINT = {"报送": "report_to", "操作记录": "record"}
_AS_OF = "数据截至"
TEXTS = frozenset({*_OF_MASTHEAD, *_OF_IMPRINT, _AS_OF})
FRONT, TABLE, BODY = "首页", "目录", "正文"
FIGURES = "数"
_NOT_PRINTED = "（本期未载）"
Part = str | Display


@cache
def chapters() -> dict[str, str]:
    """Anchor of a chapter by what it is called in a template: ``各镇情况``, or in a town's ``各村情况``."""
    from hanbin_lib.bulletin.contents import CONTENTS  # noqa: PLC0415 - only where a template asks for one

    there = [chapter for chapter in CONTENTS if chapter.is_numbered and chapter.exhibits]
    return {
        _bare(title): chapter.key
        for chapter in there
        for title in (chapter.title, chapter.town_title)
        if title
    }


def blocks() -> frozenset[str]:
    """Names of all blocks."""
    return frozenset({FRONT, TABLE, BODY, *chapters()})


def placeholder_names() -> dict[str, list[str]]:
    """All names for who writes a template, by kind."""
    return {
        "文字（放在哪里都行）": [*_OF_MASTHEAD, *_OF_IMPRINT, _AS_OF],
        "成段的内容（独占一段）": [FRONT, TABLE, BODY],
        "单独一章（独占一段）": list(chapters()),
    }


def _bare(title: str) -> str:
    """A title as a name: 各镇（街道）情况 is 各镇情况."""
    words, _, rest = title.partition("（")
    return words + rest.partition("）")[2]


@dataclass(frozen=True)
class Filling:
    """What a document puts in the places.

    Parameters
    ----------
    content
        The bulletin's volume.
    """

    content: Content
    front: list[Part] = field(default_factory=list)
    chapters: dict[str, list[Part]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Part the volume: page one, then a part a chapter."""
        now = self.front
        for part in self.content.parts:
            if isinstance(part, Masthead | Imprint):
                continue
            if isinstance(part, Heading) or (isinstance(part, str) and chapter_heading(part)):
                now = self.chapters.setdefault(_key(part), [])
            now.append(part)

    def texts(self) -> dict[str, str]:
        """The texts by name; what the month has not is empty."""
        info, day = self.content.masthead, dt.date.fromisoformat(self.content.masthead.as_of)
        imprint = next((display for display in self.content.displays if isinstance(display, Imprint)), None)
        found = {name: getattr(info, own) for name, own in _OF_MASTHEAD.items()}
        found |= {name: getattr(imprint, own, "") for name, own in _OF_IMPRINT.items()}
        found[_AS_OF] = f"{day.year}年{day.month}月{day.day}日"
        return {name: str(value or "") for name, value in found.items()}

    def parts(self, block: str) -> list[Part]:
        """What a block shows; nothing where this bulletin has no such chapter."""
        if block == FRONT:
            return self.front
        if block == BODY:
            return [part for chapter in self.chapters.values() for part in chapter]
        return self.chapters.get(chapters().get(block, ""), [])

    def values(self) -> dict[str, Any]:
        """Texts by name, and the figures, which are read where one is asked for."""
        return {**self.texts(), FIGURES: _Figures(self.content)}


class _Figures:
    """Every indicator as printed, of the bulletin's place and month."""

    def __init__(self, content: Content) -> None:
        self._content = content

    def __getitem__(self, indicator: str) -> str:
        return self._printed.get(indicator, _NOT_PRINTED)

    @cached_property
    def _printed(self) -> dict[str, str]:
        """What bulletin and annex tell of it."""
        shown = (piece for part in content_of(self._content.notebook).displays for piece in shown_in(part))
        printed = [figure for piece in shown for figure in piece.figures]
        addresses = [tuple(figure.source.split("|")[1:]) for figure in printed]
        # The first is of page one.
        here = next((address for address in addresses if address[-1:] == ("all",)), ())
        return {
            figure.key: Figure(figure.value, DEFINITIONS[figure.key].unit, figure.source).text
            for figure, address in zip(printed, addresses, strict=True)
            if address == here and figure.key in DEFINITIONS
        }


def _key(part: Part) -> str:
    return part.anchor if isinstance(part, Heading) else heading(chapter_heading(str(part)))["text"]
