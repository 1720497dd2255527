"""Tables, cards and the rest in all the formats they are printed in: each says the same."""

import itertools
import math
import re

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from hanbin_lib.display import (
    BARE,
    AnnexTable,
    BarCell,
    Chart,
    Column,
    Columns,
    Decision,
    Decisions,
    Definitions,
    Figure,
    Heading,
    Imprint,
    KeyFigure,
    KeyFigures,
    Masthead,
    Missing,
    Paragraph,
    Phrase,
    RangeCell,
    Report,
    Strip,
    Strong,
    Table,
    Volume,
)
from hanbin_lib.display.html import Links, sparkline, style_sheet, to_html
from hanbin_lib.display.model import ChartData, Series
from hanbin_lib.display.tree import charts_of, dumps, in_lab, loads, shown_in, table_data, tables_of, texts_of
from hanbin_lib.display.typst import to_typst
from hanbin_lib.display.word import heading, runs, to_word
from hanbin_lib.indicators import Unit

TOWNS = [("甲镇", 120, 0.5), ("乙镇", 35, 0.25), ("丙街道", 0, 0.0)]


def soup(display, *more):
    return BeautifulSoup(to_html(display, *more), "html.parser")


def table(*, totals=1, emphasis=(), rule_every=5, of=Table):
    """Towns with a count and a share, and the line of all."""
    rows = [
        (
            name,
            Figure(n, Unit.HOUSEHOLDS, f"open|{name}", BARE),
            BarCell(Figure(s, Unit.SHARE, f"share|{name}"), s),
        )
        for name, n, s in TOWNS
    ]
    whole = (
        "合计",
        Figure(155, Unit.HOUSEHOLDS, "open|all", BARE),
        Strong((Figure(0.4, Unit.SHARE, "share|all"),)),
    )
    columns = (Column("镇"), Column("未消除", "right", 20), Column("占比", "right"))
    return of("各镇", columns, (*rows, whole), "单位：户", frozenset(emphasis), rule_every, totals)


def chart(title="图"):
    data = ChartData("bars", "户", ("甲镇", "乙镇"), (Series("户", (1.0, 2.0)),))
    return Chart(title, "单位：户", data, "<svg/>", "甲镇1户，乙镇2户", 100, 50, "来源", ("甲镇", "乙镇"))


# Tables


def test_page_annex_and_print_show_the_same_cells_in_the_same_order():
    one = table()
    page = [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in soup(one).select("tbody tr")]
    data = table_data(one)
    annex = [list(row) for row in zip(*(column["texts"] for column in data["columns"]), strict=True)]
    (word,) = to_word(one)
    assert (
        page
        == annex
        == [
            ["甲镇", "120", "50.0%"],
            ["乙镇", "35", "25.0%"],
            ["丙街道", "0", "0.0%"],
            ["合计", "155", "40.0%"],
        ]
    )
    assert word == {"kind": "table", **data}
    code = to_typst(one)
    places = [code.index(f'"{text}"') for row in page for text in row if text != "0"]
    assert places == sorted(places)


def test_the_line_of_all_is_the_sum_and_every_format_knows_it_for_a_total():
    one = table()
    cells = table_data(one)["columns"][1]["cells"]
    assert cells[-1].value == sum(figure.value for figure in cells[:-1])
    assert table_data(one)["totals"] == 1
    marked = [row for row in soup(one).select("tbody tr") if "hb-total" in row.get("class", [])]
    assert [row.th.get_text() for row in marked] == ["合计"]
    assert "totals: 1" in to_typst(one)


@pytest.mark.parametrize(
    ("totals", "emphasis", "rule_every", "classes"),
    [
        (0, (), 5, ["", "", "", ""]),
        (1, (), 5, ["", "", "", "hb-total"]),
        (0, (), 2, ["", "hb-rule", "", "hb-rule"]),
        (1, (), 2, ["", "hb-rule", "", "hb-total"]),  # a total has a line of its own
        (2, (0,), 1, ["hb-red hb-rule", "hb-rule", "hb-total", "hb-total"]),
        (1, (3,), 5, ["", "", "", "hb-red hb-total"]),
    ],
)
def test_rows_are_marked_by_what_they_are(totals, emphasis, rule_every, classes):
    rows = soup(table(totals=totals, emphasis=emphasis, rule_every=rule_every)).select("tbody tr")
    assert [" ".join(row.get("class", [])) for row in rows] == classes


