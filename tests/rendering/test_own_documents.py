"""The office's own master: its layouts and size, none of its slides, everything between its title and its foot."""

import io
import zipfile

import pytest
from pptx import Presentation
from pptx.util import Mm
from support import TYPOGRAPHY

from hanbin_lib.charts.gallery import EXAMPLES
from hanbin_lib.display import Column, Figure, KeyFigure, KeyFigures, Paragraph, Table
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.rendering import check_documents, content_of
from hanbin_lib.rendering.slides import pptx


def _saved(deck) -> bytes:
    buffer = io.BytesIO()
    deck.save(buffer)
    return buffer.getvalue()


@pytest.fixture
def master() -> bytes:
    """4:3, with a line of its own on every slide, and two slides of an old talk."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Mm(254), Mm(190.5)
    old = deck.slides.add_slide(deck.slide_layouts[0])
    old.shapes.title.text = "旧的一页"
    line = old.shapes.add_textbox(0, 0, Mm(100), Mm(8))
    line.text_frame.text = "本局标识"
    deck.slide_masters[0].shapes._spTree.append(line._element)
    deck.slides.add_slide(deck.slide_layouts[1])
    return _saved(deck)


@pytest.fixture
def content(make_notebook):
    figure = Figure(5408, "户", "a|b|c|d")
    rows = tuple((f"第{n}镇", Figure(n, "", "a|b|c|d")) for n in range(1, 31))
    return content_of(
        make_notebook(
            Paragraph(("在册", figure, "。")), KeyFigures((KeyFigure("在册", figure),)),
            "## 一、监测动态", Paragraph(("未消除风险" * 40, figure, "。"), style="lead"), EXAMPLES["cause_bars"](),
            "## 二、各镇情况", Table("各镇", (Column("镇"), Column("户", "right")), rows, "户"),
        )
    )  # fmt: skip


def _made(content, master) -> bytes:
    typography = TYPOGRAPHY.model_copy(update={"slide_master": "母版.pptx"})
    typography._slide_document = master
    return pptx(content, typography)


def test_the_deck_has_the_master_and_none_of_its_slides(content, master):
    made = _made(content, master)
    assert made == _made(content, master)
    deck = Presentation(io.BytesIO(made))
    assert (deck.slide_width, deck.slide_height) == (Mm(254), Mm(190.5))
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    assert titles == ["9月份监测帮扶工作情况", "主要数字", "一、监测动态", "二、各镇情况"]
    assert [slide.slide_layout.name for slide in deck.slides] == ["Title Slide", *["Title Only"] * 3]
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        everything = "".join(package.read(n).decode() for n in package.namelist() if n.endswith(".xml"))
        slides = [n for n in package.namelist() if n.startswith("ppt/slides/slide")]
    assert "旧的一页" not in everything
    assert "本局标识" in everything
    assert len(slides) == 4


def test_everything_stands_between_the_title_and_the_foot(content, master):
    deck = Presentation(io.BytesIO(_made(content, master)))
    for slide in list(deck.slides)[1:]:
        title = slide.shapes.title
        foot = min(one.top for one in slide.slide_layout.placeholders if one.placeholder_format.idx >= 10)
        for shape in slide.shapes:
            if shape.shape_id != title.shape_id:
                assert shape.top >= title.top + title.height
                assert shape.left == title.left
                assert shape.left + shape.width <= title.left + title.width
                assert shape.top + shape.height <= foot


def _without_titles() -> bytes:
    deck = Presentation()
    for layout in deck.slide_layouts:
        for one in [p for p in layout.placeholders if p.placeholder_format.idx == 0]:
            one._element.getparent().remove(one._element)
    return _saved(deck)


def _with_a_part(name: str) -> bytes:
    deck = Presentation()
    part = next(p for p in deck.part.package.iter_parts() if p.partname == "/ppt/theme/theme1.xml")
    part.partname = type(part.partname)(f"/ppt/{name}")
    return _saved(deck)


def _with_a_link(kind: str) -> bytes:
    deck = Presentation()
    address = f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"
    deck.part.relate_to("file:///C:/a.png", address, is_external=True)
    return _saved(deck)


@pytest.mark.parametrize(
    ("content_", "told"),
    [
        (b"PK", "不是幻灯片文件"),
        (_without_titles(), "没有一种版式带标题占位符"),
        (_with_a_part("fonts/font1.fntdata"), "ppt/fonts/font1.fntdata：这种内容无法检查"),
        (_with_a_link("image"), "以外的内容（image）"),
    ],
    ids=("no deck", "no titles", "a font", "a link"),  # bytes hold the time, and two workers collect them
)
def test_what_keeps_a_deck_from_being_a_master_is_told(content_, told):
    with pytest.raises(HanbinError) as caught:
        check_documents([("母版.pptx", content_)])
    assert (caught.value.code, caught.value.exit_code) == ("HB-TYP-006", ExitCode.TYPOGRAPHY)
    assert "母版.pptx 有1处问题" in caught.value.message
    assert told in caught.value.message


def test_a_plain_deck_and_one_with_a_link_are_masters(master):
    check_documents([("母版.pptx", master), ("带链接.pptx", _with_a_link("hyperlink"))])
