"""What an analyst writes between the cells comes whole into every format."""

import re

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from hanbin_lib.rendering.markdown import markdown_blocks, markdown_to_html, markdown_to_typst

PIECES = (
    "# 题",
    "## 一、监测动态",
    "一段，**要紧的**字。",
    "一行  \n断开的一行",
    "    四格缩进的一段\n    又一行",
    "> 引用的话\n>\n> - 引用里的一项",
    "- 一项\n    - 里面的一项\n- 又一项",
    "3. 第三\n4. 第四\n\n   第四的第二段",
    "|镇|户|\n|:--|--:|\n|甲镇|12|\n|乙镇|9|",
    "```\n原样的字\n```",
    "<div>\n尖括号里的字\n</div>",
    "`代码`和[链接](https://a.example)",
    "---",
)


def _words_of_page(source: str) -> str:
    return re.sub(r"\s", "", BeautifulSoup(markdown_to_html(source), "html.parser").get_text())


def _words_of_typst(source: str) -> str:
    return re.sub(
        r"\s", "", "".join(re.findall(r'(?:#|: |\()"((?:[^"\\]|\\.)*)"', markdown_to_typst(source)))
    )


def _words_of_word(source: str) -> str:
    def texts(block):
        if block["kind"] == "heading":
            return block["numeral"] + block["text"]
        if block["kind"] == "table":
            by_row = zip(*([c["heading"], *c["texts"]] for c in block["columns"]), strict=True)
            return "".join(cell for row in by_row for cell in row)
        first, *more = [text for text, _ in block["runs"]]
        return re.sub(r"^　*(·|\d+\.)?$", "", first) + "".join(more)

    return re.sub(r"\s", "", "".join(map(texts, markdown_blocks(source))))


@given(st.lists(st.sampled_from(PIECES), max_size=4, unique=True))
def test_no_format_leaves_out_a_word(pieces):
    source = "\n\n中间的话。\n\n".join(pieces)
    words = _words_of_page(source)
    assert _words_of_word(source) == words
    table = "甲镇" in source  # its columns are written before its rows, with their alignment
    assert sorted(_words_of_typst(source)) == sorted(words) or table


def test_a_table_is_a_table():
    source = PIECES[8]
    assert 'columns: ((heading: "镇", align: left' in markdown_to_typst(source)
    assert '(("甲镇", "12", ), ("乙镇", "9", ), )' in markdown_to_typst(source)
    (block,) = markdown_blocks(source)
    assert [(c["heading"], c["align"], c["texts"]) for c in block["columns"]] == [
        ("镇", "left", ["甲镇", "乙镇"]),
        ("户", "right", ["12", "9"]),
    ]
    assert markdown_to_html(source).count("<tr>") == 3


@pytest.mark.parametrize(
    ("source", "starts"),
    [
        ("3. 甲\n4. 乙", ["3.", "4."]),
        ("- 甲\n    - 乙\n- 丙", ["·", "　·", "·"]),
        ("1. 甲\n\n   - 乙", ["1.", "　·"]),
    ],
)
def test_items_keep_their_numbers_and_their_depth(source, starts):
    assert [block["runs"][0][0] for block in markdown_blocks(source)] == starts


def test_a_line_broken_by_hand_is_broken():
    assert [text for text, _ in markdown_blocks("甲  \n乙")[0]["runs"]] == ["甲", "\n", "乙"]
    assert "#linebreak();" in markdown_to_typst("甲  \n乙")
    assert [text for text, _ in markdown_blocks("甲\n乙")[0]["runs"]] == ["甲", "乙"]
