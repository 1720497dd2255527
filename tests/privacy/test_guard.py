"""The guard finds every person it is told of, in every kind of file, and tells no value."""

import base64
import io
import json
import os
import subprocess
import sys
import zipfile

import docx
import pandas as pd
import pikepdf
import pypdfium2
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from support import MONTH, PUBLISHED, copied

from hanbin_lib.bulletin import open_bulletin
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.privacy import (
    Guard,
    PersonalTerms,
    Unreadable,
    Words,
    narrowed,
    read_terms,
    sealed_terms,
    write_terms,
)
from hanbin_lib.privacy.numbers import is_identity_number, of_its_form
from hanbin_lib.privacy.reading import picture_texts
from hanbin_lib.release import release_month, run
from hanbin_lib.release.checks import personal_data
from hanbin_lib.release.checks.personal_data import guard_files, look_into, month_guard
from hanbin_lib.release.staging import Staging
from hanbin_lib.workspace import Workspace

NAME, NUMBER, PHONE = "欧阳测试甲", "999999199001011235", "19900009876"
TERMS = PersonalTerms(frozenset({NAME, "高明"}), frozenset({NUMBER, PHONE}), frozenset({"家里漏雨没人管"}))
_PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
WORDS = Words(("提高明显", "演示数据"), ())
NOBODY = PersonalTerms()


def test_a_guard_that_is_ready_folds_no_words_in_the_processes_that_look():
    words = Words(("提高明显",), ())
    Guard(TERMS, words).get_ready()
    assert "entries" in vars(words)


@pytest.fixture(scope="module")
def guard():
    return Guard(TERMS, WORDS)


def _kinds(hits):
    return {hit.kind for hit in hits}


@pytest.mark.parametrize("ending", ["html", "csv", "ipynb", "txt", "log"])
def test_text_files(guard, tmp_path, ending):
    path = tmp_path / f"a.{ending}"
    said = f"<p>{NAME}</p>，证件{NUMBER}，家里漏雨没人管"
    path.write_text(json.dumps({"text": [said]}) if ending == "ipynb" else said, encoding="utf-8")
    assert {"姓名", "证件或电话号码", "反映事项原文"} <= _kinds(guard.scan(path))


def test_an_object_that_a_notebook_keeps_as_text(guard, tmp_path):
    """Whatever signs stand beside them: a name behind "<", and a number that is no text."""
    tree = json.dumps({"Paragraph": [["少于<3户，", NAME, "，>2户", {"Figure": [int(PHONE), "户"]}]]})
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps({"data": {"text/vnd.hanbin.tree": [tree]}}), encoding="utf-8")
    assert {"姓名", "证件或电话号码"} <= _kinds(guard.scan(path))


def test_escaped_and_split_by_tags(guard, tmp_path):
    path = tmp_path / "a.html"
    path.write_text("".join(f"&#{ord(c)};" for c in NAME), encoding="utf-8")
    assert _kinds(guard.scan(path)) == {"姓名"}


