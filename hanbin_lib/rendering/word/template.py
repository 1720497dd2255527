"""The office's own Word document, checked and filled.

Filled by docxtpl in a sandbox in which a name that is not known is an error. Before that every paragraph is
read: what is no placeholder of `placeholders` is named with its place, all of it in one pass.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree

from hanbin_lib.indicators import DEFINITIONS
from hanbin_lib.rendering.office_files import package_faults
from hanbin_lib.rendering.word.placeholders import FIGURES, TEXTS, blocks

_FILLED = re.compile(r"word/(document|header|footer|footnotes)\d*\.xml")
_PLACES = {"document": "正文", "header": "页眉", "footer": "页脚", "footnotes": "脚注"}
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")
_STRAY = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}|｛｛|｝｝|｛%|%｝")
_OF_DOCXTPL = re.compile(r"^\{%(?:p|tr|tc|r)\s")  # the paragraph, row, cell or run goes with the tag
# The same text once more, for older programs.
_AGAIN = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_NOT_FILLED = "这里的占位符不会填写，移到正文、页眉、页脚或脚注"
_QUOTED = 30  # characters of a paragraph
_KNOWN_NODES = (nodes.Template, nodes.Output, nodes.If, nodes.Not, nodes.And, nodes.Or)
_MARK = "\ue000"  # of no script: no text of a template begins with it


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
    for number, paragraph in enumerate(etree.fromstring(content).iter(qn("w:p")), 1):
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
