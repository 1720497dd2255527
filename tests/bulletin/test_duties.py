"""Whose work items the table lists: the bureau's own, and of no other is it said that nothing was reported."""

from types import SimpleNamespace

import pandas as pd
import pytest
from support import REPOSITORY

from hanbin_lib.bulletin.chapters.duties import _bureau_items
from hanbin_lib.months import Month
from hanbin_lib.policy import Policy, read_policies

FILED = read_policies(REPOSITORY / "params").of(Month(2022, 9)).work_items
WORK_ITEMS = FILED.items


def bulletin(reported, duties=None, filed=FILED):
    table = None if duties is None else pd.DataFrame({"work_item": pd.array(list(duties), dtype="str")})
    return SimpleNamespace(
        figures=SimpleNamespace(groups=lambda *_: pd.Series(1.0, index=list(reported))),
        sources=SimpleNamespace(table=lambda _name: table),
        scope=SimpleNamespace(policy=Policy(first_month="2021-01", work_items=filed)),
    )


def test_the_campaign_s_items_are_listed_as_they_were():
    assert len(WORK_ITEMS) == 15
    assert _bureau_items(bulletin(WORK_ITEMS[3:9], WORK_ITEMS)) == list(WORK_ITEMS)
    assert _bureau_items(bulletin(WORK_ITEMS[3:9])) == list(WORK_ITEMS)


@pytest.mark.parametrize("renamed", WORK_ITEMS)
def test_an_item_under_another_name_is_never_missed_under_the_old_one(renamed):
    own = ["本局的新事项" if item == renamed else item for item in WORK_ITEMS]
    for found in (_bureau_items(bulletin(own, own)), _bureau_items(bulletin(own))):
        assert renamed not in found
        assert "本局的新事项" in found
    assert _bureau_items(bulletin(own[:2], own))[-1] in own


def test_a_duty_without_a_task_is_listed_and_so_is_a_task_without_a_duty():
    assert _bureau_items(bulletin(["新事项"], ["产业"])) == ["产业", "新事项"]
    assert _bureau_items(bulletin(["新事项"], filed=None)) == ["新事项"]
