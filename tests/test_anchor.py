"""The record of runs against what was printed of it; seals; letters that no check takes for figures."""

import json
import re

import pytest
from docx import Document
from typer.testing import CliRunner

from hanbin_lib import audit
from hanbin_lib.cli.main import app
from hanbin_lib.errors import HanbinError
from hanbin_lib.release.checks.reproducibility import anchors_in
from hanbin_lib.state import Anchor


@pytest.fixture
def record(tmp_path):
    path = tmp_path / "data" / "audit.jsonl"
    for number in range(5):
        audit.append(path, f"import 2022-0{number + 1}", {}, {"snapshot": str(number)})
    return path


def _lines(path):
    return path.read_text(encoding="utf-8").splitlines(keepends=True)


def _cut(path):
    path.write_text("".join(_lines(path)[:-2]), encoding="utf-8")


def _deleted(path):
    path.unlink()


def _made_anew(path):
    """A chain that is whole in itself: one run of five was never there."""
    kept = [json.loads(line) for line in _lines(path)]
    path.unlink()
    for entry in (*kept[:2], *kept[3:], kept[2]):
        audit.append(path, entry["action"], entry["inputs"], {"snapshot": "9"})


@pytest.mark.parametrize("tamper", [_cut, _deleted, _made_anew])
def test_what_the_chain_itself_does_not_show_is_found_by_what_was_printed(record, tamper):
    printed = audit.told_in(f"……印发\n{audit.told(audit.head(record))}")
    audit.append(record, "import 2022-06", {}, {})
    assert audit.check_against(record, printed) == 6
    tamper(record)
    list(audit.records(record))  # whole in itself
    with pytest.raises(HanbinError, match="HB-AUD-003"):
        audit.check_against(record, printed)


def test_the_printed_letters_hold_no_figure_and_read_back(record):
    head = audit.head(record)
    told = audit.told(head)
    assert re.findall(r"[0-9]+", told) == ["5"]
    assert audit.told_in(told.replace("，", "，\n").replace("-", "-\n")) == [(5, head.sha256[:32])]
    assert audit.told(audit.NOTHING) == ""
    assert audit.told_in("操作记录第5条") == []


def test_a_bulletin_a_manifest_and_a_notice_tell_it(record, tmp_path):
    head = audit.head(record)
    (tmp_path / "notice.txt").write_text(f"第1版，共27份。\n{audit.told(head)}。", encoding="utf-8")
    document = Document()
    document.add_paragraph(audit.told(head))
    document.save(tmp_path / "bulletin.docx")
    (tmp_path / "page.html").write_text(f"<p>{audit.told(head)}</p>", encoding="utf-8")
    known = [(5, head.sha256[:32])]
    assert all(anchors_in(tmp_path / n) == known for n in ("notice.txt", "bulletin.docx", "page.html"))
    manifest = {"revision": 1, "documents": {}, "failed": {}, "files": {}, "record": head.model_dump()}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert anchors_in(tmp_path) == [(5, head.sha256)]


def test_the_command_says_what_differs(record, tmp_path, monkeypatch):
    (tmp_path / "params").mkdir()
    (tmp_path / "params" / "county.yaml").write_text("", encoding="utf-8")
    notice = tmp_path / "notice.txt"
    notice.write_text(audit.told(audit.head(record)), encoding="utf-8")
    arguments = ["audit", "--against", str(notice), "--workspace", str(tmp_path)]
    assert "其间没有删改" in CliRunner().invoke(app, arguments).output
    _made_anew(record)
    with pytest.raises(HanbinError, match="HB-AUD-003"):
        raise CliRunner().invoke(app, arguments).exception
    notice.write_text("没有", encoding="utf-8")
    with pytest.raises(HanbinError, match=r"HB-AUD-005 .*没有印"):
        raise CliRunner().invoke(app, arguments).exception
    notice.unlink()
    with pytest.raises(HanbinError, match=r"HB-AUD-005 没有 .* 这个文件"):
        raise CliRunner().invoke(app, arguments).exception


def test_a_key_that_lies_elsewhere_seals_every_line(record, tmp_path, monkeypatch):
    key = tmp_path / "key"
    key.write_bytes(b"k" * 32)
    monkeypatch.setenv(audit.KEY_FILE, str(key))
    audit.append(record, "import 2022-06", {}, {})
    audit.append(record, "import 2022-07", {}, {})
    assert len(list(audit.records(record))) == 7
    monkeypatch.delenv(audit.KEY_FILE)
    assert len(list(audit.records(record))) == 7  # who has no key reads on
    lines = [json.loads(line) for line in _lines(record)]
    record.write_text("".join(json.dumps(line) + "\n" for line in lines[:6]), encoding="utf-8")
    audit.append(record, "import 2022-08", {}, {})  # without the key: no seal
    monkeypatch.setenv(audit.KEY_FILE, str(key))
    with pytest.raises(HanbinError, match="HB-AUD-001"):
        list(audit.records(record))
    key.unlink()
    with pytest.raises(HanbinError, match="HB-AUD-004"):
        list(audit.records(record))


def test_an_anchor_is_a_number_and_a_hash():
    with pytest.raises(ValueError, match="sha256"):
        Anchor(records=1, sha256="abc")
