"""The bulletin as one self-contained page: drawings, style and faces inside, no address outside."""

import shlex
from collections.abc import Iterator
from importlib.resources import files

import jinja2

from hanbin_lib.display import DefinitionTable, Origin, Shown
from hanbin_lib.display.html import NOWHERE, Links, style_sheet, to_html
from hanbin_lib.display.text import html_text
from hanbin_lib.params import Typography
from hanbin_lib.rendering.content import Content
from hanbin_lib.rendering.faces import font_faces
from hanbin_lib.rendering.markdown import markdown_to_html

_TEMPLATES = files("hanbin_lib.rendering") / "templates"
_REST = 3  # of an indicator's address: month, place, group


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
