"""Ids of the action lists: the same every month, nothing of the case without the key, no number and no date."""

import hashlib
import hmac
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanbin_lib import state
from hanbin_lib.bulletin.handed_out import (
    DONE,
    LISTS,
    RETURNS,
    HandedOut,
    action_id,
    folder_of,
    handed_out,
    seal,
)
from hanbin_lib.months import Month
from hanbin_lib.state import ActionRecord, ReturnedRow, ReturnRecord
from hanbin_lib.workspace import Workspace

KEY = b"k" * 32


@given(st.binary(min_size=1, max_size=40), st.text(max_size=20), st.text(max_size=20))
def test_an_id_is_48_bits_of_the_keyed_hash_in_letters(key, ask, case):
    found = action_id(key, ask, case)
    assert re.fullmatch(r"[A-HJ-NP-R]{4}(-[A-HJ-NP-R]{4}){2}", found)
    values = ["ABCDEFGHJKLMNPQR".index(letter) for letter in found.replace("-", "")]
    bits = int.from_bytes(hmac.digest(key, f"action|{ask}|{case}".encode(), hashlib.sha256)[:6], "big")
    assert sum(value << 4 * (11 - n) for n, value in enumerate(values)) == bits


@pytest.mark.parametrize(
    ("key", "ask", "case"), [(b"l" * 32, "measure", "甲"), (KEY, "phone", "甲"), (KEY, "measure", "乙")]
)
def test_another_key_ask_or_case_is_another_id(key, ask, case):
    assert action_id(KEY, "measure", "甲") == action_id(KEY, "measure", "甲")
    assert action_id(key, ask, case) != action_id(KEY, "measure", "甲")


def test_without_the_key_there_is_no_id():
    assert HandedOut(None, None, b"").ids("measure", {"甲"}) == set()
    assert HandedOut(None, None, KEY).ids("measure", {"甲", "乙"}) == {
        action_id(KEY, "measure", one) for one in "甲乙"
    }
    assert str(KEY) not in repr(HandedOut(None, None, KEY))


def test_a_seal_tells_moved_cells_apart():
    assert len(seal(KEY, ["甲", "乙"])) == 16
    assert len({seal(KEY, cells) for cells in (["甲", "乙"], ["甲乙"], ["乙", "甲"], ["甲", "乙", ""])}) == 4


def test_without_lists_a_month_has_none(tmp_path):
    assert handed_out(Workspace(tmp_path), Month(2022, 9)) is None


def _record(month, kind=ActionRecord, **fields):
    own = (
        {"snapshot": "a" * 12, "due": "2022-10-31", "asks": {}, "lists": {}, "seals": {}}
        if kind is ActionRecord
        else {}
    )
    return state.as_json(kind(month=str(month), **own, **fields))


def test_what_was_given_out_is_read_with_what_came_back(tmp_path):
    workspace, month = Workspace(tmp_path), Month(2022, 9)
    folder = folder_of(workspace, month)
    folder.mkdir(parents=True)
    (folder / LISTS).write_bytes(_record(month))
    out = handed_out(workspace, month)
    assert (out.record.month, out.returned.rows, out.key) == ("2022-09", {}, b"")
    row = ReturnedRow(state=DONE, day="2022-10-12", of_list="甲")
    (folder / RETURNS).write_bytes(_record(month, ReturnRecord, rows={"KFDA": row}))
    workspace.secret.parent.mkdir(parents=True, exist_ok=True)
    workspace.secret.write_bytes(KEY)
    out = handed_out(workspace, month)
    assert (out.returned.rows, out.key) == ({"KFDA": row}, KEY)


@pytest.mark.parametrize("content", [b"{", _record(Month(2022, 8))], ids=["damaged", "of another month"])
def test_a_record_that_is_not_the_months_stops_nobody(tmp_path, content):
    workspace, month = Workspace(tmp_path), Month(2022, 9)
    folder_of(workspace, month).mkdir(parents=True)
    (folder_of(workspace, month) / LISTS).write_bytes(content)
    assert handed_out(workspace, month) is None
