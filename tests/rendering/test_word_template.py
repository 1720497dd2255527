"""An office's own Word document: every fault named with its place, every placeholder filled, the rest untouched."""

import io
import shutil
import subprocess
import zipfile

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_BREAK
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt
from support import TYPOGRAPHY, word_text

from hanbin_lib.charts.gallery import EXAMPLES
from hanbin_lib.display import Column, Decision, Decisions, Figure, Heading, Imprint, Paragraph, Table
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.params import Settings, Typography
from hanbin_lib.rendering import check_documents, content_of, example_template, from_template
from hanbin_lib.rendering.word.document import house_docx
from hanbin_lib.rendering.word.template import TEXTS, blocks, faults_of
from hanbin_lib.workspace import Workspace

HERE = "2022-09|610902|all"


def _saved(document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _template(*paragraphs) -> bytes:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    return _saved(document)


@pytest.fixture
def content(make_notebook):
    households = Figure(2332, "户", f"open_risk_households|{HERE}")
    share = Figure(0.5691, "", f"phone_contact_share|{HERE}")
    other = Figure(7, "户", "new_households|2022-09|610902110|all")
    rows = (("甲镇", Figure(12, "", "x")),)
    return content_of(
        make_notebook(
            Paragraph(("未消除风险", households, "。")),
            Decisions("提请研究决定的事项", (Decision(("清零<&>。",), ("由各镇办。",), "一"),), "无"),
            Heading("一、监测动态", "monitoring"),
            Paragraph(("接通", share, "，流水镇新纳入", other, "。"), style="lead"),
            EXAMPLES["cause_bars"](),
            Heading("二、各镇（街道）情况", "places"),
            Table("各镇", (Column("镇"), Column("户", "right")), rows, "户"),
            Paragraph(("口径。",), style="note"),
            Imprint("区委、区政府领导", "试点县乡村振兴局", "印发日期待定", "操作记录第3条"),
        )
    )


def _filled(content, template):
    made = from_template(content, TYPOGRAPHY, template, "模板.docx")
    assert made == from_template(content, TYPOGRAPHY, template, "模板.docx")
    return docx.Document(io.BytesIO(made))


def test_the_example_is_without_a_fault_and_asks_for_everything_a_bulletin_has(content):
    template = example_template()
    assert faults_of(template) == []
    assert example_template() == template
    parts = zipfile.ZipFile(io.BytesIO(template))
    everything = "".join(parts.read(name).decode() for name in parts.namelist() if name.endswith(".xml"))
    asked = {name for name in (*TEXTS, "首页", "目录", "正文") if f"{{{{ {name} }}}}" in everything}
    assert asked == {*TEXTS, "首页", "目录", "正文"} - {"数据截至"}


def test_filled_it_says_what_the_house_s_document_says(content):
    own = _filled(content, example_template())
    house = docx.Document(io.BytesIO(house_docx(content, TYPOGRAPHY)))
    assert word_text(own) == word_text(house)
    for one, other in zip(own.paragraphs, house.paragraphs, strict=True):
        assert one.style.name == other.style.name or one.text == ""
    breaks = [[p.text for p in d.paragraphs if p.paragraph_format.page_break_before] for d in (own, house)]
    assert breaks == [["目录"]] * 2
    section = own.sections[0]
    assert section.first_page_header.paragraphs[0].text == "内部资料\t演示数据　草稿"
    assert (
        section.header.paragraphs[0].text == "试点县巩固衔接工作月报　2022年9月（期号待定）\t演示数据　草稿"
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("开头{{ 标提 }}结尾", "没有“标提”这个占位符"),
        ("{{ 数.open_risk_household }}", "没有“数.open_risk_household”这个指标"),
        ("{{ 数.values }}", "没有“数.values”这个指标"),
        ("见{{ 正文 }}", "要独占一段"),
        ("{{ 首页 }}{{ 标题 }}", "要独占一段"),
        ("{{ 标题", "花括号不成对"),
        ("标题 }}", "花括号不成对"),
        ("｛｛ 标题 ｝｝", "不是半角"),
        ("{# 说明 #}", "花括号不成对"),
        ("{{ 7*7 }}", "不写算式和函数"),
        ("{{ range(9) }}", "不写算式和函数"),
        ("{{ 标题.__class__ }}", "不写算式和函数"),
        ("{{ 标题|upper }}", "不写算式和函数"),
        ("{{ 标题[0] }}", "不写算式和函数"),
        ("{{ '字' }}", "不写算式和函数"),
        ("{{p 正文 }}", "看不懂"),
        ("{{ }}", "看不懂"),
        ("{% for x in 数 %}{% endfor %}", "不能用"),
        ("{% set 标题 = 1 %}", "不能用"),
        ("{% if 标提 %}有{% endif %}", "没有“标提”这个占位符"),
        ("{% if 标题 > 1 %}有{% endif %}", "不写算式和函数"),
        ("{% if 标题 %}有", "没有对应的"),
        ("{% endif %}", "不能用"),
    ],
)  # fmt: skip
def test_what_is_no_placeholder_is_named_with_its_paragraph(text, told):
    faults = faults_of(_template("第一段", "{{ 标题 }}", text))
    assert any(told in fault for fault in faults), faults
    assert any(fault.startswith(f"正文第3段“{text[:30]}”：") for fault in faults) or "没有对应的" in told
    assert all("第1段" not in fault and "第2段" not in fault for fault in faults)


