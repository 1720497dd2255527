"""No message of an import tells a person: what was typed into a place's cell, a heading."""

from dataclasses import replace

import pytest

from hanbin_lib.ingest.findings import Finding, Severity, as_table, combined
from hanbin_lib.ingest.table_checks import persons_typed, without_persons
from hanbin_lib.privacy import PersonalTerms

NAME, PHONE = "向玉英", "13912340004"
TERMS = PersonalTerms(frozenset({NAME, "吴芳桂"}), frozenset({PHONE}))
HEAD = ["问题编号", "来源", "发现时间", "乡", "责任单位", "问题类别", "整改时限"]


def _problem(code, source="自查", town="河口镇"):
    return [code, source, "2022-09-01", town, "水利局", "项目管理", "2022-10-01"]


def _told(rows, register):
    return persons_typed([rows], TERMS, register)[["sheet", "row", "column", "message"]].to_numpy().tolist()


def test_a_person_typed_as_a_label_is_told_by_the_cell(sheet, register):
    rows = sheet(HEAD, _problem("W1"), _problem("W2", NAME), _problem("W3", f"自查{PHONE}"))
    found = _told(rows, register)
    assert [one[1:3] for one in found] == [[3, "来源"], [4, "来源"]]
    assert all(one[3].startswith("这一格里有本月登记人员的姓名") for one in found)


@pytest.mark.parametrize("text", [f"龙潭乡{NAME}", f"联系人{PHONE}"])
def test_words_of_a_cell_that_hold_a_person_are_not_told(register, text):
    about = ("HB-I-204", "地名无法对应", "台账.xlsx", f"“{text}”不在区划名册内", "核对名称")
    plain = Finding(Severity.ERROR, *about[:3], "“龙坛乡”不在区划名册内", "核对名称", row=4)
    offered = replace(plain, action=f"在 extra 下写：社区工厂名册: [{text}]")
    found = combined([as_table([Finding(Severity.ERROR, *about, row=3), plain, offered])])
    shown = without_persons(found, TERMS, register)
    assert text not in shown.to_csv()
    assert shown["message"].tolist()[1:] == ["“龙坛乡”不在区划名册内"] * 2
    assert shown["message"][0] == "这里写的内容有本月登记人员的姓名或号码，不显示"
    assert (shown["row"].tolist(), shown["action"][0]) == ([3, 4, 4], "核对名称")
