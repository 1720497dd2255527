"""The office's own Word document: what it may ask for, checked and filled.

It asks with ``{{ 标题 }}``, ``{{ 正文 }}``, ``{{ 数.new_households }}``: a text stands anywhere, a block in a
paragraph of its own, a figure as the bulletin prints it.

Filled by docxtpl in a sandbox in which a name that is not known is an error. Before that every paragraph is
read: what is no placeholder is named with its place, all of it in one pass.
"""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree

from hanbin_lib.display import Display, Figure, Heading, Imprint, Masthead
from hanbin_lib.display.tree import shown_in
from hanbin_lib.display.word import heading
from hanbin_lib.indicators import DEFINITIONS
from hanbin_lib.rendering.content import Content, content_of
from hanbin_lib.rendering.markdown import chapter_heading
from hanbin_lib.rendering.office_files import package_faults

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
_FILLED = re.compile(r"word/(document|header|footer|footnotes)\d*\.xml")
_PLACES = {"document": "正文", "header": "页眉", "footer": "页脚", "footnotes": "脚注"}
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")
_STRAY = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}|｛｛|｝｝|｛%|%｝")
_OF_DOCXTPL = re.compile(r"^\{%(?:p|tr|tc|r)\s")  # the paragraph, row, cell or run goes with the tag
# The same text once more, for older programs.
_AGAIN = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
# Changes that nobody accepted yet: what was deleted is still there, and would be filled and printed again.
_CHANGES = tuple(qn(f"w:{kind}") for kind in ("ins", "del", "moveFrom", "moveTo"))
_NOT_FILLED = "这里的占位符不会填写，移到正文、页眉、页脚或脚注"
_QUOTED = 30  # characters of a paragraph
_KNOWN_NODES = (nodes.Template, nodes.Output, nodes.If, nodes.Not, nodes.And, nodes.Or)
_MARK = "\ue000"  # of no script: no text of a template begins with it


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


@lru_cache(maxsize=4)
def faults_of(content: bytes) -> list[str]:
    """What keeps a document from being a template, in Chinese, each with part, paragraph and words."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = {name: package.read(name) for name in package.namelist()}
        docx.Document(io.BytesIO(content))
    except (zipfile.BadZipFile, PackageNotFoundError, KeyError, ValueError, etree.XMLSyntaxError):
        return ["不是 Word 文档（.docx）：用 Word 或 WPS 另存为 .docx"]
    found = (fault for name, part in parts.items() for fault in _of_part(name, part))
    return [*package_faults(content, "docx"), *found]


def filled(content: bytes, values: dict[str, Any]) -> tuple[WordDocument, list[tuple[str, Any]]]:
    """The document with its texts and figures, and the paragraphs where blocks go.

    Returns
    -------
    document, places
        The places in order, each as the name of its block and the paragraph.
    """
    from docxtpl import DocxTemplate  # noqa: PLC0415 - only where an office has a template

    template = DocxTemplate(io.BytesIO(content))
    marks = {name: f"{_MARK}{name}" for name in blocks()}
    template.render({**values, **marks}, _environment(), autoescape=True)
    buffer = io.BytesIO()
    template.save(buffer)
    # Opened anew: the library leaves a tree whose elements are none of python-docx.
    document = docx.Document(buffer)
    places = []
    for paragraph in document.element.body.iter(qn("w:p")):
        words = _words(paragraph).strip()
        if words.startswith(_MARK):
            places.append((words.removeprefix(_MARK), paragraph))
    return document, places


def _environment() -> SandboxedEnvironment:
    return SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)


def _of_part(name: str, content: bytes) -> Iterator[str]:
    if not name.endswith(".xml"):
        return
    place = _FILLED.fullmatch(name)
    where = _PLACES[place[1]] if place else name
    open_tags: list[str] = []
    tree = etree.fromstring(content)
    if place and next(tree.iter(*_CHANGES), None) is not None:
        yield f"{where}里还留着修订：先接受或拒绝全部修订（审阅选项卡），再保存"
    for number, paragraph in enumerate(tree.iter(qn("w:p")), 1):
        words = _words(paragraph)
        if not _STRAY.search(words) or next(paragraph.iterancestors(_AGAIN), None) is not None:
            continue
        at = f"{where}第{number}段“{_short(words)}”："
        faults = _of_paragraph(words, open_tags, where) if place else [_NOT_FILLED]
        yield from (at + fault for fault in faults)
    if open_tags:
        yield f"{where}：{{% if %}} 没有对应的 {{% endif %}}"


def _words(paragraph: Any) -> str:
    """A paragraph's own text, however its runs part it; not that of a text box in it."""
    own = [t for t in paragraph.iter(qn("w:t")) if next(t.iterancestors(qn("w:p"))) is paragraph]
    return "".join(t.text or "" for t in own)


def _short(words: str) -> str:
    return words if len(words) <= _QUOTED else f"{words[:_QUOTED]}…"


def _of_paragraph(words: str, open_tags: list[str], where: str) -> Iterator[str]:
    tags = _TAG.findall(words)
    if _STRAY.search(_TAG.sub("", words)):
        yield "花括号不成对，或不是半角：占位符写作 {{ 名称 }}，写在一段之内"
    for tag in tags:
        if tag.startswith("{%"):
            yield from _of_statement(_OF_DOCXTPL.sub("{% ", tag), open_tags)
        else:
            yield from _of_expression(tag)
    asked = [name for tag in tags if (name := tag.strip("{}").strip()) in blocks()]
    if asked and (len(tags) > 1 or _TAG.sub("", words).strip()):
        yield f"{asked[0]} 是成段的内容，要独占一段"
    if asked and where != _PLACES["document"]:
        yield f"{asked[0]} 只能放在正文里"


def _of_statement(tag: str, open_tags: list[str]) -> Iterator[str]:
    word, _, condition = tag.strip("{}%- ").partition(" ")
    if word == "if":
        open_tags.append(word)
        yield from _of_expression(f"{{% if {condition} %}}{{% endif %}}")
    elif word == "elif" and open_tags:
        yield from _of_expression(f"{{% if {condition} %}}{{% endif %}}")
    elif word == "endif" and open_tags:
        open_tags.pop()
    elif word != "else" or not open_tags:
        yield f"{tag} 不能用：只有 {{% if 名称 %}}、{{% else %}}、{{% endif %}}"


def _of_expression(source: str) -> Iterator[str]:
    """What is no name, no figure and no condition of these."""
    try:
        tree = _environment().parse(source)
    except TemplateSyntaxError:
        yield f"{source} 看不懂：占位符里只写名称"
        return
    todo: list[nodes.Node] = [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, nodes.Getattr) and _is_name(node.node, FIGURES):
            if node.attr not in DEFINITIONS:
                yield f"没有“{FIGURES}.{node.attr}”这个指标，指标代码见 hanbin indicators list"
        elif isinstance(node, nodes.Name):
            if node.name not in TEXTS | blocks():
                yield f"没有“{node.name}”这个占位符"
        elif isinstance(node, _KNOWN_NODES):
            todo += reversed(list(node.iter_child_nodes()))
        else:
            yield f"{source} 不能用：占位符里只写名称，不写算式和函数"
            return


def _is_name(node: nodes.Node, name: str) -> bool:
    return isinstance(node, nodes.Name) and node.name == name