def test_all_faults_are_told_in_one_pass_wherever_they_stand():
    document = docx.Document()
    document.add_paragraph("{{ 标提 }}")
    parted = document.add_paragraph("{{ 单")
    parted.add_run("卫 }}").bold = True  # Word parts a word wherever its looks change
    document.add_table(1, 1).cell(0, 0).text = "{{ 镇名 }}"
    document.sections[0].header.paragraphs[0].text = "{{ 首页 }}"
    document.sections[0].footer.paragraphs[0].text = "{{ 页数 }}"
    with pytest.raises(HanbinError) as caught:
        check_documents([("甲.docx", _saved(document))])
    assert (caught.value.code, caught.value.exit_code) == ("HB-TYP-006", ExitCode.TYPOGRAPHY)
    assert "甲.docx 有5处问题" in caught.value.message
    for told in ("“标提”", "“单卫”", "“镇名”", "“页数”", "页眉第1段", "页脚第1段", "正文第3段"):
        assert told in caught.value.message


@pytest.mark.parametrize("change", ["ins", "del", "moveFrom", "moveTo"])
def test_a_change_that_nobody_accepted_is_a_fault(change):
    # A deleted placeholder would be filled and shown again, one that is not known end the month.
    document = docx.Document()
    paragraph = document.add_paragraph("未消除")
    kept = "t" if change in ("ins", "moveTo") else "delText"
    marked = f'<w:{change} {nsdecls("w")} w:id="1" w:author="甲"><w:r><w:{kept}>{{{{ 旧名'
    paragraph._p.append(parse_xml(f"{marked} }}}}</w:{kept}></w:r></w:{change}>"))
    faults = faults_of(_saved(document))
    assert faults[0] == "正文里还留着修订：先接受或拒绝全部修订（审阅选项卡），再保存"
    assert len(faults) == (2 if kept == "t" else 1)


@pytest.mark.parametrize("member", ["word/vbaProject.bin", "word/fonts/font1.odttf", "word/embeddings/o.bin"])
def test_what_nobody_can_look_into_is_a_fault(member):
    buffer = io.BytesIO(_template("{{ 标题 }}"))
    with zipfile.ZipFile(buffer, "a") as package:
        package.writestr(member, b"\xff\xfe\x00")
    assert [fault.partition("：")[0] for fault in faults_of(buffer.getvalue())] == [member]


def test_a_picture_from_elsewhere_is_a_fault_and_a_link_is_none():
    document = docx.Document()
    document.part.relate_to("https://example.org/", f"{_RELATIONS}/hyperlink", is_external=True)
    assert faults_of(_saved(document)) == []
    document.part.relate_to("file:///C:/a.png", f"{_RELATIONS}/image", is_external=True)
    (fault,) = faults_of(_saved(document))
    assert "以外的内容（image）" in fault