def test_words_stand_left_and_numbers_right_in_head_and_body():
    page = soup(table())
    assert [th["class"] for th in page.select("thead th")] == [["hb-left"], ["hb-right"], ["hb-right"]]
    for row in page.select("tbody tr"):
        assert ["hb-right" in " ".join(cell.get("class", [])) for cell in row.find_all(["th", "td"])] == [
            False,
            True,
            True,
        ]
    assert [column["align"] for column in table_data(table())["columns"]] == ["left", "right", "right"]
    assert to_typst(table()).count("align: right") == 2
    assert "width: 20mm" in to_typst(table())


def test_a_row_of_another_length_than_the_head_is_no_table():
    broken = Table("表", (Column("镇"), Column("户")), (("甲镇",),))
    with pytest.raises(ValueError, match="zip"):
        to_html(broken)


def test_a_long_list_is_a_line_in_print_and_whole_for_the_annex():
    one = table(of=AnnexTable)
    assert soup(one).get_text() == "清单见附表“各镇”（4行）。"
    assert table_data(one)["size"] == 4
    ((kind, words),) = [(block["kind"], block["runs"]) for block in to_word(one)]
    assert (kind, words) == ("paragraph", [["清单见附表“各镇”（4行）。", False]])


def test_what_stands_side_by_side_is_found_however_deep():
    deep = Columns((Columns((table(), chart("一")), (50, 50)), Paragraph(("话",)), chart("二")), (60, 60, 60))
    assert [one.title for one in tables_of(deep)] == ["各镇"]
    assert [one.title for one in charts_of(deep)] == ["一", "二"]
    assert [block["kind"] for block in to_word(deep)] == ["table", "chart", "paragraph", "chart"]
    assert len(soup(deep).select(".hb-columns .hb-columns > div")) == 2


def test_columns_need_a_width_each():
    with pytest.raises(ValueError, match="zip"):
        to_html(Columns((table(), table()), (60,)))


# Ranges of ranks


@pytest.mark.parametrize(
    ("rank", "last", "place"),
    [(1, 26, 0.0), (26, 26, 1.0), (13.5, 26, 0.5), (1, 1, 0.0), (2, 2, 1.0), (6, 26, 0.2)],
)
def test_a_rank_lies_between_the_first_and_the_last(rank, last, place):
    cell = RangeCell(Figure(rank, "", "rank"), rank, rank, rank, None, last)
    assert cell.place(rank) == pytest.approx(place)


@given(
    st.integers(1, 40).flatmap(
        lambda last: st.tuples(st.just(last), st.lists(st.integers(1, last), min_size=4, max_size=4))
    )
)
def test_a_range_is_drawn_in_the_order_of_its_ranks(case):
    last, (before, *ranks) = case
    low, value, high = sorted(ranks)
    cell = RangeCell(Phrase((f"{low}—{high}",), "rank"), low, high, value, before, last)
    places = [cell.place(rank) for rank in (low, value, high)]
    assert places == sorted(places)
    assert all(0 <= place <= 1 for place in (*places, cell.place(before)))
    code = to_typst(Table("表", (Column("位次"),), ((cell,),)))
    drawn = [
        float(one) for one in re.search(r'range-cell\("[^"]*", ([\d., ]+), grey-1\)', code)[1].split(", ")
    ]
    assert drawn == pytest.approx([places[0], places[2], places[1], cell.place(before)], abs=1e-4)


def test_a_town_without_a_rank_last_month_has_no_ring():
    cell = RangeCell(Phrase(("2—4",), "rank"), 2, 4, 3, None, 26)
    assert ", none, grey-1)" in to_typst(Table("表", (Column("位次"),), ((cell,),)))
    assert ", none, red)" in to_typst(Table("表", (Column("位次"),), ((cell,),), emphasis=frozenset({0})))


# Cards, decisions, strips


@pytest.mark.parametrize(("light", "word"), [("steady", "平稳"), ("watch", "关注"), ("act", "处置")])
def test_a_light_is_a_shape_and_a_word_never_a_colour_alone(light, word):
    card = KeyFigure("在册", Figure(5408, "户", "a|b"), light=light)
    page = soup(KeyFigures((card,)))
    assert word in page.get_text()
    assert bool(page.select(".hb-alert")) == (light == "act")
    (block,) = to_word(KeyFigures((card,)))
    assert any(word in text for column in block["columns"] for text in column["texts"])


