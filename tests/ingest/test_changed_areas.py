"""A register that changed between two months: on record it is followed, otherwise the import stops."""

from dataclasses import replace

import pytest

from hanbin_lib import snapshots
from hanbin_lib.area_changes import FILE
from hanbin_lib.cli.doctor import examine
from hanbin_lib.places import AreaRegister

JIA, YI = "100001001", "100001002"
EXCHANGED = {JIA: YI, YI: JIA}


@pytest.fixture
def written(sound):
    """Lines of changes, edits of ``areas.csv`` -> the desk's register of October, as the two files say it."""
    params = sound.workspace.params

    def write(*lines: str, edited: bool = False) -> AreaRegister:
        params.mkdir(parents=True, exist_ok=True)
        table = sound.register.table.assign(
            is_counted=sound.register.table["is_counted"].map({True: "是", False: "否"})
        )
        if edited:
            swap = lambda code: EXCHANGED.get(code[:9], code[:9]) + code[9:]  # noqa: E731
            table = table.assign(
                place_code=table["place_code"].map(swap), parent_code=table["parent_code"].map(swap)
            )
        table.to_csv(params / "areas.csv", index=False)
        if lines:
            text = "\n".join(["from_month,change,old_code,new_code,new_name,document", *lines])
            (params / FILE).write_text(text, encoding="utf-8")
        return AreaRegister.read(params / "areas.csv")

    return write


def next_month(desk, register, tools):
    month = tools.month.shift(1)
    folder = desk.workspace.inbox(month)
    tools.write_xlsx(folder / "监测对象.xlsx", tools.monitored_rows())
    return replace(desk, register=register).run(month=month, folder=folder)


def test_a_snapshot_keeps_the_register_it_was_matched_with(sound, tools):
    kept = snapshots.latest(sound.workspace, tools.month).areas
    assert kept.equals(sound.register.table)


def test_codes_edited_straight_stop_the_import_and_every_place_is_named_with_its_line(sound, written, tools):
    register = written(edited=True)
    before = sound.store()
    result = next_month(sound, register, tools)
    assert result.snapshot is None
    assert sound.store() == before
    found = result.quality.findings.query("rule_id == 'HB-I-405'")
    assert set(found["severity"]) == {"错误"}
    assert len(found) == 2
    month = tools.month.shift(1)
    for old, new in EXCHANGED.items():
        assert found["action"].str.contains(f"{month},改码,{old},{new},,").any()
    assert found["message"].str.contains("甲山镇").any()


def test_codes_on_record_are_imported_and_the_month_before_is_read_with_them(sound, written, tools):
    month = tools.month.shift(1)
    register = written(*(f"{month},改码,{old},{new},,文号" for old, new in EXCHANGED.items()))
    result = next_month(sound, register, tools)
    assert result.snapshot is not None
    earlier, _ = snapshots.earlier(sound.workspace, [tools.month], register)
    now, then = (one.table("monitored_households") for one in (result.snapshot, earlier[tools.month]))
    columns = ["household_code", "town_code", "village_code"]
    assert now[columns].equals(then[columns])
    plain = snapshots.latest(sound.workspace, tools.month).table("monitored_households")
    assert plain["town_code"].map(EXCHANGED).equals(then["town_code"])


def test_a_name_in_place_of_another_and_a_place_too_many_stop_the_import(sound, written, tools):
    register = written()
    table = register.table.replace({"place_name": {"南村村委会": "北村村委会"}})
    extra = table.iloc[[3]].assign(place_code=f"{JIA}209", place_name="后村")
    import pandas as pd

    result = next_month(sound, AreaRegister(pd.concat([table, extra], ignore_index=True)), tools)
    found = result.quality.findings.query("rule_id == 'HB-I-405'")
    month = tools.month.shift(1)
    assert [text.rpartition("：")[2] for text in sorted(found["action"])] == [
        f"{month},改名,{JIA}202,,北村村委会,文号",
        f"{month},新设,,{JIA}209,后村,文号",
    ]


def test_the_same_month_may_be_matched_with_a_corrected_register(sound, tools):
    table = sound.register.table.replace({"place_name": {"南村村委会": "北村村委会"}})
    result = replace(sound, register=AreaRegister(table)).run()
    assert result.snapshot is not None
    assert result.reread == ("areas",)
    assert snapshots.latest(sound.workspace, tools.month).areas.equals(table)


def test_the_doctor_names_the_places(sound, written):
    written(edited=True)
    (sound.workspace.params / "county.yaml").write_text("", encoding="utf-8")  # what marks a workspace
    checks = {check.subject: check for check in examine(sound.workspace.root)}
    assert checks["区划"].is_fault
    assert "甲山镇：代码原为 100001001" in checks["区划"].found
    assert f"改码,{YI},{JIA}" in checks["区划"].mend
    written()
    assert not {check.subject: check for check in examine(sound.workspace.root)}["区划"].mend
