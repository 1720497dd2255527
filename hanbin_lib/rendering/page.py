"""The bulletin as one self-contained page: drawings, style and faces inside, no address outside.

Faces are loaded once for all that is made, and cut down to the characters of one page as data URIs.
"""

import base64
import re
import shlex
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

import jinja2
import uharfbuzz

from hanbin_lib import fonts
from hanbin_lib.charts.style import register_faces
from hanbin_lib.display import DefinitionTable, Origin, Shown
from hanbin_lib.display.html import NOWHERE, Links, style_sheet, to_html
from hanbin_lib.display.text import html_text
from hanbin_lib.fonts import Face
from hanbin_lib.params import Typography
from hanbin_lib.rendering.content import Content
from hanbin_lib.rendering.markdown import markdown_to_html
from hanbin_lib.rendering.typesetting import compiler_fonts

_TEMPLATES = files("hanbin_lib.rendering") / "templates"
_REST = 3  # of an indicator's address: month, place, group
_WEIGHTS = {"regular": 400, "bold": 700}
SANS = "Noto Sans SC"
# What of the page is set in a face; everything is also in the plain sans face, which draws whatever
# another one lacks.
_USED_BY = {
    ("FandolSong", "bold"): r'<(?:h1|p class="hb-red-head").*?</(?:h1|p)>',
    ("FandolKai", "regular"): r'<p class="hb-lead">.*?</p>',
    ("FandolFang R", "regular"): (
        r'<(?:p class="hb-body"|section class="hb-decisions"|div class="hb-row hb-issue"|footer[^>]*)>'
        r".*?</(?:p|section|div|footer)>"
    ),
    (SANS, "bold"): (
        r'<(?:b|strong|h[1-4]|p class="hb-red-head")(?=[ >]).*?</(?:b|strong|h[1-4]|p)>'
        r'|<tr class="[a-z -]*hb-red.*?</th>|<span class="hb-light.*?</span>.*?</span>'
        r'|<text style="font-weight:700.*?</text>'
    ),
}
# What of these parts is set in the sans faces all the same.
_APART = re.compile(r'<(?:strong|h2|a class="hb-see").*?</(?:strong|h2|a)>', re.DOTALL)
_COUNTED = "0123456789"  # by the style sheet
_WIDE_BLANK = "\u3000"
_TAG = re.compile(r"<[^>]+>")


def page(content: Content, typography: Typography) -> bytes:
    """The page; its families are those of the style sheet, whatever the PDF is set in."""
    del typography
    info, body = content.masthead, body_of(content)
    text = _template().render(
        title=info.title,
        mark=info.mark,
        fonts=font_faces(body + info.mark + "0123456789跳到正文"),
        style=style_sheet() + (_TEMPLATES / "origins.css").read_text(encoding="utf-8"),
        body=body,
    )
    return text.encode()


def body_of(content: Content) -> str:
    """HTML of all parts; figures open their definitions where the bulletin has these."""
    table = next((part for part in content.displays if isinstance(part, DefinitionTable)), None)
    links = DefinitionLinks(table) if table else NOWHERE
    forms = [
        markdown_to_html(part) if isinstance(part, str) else "" if part is table else to_html(part, links)
        for part in content.parts
    ]
    if isinstance(links, DefinitionLinks):  # when every figure is known
        forms[content.parts.index(links.table)] = links.section()
    return "\n".join(forms)


def _template() -> jinja2.Template:
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    return environment.from_string((_TEMPLATES / "page.html.j2").read_text(encoding="utf-8"))


