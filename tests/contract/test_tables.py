"""The contract is sound in itself, and the data dictionary says the same."""

import re
from collections import defaultdict

import pytest
from support import REPOSITORY

from hanbin_lib.contract import TABLES, Kind, Level
from hanbin_lib.contract import labels as label_lists
from hanbin_lib.contract.columns import normal_heading
from hanbin_lib.ingest.recognise import spellings_by_unit

COLUMNS = [(table, column) for table in TABLES.values() for column in table.columns]
EACH_TABLE = pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
# What the name of a column ends in tells the unit of its numbers.
UNIT_OF_ENDING = {"_10k_yuan": "万元", "_yuan": "元", "_months": "月", "_percent": "%", "_households": "户"}


def dictionary() -> dict[str, list[dict[str, str]]]:
    """The pages' tables as somebody reads them: table -> rows by heading."""
    text = (REPOSITORY / "docs" / "data-dictionary.md").read_text(encoding="utf-8")
    found = {}
    for part in text.split("\n## ")[1:]:
        title, *lines = part.splitlines()
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line[:1] == "|"]
        head, _, *body = rows
        found[re.fullmatch(r"(\S+) · `(\w+)`", title)[2]] = [dict(zip(head, r, strict=True)) for r in body]
    return found


@pytest.fixture(scope="module")
def pages():
    return dictionary()


def test_the_dictionary_has_every_table_and_no_other(pages):
    assert list(pages) == list(TABLES)


@EACH_TABLE
def test_the_dictionary_says_of_each_column_what_the_import_does(pages, table):
    told = pages[table.name]
    assert [row["表头"] for row in told] == [column.heading for column in table.columns]
    for row, column in zip(told, table.columns, strict=True):
        assert row["代码名"].strip("`") == column.name
        assert row["类型"] == column.kind.value
        assert row["单位"] == column.unit
        assert (row["必需"], row["个人"]) == (
            "是" if column.required else "",
            "是" if column.personal else "",
        )
        assert row["别名"] == "、".join(column.aliases)
        by_policy = column.heading == "事项"  # its list is that of the month's pack
        assert row["选项"] == ("见[政策包](rules.md)" if by_policy else "、".join(column.labels))


@EACH_TABLE
def test_no_heading_of_a_table_means_two_of_its_columns(table):
    """Neither as it is written nor as the import compares it, with any unit behind it."""
    owners = defaultdict(set)
    for column in table.columns:
        headings = frozenset(map(normal_heading, (column.heading, *column.aliases)))
        for heading in spellings_by_unit(column, headings):
            owners[heading].add(column.name)
    assert {heading: names for heading, names in owners.items() if len(names) > 1} == {}


@EACH_TABLE
def test_a_heading_that_the_export_numbers_when_it_stands_twice_is_no_other_column(table):
    """风险是否已消除0 is the second 风险是否已消除: no heading may be another one with a 0 behind it."""
    headings = {normal_heading(h) for column in table.columns for h in (column.heading, *column.aliases)}
    assert not {heading for heading in headings if f"{heading}0" in headings}


@EACH_TABLE
def test_names_keys_and_marks_are_columns(table):
    names = [column.name for column in table.columns]
    assert len(set(names)) == len(names)
    stored = {*names, "village_code", "town_code"}
    assert {*table.key, *filter(None, (table.month, table.mark))} <= stored
    for name in filter(None, (table.month, table.mark)):
        assert table.column(name).kind in (Kind.MONTH, Kind.DATE, Kind.CHOICE)
    assert table.required, "a table that requires nothing would be recognised in anything"


@EACH_TABLE
def test_a_key_is_never_empty(table):
    own = {column.name: column for column in table.columns}
    open_ = [name for name in table.key if name in own and not own[name].required]
    assert not open_


@EACH_TABLE
def test_what_identifies_a_person_is_personal_in_every_table(table):
    personal = {"person_name", "id_number", "household_phone", "birth_date"}
    for column in table.columns:
        assert column.personal or not (column.name in personal or column.name.endswith("_text")), column.name
    assert all(column.personal for column in table.personal)
    assert not {c.name for c in table.personal} & {n for level in Level for n in table.names(level)}


def test_the_labels_of_a_heading_are_one_list():
    """A county's labels go by heading alone, and so does the line that the import offers for them."""
    lists = defaultdict(set)
    for _, column in COLUMNS:
        lists[column.heading].add(column.labels)
    assert {heading: found for heading, found in lists.items() if len(found - {()}) > 1} == {}


def test_only_choices_have_labels_and_only_numbers_have_units():
    for table, column in COLUMNS:
        where = f"{table.name}.{column.name}"
        assert not column.labels or column.kind in (Kind.CHOICE, Kind.CHOICES), where
        assert not column.unit or column.kind in (Kind.COUNT, Kind.AMOUNT), where
        assert (column.digits, column.prefix, column.spellings) == (0, "", ()), where


def test_the_unit_is_the_one_that_the_name_and_the_heading_tell():
    """A heading with a unit in it and a name in another would be wrong by ten thousand."""
    for table, column in COLUMNS:
        ending = next((one for one in UNIT_OF_ENDING if column.name.endswith(one)), None)
        if ending and column.kind in (Kind.COUNT, Kind.AMOUNT):
            assert column.unit == UNIT_OF_ENDING[ending], f"{table.name}.{column.name}"
        for heading in (column.heading, *column.aliases):
            if told := re.search(r"\((元|万元|月|户|%)\)$", normal_heading(heading)):
                assert column.unit == told[1], f"{table.name}：{heading}"


@pytest.mark.parametrize("name", [name for name in vars(label_lists) if name.isupper()])
def test_a_list_of_labels_is_closed(name):
    """No label twice, none that another spelling hides, none that reading would split or trim."""
    found = getattr(label_lists, name)
    assert len(set(map(normal_heading, found))) == len(found)
    assert all(label == label.strip() and label and "," not in label for label in found)
    assert all(normal_heading(label) == label for label in found), "a label is stored as it is compared"


def test_the_labels_that_others_are_made_of_are_in_the_lists():
    assert set(label_lists.ABLE_LABOUR) < set(label_lists.LABOUR_SKILLS)
    used = {label for _, column in COLUMNS for label in column.labels}
    assert set(label_lists.RISK_CAUSES) <= used
