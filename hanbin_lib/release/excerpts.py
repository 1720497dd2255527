"""What is taken out of a published bulletin: the document, its figures as files, words for the work chat.

In the work chat nothing is computed and nothing is sent: the public page (公开稿) was protected, attacked and
guarded when it was published, and a person pastes the text or posts the card.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path

import docx
import nbformat

from hanbin_lib.display import Chart
from hanbin_lib.errors import HanbinError, refused_input
from hanbin_lib.files import write_atomically
from hanbin_lib.months import Month
from hanbin_lib.params import Typography
from hanbin_lib.places import AreaRegister
from hanbin_lib.release.publication import Published
from hanbin_lib.rendering import Content, content_of
from hanbin_lib.rendering.spreadsheet import columns_of
from hanbin_lib.rendering.typesetting import pictures, slim
from hanbin_lib.workspace import PUBLIC, Workspace

MOST_BYTES = 2048  # of a text of WeChat Work, in UTF-8; files are no longer as a whole
TEXT, WECHAT_WORK, DINGTALK = "文字.txt", "企业微信.json", "钉钉.json"
_PAGE = "_公开稿.docx"
_SENTENCE = re.compile(r"[^。；]*[。；]?")
_MORE = "（下略，全文见公开稿）"
# What a card would take for mark-up, a mention of somebody or a link.
_AS_TEXT = str.maketrans("<>*_`[]#@~|\\", "＜＞＊＿｀［］＃＠～｜＼")
PIXELS_PER_INCH = 300  # of print
CONTENTS = "目录.csv"
_HEADINGS = ("序号", "图", "章节", "单位和读法", "来源", "文字说明")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_LONGEST = 40  # characters of a title in a file's name
_NO_NAME = str.maketrans('\\/:*?"<>|\n\t', "＼／：＊？＂＜＞｜  ")


@dataclass(frozen=True, slots=True)
class Message:
    """The words of the page.

    Parameters
    ----------
    name, title
        Of the bulletin, with its month and mark; and what it is about.
    summary, covers
        The key paragraph, and what its counts cover.
    """

    name: str
    title: str
    summary: str
    covers: str

    @property
    def text(self) -> str:
        """The message as plain text."""
        return "\n".join(filter(None, (self.name, self.title, self.summary, self.covers)))

    @property
    def card(self) -> str:
        """The message as the little Markdown that both programs know."""
        name, title, summary, covers = (
            words.translate(_AS_TEXT) for words in (self.name, self.title, self.summary, self.covers)
        )
        return f"### {title}\n> {name}\n\n{summary}\n\n> {covers}"

    def files(self) -> dict[str, bytes]:
        """The text and a card for each program; longer ones end after a whole sentence."""
        made = self._files()
        sentences = [sentence for sentence in _SENTENCE.findall(self.summary) if sentence]
        while any(len(content) > MOST_BYTES for content in made.values()) and sentences:
            sentences.pop()
            made = replace(self, summary="".join(sentences) + _MORE)._files()
        return made

    def _files(self) -> dict[str, bytes]:
        wechat = {"msgtype": "markdown", "markdown": {"content": self.card}}
        ding = {"msgtype": "markdown", "markdown": {"title": self.title, "text": self.card}}
        cards = {WECHAT_WORK: wechat, DINGTALK: ding}
        return {TEXT: self.text.encode()} | {
            name: json.dumps(card, ensure_ascii=False).encode() for name, card in cards.items()
        }


def write_message(workspace: Workspace, month: Month, code: str) -> Path:
    """Write the month's message and return its folder.

    Parameters
    ----------
    code
        The county's.

    Raises
    ------
    HanbinError
        ``HB-MSG-001`` the public edition has not been published, or is not as it was.
    """
    folder = workspace.messages / str(month)
    for name, content in read_message(workspace, month, code).files().items():
        write_atomically(folder / name, content)
    return folder


def read_message(workspace: Workspace, month: Month, code: str) -> Message:
    """What the published page says; raises as `write_message`."""
    published = Published.read(replace(workspace, edition=PUBLIC), month)
    document = published.manifest.documents.get(code) if published else None
    files = document.files if document else {}
    name = next((file for file in files if file.endswith(_PAGE)), "")
    if published is None or not name or not published.has(name, files[name]):
        raise _not_published(month)
    try:
        page = docx.Document(str(published.folder / name))
    except OSError:  # packed with an older month
        raise _not_published(month) from None
    texts = {paragraph.style.name: paragraph.text for paragraph in page.paragraphs if paragraph.style}
    _, issue, _ = texts["期号"].split("\t")
    mark = page.sections[0].first_page_header.paragraphs[0].text.partition("\t")[2]
    head = "　".join(filter(None, (texts["红头"], issue, mark)))
    return Message(head, texts["Title"], texts["要点"], texts.get("注", ""))


def _not_published(month: Month) -> HanbinError:
    return refused_input(
        "HB-MSG-001",
        f"{month.label}的公开版没有发布、已打包，或与发布时不同：消息只取公开版里的话",
        f"先运行 hanbin bulletin {month} --edition public；打包的用 hanbin unpack 取回",
    )


def published_document(workspace: Workspace, month: Month, code: str) -> tuple[str, Content]:
    """Name (``610902110_流水镇``) and content of a place's published bulletin.

    Raises
    ------
    HanbinError
        ``HB-REL-008`` it has not been published, or is packed; as `AreaRegister.check_reported`.
    """
    published = Published.read(workspace, month)
    found = sorted(published.folder.glob(f"{code}_*.ipynb")) if published else []
    if not found:
        AreaRegister.read(workspace.areas, month).check_reported(code)
        raise refused_input(
            "HB-REL-008",
            f"没有已发布的{month.label} {code} 的月报",
            f"先运行 hanbin bulletin {month}；打包的旧月份先用 hanbin unpack 取回",
        )
    return found[0].stem, content_of(nbformat.read(found[0], 4))


def figure_files(content: Content, typography: Typography) -> dict[str, bytes]:
    """Files of every chart of the bulletin and its annex by name; the same content gives the same bytes."""
    listed = list(content.charts)
    charts = [chart for _, chart in listed]
    drawings = [(chart.svg, chart.width_mm) for chart in charts]
    drawn = pictures(drawings, PIXELS_PER_INCH, typography.extra_font_folders)
    made = {CONTENTS: _csv(_HEADINGS, _contents(listed))}
    for number, (chart, png) in enumerate(zip(charts, drawn, strict=True), 1):
        name = f"{number:02d}_{chart.title.translate(_NO_NAME)[:_LONGEST].strip(' .')}"
        made[f"{name}.svg"] = chart.svg.encode()
        made[f"{name}.png"] = slim(png, PIXELS_PER_INCH)
        made[f"{name}.csv"] = _numbers(chart)
    return made


def _contents(listed: list[tuple[str, Chart]]) -> Iterator[tuple[object, ...]]:
    """A line a figure: what the drawing itself does not say."""
    for number, (chapter, chart) in enumerate(listed, 1):
        yield number, chart.title, chapter, chart.unit_line, chart.source, chart.alt


def _numbers(chart: Chart) -> bytes:
    """The numbers as drawn, unrounded."""
    headings, columns = zip(*columns_of(chart.data), strict=True)
    return _csv(headings, zip_longest(*columns, fillvalue=""))


def _csv(headings: Sequence[str], rows: Iterable[Iterable[object]]) -> bytes:
    """Lines as Excel takes them: a mark in front for UTF-8, an apostrophe where it would see a formula."""
    text = io.StringIO(newline="")
    lines = csv.writer(text, lineterminator="\r\n")
    lines.writerows([_as_text(cell) for cell in row] for row in (headings, *rows))
    return text.getvalue().encode("utf-8-sig")


def _as_text(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
