"""The message for the work chat: the public page's words, short enough, as text; nothing that is not published."""

import json
import socket
from dataclasses import replace

import pytest
from support import MONTH, TYPOGRAPHY

from hanbin_lib import state
from hanbin_lib.display import Figure, Masthead, Paragraph
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.files import sha256_of
from hanbin_lib.release.excerpts import DINGTALK, MOST_BYTES, TEXT, WECHAT_WORK, Message, write_message
from hanbin_lib.release.publication import MANIFEST
from hanbin_lib.rendering import NOTICES, Content
from hanbin_lib.state import PublicationManifest, PublishedDocument
from hanbin_lib.workspace import Workspace

MESSAGE = Message(
    "甲县月报　2022年9月", "9月份情况", "在册5408户。新纳入36户；消除87户。", "口径　不含甲镇。"
)
NAME = "610902_甲区_公开稿.docx"
HEAD = Masthead("甲区月报", "甲局", "2022年9月第9期", "10月8日", "9月份情况", "演示数据　草稿", "2022-09-30")


@pytest.fixture
def workspace(tmp_path):
    """A public edition that has been published with its page of text."""
    folder = tmp_path / "reports" / "public" / str(MONTH)
    folder.mkdir(parents=True)
    key = Paragraph(("在册监测对象", Figure(5408, "户", "a|b|c|d"), "。"))
    parts = (HEAD, key, Paragraph(("口径　不含甲镇。",), style="note"))
    (page,) = (one for one in NOTICES if one.suffix == "docx")
    (folder / NAME).write_bytes(page.write(Content(parts, None), TYPOGRAPHY))
    files = {NAME: sha256_of(folder / NAME)}
    document = PublishedDocument(key="k", files=files)
    manifest = PublicationManifest(revision=1, documents={"610902": document}, failed={}, files={})
    (folder / MANIFEST).write_bytes(state.as_json(manifest))
    return Workspace(tmp_path)


def test_it_says_what_the_published_page_says_and_sends_nothing(workspace, monkeypatch):
    monkeypatch.setattr(socket, "socket", lambda *_: pytest.fail("a message is never sent"))
    folder = write_message(workspace, MONTH, "610902")
    assert folder == workspace.root / "data" / "messages" / "2022-09"
    assert {path.name for path in folder.iterdir()} == {TEXT, WECHAT_WORK, DINGTALK}
    text = (folder / TEXT).read_text(encoding="utf-8")
    assert (
        text == "甲区月报　2022年9月第9期　演示数据　草稿\n9月份情况\n在册监测对象5408户。\n口径　不含甲镇。"
    )
    wechat = json.loads((folder / WECHAT_WORK).read_text(encoding="utf-8"))
    ding = json.loads((folder / DINGTALK).read_text(encoding="utf-8"))
    assert wechat["msgtype"] == ding["msgtype"] == "markdown"
    assert wechat["markdown"]["content"] == ding["markdown"]["text"]
    assert "在册监测对象5408户。" in ding["markdown"]["text"]
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    write_message(workspace, MONTH, "610902")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == first


@pytest.mark.parametrize("spoil", ["gone", "changed", "other month", "other county"])
def test_what_is_not_as_published_is_not_told(workspace, spoil):
    path = workspace.root / "reports" / "public" / str(MONTH) / NAME
    if spoil == "gone":
        path.unlink()
    elif spoil == "changed":
        path.write_bytes(path.read_bytes() + b"x")
    month, code = MONTH.shift(spoil == "other month"), "610903" if spoil == "other county" else "610902"
    with pytest.raises(HanbinError) as caught:
        write_message(workspace, month, code)
    assert (caught.value.code, caught.value.exit_code) == ("HB-MSG-001", ExitCode.INPUT_INVALID)
    assert not (workspace.root / "data" / "messages").exists()


@pytest.mark.parametrize("sentences", [1, 40, 60, 61, 62, 63, 64, 65, 66, 200])
def test_each_file_is_short_enough_and_ends_after_a_sentence(sentences):
    whole = replace(MESSAGE, summary="新纳入三十六户。" * sentences)
    for name, content in whole.files().items():
        assert len(content) <= MOST_BYTES, name
        assert ("下略，全文见公开稿" in content.decode()) == (
            max(map(len, whole._files().values())) > MOST_BYTES
        )
    kept = whole.files()[TEXT].decode().split("\n")[2].removesuffix("（下略，全文见公开稿）")
    assert kept == "新纳入三十六户。" * kept.count("。")
    longest = replace(whole, summary=f"{kept}新纳入三十六户。（下略，全文见公开稿）")
    if kept.count("。") < sentences:
        assert (
            max(map(len, longest._files().values())) > MOST_BYTES
        )  # not one sentence less than there is room


def test_words_that_would_be_marks_a_mention_or_a_link_are_words():
    told = replace(MESSAGE, summary="<@all>*甲*[乙](http://x)`#|。")
    assert "＜＠all＞＊甲＊［乙］(http://x)｀＃｜。" in told.card
    assert json.loads(told.files()[WECHAT_WORK])["markdown"]["content"] == told.card
    assert "<@all>" in told.text  # a text knows no marks
