"""Civil affairs' roster: joined by pseudonym, nobody's name kept, hidden digits told."""

from hanbin_lib.indicators import Sources, indicator_table, scope_of
from hanbin_lib.indicators.roster import JOINED
from hanbin_lib.indicators.table import NoteCode
from hanbin_lib.parameter_files import read_params
from hanbin_lib.params import Ranking, Settings


def roster_of(rows, kind="低保家庭"):
    keys = ("县", "乡", "村", "姓名", "证件号码")
    return [{key: row[key] for key in keys if key in row} | {"救助类别": kind} for row in rows]


def figures(desk, result):
    from support import REPOSITORY

    from .conftest import settings_with

    settings: Settings = settings_with(None)
    ranking = read_params(REPOSITORY / "params" / "ranking.yaml", Ranking)
    table = indicator_table(
        Sources(result.snapshot), scope_of(result.snapshot, settings, desk.register), ranking
    )
    county = table[table["place_code"].eq("100001") & table["group"].eq("all")]
    return county[county["month"].eq("2022-09")].set_index("indicator")


def hidden(rows):
    return [row | {"证件号码": row["证件号码"][:6] + "********" + row["证件号码"][-4:]} for row in rows]


def test_who_is_on_both_is_found_again_and_no_name_is_kept(desk, tools):
    people = tools.monitored_rows(4)
    desk.put("监测.xlsx", people)
    desk.put("名册.xlsx", roster_of(people[:3]) + roster_of(tools.monitored_rows(6)[-2:]), title=None)
    result = desk.run()
    stored = result.snapshot.table("assistance_roster")
    assert {"person_key", "has_person_name", "roster_class"} <= set(stored.columns)
    assert "person_name" not in stored
    assert "id_number" not in stored
    county = figures(desk, result)
    assert county.loc["roster_persons", "value"] == 5
    assert county.loc["roster_monitored_persons", "value"] == 3
    assert county.loc["roster_only_persons", "value"] == 2
    # Six persons of open households, three of them on the roster.
    assert county.loc["monitored_only_persons", "value"] == 3


def test_a_roster_with_hidden_digits_is_refused(desk, tools):
    people = tools.monitored_rows(4)
    desk.put("监测.xlsx", people)
    desk.put("名册.xlsx", hidden(roster_of(people[:3])), title=None)
    result = desk.run()
    assert result.snapshot is None
    assert "HB-I-211" in set(result.quality.findings["rule_id"])


def test_a_register_with_hidden_digits_is_compared_with_nobody(desk, tools):
    people = tools.monitored_rows(4)
    desk.put("监测.xlsx", hidden(people))
    desk.put("名册.xlsx", roster_of(people[:3]), title=None)
    county = figures(desk, desk.run())
    assert county.loc["roster_persons", "value"] == 3
    assert county.loc[list(JOINED), "note_code"].eq(NoteCode.NOT_RECEIVED).all()


def test_an_unknown_class_is_kept_and_told(desk, tools):
    people, other = tools.monitored_rows(4), "未列的类别"
    desk.put("监测.xlsx", people)
    desk.put("名册.xlsx", roster_of(people[:3], other), title=None)
    result = desk.run()
    assert set(result.snapshot.table("assistance_roster")["roster_class"]) == {other}
    assert (result.quality.findings["rule_id"] == "HB-I-301").sum() == 1