def test_spreadsheets(guard, tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_string(0, 0, NAME)
        sheet.write_comment(1, 1, PHONE)
    assert {"姓名", "证件或电话号码"} <= _kinds(guard.scan(path))


def test_word_documents(guard, tmp_path):
    """Also where a name changes its weight, in a table, and in the words for a picture."""
    path = tmp_path / "a.docx"
    document = docx.Document()
    paragraph = document.add_paragraph("户主")
    paragraph.add_run(NAME[:2]).bold = True
    paragraph.add_run(NAME[2:])
    document.add_table(1, 1).rows[0].cells[0].text = NUMBER
    picture = document.add_picture(io.BytesIO(_PICTURE))
    picture._inline.docPr.set("descr", f"电话{PHONE}")
    document.save(path)
    hits = {hit.kind: hit.places for hit in guard.scan(path)}
    assert hits["姓名"] == 1
    assert hits["证件或电话号码"] >= 2


def test_a_pdf_that_was_looked_into_is_closed_without_a_word(tmp_path):
    path = tmp_path / "a.pdf"
    with pypdfium2.PdfDocument.new() as document:
        document.new_page(100, 100)
        document.save(path)
    program = "import sys; from pathlib import Path; from hanbin_lib.privacy import reading; "
    program += "list(reading.readable(Path(sys.argv[1]))); assert reading.opened_pdf.cache_info().currsize"
    done = subprocess.run([sys.executable, "-c", program, path], capture_output=True, check=True, text=True)
    assert (done.stdout, done.stderr) == ("", "")


def _inputs(path, **members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", "/") + ".yaml", text)
    return path


def test_the_kept_inputs(guard, tmp_path):
    path = tmp_path / "inputs.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data/forecasts/a.json", json.dumps({"name": NAME}))
        archive.writestr("params/areas.csv", f"610902,{NAME}".encode("gb18030"))
    assert [(hit.place, hit.kind, hit.places) for hit in guard.scan(path)] == [
        ("data/forecasts/a.json", "姓名", 2)
    ]


def test_the_kept_settings(guard, tmp_path):
    """A remark in a settings file leaves with it; who answers for something, and for which word, is named there."""
    said = _inputs(tmp_path / "a.zip", params__scenarios__drought=f"# 问{NAME}，电话{PHONE}\nname: 干旱\n")
    assert {"姓名", "证件或电话号码"} <= _kinds(guard.scan(said))
    answered = f"false_alarms:\n  - {{word: {NAME}, by: {NAME}, reason: 是地名}}\n  - word: '{NAME}'\n"
    assert guard.scan(_inputs(tmp_path / "b.zip", params__issues=answered)) == []
    entered = (
        f'lines:\n  - {{year: 2022, entered_by: {NAME}}}\n  - {{"entered_by": "{NAME}", "by" : {NAME}}}\n'
    )
    assert guard.scan(_inputs(tmp_path / "e.zip", params__monitoring_lines=entered)) == []
    assert guard.scan(_inputs(tmp_path / "f.zip", params__monitoring_lines=f"document: {NAME}\n")) != []
    assert _kinds(guard.scan(_inputs(tmp_path / "c.zip", params__issues=f"by: {NUMBER}\n"))) >= {"证件号码"}
    assert "姓名" in _kinds(guard.scan(_inputs(tmp_path / "d.zip", params__issues=f"reason: {NAME}家\n")))


def test_the_kept_templates(guard, tmp_path):
    """What is made of an office's template does not show its author; the template itself is kept all the same."""
    core = "<cp:coreProperties><dc:creator>{}</dc:creator></cp:coreProperties>"
    for number, (ending, author) in enumerate([("docx", NAME), ("pptx", NAME), ("docx", "办公室")]):
        with zipfile.ZipFile(made := io.BytesIO(), "w") as office:
            office.writestr("docProps/core.xml", core.format(author))
        path = tmp_path / f"{number}.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"params/模板.{ending}", made.getvalue())
        found = [(hit.place, hit.kind) for hit in guard.scan(path)]
        assert found == ([(f"params/模板.{ending}", "姓名")] if author == NAME else [])


def test_a_code_that_an_officer_answers_for_is_no_number(tmp_path):
    """By its form alone it would be a card or a telephone; whose is in the lists stays somebody's."""
    path = tmp_path / "a.txt"
    path.write_text(f"项目6205222022091500001、13800138000、{PHONE}、{NUMBER}", encoding="utf-8")
    answered = frozenset({"6205222022091500001", "13800138000", PHONE, NUMBER})
    kinds = [_kinds(Guard(TERMS, WORDS, (), codes).scan(path)) for codes in (frozenset(), answered)]
    assert kinds[0] - kinds[1] == {"手机号码", "银行卡号"}
    assert {"证件或电话号码", "证件号码"} <= kinds[1]


def test_a_word_that_is_also_a_name_counts_only_alone(guard, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("有效接通率提高明显", encoding="utf-8")
    assert guard.scan(path) == []
    path.write_text("户主,高明,男", encoding="utf-8")
    assert _kinds(guard.scan(path)) == {"姓名"}


def test_only_the_closed_list_makes_a_name_a_word(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(f"由{NAME}负责的项目", encoding="utf-8")
    assert _kinds(Guard(TERMS, Words(("产业项目",), ())).scan(path)) == {"姓名"}
    assert _kinds(Guard(TERMS, Words((f"小{NAME}合作社",), ())).scan(path)) == set()
    assert _kinds(Guard(TERMS, WORDS, (NAME,)).scan(path)) == set()


def test_a_file_that_nobody_can_look_into_is_refused(guard, tmp_path):
    for name, content in (
        ("a.pdf", b"%PDF-1.7 cut"),
        ("a.xlsx", b"PK"),
        ("a.csv", b"\xff\xfe"),
        ("a.bin", b""),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(Unreadable):
            guard.scan(path)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("11010519491231002X", "证件号码"),
        ("610902********1234", "遮盖的证件号码"),
        ("电话13812345678。", "手机号码"),
        ("138****5678", "遮盖的手机号码"),
        ("卡号6222021234567890123", "银行卡号"),
    ],
)
def test_numbers_are_known_by_their_form_too(tmp_path, text, kind):
    path = tmp_path / "a.txt"
    path.write_text(text, encoding="utf-8")
    assert kind in _kinds(Guard(NOBODY, WORDS).scan(path))


@pytest.mark.parametrize(
    "text",
    ["0.13812345678901", "户编号6109020000000006", "a13812345678f", "610902199013011234", "138123456789"],
)
def test_other_numbers_are_left_alone(tmp_path, text):
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    assert Guard(NOBODY, WORDS).scan(path) == []


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_name_is_found_wherever_it_stands(guard, before, after):
    assert guard.kinds(f"{before} {NAME} {after}")["姓名"] >= 1


def test_terms_are_readable_with_the_key_only(tmp_path):
    path = tmp_path / "guard" / "v.terms"
    write_terms(path, sealed_terms(TERMS, b"a" * 32))
    assert read_terms(path, b"a" * 32) == TERMS
    assert read_terms(path, b"b" * 32) is None
    raw = path.read_bytes()
    assert NAME.encode() not in raw
    assert json.dumps(NAME)[1:-1].encode() not in raw
    assert path.stat().st_mode & 0o077 == 0


def test_cards_and_numbers_compare_on_eighteen_characters():
    columns = [("id_number", pd.Series([NUMBER + "11"])), ("person_name", pd.Series(["甲", NAME]))]
    terms = PersonalTerms.of(columns)
    assert terms.numbers == {NUMBER, NUMBER + "11"}
    assert terms.names == {NAME}


def test_what_is_imported_is_what_is_looked_for(demo_workspace):
    """Names and numbers of the month stand in the encrypted terms, by the thousand."""
    secret = demo_workspace.secret.read_bytes()
    (path,) = demo_workspace.personal_terms.iterdir()
    terms = read_terms(path, secret)
    assert len(terms.names) > 500
    assert len(terms.numbers) > 500
    assert terms.words


@pytest.mark.parametrize("loss", ["deleted", "truncated", "another key", "no key"])
def test_without_the_names_to_look_for_nothing_is_published(own_workspace, tmp_path, loss):
    county = open_bulletin(str(MONTH), "610902", workspace=own_workspace)
    (path,) = own_workspace.personal_terms.iterdir()
    harmless = tmp_path / "a.txt"
    harmless.write_text("流水镇", encoding="utf-8")
    guard_files([harmless], lambda: month_guard(county, own_workspace), MONTH)
    if loss == "deleted":
        path.unlink()
    elif loss == "truncated":
        path.write_bytes(path.read_bytes()[:-100])
    elif loss == "no key":
        own_workspace.secret.unlink()
    else:
        own_workspace.secret.write_bytes(b"b" * 32)
    with pytest.raises(HanbinError, match="HB-GRD-002") as stopped:
        guard_files([harmless], lambda: month_guard(county, own_workspace), MONTH)
    assert stopped.value.exit_code is ExitCode.PERSONAL_DATA


def _never():
    raise AssertionError("everything was looked into already")


def test_what_was_looked_into_counts_for_that_very_file_alone(own_workspace, tmp_path):
    """Another content or another name is looked into again, whatever was found before."""
    county = open_bulletin(str(MONTH), "610902", workspace=own_workspace)
    guard = month_guard(county, own_workspace)
    (terms,) = own_workspace.personal_terms.iterdir()
    name = max(read_terms(terms, own_workspace.secret.read_bytes()).names, key=len)
    page = tmp_path / "a.txt"
    page.write_text("流水镇", encoding="utf-8")
    looked = look_into([page], guard)
    assert list(looked.values()) == [()]
    guard_files([page], _never, MONTH, looked)
    page.rename(renamed := tmp_path / f"{name}.txt")
    page.write_text(f"流水镇{name}", encoding="utf-8")
    for changed in (page, renamed):
        with pytest.raises(HanbinError, match="HB-GRD-001"):
            guard_files([changed], lambda: guard, MONTH, looked)
    found = look_into([page], guard)
    page.with_suffix(".unknown").write_bytes(b"x")
    with pytest.raises(HanbinError, match="HB-GRD-001"):
        guard_files([page], _never, MONTH, found)
    unknown = [page.with_suffix(".unknown")]
    with pytest.raises(HanbinError, match="HB-GRD-003"):
        guard_files(unknown, lambda: guard, MONTH, look_into(unknown, guard))


@pytest.mark.xdist_group("release")
def test_a_leak_stops_the_publication(own_workspace, published, monkeypatch):
    """A town's page that shows a person: nothing is published, and no value is told."""
    secret = own_workspace.secret.read_bytes()
    (path,) = own_workspace.personal_terms.iterdir()
    name = max(read_terms(path, secret).names, key=len)
    assembled = run.assemble

    def leaking(plan, staging, *rest):
        page = next(staging.folder.glob("*.html"))
        page.write_text(page.read_text(encoding="utf-8") + f"<p>{name}</p>", encoding="utf-8")
        return assembled(plan, staging, *rest)

    monkeypatch.setattr(run, "assemble", leaking)
    with pytest.raises(HanbinError, match="HB-GRD-001") as stopped:
        release_month(own_workspace, MONTH, PUBLISHED[1:], maker=copied(published))
    assert stopped.value.exit_code is ExitCode.PERSONAL_DATA
    assert "610902110_流水镇.html" in str(stopped.value)
    assert name not in str(stopped.value)
    assert not (own_workspace.reports / str(MONTH)).exists()
    assert list(own_workspace.reports.rglob("*.html")) == []  # nor where it was built


@pytest.mark.skipif(os.name != "posix", reason="modes of folders are POSIX")
def test_what_nobody_has_looked_into_yet_is_for_the_account_alone(tmp_path):
    staging = Staging.of(Workspace(tmp_path), MONTH, "a" * 16)
    assert staging.root.stat().st_mode & 0o077 == 0
    assert staging.folder.stat().st_mode & 0o777 == staging.root.parent.stat().st_mode & 0o777


def _png():
    said = PngInfo()
    said.add_text("Title", "图")
    said.add_itxt("Comment", NAME, zip=True)
    return _saved("PNG", pnginfo=said)


def _jpeg():
    exif = Image.Exif()
    exif[0x9C9B] = NAME.encode("utf-16-le")  # XPTitle, as Windows writes it
    return _saved("JPEG", exif=exif)


def _jpeg_comment():
    return _saved("JPEG", comment=NAME.encode("gb18030"))


def _emf():
    return b"\x01\x00\x00\x00" * 25 + f"{NAME}\0".encode("utf-16-le")


def _saved(kind, **more):
    stream = io.BytesIO()
    Image.new("RGB", (2, 2)).save(stream, kind, **more)
    return stream.getvalue()


def _behind_the_end():
    return _PICTURE + NAME.encode()


def _instead_of_dots():
    return _PICTURE.replace(b"IDAT", b"IDAT" + NAME.encode())


@pytest.mark.parametrize("picture", [_png, _behind_the_end, _instead_of_dots])
def test_only_a_whole_picture_of_dots_alone_says_nothing(picture):
    assert list(picture_texts(_PICTURE)) == []
    assert NAME in "".join(picture_texts(picture()))


@pytest.mark.parametrize(
    ("name", "picture"), [("a.png", _png), ("a.jpeg", _jpeg), ("b.JPG", _jpeg_comment), ("a.emf", _emf)]
)
@pytest.mark.parametrize("ending", ["docx", "xlsx", "zip"])
def test_what_pictures_in_documents_say(guard, tmp_path, name, picture, ending):
    path = tmp_path / f"a.{ending}"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"word/media/{name}", picture())
    assert _kinds(guard.scan(path)) == {"姓名"}
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/media/clean.png", _PICTURE)
        archive.writestr("word/media/broken.png", b"no picture")
    assert guard.scan(path) == []


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("image/png", _png), ("image/jpeg", _jpeg),
        ("image/svg+xml", f"<svg><title>{NAME}</title></svg>".encode),
    ],
)  # fmt: skip
def test_what_pictures_in_a_page_say(guard, tmp_path, kind, content):
    path = tmp_path / "a.html"
    path.write_text(
        f'<img src="data:{kind};base64,{base64.b64encode(content()).decode()}">', encoding="utf-8"
    )
    assert _kinds(guard.scan(path)) == {"姓名"}


