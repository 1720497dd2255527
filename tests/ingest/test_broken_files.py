"""Broken inputs: a clear message with the place, nothing stored, nothing personal said."""

import io
import shutil
import zipfile

import numpy as np
import pytest

from hanbin_lib import snapshots
from hanbin_lib.errors import ExitCode, HanbinError


def refused(desk, before, *words):
    """The one finding of an import that must fail and must leave the store as it was."""
    result = desk.run()
    errors = result.quality.findings.query("severity == '错误'")
    assert result.snapshot is None
    assert not result.is_new
    assert result.quality.errors == len(errors) > 0
    assert desk.store() == before
    for word in words:
        assert errors["message"].str.contains(word, regex=False).any(), errors["message"].tolist()
    assert errors["action"].ne("").all()
    return errors


def encrypted(content):
    """The beginning of what Excel writes for a file with a password: an OLE2 container."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + content


FILES = {
    "empty": (lambda content: b"", "文件是空的"),
    "blank": (lambda content: b"\r\n \r\n", "文件是空的"),
    "truncated": (lambda content: content[: len(content) // 2], "不完整或已损坏"),
    "html": (lambda content: "<html><table><tr><td>户编号</td></tr></table>".encode(), "认不出是哪张表"),
    "html with mark": (
        lambda content: b"\xef\xbb\xbf\r\n<!DOCTYPE html><html></html>",
        "网页（HTML），里面没有表格",
    ),
    "password": (encrypted, "密码"),
    "old and damaged": (lambda content: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "损坏"),
    "text": (lambda content: "户编号 姓名".encode(), "不是 Excel 文件"),
    "other text": (lambda content: "户编号,姓名".encode(), "认不出是哪张表"),
    "zip": (lambda content: zipped(), "是压缩包"),
}


def zipped():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", "x")
    return buffer.getvalue()


@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_is_no_workbook(sound, kind):
    make, word = FILES[kind]
    before = sound.store()
    content = (sound.inbox / "监测对象.xlsx").read_bytes()
    (sound.inbox / "坏文件.xlsx").write_bytes(make(content))
    errors = refused(sound, before, word)
    assert errors["file"].tolist() == ["坏文件.xlsx"]


@pytest.mark.parametrize("seed", range(12))
def test_random_damage_never_crashes_and_never_stores_something_else(sound, tools, seed):
    """Bytes changed at random: either refused, or read exactly as before the damage."""
    before = snapshots.latest(sound.workspace, tools.month).table("monitored_persons")
    path = sound.inbox / "监测对象.xlsx"
    content = bytearray(path.read_bytes())
    rng = np.random.default_rng(seed)
    for place in rng.integers(0, len(content), 1 + seed % 4):
        content[place] ^= int(rng.integers(1, 256))
    path.write_bytes(bytes(content))
    result = sound.run()
    if result.snapshot is not None:
        assert result.snapshot.table("monitored_persons").equals(before)


def test_a_csv_of_unknown_encoding(sound, tools):
    before = sound.store()
    rows = tools.lifted_rows()
    path = tools.write_csv(sound.inbox / "脱贫户.csv", rows, "gb18030")
    path.write_bytes(path.read_bytes()[:-40] + b"\xff\xff\x80\x80\x00\xff")
    refused(sound, before, "文字编码")


def test_a_csv_that_says_utf8_and_is_gb18030(sound, tools):
    before = sound.store()
    path = tools.write_csv(sound.inbox / "脱贫户.csv", tools.lifted_rows(), "gb18030")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    refused(sound, before, "标明是 Unicode 编码，内容却不是")


def test_a_csv_of_another_encoding_is_not_recognised(sound, tools):
    before = sound.store()
    tools.write_csv(sound.inbox / "脱贫户.csv", [{"戶編號": "1", "姓名": "x", "證件": "y"}], "big5")
    refused(sound, before, "认不出是哪张表")


def test_the_wrong_sheet(sound, tools):
    before = sound.store()
    sound.put("别的表.xlsx", [{"户编号": "H1", "姓名": "赵一", "电话": "1", "备注": ""}], title=None)
    errors = refused(sound, before, "最接近", "证件号码")
    assert errors["sheet"].tolist() == ["Sheet"]


def test_a_required_column_is_missing(sound, tools):
    before = sound.store()
    rows = [{k: v for k, v in row.items() if k != "风险是否已消除"} for row in tools.monitored_rows(2)]
    sound.put("监测对象.xlsx", rows)
    errors = refused(sound, before, "缺少必需的列：风险是否已消除")
    assert errors["row"].tolist() == [3]


def test_only_headings(sound, tools):
    before = sound.store()
    row = tools.lifted_rows()[0]
    sound.put("脱贫户.xlsx", [], headings=list(row))
    refused(sound, before, "只有表头，没有数据行")


def test_a_workbook_of_empty_sheets(sound):
    before = sound.store()
    sound.put("空.xlsx", [], headings=[], title=None)
    refused(sound, before, "都是空的")


CELLS = {
    "impossible month": ("识别监测时间", "202313", "HB-I-201"),
    "two months after the month": ("识别监测时间", "202211", "HB-I-205"),
    "impossible date": ("出生日期", "19800231", "HB-I-201"),
    "no number": ("工资性收入", "两万", "HB-I-201"),
    "no flag": ("风险是否已消除", "不详", "HB-I-201"),
    "empty code": ("户编号", "", "HB-I-202"),
    "empty category": ("监测对象类别", " ", "HB-I-202"),
    "unknown town": ("乡", "丁镇", "HB-I-204"),
    "unknown village": ("村", "北村", "HB-I-204"),
    "village of another town": ("村", "西村", "HB-I-204"),
    "another county": ("县", "别的县", "HB-I-203"),
    "short number": ("证件号码", "99999919800101", "HB-I-211"),
    "check digit": ("证件号码", "999999198001011230", "HB-I-211"),
    "failed formula": ("务工时间（月）", "#DIV/0!", "HB-I-201"),
}


@pytest.mark.parametrize("kind", CELLS)
def test_a_cell_that_cannot_be(sound, tools, kind):
    heading, text, rule = CELLS[kind]
    before = sound.store()
    rows = tools.monitored_rows()
    rows[2][heading] = text
    personal = {row[h] for row in rows for h in ("姓名", "证件号码", "户联系电话")} - {""}
    sound.put("监测对象.xlsx", rows)
    errors = refused(sound, before)
    fault = errors[errors["rule_id"] == rule].iloc[0]
    assert (fault["file"], fault["sheet"], fault["row"]) == ("监测对象.xlsx", "Sheet", 6)
    assert heading in fault["column"]
    said = errors.to_csv()
    assert not [value for value in personal if value in said]


@pytest.mark.parametrize("heading", ["人口编号", "证件号码"])
def test_a_person_listed_twice_names_both_places(sound, tools, heading):
    before = sound.store()
    rows = tools.monitored_rows(2)
    again = tools.monitored_rows(3)[4:]
    again[0][heading] = rows[1][heading]
    sound.put("监测对象.xlsx", rows)
    sound.put("第二份.xlsx", again)
    errors = refused(sound, before)
    fault = errors.query("rule_id == 'HB-I-212'").iloc[0]
    assert (fault["file"], fault["row"], fault["column"]) == ("第二份.xlsx", 4, heading) or (
        "第二份.xlsx（Sheet） 第4行" in fault["message"]
    )
    assert "第5行" in fault["message"] or fault["row"] == 5
    assert str(rows[1][heading]) not in errors.to_csv()


def test_a_disability_card_is_the_same_person(sound, tools):
    rows = tools.monitored_rows(2)
    rows[2]["证件号码"] = rows[0]["证件号码"] + "43"
    before = sound.store()
    sound.put("监测对象.xlsx", rows)
    assert "HB-I-212" in set(refused(sound, before)["rule_id"])


def test_all_faults_are_told_at_once(sound, tools):
    before = sound.store()
    rows = tools.monitored_rows(6)
    rows[0]["识别监测时间"] = "202313"
    rows[3]["工资性收入"] = "x"
    rows[5]["村"] = "没有的村"
    sound.put("监测对象.xlsx", rows)
    (sound.inbox / "空.xlsx").write_bytes(b"")
    errors = refused(sound, before)
    assert {"HB-I-101", "HB-I-201", "HB-I-204"} <= set(errors["rule_id"])
    assert len(errors) == 4


def test_no_folder_and_no_files(desk, tools):
    for prepare in (lambda: None, lambda: desk.inbox.mkdir(parents=True)):
        prepare()
        with pytest.raises(HanbinError) as caught:
            desk.run()
        assert (caught.value.code, caught.value.exit_code) == ("HB-IMP-001", ExitCode.INPUT_INVALID)


def test_what_is_no_table_is_left_with_a_word(sound, tools):
    (sound.inbox / "说明.txt").write_text("请看", encoding="utf-8")
    (sound.inbox / "~$监测对象.xlsx").write_bytes(b"lock")
    (sound.inbox / ".DS_Store").write_bytes(b"x")
    (sound.inbox / "旧").mkdir()
    shutil.copy(sound.inbox / "监测对象.xlsx", sound.inbox / "监测对象 (1).xlsx")
    result = sound.run()
    assert not result.is_new
    left = result.quality.findings.query("rule_id == 'HB-I-302'")
    assert sorted(left["file"]) == ["旧", "监测对象.xlsx", "说明.txt"]
    assert left["message"].str.contains("完全相同").sum() == 1


def test_one_import_at_a_time(sound):
    from hanbin_lib.ingest.storing import alone

    with alone(sound.workspace), pytest.raises(HanbinError) as caught:
        sound.run()
    assert (caught.value.code, caught.value.exit_code) == ("HB-IMP-002", ExitCode.LOCKED)
