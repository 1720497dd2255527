"""On the page a figure opens its definition: what it counts, from which data, and how to trace it.

Nothing but links and style: a figure leads to the line of its own address (or, where the reader
has no command to trace it, to the definition), which opens at the foot of the window while it is
the page's target and leads back. Without a style sheet, or in an old browser, it is a list at the
end of the page.
"""

import shlex
from collections.abc import Iterator

from hanbin_lib.display import DefinitionTable, Origin, Shown
from hanbin_lib.display.escaping import html_text
from hanbin_lib.display.html import Links

_REST = 3  # of an indicator's address: month, place, group


class DefinitionLinks(Links):
    """One page: which definitions its figures need, and the lines of their addresses."""

    def __init__(self, table: DefinitionTable) -> None:
        self.table = table
        self.known: dict[str, Origin] = {
            **{f"is-{one.key}": one for one in table.indicators},
            **{f"of-{one.key}": one for one in table.others},
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
        commands = [f"<code>{one}</code> " for one in self._commands(part.source)] if has_number else []
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
        return next((one for one in (*possible, f"of-{key}") if one in self.known), None)

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
            one = self.known[target]
            facts = "".join(f"<dt>{label}</dt><dd>{html_text(text)}</dd>" for label, text in one.facts)
            lines = "".join(self.lines[target])
            yield (
                f'<article id="{target}"><h4>{html_text(one.name)}</h4>'
                f'<a class="hb-close" href="#origins-end">关闭</a><dl>{facts}</dl>{lines}'
                f'{self._folded(one) if lines else ""}<p class="hb-from">{note}</p></article>'
            )

    def _folded(self, one: Origin) -> str:
        """What opens the commands of all lines: leaders read the words, who recounts unfolds."""
        return f"<details><summary>复核命令</summary><small>指标代码 {one.key}</small></details>"