_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@pytest.mark.parametrize("content", [b"", b"PK", b"%PDF-1.7"])
def test_what_is_no_word_document_is_a_fault(content):
    assert faults_of(content) == ["不是 Word 文档（.docx）：用 Word 或 WPS 另存为 .docx"]


def test_texts_and_figures_stand_in_the_sentence_in_its_looks(content):
    document = docx.Document()
    paragraph = document.add_paragraph("截至{{ 数据截至 }}，未消除")
    paragraph.add_run("{{ 数.open_risk_").bold = True
    paragraph.add_run("households }}").bold = True
    paragraph.add_run("，接通率{{ 数.phone_contact_share }}，新纳入{{ 数.new_households }}。")
    document.add_paragraph("{{ 标题 }}{% if 文号 %}有文号{% else %}没有文号{% endif %}")
    made = _filled(content, _saved(document))
    first, second = (p.text for p in made.paragraphs)
    # A share in a table has no unit there; a town's figure is not the county's; none of it is blank.
    assert first == "截至2022年9月30日，未消除2332户，接通率56.9%，新纳入（本期未载）。"
    assert "2332户" in [run.text for run in made.paragraphs[0].runs if run.bold]
    assert second == "9月份监测帮扶工作情况没有文号"


def test_a_chapter_alone_and_one_that_is_not_there(content):
    made = _filled(
        content, _template("前言", "{{ 各镇情况 }}", "过渡", "{{ 月调度位次 }}", "{{ 监测动态 }}", "落款")
    )
    texts = [p.text for p in made.paragraphs if p.text]
    wanted = ["前言", "二、各镇（街道）情况", "过渡", "一、监测动态", "落款"]
    assert [t for t in texts if t in wanted] == wanted
    assert "月调度位次　本期没有这一章。" in texts
    assert len(made.tables) == 1


def test_what_a_value_holds_is_text(content):
    made = _filled(content, _template("{{ 首页 }}", "{{ 报送 }}"))
    assert "清零<&>。" in word_text(made)


def test_the_office_s_styles_page_and_lists_stay_and_are_used(content):
    document = docx.Document()
    document.styles["Heading 1"].font.size = Pt(21)
    own = document.styles.add_style("表格", WD_STYLE_TYPE.PARAGRAPH)
    own.element.set(qn("w:styleId"), "a9")
    document.sections[0].page_width, document.sections[0].left_margin = Mm(150), Mm(20)
    document.sections[0].right_margin = Mm(30)
    document.add_paragraph("一段自己的话", style="List Number")
    document.add_paragraph("{{ 正文 }}")
    lists = len(document.part.numbering_part.element)
    made = _filled(content, _saved(document))
    assert made.styles["Heading 1"].font.size.pt == 21
    heads = [p.text for p in made.paragraphs if p.style.name == "Heading 1"]
    assert heads == [
        "一、监测动态",
        "二、各镇（街道）情况",
    ]  # its headings do not count: the numerals are written
    (table,) = made.tables
    assert table.cell(1, 0).paragraphs[0].style.style_id == "a9"
    assert sum(int(c.get(qn("w:w"))) for c in table._tbl.tblGrid) == pytest.approx(Mm(100).twips, abs=2)
    assert made.styles["正文段"].font.size.pt == 16  # it had none
    assert (
        len(made.part.numbering_part.element) == lists + 2
    )  # one list more, for the points, and its instance
    assert made.paragraphs[0].style.name == "List Number"


