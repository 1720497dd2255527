"""What the numbers mean and where they come from: recounted from the stored rows, said to whom it concerns."""

from collections import Counter
from dataclasses import replace
from types import SimpleNamespace

import pytest
from hand_made import COUNTY, TOWN, page, text
from support import MONTH

from hanbin_lib import bulletin as hb
from hanbin_lib.bulletin.chapters.appendix import _readers
from hanbin_lib.contract import TABLES
from hanbin_lib.display import Columns, Definitions
from hanbin_lib.indicators import CHAPTERS, DEFINITIONS
from hanbin_lib.params import Acknowledgement


@pytest.fixture(scope="module")
def district(demo_workspace):
    return hb.open_bulletin(str(MONTH), COUNTY, workspace=demo_workspace)


def _items(shown):
    return {label: "".join(map(str, parts)) for label, parts in shown.items}


@pytest.mark.parametrize("place", [COUNTY, TOWN])
def test_findings_are_counted_by_rule_the_most_first(district, place):
    """Row by row from the stored findings: the four most, the rest in one number."""
    found = district.snapshot.table("findings").to_dict("records")
    own = [str(one["rule_title"]) for one in found if place == COUNTY or one["town_code"] == place]
    counts = sorted(Counter(own).items(), key=lambda item: (-item[1], item[0]))
    shown = hb.appendix.quality_and_sources(district.seen_from(place, 1, "")).items[0]
    items = _items(shown)
    wanted = {title: f"{count}条" for title, count in counts[:4]}
    rest = sum(count for _, count in counts[4:])
    assert items == (wanted | ({"其余提示": f"{rest}条"} if rest else {}) or {"导入核查": "没有提示"})


def test_rows_of_the_national_exports_are_those_that_were_stored(district):
    items = _items(hb.appendix.quality_and_sources(district).items[1])
    national = {name: TABLES[name].title for name in TABLES if TABLES[name].national}
    printed = {name: items[title] for name, title in national.items() if title in items}
    assert printed
    for name, rows in printed.items():
        assert rows == f"{sum(one.rows for one in district.snapshot.manifest.sources if one.table == name)}行"
    others = {one.table for one in district.snapshot.manifest.sources} - set(national)
    assert items["其余各表"].startswith(f"{len(others)}张")
    assert items["数据版本"] == district.snapshot.id


def test_the_public_edition_has_neither_findings_nor_rows(district):
    shown = hb.appendix.quality_and_sources(replace(district, edition="public"))
    assert isinstance(shown, Definitions)
    assert set(_items(shown)) == {"数据版本", "程序版本"}
    assert isinstance(hb.appendix.quality_and_sources(district), Columns)


def test_all_definitions_are_listed_once_in_their_chapters(district):
    rows = hb.appendix.all_definitions(district).rows
    assert [row[0] for row in rows] == [title for title, several in CHAPTERS.items() for _ in several]
    assert Counter(row[1] for row in rows) == Counter(one.name for one in DEFINITIONS.values())
    by_name = {one.name: one for one in DEFINITIONS.values()}
    for _, name, unit, numerator, denominator, as_of, source in rows:
        one = by_name[name]
        assert (unit, numerator, denominator, as_of, source) == (
            one.unit.value, one.numerator, one.denominator or "—", one.as_of, one.source,
        )  # fmt: skip


def test_the_main_definitions_say_what_is_divided_by_what(district):
    table = hb.appendix.definitions_table(district)
    assert len(table.rows) == len(table.keys)
    for key, (name, how) in zip(table.keys, table.rows, strict=True):
        one = DEFINITIONS[key]
        assert name == one.name
        assert how == one.numerator + (f"；除以{one.denominator}" if one.denominator else "")
    assert table.month == str(MONTH)
    assert hb.appendix.definitions_table(replace(district, edition="public")).month == ""
    explained = {one.key for one in (*table.indicators, *table.others)}
    assert set(DEFINITIONS) < explained


@pytest.mark.parametrize(
    ("changed", "words", "is_said"),
    [
        ({}, "共26个镇（街道）。", True),
        ({}, "修订原因", False),
        ({"revision": 2, "reason": "补录"}, "本期为第2版，以本版为准；修订原因：补录。", True),
        ({"revision": 1, "reason": "补录"}, "修订原因", False),
    ],
)
def test_what_the_bulletin_covers_and_which_edition_it_is(district, changed, words, is_said):
    assert (words in text(hb.appendix.calibre_note(replace(district, **changed)))) is is_said


@pytest.mark.parametrize(
    ("area", "indicator", "edition", "words"),
    [
        (COUNTY, "new_households", "internal", "与常见不同，已核实确认：集中排查（某科）。"),
        (COUNTY, "new_households", "public", "与常见不同，已核实确认：集中排查。"),
        (TOWN, "new_households", "internal", ""),
        (COUNTY, "no_such_indicator", "internal", ""),
    ],
)
def test_who_answers_for_an_unusual_figure_is_named_inside_alone(basis, area, indicator, edition, words):
    own = Acknowledgement(indicator=indicator, area=area, by="某科", reason="集中排查")
    issue = basis.issue.model_copy(update={"acknowledgements": (own,)})
    said = text(hb.appendix.calibre_note(page(basis, [], issue=issue, edition=edition)))
    assert words in said if words else "与常见不同" not in said


@pytest.mark.parametrize(("place", "reader"), [(COUNTY, "区委、区政府领导"), (TOWN, "镇党委、镇政府领导"),
                                               ("610902002", "街道党工委、街道办事处领导")])  # fmt: skip
def test_the_leaders_of_the_place_are_addressed(basis, place, reader):
    imprint = hb.appendix.imprint(page(basis, [], place=place))
    assert imprint.report_to == reader
    assert imprint.date_label == "印发日期待定"
    dated = basis.issue.model_copy(update={"release_date": "2022-10-08"})
    assert hb.appendix.imprint(page(basis, [], issue=dated)).date_label == "2022年10月8日印发"


@pytest.mark.parametrize(
    ("whole", "reader"),
    [("全苏木", "苏木党委、苏木政府领导"), ("全辖区", "甲示范区领导"), ("全旗", "旗委、旗政府领导")],
)
def test_a_zone_is_addressed_by_its_name(whole, reader):
    assert _readers(SimpleNamespace(whole=whole, place_name="甲示范区")) == reader
