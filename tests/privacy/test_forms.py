"""A name or a number is found however it is written, in every format; an ordinary word is none."""

import csv
import html
import io
import json
import random
import zipfile
from functools import cache

import docx
import nbformat
import pandas as pd
import pptx
import pytest
import typst
import xlsxwriter
from support import MONTH, REPOSITORY

from hanbin_lib.privacy import Guard, PersonalTerms, Words, program_texts
from hanbin_lib.rendering.own_documents import drop_unused

NAME, LONG, SHORT, OLD_FORM = "覃璟燚", "阿依努尔·买买提", "漆翀", "张國榮"
NUMBER, MOBILE, LANDLINE, CARD = "110105194912310029", "13987654321", "0915-3215678", "6222021234567890128"
WITH_X = "11010519491231002X"
TEXT = "家里房屋漏雨一直没有人管"
TERMS = PersonalTerms(
    frozenset({NAME, LONG, SHORT, OLD_FORM, "高明", "平安", "曾家坝"}),
    frozenset({NUMBER, WITH_X, MOBILE, LANDLINE, CARD}),
    frozenset({TEXT}),
)
FULL = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
CIRCLED = str.maketrans("123456789", "①②③④⑤⑥⑦⑧⑨")
SPELLED = str.maketrans("0123456789", "零一二三四五六七八九")
_N, _P, _I, _C = NAME, MOBILE, NUMBER, CARD