def test_a_card_without_light_change_or_trend_has_none_of_them():
    card = KeyFigure("在册", Phrase(("未收到",), "a|b"))
    page = soup(KeyFigures((card,)))
    assert page.get_text() == "在册未收到"
    assert not page.find("svg")
    code = to_typst(KeyFigures((card,)))
    assert all(f"{part}: none" in code for part in ("change", "aside", "trend"))
    (block,) = to_word(KeyFigures((card,)))
    assert [column["heading"] for column in block["columns"]] == ["指标", "本月"]


def test_in_the_word_edition_the_heading_says_since_when_and_the_cell_does_not_repeat_it():
    change = Paragraph(("较上月", Phrase(("增加36户",), "a|b")))
    (block,) = to_word(KeyFigures((KeyFigure("在册", Figure(5408, "户", "a|b"), change),)))
    told = {column["heading"]: column["texts"] for column in block["columns"]}
    assert told["较上月"] == ["增加36户"]


def test_decisions_are_numbered_as_an_office_does_and_lead_to_their_chapter():
    items = tuple(Decision((f"请定{n}",), ("详情",), "六", "people") for n in range(12))
    heads = [block["numeral"] for block in to_word(Decisions("请示", items, "无"))[1:]]
    assert heads[:2] + heads[9:] == ["（一）", "（二）", "（十）", "（十一）", "（十二）"]
    links = soup(Decisions("请示", items, "无")).select("a.hb-see")
    assert {(link["href"], link.get_text()) for link in links} == {("#chapter-people", "见六")}
    assert not soup(Decisions("请示", (Decision(("请定",), (), ""),), "无")).select("a")


def test_without_a_decision_the_sentence_stands_in_every_format():
    none = Decisions("请示", (), "本月没有。")
    assert "本月没有。" in soup(none).get_text()
    assert '"本月没有。"' in to_typst(none)
    assert to_word(none)[1]["runs"] == [["本月没有。", False]]


def test_a_strip_shows_how_figures_lead_to_each_other():
    strip = Strip((("", "到访", Figure(9, "村", "a")), ("−", "未到", Phrase(("未收到",), "b"))))
    assert [div.get_text() for div in soup(strip).select("div > div")] == ["到访9村", "未到未收到"]
    (block,) = to_word(strip)
    assert [(c["heading"], c["texts"]) for c in block["columns"]] == [
        ("到访", ["9村"]),
        ("−未到", ["未收到"]),
    ]


def test_definitions_headings_and_gaps_say_the_same_everywhere():
    listed = Definitions("口径", (("户", ("指", Figure(3, "人", "a"))),))
    assert (soup(listed).dt.get_text(), soup(listed).dd.get_text()) == ("户", "指3人")
    gap = Missing("第三章", "没有收到电话抽查记录")
    assert soup(gap).get_text() == "第三章　没有收到电话抽查记录。"
    assert "".join(text for text, _ in to_word(gap)[0]["runs"]) == soup(gap).get_text()
    assert 'reason: "没有收到电话抽查记录"' in to_typst(gap)
    volume = Volume("附册", (("一、清单", "lists"),))
    assert soup(volume).a["href"] == "#chapter-lists"


@pytest.mark.parametrize(
    ("text", "numeral", "rest"),
    [
        ("一、总体情况", "一、", "总体情况"),
        ("十二、附表", "十二、", "附表"),
        ("（三）分镇", "（三）", "分镇"),
        ("总体情况", "", "总体情况"),
        ("一般农户、其他", "", "一般农户、其他"),
        ("三保障", "", "三保障"),
        ("二〇二二年", "", "二〇二二年"),
    ],
)
def test_a_numeral_is_parted_from_its_heading_and_nothing_else_is(text, numeral, rest):
    block = heading(text)
    assert (block["numeral"], block["text"]) == (numeral, rest)


@given(st.lists(st.tuples(st.text("甲乙", min_size=1, max_size=2), st.booleans()), max_size=6))
def test_runs_keep_every_word_with_its_weight_and_no_neighbours_alike(parts):
    found = runs(tuple(Strong((word,)) if is_bold else word for word, is_bold in parts))
    assert "".join(text for text, _ in found) == "".join(word for word, _ in parts)
    weights = [is_bold for text, is_bold in found for _ in text]
    assert weights == [is_bold for word, is_bold in parts for _ in word]
    assert all(one[1] != other[1] for one, other in itertools.pairwise(found))


# What prints what, and what is found in it


