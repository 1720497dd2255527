"""A county's own headings, labels and codes: taken over as they are, refused where they would be two things."""

import pytest

from hanbin_lib.contract import TABLES
from hanbin_lib.contract.local import local_tables
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.policy import CodeForm, CountyColumns

COUNTY = "100001"


def refused(own) -> list[str]:
    with pytest.raises(HanbinError) as caught:
        local_tables(own, COUNTY)
    assert (caught.value.code, caught.value.exit_code) == ("HB-PAR-010", ExitCode.PARAMS_INVALID)
    return caught.value.message.splitlines()


def aliases(table="监测对象信息", **columns):
    return CountyColumns(aliases={table: {name: (alias,) for name, alias in columns.items()}})


def test_a_county_without_words_of_its_own_has_the_contract():
    assert local_tables(CountyColumns(), COUNTY) == TABLES


@pytest.mark.parametrize(
    ("heading", "alias", "owner"),
    [
        ("户编号", "姓名", "姓名"),  # another column's heading
        ("户编号", "身份证号", "证件号码"),  # another column's alias
        ("村", "镇（街道）", "乡"),  # the same in full width: 镇(街道) is an alias of 乡
        ("村", "乡 镇", "乡"),  # with a blank, which the import passes over
        ("户编号", "　人口编号", "人口编号"),
        ("转移性收入", "工资性收入（元）", "工资性收入"),
        ("户编号", "ＰＥＲＳＯＮ", None),
    ],
)
def test_a_heading_stands_for_one_column_however_it_is_spelt(heading, alias, owner):
    own = aliases(**{heading: alias})
    if owner is None:
        assert alias in local_tables(own, COUNTY)["monitored_persons"].column("household_code").aliases
        return
    (fault,) = refused(own)
    assert f"已经是“{owner}”，不能又是“{heading}”" in fault


def test_two_own_headings_of_one_spelling_are_refused_in_the_order_of_the_file():
    own = aliases(户编号="编号（新）", 人口编号="编号(新)")
    (fault,) = refused(own)
    assert fault == "columns.yaml：“监测对象信息”的表头“编号(新)”已经是“户编号”，不能又是“人口编号”"


def test_the_same_heading_may_be_two_columns_of_two_tables():
    own = CountyColumns(
        aliases={"监测对象信息": {"户编号": ("编号",)}, "问题整改台账": {"问题编号": ("编号",)}}
    )
    tables = local_tables(own, COUNTY)
    assert "编号" in tables["monitored_persons"].column("household_code").aliases
    assert "编号" in tables["rectification"].column("problem_code").aliases
    assert "编号" not in tables["lifted_persons"].column("household_code").aliases


def test_an_own_heading_that_the_column_has_already_is_no_fault():
    table = local_tables(aliases(户编号="家庭编号"), COUNTY)["monitored_persons"]
    assert table.column("household_code").aliases.count("家庭编号") >= 1


def test_all_faults_are_told_in_one_pass_each_with_the_file():
    own = CountyColumns(
        aliases={"无此表": {}, "脱贫户信息": {"无此列": ("甲",), "性别": ("姓名",)}},
        extra={"也无此表": ("乙",)},
        area_codes={"亦无此表": "2025-12"},
        labels={"户编号": {"甲": "乙"}},  # a code has no labels
        values={"务工所在地": ("甲",)},  # nor has free text
        codes={"性别": CodeForm(digits=3)},  # and a choice is no code
    )
    lines = refused(own)
    assert len(lines) == 8
    assert all(line.startswith("columns.yaml：") for line in lines)
    for word in ("无此表", "也无此表", "亦无此表", "无此列", "姓名", "户编号", "务工所在地", "性别"):
        assert any(f"“{word}”" in line for line in lines), word


def test_an_own_spelling_stands_for_a_label_and_may_make_a_new_one():
    own = CountyColumns(
        labels={"致贫/返贫风险1": {"因大病": "因病", "因疫": "因疫情"}},
        values={"致贫/返贫风险1": ("因疫情", "因旱")},
    )
    column = local_tables(own, COUNTY)["monitored_persons"].column("risk_cause_1")
    before = TABLES["monitored_persons"].column("risk_cause_1").labels
    assert column.labels == (*before, "因疫情", "因旱")  # once each, the known ones first
    assert dict(column.spellings) == {"因大病": "因病", "因疫": "因疫情"}
    other = local_tables(own, COUNTY)["monitored_persons"].column("risk_cause_2")
    assert (other.labels, other.spellings) == (before, ())


def test_a_spelling_alone_closes_no_open_list():
    """就业渠道 has no known labels: whoever maps one spelling has not named all that are right."""
    own = CountyColumns(labels={"就业渠道": {"自己找": "自主就业"}})
    column = local_tables(own, COUNTY)["migrant_work"].column("work_channel")
    assert (column.labels, column.spellings) == ((), (("自己找", "自主就业"),))
    named = CountyColumns(values={"就业渠道": ("自主就业",)})
    assert local_tables(named, COUNTY)["migrant_work"].column("work_channel").labels == ("自主就业",)


@pytest.mark.parametrize(("digits", "area", "prefix"), [(16, 6, "100001"), (16, 4, "1000"), (10, 0, "")])
def test_a_form_of_codes_begins_with_the_county(digits, area, prefix):
    own = CountyColumns(codes={"户编号": CodeForm(digits=digits, area_digits=area)})
    for table in local_tables(own, COUNTY).values():
        for column in table.columns:
            expected = (digits, prefix) if column.heading == "户编号" else (0, "")
            assert (column.digits, column.prefix) == expected, f"{table.name}.{column.name}"


def test_extra_columns_and_the_month_of_the_codes_are_the_table_s_alone():
    own = CountyColumns(extra={"社区工厂名册": ("法人",)}, area_codes={"社区工厂名册": "2025-12"})
    tables = local_tables(own, COUNTY)
    assert (tables["workshops"].extra, tables["workshops"].area_code_month) == (("法人",), "2025-12")
    assert {(t.extra, t.area_code_month) for t in tables.values() if t.name != "workshops"} == {((), "")}


def test_a_heading_that_is_a_choice_in_one_table_and_free_text_in_another_has_its_labels_in_the_one():
    own = CountyColumns(labels={"来源": {"自己查的": "自查"}}, values={"来源": ("巡察",)})
    tables = local_tables(own, COUNTY)
    choice, text = tables["rectification"].column("source"), tables["area_series"].column("source")
    assert dict(choice.spellings) == {"自己查的": "自查"}
    assert choice.labels[-1] == "巡察"
    assert text == TABLES["area_series"].column("source")


@pytest.mark.parametrize("name", sorted({c.heading for t in TABLES.values() for c in t.columns if c.labels}))
def test_the_line_that_the_import_offers_for_an_unknown_label_is_taken(name):
    own = CountyColumns(labels={name: {"本县的写法": "正式选项"}})
    touched = [c for t in local_tables(own, COUNTY).values() for c in t.columns if c.spellings]
    assert {column.heading for column in touched} == {name}
    known = [column.labels for column in touched if column.labels]  # an open list stays open
    assert known
    assert all("正式选项" in labels for labels in known)