# Every form once: what it is called, and how it is written.
NAMES = {
    "as it is": _N, "in a sentence": f"由{_N}负责", "beside figures": f"5{_N}6", "blank": "覃 璟燚",
    "two blanks": "覃  璟 燚", "wide blank": "覃\u3000璟\u3000燚", "no-break blank": "覃\u00a0璟燚",
    "thin blank": "覃\u2009璟燚", "zero width": "覃\u200b璟\u200d燚", "joiner": "覃\u2060璟燚",
    "byte order mark": "覃\ufeff璟燚", "soft hyphen": "覃\u00ad璟燚", "variation": "覃璟\ufe00燚",
    "ideographic variation": "覃璟\U000e0100燚", "direction": "\u202e覃璟燚\u202c", "tab": "覃\t璟燚",
    "line end": "户主覃\n璟燚", "line end and indent": "覃璟\n    燚", "hyphen": "覃-璟-燚", "dot": "覃·璟·燚",
    "minority": LONG, "bullet": LONG.replace("·", "•"), "wide stop": LONG.replace("·", "．"),
    "katakana dot": LONG.replace("·", "・"), "hyphenation point": LONG.replace("·", "‧"),
    "half katakana dot": LONG.replace("·", "･"), "operator": LONG.replace("·", "⋅"), "full stop": LONG.replace("·", "."),
    "no dot": LONG.replace("·", ""), "blank for dot": LONG.replace("·", " "), "dot and blanks": LONG.replace("·", " · "),
    "simplified": "张国荣", "traditional": "張國榮", "japanese": "張国栄", "compatibility": "\u2f8bl覃璟燚"[2:],
    "short with a title": f"户主：{SHORT}", "short in a row": f"1,户主,{SHORT},男", "short alone": SHORT,
    "short with a sex": f"{SHORT}（男）", "short broken": "户主漆\n翀", "short reports": f"{SHORT}来电反映",
    "word in a row": "户主,高明,男", "word with a title": "联系人：平安", "place in a row": "姓名：曾家坝，男",
    "middle hidden": "覃*燚", "middle hidden wide": "覃＊燚", "middle hidden by a cross": "覃×燚",
    "middle hidden by a circle": "覃○燚", "somebody": "覃某", "somebody twice": "覃某某，男",
    "reference": "".join(f"&#{ord(c)};" for c in _N), "hexadecimal reference": "".join(f"&#x{ord(c):x};" for c in _N),
}  # fmt: skip
NUMBERS = {
    "identity": _I, "with X": WITH_X, "with x": WITH_X.lower(), "wide": _I.translate(FULL), "wide X": WITH_X.translate(FULL),
    "circled": _I.translate(CIRCLED), "6 8 4": f"{_I[:6]} {_I[6:14]} {_I[14:]}", "6-8-4": f"{_I[:6]}-{_I[6:14]}-{_I[14:]}",
    "6 4 4 4": f"{_I[:6]} {_I[6:10]} {_I[10:14]} {_I[14:]}", "each apart": " ".join(_I), "over cells": f"{_I[:9]},{_I[9:]}",
    "over many cells": ",".join(_I), "over lines": f"{_I[:10]}\n{_I[10:]}", "over quoted cells": f'"{_I[:6]}","{_I[6:]}"',
    "zero width inside": "\u200b".join(_I), "fifteen digits": _I[:6] + _I[8:17], "fifteen by form": "610902680314052",
    "twenty digits": _I + "11", "twenty two": _I + "11B1", "in words": f"证件{_I}号", "long dash": f"{_I[:6]}—{_I[6:]}",
    "dots": f"{_I[:6]}.{_I[6:14]}.{_I[14:]}", "underscore": f"{_I[:6]}_{_I[6:14]}_{_I[14:]}", "slashes": f"{_I[:6]}/{_I[6:14]}/{_I[14:]}",
    "hidden birthday": f"{_I[:6]}********{_I[14:]}", "hidden wide": f"{_I[:6]}＊＊＊＊＊＊＊＊{_I[14:]}",
    "hidden by x": f"{_I[:6]}xxxxxxxx{_I[14:]}", "hidden by crosses": f"{_I[:6]}××××××××{_I[14:]}",
    "hidden by dots": f"{_I[:6]}●●●●●●●●{_I[14:]}", "hidden middle": f"{_I[:3]}***********{_I[14:]}",
    "hidden end": f"{_I[:14]}**** **"[:18], "hidden start": f"**************{_I[14:]}", "hidden in groups": f"{_I[:6]} ******** {_I[14:]}",
    "mobile": _P, "+86": f"+86{_P}", "+86 blank": f"+86 {_P}", "86": f"86{_P}", "0086": f"0086{_P}", "(+86)": f"(+86){_P}",
    "+86-": f"+86-{_P[:3]}-{_P[3:7]}-{_P[7:]}", "3-4-4": f"{_P[:3]}-{_P[3:7]}-{_P[7:]}", "3 4 4": f"{_P[:3]} {_P[3:7]} {_P[7:]}",
    "3.4.4": f"{_P[:3]}.{_P[3:7]}.{_P[7:]}", "4 3 4": f"{_P[:4]} {_P[4:7]} {_P[7:]}", "mobile wide": _P.translate(FULL),
    "mobile apart": " ".join(_P), "mobile over cells": f"{_P[:7]},{_P[7:]}", "mobile over lines": f"{_P[:3]}\n{_P[3:]}",
    "mobile spelled": _P.translate(SPELLED), "mobile with 幺": _P.translate(SPELLED).replace("一", "幺"),
    "mobile zero width": "\u200b".join(_P), "mobile hidden": f"{_P[:3]}****{_P[7:]}", "mobile hidden x": f"{_P[:3]}xxxx{_P[7:]}",
    "mobile hidden -": f"{_P[:3]}-****-{_P[7:]}", "anybody's mobile": "电话：138 1234 5678", "tel": f"tel:{_P}",
    "landline": LANDLINE, "landline plain": LANDLINE.replace("-", ""), "landline blank": LANDLINE.replace("-", " "),
    "landline in brackets": "(0915)3215678", "card": _C, "card in groups": " ".join(_C[n : n + 4] for n in range(0, 19, 4)),
    "card in dashes": "-".join(_C[n : n + 4] for n in range(0, 19, 4)), "card hidden": f"{_C[:6]}*********{_C[15:]}",
    "card hidden in groups": f"{_C[:4]} **** **** {_C[-4:]}", "card over cells": f"{_C[:8]},{_C[8:]}",
    "anybody's card": "6217 0012 3456 7890 123",
}  # fmt: skip
TEXTS = {"said": TEXT, "said with blanks": " ".join(TEXT), "said over lines": f"{TEXT[:5]}\n{TEXT[5:]}", "said with commas": f"{TEXT[:6]}，{TEXT[6:]}"}  # fmt: skip
FORMS = NAMES | NUMBERS | TEXTS