class DefinitionLinks(Links):
    """One page: which definitions its figures need, and the lines of their addresses."""

    def __init__(self, table: DefinitionTable) -> None:
        self.table = table
        self.known: dict[str, Origin] = {
            **{f"is-{origin.key}": origin for origin in table.indicators},
            **{f"of-{origin.key}": origin for origin in table.others},
        }
        self.lines: dict[str, list[str]] = {}
        self.in_order: set[str] = set()
        self.count = 0

    def around(self, part: Shown, inner: str) -> str:
        """Return `inner` as a link to what the figure is, where somebody explains it.

        The keyboard meets a kind of figure once a page, where it stands first: thousands lead to the same
        few definitions.
        """
        target = self._target(part.source)
        if target is None:
            return inner
        lines = self.lines.setdefault(target, [])
        # A word in place of a number (无可比数) may have no row to trace.
        has_number = any(not figure.written.is_word for figure in part.figures)
        commands = (
            [f"<code>{command}</code> " for command in self._commands(part.source)] if has_number else []
        )
        own, to = "", target
        if commands:
            self.count += 1
            own, to = f" id=f{self.count}", f"t{self.count}"
            lines.append(f'<p id={to}>{"".join(commands)}<a href="#f{self.count}">回到原处</a></p>')
        return f'<a{own} href="#{to}"{self._skipped(target)}>{inner}</a>'

    def section(self) -> str:
        """HTML of the definitions that were needed, each with the addresses that lead to it."""
        note = "　".join(f"{label} {html_text(text)}" for label, text in self.table.made_from)
        return (
            '<section class="hb-origins" aria-labelledby="origins"><h3 id="origins">指标口径和数的来历</h3>'
            f'<p class="hb-note">点一个数，打开它的口径，展开复核的命令。{note}</p>'
            f"{''.join(self._definitions(note))}</section>"
        )

    def _target(self, source: str) -> str | None:
        """Id of the definition of the first part of an address."""
        key, *rest = source.split(" ", maxsplit=1)[0].split("|")
        possible = [f"is-{key}"] if len(rest) == _REST else []
        return next((target for target in (*possible, f"of-{key}") if target in self.known), None)

    def _skipped(self, target: str) -> str:
        """Out of the order of the keyboard: whatever the page has shown before of the same kind."""
        known = target in self.in_order
        self.in_order.add(target)
        return ' tabindex="-1"' if known else ""

    def _commands(self, source: str) -> Iterator[str]:
        """How to trace the parts of an address, those for which there is a command."""
        for part in source.split(" "):
            indicator, *rest = part.split("|")
            if not self.table.month or f"is-{indicator}" not in self.known or len(rest) != _REST:
                continue
            _, place, group = rest
            if group != "all" and "=" not in group:
                continue  # put together from several rows
            option = "" if group == "all" else f" --group {shlex.quote(group)}"
            yield html_text(f"hanbin trace {self.table.month} {indicator} --area {place}{option}")

    def _definitions(self, note: str) -> Iterator[str]:
        for target in sorted(self.lines, key=list(self.known).index):
            origin = self.known[target]
            facts = "".join(f"<dt>{label}</dt><dd>{html_text(text)}</dd>" for label, text in origin.facts)
            lines = "".join(self.lines[target])
            yield (
                f'<article id="{target}"><h4>{html_text(origin.name)}</h4>'
                f'<a class="hb-close" href="#origins-end">关闭</a><dl>{facts}</dl>{lines}'
                f'{self._folded(origin) if lines else ""}<p class="hb-from">{note}</p></article>'
            )

    def _folded(self, origin: Origin) -> str:
        """What opens the commands of all lines: leaders read the words, who recounts unfolds."""
        return f"<details><summary>复核命令</summary><small>指标代码 {origin.key}</small></details>"


@cache
def opened(face: Face) -> uharfbuzz.Face:
    """Return the face as HarfBuzz reads it, loaded once."""
    return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(face.path)))


def font_faces(page: str) -> str:
    """``@font-face`` rules with what the page's HTML needs of each face.

    The cut faces are not packed: as WOFF2 that takes thirty times as long and saves a fifth; as WOFF a month
    is 3 MB smaller, and 7 MB larger in an archive, where towns' pages have most of their glyphs in common.
    """
    rules = []
    for face in fonts.faces():
        used = _USED_BY.get((face.family, face.weight))
        if used:
            parts = "".join(part[0] for part in re.finditer(used, page, re.DOTALL))
            rules.append(_rule(face, (parts if face.family == SANS else _APART.sub("", parts)) + _COUNTED))
        elif face.family == SANS:
            rules.append(_rule(face, page))
    return "\n".join(rules)


def sans_faces(page: str, bold: str) -> str:
    """``@font-face`` rules of the sans faces alone: what the page's HTML and its bold text need."""
    texts = {"regular": page, "bold": bold}
    return "\n".join(_rule(face, texts[face.weight]) for face in fonts.faces() if face.family == SANS)


def _rule(face: Face, page: str) -> str:
    data = base64.b64encode(_cut(face, _points(_TAG.sub("", page)))).decode()
    return (
        f'@font-face{{font-family:"{face.family}";font-weight:{_WEIGHTS[face.weight]};'
        f'src:url(data:font/otf;base64,{data}) format("opentype")}}'
    )


def _points(text: str) -> list[int]:
    """What is seen, and the wide blank: without a glyph of its own a browser draws a box for it."""
    return sorted({ord(c) for c in set(text) if fonts.needs_glyph(c) or c == _WIDE_BLANK})


def _cut(face: Face, points: list[int]) -> bytes:
    """The face with the glyphs of these characters alone.

    Not with those that a layout feature may put in their place: nothing asks for one, and upright, old and
    Japanese forms are half of a page's face.
    """
    wanted = uharfbuzz.SubsetInput()
    # Shared parts of outlines written out: Noto's have few, and an index of all of them.
    wanted.flags = uharfbuzz.SubsetFlags.NO_LAYOUT_CLOSURE | uharfbuzz.SubsetFlags.DESUBROUTINIZE
    wanted.sets(uharfbuzz.SubsetInputSets.UNICODE).update(points)
    subset = uharfbuzz.subset(opened(face), wanted)
    return bytes(subset.blob.data)


def load_faces(extra_folders: tuple[str, ...] = ()) -> None:
    """Load the installed faces, and those of an office, for charts, compiler, check of glyphs and page."""
    fonts.covered(extra_folders)
    register_faces()
    compiler_fonts(tuple(str(folder) for folder in fonts.folders(extra_folders)))
    for face in fonts.faces():
        opened(face)
