"""The bulletin as one self-contained page: drawings, style and faces inside, no address outside."""

from importlib.resources import files

import jinja2

from hanbin_lib.display import DefinitionTable
from hanbin_lib.display.html import NOWHERE, to_html
from hanbin_lib.display.printing import style_sheet
from hanbin_lib.params import Typography
from hanbin_lib.rendering.content import Content
from hanbin_lib.rendering.markdown import markdown_to_html
from hanbin_lib.rendering.tracing import DefinitionLinks
from hanbin_lib.rendering.webfonts import font_faces

_TEMPLATES = files("hanbin_lib.rendering") / "templates"


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