@pytest.fixture(scope="module")
def places():
    return pd.read_csv(REPOSITORY / "params" / "areas.csv", dtype=str)["place_name"].dropna().tolist()


@pytest.fixture(scope="module")
def guard(places):
    return Guard(TERMS, Words(program_texts(), [*places, "曾家坝村"]))


def _csv(path, text):
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows([["流水镇", text, "12"]])


def _text(path, text):
    path.write_text(f"流水镇\t12户\n{text}\n", encoding="utf-8")


def _page(path, text):
    path.write_text(
        f"<!doctype html><p>流水镇</p><td>{html.escape(html.unescape(text))}</td>", encoding="utf-8"
    )


def _title(path, text):
    path.write_text(f'<svg><g aria-label="{html.escape(html.unescape(text))}"></g></svg>', encoding="utf-8")


def _notebook(path, text):
    cell = nbformat.v4.new_code_cell(
        "1", outputs=[nbformat.v4.new_output("stream", text=f"流水镇\n{text}\n")]
    )
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)


def _json(path, text):
    path.write_text(json.dumps({"说明": text}), encoding="ascii")


def _workbook(path, text):
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write_string(0, 0, _printable(text))


# Of a Word document and of slides the part that differs: the dozens of others are looked into once, further down.
@cache
def _document():
    document = docx.Document()
    return document, document.add_paragraph()


@cache
def _show():
    show = pptx.Presentation()
    slide = show.slides.add_slide(show.slide_layouts[5])
    drop_unused(show)  # a printer's settings, which nobody can read
    return show, slide


def _word(path, text):
    document, paragraph = _document()
    paragraph.text = _printable(text)
    _part(path, "word/document.xml", document.part.blob)


def _slides(path, text):
    _, slide = _show()
    slide.shapes.title.text = _printable(text)
    _part(path, "ppt/slides/slide1.xml", slide.part.blob)


def _part(path, name, content):
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(name, content)


def _archive(path, text):
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("data/forecasts/a.json", json.dumps([text], ensure_ascii=False))


def _pdf(path, text):
    lines = "\n".join(
        f"#text({json.dumps(line, ensure_ascii=False)})\\" for line in html.unescape(text).split("\n")
    )
    source = (
        '#set text(font: ("Noto Sans CJK SC", "Noto Serif CJK SC", "FandolSong"), fallback: true)\n流水镇\\\n'
    )
    path.write_bytes(
        typst.compile((source + lines).encode(), font_paths=[str(REPOSITORY / ".venv/share/hanbin/fonts")])
    )


def _printable(text):
    return html.unescape(text).replace("\u202e", "").replace("\u202c", "")


WRITERS = {
    "csv": _csv, "txt": _text, "log": _text, "html": _page, "svg": _title, "ipynb": _notebook, "json": _json,
    "xlsx": _workbook, "docx": _word, "pptx": _slides, "zip": _archive,
}  # fmt: skip
# A PDF has no characters that nobody sees, and pdfium gives back what is drawn.
UNSEEN = {"direction", "each apart", "tab"}


@pytest.mark.parametrize("ending", WRITERS)
def test_every_form_is_found_in_every_format(guard, tmp_path, ending):
    missed = []
    for number, (form, text) in enumerate(FORMS.items()):
        path = tmp_path / f"{number}.{ending}"
        WRITERS[ending](path, text)
        if "reference" in form and ending not in ("html", "svg", "docx", "pptx", "xlsx"):
            continue  # a reference is a way of writing in these only
        missed += [] if guard.scan(path) else [form]
    assert missed == []