EVERYTHING = [
    Paragraph(("话", Figure(5, "户", "a|b"), Strong(("注意",))), "lead"),
    table(),
    table(of=AnnexTable),
    chart(),
    Columns((table(), Paragraph(("旁",))), (60, 60)),
    Decisions("请示", (Decision(("请定",), ("详情",), "六", "x"),), "无"),
    Definitions("口径", (("户", ("指",)),)),
    KeyFigures((KeyFigure("在册", Figure(5, "户", "a|b"), None, "旁", (1.0, 2.0), "act"),)),
    Strip((("", "到访", Figure(9, "村", "a")),)),
    Missing("章", "没有收到"),
    Heading("一、章", "one", "见附册", "two", "附册.pdf"),
    Volume("附册", (("章", "one"),)),
    Masthead("月报", "本局", "第9期", "2022年9月", "题", "演示数据", "2022-09-30", "〔2022〕9号", "内部"),
    Imprint("区委", "本局", "2022年10月8日", "记录3条"),
]
EACH = pytest.mark.parametrize("display", EVERYTHING, ids=lambda one: type(one).__name__)


@EACH
def test_every_kind_has_every_format_and_comes_back_from_a_notebook(display):
    assert loads(dumps(display)) == display
    assert to_typst(display)
    assert to_word(display)
    assert BeautifulSoup(to_html(display), "html.parser").get_text().strip()


@EACH
def test_no_text_of_the_print_is_missing_from_the_page(display):
    """What the PDF's code holds as words stands on the page too: nobody reads half."""
    page = soup(display)
    shown = page.get_text() + " ".join(
        str(value) for tag in page.find_all(True) for value in tag.attrs.values()
    )
    code = re.sub(r'fallback: "[^"]*"', "", to_typst(display))  # printed where there is nothing to decide
    for text in re.findall(r'"((?:[^"\\]|\\.)*)"', code):
        words = re.sub(r"[0-9.%]+", "", text)
        if re.search(r"[\u4e00-\u9fff]", words) and not isinstance(display, Heading):
            assert text in shown or words in shown, text


@EACH
def test_the_lab_s_drawing_has_the_rules_of_every_class_that_it_uses_and_they_are_of_the_style_sheet(display):
    drawn = in_lab(display)
    rules = re.search(r"<style>(.*?)</style>", drawn, re.DOTALL)[1]
    body = drawn.partition("</style>")[2]
    sheet = style_sheet()
    for name in {one for names in re.findall(r'class="([^"]*)"', body) for one in names.split()}:
        if re.search(rf"\.{name}\b(?!-)", sheet):
            assert re.search(rf"\.{name}\b(?!-)", rules), name


def test_an_object_that_nobody_can_print_is_refused_by_name():
    for printer in (to_html, to_typst, to_word):
        with pytest.raises(TypeError, match="dict"):
            printer({})


def test_a_report_is_its_parts_in_order_each_figure_found_once_where_it_stands():
    report = Report(
        (
            Paragraph((Figure(1, "户", "a|1"),)),
            table(),
            KeyFigures((KeyFigure("在", Figure(9, "户", "z|9")),)),
        )
    )
    sources = [shown.source for shown in shown_in(report)]
    assert sources[0] == "a|1"
    assert sources[-1] == "z|9"
    assert sources == [tag["value"] for tag in soup(report).find_all("data")]
    assert {"各镇", "合计", "120"} <= set(texts_of(report))


def test_the_words_of_a_drawing_are_read_but_not_its_code():
    words = list(texts_of(chart()))
    assert "甲镇" in words
    assert not [text for text in words if "<svg" in text]


def test_links_lead_where_the_page_says():
    class ToDefinition(Links):
        def around(self, part, inner):
            return f'<a href="#{part.key}">{inner}</a>'

    page = soup(Paragraph(("共", Strong((Figure(5, "户", "open|2022-09|610902|all"),)))), ToDefinition())
    assert (page.a["href"], page.a.get_text(), page.data["value"]) == (
        "#open",
        "5户",
        "open|2022-09|610902|all",
    )


@given(st.lists(st.none() | st.floats(-1e6, 1e6), min_size=2, max_size=24))
def test_a_sparkline_stays_in_its_box_and_has_a_point_for_every_known_month(values):
    known = [value for value in values if value is not None and not math.isnan(value)]
    drawn = sparkline(tuple(values))
    if len(known) < 2:
        assert drawn == ""
        return
    points = [tuple(map(float, one)) for one in re.findall(r"[ML]([\d.-]+),([\d.-]+)", drawn)]
    assert len(points) == len(known)
    assert all(3 <= x <= 63 and 3 <= y <= 19 for x, y in points)
    heights = sorted(zip(known, (y for _, y in points), strict=True))
    assert all(one[1] >= other[1] - 0.01 for one, other in itertools.pairwise(heights))