def test_styles_are_found_as_libreoffice_names_them(content):
    """It writes Heading 1 and TOC 1 where Word has heading 1 and toc 1; to Word both are the same."""
    document = docx.Document()
    document.styles["Heading 1"].font.size = Pt(21)
    for style, name in (("Heading 1", "Heading 1"), ("Caption", "Caption"), ("Normal", "normal")):
        document.styles[style].element.find(qn("w:name")).set(qn("w:val"), name)
    document.add_paragraph("{{ 正文 }}")
    made = _filled(content, _saved(document))
    heads = [p.text for p in made.paragraphs if p.style.name == "Heading 1"]
    assert heads == ["一、监测动态", "二、各镇（街道）情况"]
    assert made.styles["Heading 1"].font.size.pt == 21
    names = [style.name for style in made.styles]
    assert len(names) == len(set(names))


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_the_example_saved_by_libreoffice_is_still_a_template(content, tmp_path):
    (tmp_path / "模板.docx").write_bytes(example_template())
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "docx:MS Word 2007 XML", "--outdir"]
    subprocess.run(
        [*command, str(tmp_path / "out"), str(tmp_path / "模板.docx")],
        check=True,
        capture_output=True,
        timeout=120,
    )
    saved = (tmp_path / "out" / "模板.docx").read_bytes()
    assert faults_of(saved) == []
    made = _filled(content, saved)
    house = docx.Document(io.BytesIO(house_docx(content, TYPOGRAPHY)))
    assert word_text(made) == word_text(house)
    heads = [p.text for p in made.paragraphs if p.style.name == "Heading 1"]
    assert heads == [p.text for p in house.paragraphs if p.style.name == "Heading 1"]
    assert [p.text for p in made.paragraphs if p.paragraph_format.page_break_before] == ["目录"]


def test_a_document_without_lists_gets_one_that_counts(content):
    buffer = io.BytesIO(_template("{{ 目录 }}", "{{ 正文 }}"))
    document = docx.Document(buffer)
    for key, one in list(document.part.rels.items()):
        if one.reltype.endswith("/numbering"):
            document.part.rels.pop(key)
    for name in ("Heading 1", "Heading 2", "Heading 3", "List Bullet"):
        document.styles[name].delete()
    made = _filled(content, _saved(document))
    heads = [p for p in made.paragraphs if p.style.name == "Heading 1"]
    assert [p.text for p in heads] == ["监测动态", "各镇（街道）情况"]
    assert heads[0].style.element.pPr.numPr.numId.val > 0
    lines = [p._p for p in made.paragraphs if p.style.name == "toc 1"]
    shown = ["".join(t.text for t in line.iter(qn("w:t"))) for line in lines]
    assert shown == ["一、监测动态", "二、各镇（街道）情况"]


def test_a_place_that_ends_a_section_or_begins_a_page_still_does(content):
    document = docx.Document()
    document.add_paragraph("{{ 首页 }}")
    document.add_section()
    second = document.add_paragraph("{{ 正文 }}")
    second.paragraph_format.page_break_before = True
    third = document.add_paragraph()
    third.add_run().add_break(WD_BREAK.PAGE)
    third.add_run("{{ 各镇情况 }}").add_break(WD_BREAK.PAGE)
    document.add_paragraph("结尾")
    made = _filled(content, _saved(document))
    assert len(made.sections) == 2
    broken = [p.text for p in made.paragraphs if p.paragraph_format.page_break_before]
    assert broken == ["一、监测动态", "二、各镇（街道）情况", "结尾"]


def test_every_name_may_be_asked_for():
    assert faults_of(_template(*(f"{{{{ {name} }}}}" for name in (*TEXTS, *blocks())))) == []
    assert {"监测动态", "各镇情况", "各村情况", "首页", "正文", "目录"} <= blocks()


def test_the_template_in_use_is_read_with_the_parameters(tmp_path):
    from support import REPOSITORY

    text = (REPOSITORY / "params" / "typography.yaml").read_text(encoding="utf-8")
    path = tmp_path / "typography.yaml"
    path.write_text(text.replace('word_template: ""', "word_template: 月报模板.docx"), encoding="utf-8")
    with pytest.raises(HanbinError, match=r"月报模板[.]docx 不在 params 目录里"):
        Typography.read(tmp_path)
    (tmp_path / "月报模板.docx").write_bytes(b"abc")
    assert Typography.read(tmp_path).word_document == b"abc"
    path.write_text(text.replace('word_template: ""', "word_template: ../a.docx"), encoding="utf-8")
    with pytest.raises(HanbinError, match="word_template"):
        Typography.read(tmp_path)
    assert Settings.load(Workspace(REPOSITORY)).typography.word_document == b""