@pytest.mark.slow
def test_every_form_is_found_in_a_pdf(guard, tmp_path):
    missed = []
    for form, text in FORMS.items():
        if form in UNSEEN:
            continue
        path = tmp_path / "a.pdf"
        _pdf(path, text)
        missed += [] if guard.scan(path) else [form]
    assert missed == []


def test_there_are_more_than_a_hundred_forms():
    assert len(FORMS) >= 102


def test_in_the_name_of_a_file(guard, tmp_path):
    path = tmp_path / f"610902110_{NAME}.txt"
    path.write_text("流水镇", encoding="utf-8")
    assert {hit.kind for hit in guard.scan(path)} == {"姓名"}


def test_whole_documents_and_slides_are_looked_into(guard, tmp_path):
    for empty, ending in ((_document, "docx"), (_show, "pptx")):
        whole, _ = empty()
        for text, found in (("流水镇", False), (NAME, True)):
            WRITERS[ending](tmp_path / f"part.{ending}", text)
            whole.save(tmp_path / f"a.{ending}")
            assert bool(guard.scan(tmp_path / f"a.{ending}")) == found


@pytest.mark.parametrize(
    "name", ["a.docx word/document.xml", "a.docx word/comments.xml", "a.pptx ppt/slides/slide1.xml",
             "a.xlsx xl/drawings/drawing1.xml"],
)  # fmt: skip
def test_what_stands_in_an_attribute(guard, tmp_path, name):
    """Who wrote a remark, and what a picture shows for those who cannot see it."""
    file, part = name.split()
    for text, found in (("流水镇", False), (NAME, True)):
        _part(tmp_path / file, part, f'<a author="{text}" descr="{text}">流水镇</a>')
        assert bool(guard.scan(tmp_path / file)) == found


def test_runs_of_a_workbook_and_of_a_document(guard, tmp_path):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        bold = book.add_format({"bold": True})
        book.add_worksheet().write_rich_string(0, 0, "户主", bold, SHORT[0], SHORT[1:])
    document = docx.Document()
    for run in ("户主", *NAME):
        document.add_paragraph().runs or document.paragraphs[0].add_run(run).font.__setattr__("size", None)
    document.save(tmp_path / "a.docx")
    assert guard.scan(tmp_path / "a.xlsx")
    assert guard.scan(tmp_path / "a.docx")


@pytest.mark.parametrize(
    "text",
    [
        "有效接通率提高明显", "平安创建", "曾家坝村12户", "流水镇,曾家坝村,12", "产业，种植，养殖", "102,300 183 5,408",
        "0.13987654321", "户编号6109020000000006", "a13987654321f", "2022-09-30 12:00:00",
        "合计 1 3 9 8 7 6 5 4 3 2 0", "全区**5408**户", "某镇", "3.14159265358979",
    ],
)  # fmt: skip
def test_ordinary_text_is_left_alone(guard, text):
    assert guard.kinds(text) == {}


def _published_like(workspace):
    """What the demonstration month says: its table of figures, and the program's own words."""
    from hanbin_lib.bulletin import open_bulletin

    table = open_bulletin(str(MONTH), "610902", workspace=workspace).figures.table
    stream = io.StringIO()
    table.to_csv(stream, index=False)
    return stream.getvalue()


@pytest.mark.slow
def test_no_false_alarm_over_twenty_registers(demo_workspace, places):
    """Persons called as ordinary words, villages and towns are; nobody of them is in print."""
    published = _published_like(demo_workspace)
    words = Words(program_texts(), places)
    runs = sorted(word for word in words.entries if 2 <= len(word) <= 8)
    for seed in range(20):
        rng = random.Random(seed)
        drawn = rng.sample(runs, 3000)
        pieces = [
            word[start : start + rng.choice((2, 3))]
            for word in drawn
            for start in (0, rng.randrange(len(word)))
        ]
        names = {piece for piece in pieces if len(piece) > 1} | set(rng.sample(places, min(300, len(places))))
        guard = Guard(PersonalTerms(frozenset(names)), words)
        assert guard.kinds(published) == {}, seed
