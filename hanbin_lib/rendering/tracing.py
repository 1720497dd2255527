"""On the page a figure opens its definition: what it counts, from which data, and how to trace it.

Nothing but links and style: a figure leads to the line of its own address (or, where the reader
has no command to trace it, to the definition), which opens at the foot of the window while it is
the page's target and leads back. Without a style sheet, or in an old browser, it is a list at the
end of the page.
"""

import html
import re
import shlex
from collections.abc import Iterator
from functools import partial
from typing import Any

from nbformat import NotebookNode

from hanbin_lib.display import FRAGMENT, TRACE
from hanbin_lib.display.escaping import html_text

Origins = dict[str, dict[str, Any]]
_FIGURE = re.compile(r'(<data(?: class="hb-long")? value="([^"]*)">)(.*?)</data>', re.DOTALL)
_TABLE = re.compile(r"<table.*?</table>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_DIGIT = re.compile(r"\d")
_REST = 3  # of an indicator's address: month, place, group


def with_definitions(notebook: NotebookNode, body: str) -> str:
    """The page's body with figures that open their definitions, if a cell of the notebook holds those."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if TRACE in output.get("data", {}):
                return _Linked(output.data[TRACE]).page(body, output.data[FRAGMENT])
    return body


class _Linked:
    """One page: which definitions its figures need, and the lines of their addresses."""

    def __init__(self, trace: dict[str, Any]) -> None:
        self.trace = trace
        self.known: Origins = {
            **{f"is-{one['key']}": one for one in trace["indicators"]},
            **{f"of-{one['key']}": one for one in trace["others"]},
        }
        self.lines: dict[str, list[str]] = {}
        self.count = 0

    def page(self, body: str, fragment: str) -> str:
        """`body` with its figures linked, and the definitions in place of `fragment`."""
        before, _, after = body.partition(fragment)
        before, after = self._part(before), self._part(after)
        return f"{before}{self._section()}{after}"

    def _part(self, body: str) -> str:
        """Outside of tables every figure is in the order of the keyboard, inside the first of a kind."""
        linked, last = [], 0
        for table in _TABLE.finditer(body):
            linked.append(self._figures(body[last : table.start()], None))
            linked.append(self._figures(table[0], set()))
            last = table.end()
        return "".join([*linked, self._figures(body[last:], None)])

    def _figures(self, body: str, in_order: set[str] | None) -> str:
        return _FIGURE.sub(partial(self._figure, in_order), body)

    def _figure(self, in_order: set[str] | None, match: re.Match[str]) -> str:
        start, reference, inside = match.groups()
        target = self._target(reference)
        if target is None:
            return match[0]
        lines = self.lines.setdefault(target, [])
        # A word in place of a number (无可比数) may have no row to trace.
        has_digit = _DIGIT.search(_TAG.sub("", inside))
        commands = [f"<code>{one}</code> " for one in self._commands(reference)] if has_digit else []
        own, to = "", target
        if commands:
            self.count += 1
            own, to = f" id=f{self.count}", f"t{self.count}"
            lines.append(f'<p id={to}>{"".join(commands)}<a href="#f{self.count}">回到原处</a></p>')
        return f'{start}<a{own} href="#{to}"{_skipped(target, in_order)}>{inside}</a></data>'

    def _target(self, reference: str) -> str | None:
        """Id of the definition of the first part of an address."""
        key, *rest = reference.split(" ", maxsplit=1)[0].split("|")
        possible = [f"is-{key}"] if len(rest) == _REST else []
        return next((one for one in (*possible, f"of-{key}") if one in self.known), None)

    def _commands(self, reference: str) -> Iterator[str]:
        """How to trace the parts of an address, those for which there is a command."""
        for part in html.unescape(reference).split(" "):
            indicator, *rest = part.split("|")
            if not self.trace["month"] or f"is-{indicator}" not in self.known or len(rest) != _REST:
                continue
            _, place, group = rest
            if group != "all" and "=" not in group:
                continue  # put together from several rows
            option = "" if group == "all" else f" --group {shlex.quote(group)}"
            yield html_text(f"hanbin trace {self.trace['month']} {indicator} --area {place}{option}")

    def _section(self) -> str:
        note = "　".join(f"{label} {html_text(text)}" for label, text in self.trace["made_from"])
        return (
            '<section class="hb-origins" aria-labelledby="origins"><h3 id="origins">指标口径和数的来历</h3>'
            f'<p class="hb-note">点一个数，打开它的口径和复核的命令。{note}</p>'
            f"{''.join(self._definitions(note))}</section>"
        )

    def _definitions(self, note: str) -> Iterator[str]:
        for target in sorted(self.lines, key=list(self.known).index):
            one = self.known[target]
            facts = "".join(f"<dt>{label}</dt><dd>{html_text(text)}</dd>" for label, text in one["facts"])
            yield (
                f'<article id="{target}"><h4>{html_text(one["name"])} <small>{one["key"]}</small></h4>'
                f'<a class="hb-close" href="#origins-end">关闭</a>{"".join(self.lines[target])}'
                f'<dl>{facts}</dl><p class="hb-from">{note}</p></article>'
            )


def _skipped(target: str, in_order: set[str] | None) -> str:
    """Out of the order of the keyboard: whatever a table has shown before of the same kind."""
    if in_order is None:
        return ""
    known = target in in_order
    in_order.add(target)
    return ' tabindex="-1"' if known else ""