def _information(pdf):
    pdf.docinfo["/Keywords"] = NAME


def _packet(pdf):
    with pdf.open_metadata() as packet:
        packet["dc:description"] = NAME


def _attachment(pdf):
    pdf.attachments["表.csv"] = pikepdf.AttachedFileSpec(pdf, f"1,{NAME}".encode(), filename="表.csv")


def _attachment_name(pdf):
    pdf.attachments[f"{NAME}.csv"] = pikepdf.AttachedFileSpec(pdf, b"1", filename=f"{NAME}.csv")


def _bookmark(pdf):
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem(NAME, 0))


def _picture_on_a_page(pdf):
    page = pdf.pages[0]
    picture = pikepdf.Stream(
        pdf, _jpeg(), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=2, Height=2,
        ColorSpace=pikepdf.Name.DeviceRGB, BitsPerComponent=8, Filter=pikepdf.Name.DCTDecode,
    )  # fmt: skip
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=picture))
    page.Contents = pikepdf.Stream(pdf, b"q 9 0 0 9 0 0 cm /P Do Q")


@pytest.mark.parametrize(
    "plant", [_information, _packet, _attachment, _attachment_name, _bookmark, _picture_on_a_page]
)
@pytest.mark.parametrize("packed", [True, False])
def test_what_a_pdf_says_beside_its_pages(guard, tmp_path, plant, packed):
    path = tmp_path / "a.pdf"
    mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(path, object_stream_mode=mode)
        assert guard.scan(path) == []
        plant(pdf)
        pdf.save(path, object_stream_mode=mode, compress_streams=packed)
    assert _kinds(guard.scan(path)) == {"姓名"}


