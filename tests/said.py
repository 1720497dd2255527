"""Everything that the bulletins of the demonstration month show, without a kernel."""

import ast
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

import nbformat
from support import MONTH, REPOSITORY

from hanbin_lib.display import Display, Figure, Strong, plain_text

DOCUMENTS = {"610902": "bulletin_district", "610902110": "bulletin_town"}
_UNREAD = {"svg", "reference"}  # drawn, or an address


def displays(area: str) -> list[Display]:
    """What the cells of an area's bulletin show, in order; the workspace is the one in force."""
    notebook = nbformat.read(REPOSITORY / "notebooks" / f"{DOCUMENTS[area]}.ipynb", as_version=4)
    names: dict[str, object] = {}
    shown = []
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        body = ast.parse(cell.source).body
        last = body.pop() if isinstance(body[-1], ast.Expr) else None
        exec(compile(ast.Module(body, []), "cell", "exec"), names)
        if "parameters" in cell.metadata.get("tags", []):
            names |= {"month": str(MONTH), "area": area}
        if last is not None:
            shown.append(eval(compile(ast.Expression(last.value), "cell", "eval"), names))
    return [one for one in shown if isinstance(one, Display)]


def parts(value: object) -> Iterator[object]:
    """An object and everything inside it."""
    yield value
    inside = [getattr(value, f.name) for f in fields(value)] if is_dataclass(value) else []
    for one in value if isinstance(value, tuple) else inside:
        yield from parts(one)


def texts(value: object) -> Iterator[str]:
    """Texts as a reader meets them: words and figures of one sentence joined."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        is_sentence = all(isinstance(part, str | Figure | Strong) for part in value)
        yield from [plain_text(value)] if is_sentence else (text for part in value for text in texts(part))
    elif is_dataclass(value):
        read = (getattr(value, field.name) for field in fields(value) if field.name not in _UNREAD)
        yield from (text for one in read for text in texts(one))