def test_a_false_alarm_is_answered_for_by_word_and_month(own_workspace, tmp_path):
    """The officer's word passes in that month's files alone; another word does not."""
    secret = own_workspace.secret.read_bytes()
    (path,) = own_workspace.personal_terms.iterdir()
    name, other = sorted(read_terms(path, secret).names, key=len)[-2:]
    page = tmp_path / "a.txt"
    page.write_text(f"由{name}负责", encoding="utf-8")
    issues = own_workspace.params / "issues"
    issues.mkdir(exist_ok=True)
    written = f"false_alarms:\n  - word: {name}\n    by: 李审核\n    reason: 不是人名\n"
    for month, passes in ((str(MONTH.shift(-1)), False), (str(MONTH), True)):
        (issues / f"{month}.yaml").write_text(written, encoding="utf-8")
        county = open_bulletin(str(MONTH), "610902", workspace=own_workspace)
        found = month_guard(county, own_workspace).scan(page)
        assert (found == []) is passes
    page.write_text(f"由{other}负责", encoding="utf-8")
    assert month_guard(county, own_workspace).scan(page)


@pytest.mark.parametrize(
    ("code", "kind"),
    [("610902100201001", "证件号码"), ("6212231002010001", "银行卡号"), ("15802110001", "手机号码")],
    ids=["a village's code and three digits", "and four, of Gansu", "eleven digits"],
)
def test_a_code_of_the_register_that_looks_like_a_number_stops_nothing(code, kind):
    """But the register's own numbers do, whatever they are used for, and so does another code's form."""
    of_the_register = Guard(PersonalTerms(frozenset({"张三丰"})), Words([], []), codes={code})
    assert of_its_form([code, "1234567"]) == {code}
    assert of_the_register.kinds(f"户编号 {code}，") == {}
    assert of_the_register.kinds(f"户编号 {code[:-1]}2，") == {kind: 1}
    known = Guard(PersonalTerms(frozenset({"张三丰"}), frozenset({code})), Words([], []), codes={code})
    assert set(known.kinds(f"户编号 {code}，")) == {"证件或电话号码"}


def test_a_valid_identity_number_is_no_code():
    number = "610902199003070011"
    number = next(n for n in (f"{number[:17]}{c}" for c in "0123456789X") if is_identity_number(n))
    guard = Guard(PersonalTerms(frozenset({"张三丰"})), Words([], []), codes={number})
    assert guard.kinds(number) == {"证件号码": 1}


def test_codes_of_households_are_told_to_the_guard(own_workspace, monkeypatch):
    county = open_bulletin(str(MONTH), "610902", workspace=own_workspace)
    codes = set(county.snapshot.table("monitored_households", ["household_code"])["household_code"])
    chosen = min(codes)
    monkeypatch.setattr("hanbin_lib.release.checks.personal_data.of_its_form", {chosen}.intersection)
    assert personal_data._codes(county.snapshot) == {chosen}


@pytest.mark.parametrize("cell", ["欧阳春兰（已故）", "欧阳春兰(户主", "欧阳春兰 （曾用名：春花）"])
def test_a_name_with_a_note_behind_it_is_found_without_the_note(cell):
    terms = PersonalTerms(frozenset({cell}))
    guard = Guard(terms, Words([], []))
    assert guard.kinds("负责人为欧阳春兰，已完成") == {"姓名": 1}
    assert guard.kinds("已完成（已故）") == {}
    text = "负责人为欧阳春兰"
    assert Guard(narrowed(terms, [text]), Words([], [])).is_person(text)
    assert Guard(terms, Words([], []), ["欧阳春兰"]).kinds(text) == {}
