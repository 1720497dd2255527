"""What a key, a month and a ledger promise: each broken once, and what is told of it."""

import numpy as np
import pandas as pd
import pytest

from hanbin_lib.errors import HanbinError
from hanbin_lib.ingest import receipt
from hanbin_lib.months import Month
from hanbin_lib.params import AcknowledgedFall, ImportLimits
from hanbin_lib.policy import CodeForm, CountyColumns


def told(result, rule):
    return result.quality.findings.query(f"rule_id == '{rule}'")


def call(household, month="202209", **more):
    return {"抽查月份": month, "户编号": household, "接通情况": "有效接通", **more}


def register_of(desk, tools, households=20):
    desk.put("监测.xlsx", tools.monitored_rows(households))
    desk.put("脱贫.xlsx", tools.lifted_rows(households), title="脱贫户信息")


def calls_of(households=20, month="202209"):
    return [call(f"H{n:06d}", month) for n in range(1, households + 1)]


# Codes


def long_codes(rows, change=lambda code: code):
    for row in rows:
        row["户编号"] = change(f"6109020{int(row['户编号'][1:]) * 37:09d}")
    return rows


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda code: f"{code[:15]}0", "第15位以后全是0"),
        (lambda code: f"{code[:8]}'{code[8:]}", "含有编号里不会有的字符"),
    ],
)
def test_codes_that_a_spreadsheet_spoilt_stop_the_import(desk, tools, change, why):
    desk.put("a.xlsx", long_codes(tools.monitored_rows(20), change))
    found = told(desk.run(), "HB-I-213")
    assert len(found) == 1, "one finding a column, not one a row"
    assert found["severity"].iloc[0] == "错误"
    assert why in found["message"].iloc[0]


def test_sound_long_codes_are_not_suspected(desk, tools):
    desk.put("a.xlsx", long_codes(tools.monitored_rows(30)))
    assert desk.run().quality.errors == 0


def test_a_form_that_the_county_entered_is_asked_for(desk, tools):
    desk.put("a.xlsx", tools.monitored_rows(3))
    own = CountyColumns(codes={"户编号": CodeForm(digits=16, area_digits=4)})
    found = told(desk.run(columns=own), "HB-I-213")
    assert "不是16位数字、以1000开头" in found["message"].iloc[0]


# Months


def test_rows_of_other_months_are_kept_apart_and_not_counted(desk, tools):
    register_of(desk, tools)
    desk.put("电话.xlsx", calls_of() + calls_of(7, "202208"), title=None)
    result = desk.run()
    assert result.quality.errors == 0
    assert "2022-08 7行不是2022年9月的" in told(result, "HB-I-206")["message"].iloc[0]
    assert len(result.snapshot.table("phone_checks")) == 20
    assert len(result.snapshot.table("phone_checks_other_months")) == 7
    receipt = next(s for s in result.snapshot.manifest.sources if s.table == "phone_checks").receipt
    assert (receipt.seen, receipt.other_months) == (27, {"2022-08": 7})


def test_a_ledger_of_another_month_stops_the_import(desk, tools):
    register_of(desk, tools)
    desk.put("电话.xlsx", calls_of(month="202208"), title=None)
    result = desk.run()
    assert result.snapshot is None
    assert "没有一行是2022年9月的" in told(result, "HB-I-206")["message"].iloc[0]


def test_an_export_made_after_the_months_end_is_taken_back_to_it(desk, tools):
    rows = tools.monitored_rows(6)
    for row in rows[:2]:  # identified in October: not monitored at the end of September
        row["识别监测时间"] = "202210"
    for row in rows[2:4]:  # eliminated in October: still open
        row["风险是否已消除"], row["消除监测时间"] = "是", "202210"
    desk.put("a.xlsx", rows)
    result = desk.run()
    households = result.snapshot.table("monitored_households").set_index("household_code")
    assert "H000001" not in households.index
    assert not households.loc["H000002", "is_risk_eliminated"]
    assert pd.isna(households.loc["H000002", "eliminated_month"])
    assert households.loc["H000003", "is_risk_eliminated"]
    cut = told(result, "HB-I-207")["message"].tolist()
    assert len(cut) == 2
    assert all(text.startswith("2行的") for text in cut)


def test_what_lies_later_than_the_next_month_cannot_be(desk, tools):
    rows = tools.monitored_rows(3)
    rows[0]["识别监测时间"] = "202211"
    desk.put("a.xlsx", rows)
    assert told(desk.run(), "HB-I-205")["row"].tolist() == [4]


# Referents, masses, falls, copies


@pytest.mark.parametrize(("strangers", "stops"), [(2, False), (3, True)])
def test_a_ledger_leads_to_what_it_speaks_of(desk, tools, strangers, stops):
    """Ninety per cent is enough; below it stops, and the county can set another share."""
    register_of(desk, tools)
    calls = calls_of()
    for row in calls[:strangers]:
        row["户编号"] = f"X{row['户编号']}"
    desk.put("电话.xlsx", calls, title=None)
    result = desk.run()
    assert (result.snapshot is None) == stops
    if stops:
        assert "20行里只有17行（85.0%）" in told(result, "HB-I-403")["message"].iloc[0]
        limits = ImportLimits(join_shares={"电话抽查记录": 0.8})
        assert desk.run(limits=limits).snapshot is not None


@pytest.mark.parametrize(("strangers", "stops"), [(20, True), (19, False)])
def test_calls_none_of_which_finds_its_household_stop_without_the_lifted_households(strangers, stops):
    """Those whom nobody finds may be lifted; where nobody at all is found, the codes are others."""
    known = [f"H{n}" for n in range(20)]
    calls = [code.lower() if n < strangers else code for n, code in enumerate(known)]
    tables = {
        "phone_checks": pd.DataFrame({"household_code": calls}),
        "monitored_households": pd.DataFrame({"household_code": known}),
    }
    found = receipt.joins(tables, [])
    assert [(one.matched, one.rows) for one in found] == ([(0, 20)] if stops else [])
    assert [one.rule_id for one in receipt.low_joins(found, tables, [], ImportLimits())] == [
        "HB-I-403"
    ] * stops


def test_villages_without_the_column_of_towns_did_not_come_and_that_is_told_once(desk, tools):
    register_of(desk, tools)
    desk.put("电话.xlsx", [row | {"村": "东村"} for row in calls_of()], title=None)
    result = desk.run()
    found = told(result, "HB-I-204")
    assert found[["severity", "row", "column"]].to_numpy().tolist() == [["警告", 2, "村"]]
    assert "没有“乡”列" in found["message"].iloc[0]
    assert "共20行" in found["message"].iloc[0]
    (source,) = (one for one in result.snapshot.manifest.sources if one.table == "phone_checks")
    assert not {"town_name", "village_name"} & {*source.columns}
    assert result.snapshot.table("phone_checks")["village_code"].isna().all()


def test_merged_towns_of_workshops_stop_the_import(desk, tools):
    desk.put("监测.xlsx", tools.monitored_rows(3))
    shops = [{"名称": f"厂{n}", "乡": "甲山镇" if n == 0 else "", "吸纳就业人数": "10"} for n in range(8)]
    desk.put("工厂.xlsx", shops, title=None)
    text = told(desk.run(), "HB-I-403")["message"].iloc[0]
    assert "8行里只有1行" in text
    assert "合并单元格" in text


def test_many_households_with_the_same_fault_are_a_fault_of_the_file(desk, tools):
    rows = tools.monitored_rows(40)
    for row in rows[:24]:  # two households under one code
        row["户编号"] = f"H{(int(row['户编号'][1:]) + 1) // 2:06d}"
    desk.put("a.xlsx", rows)
    result = desk.run()
    assert result.snapshot is None
    found = told(result, "HB-I-401")
    assert found["message"].str.contains("户编号被表格软件改动").any()
    assert desk.run(limits=ImportLimits(mass_share=1.0)).snapshot is not None


def test_a_fall_since_last_month_must_be_acknowledged(desk, tools):
    before = desk.workspace.inbox(Month(2022, 8))
    tools.write_xlsx(before / "a.xlsx", tools.monitored_rows(10))
    assert desk.run(month=Month(2022, 8), folder=before).snapshot is not None
    desk.put("a.xlsx", tools.monitored_rows(7))
    result = desk.run()
    assert "上月20行，本次14行，减少30%" in told(result, "HB-I-404")["message"].iloc[0]
    known = AcknowledgedFall(month="2022-09", table="监测对象信息", by="测试", reason="两镇划出")
    assert desk.run(limits=ImportLimits(acknowledged_falls=(known,))).snapshot is not None


@pytest.mark.parametrize(("copied", "severity"), [(3, "警告"), (12, "错误")])
def test_rows_that_stand_in_two_files_are_told(desk, tools, copied, severity):
    register_of(desk, tools)
    first = calls_of()
    desk.put("一.xlsx", first[:10], title=None)
    desk.put("二.xlsx", first[10 - min(copied, 10) : 20 - max(copied - 10, 0)], title=None)
    found = told(desk.run(), "HB-I-312")
    assert found["severity"].tolist() == [severity]
    assert "一.xlsx" in found["message"].iloc[0]


# Persons


@pytest.mark.parametrize("mask", [lambda n: "***", lambda n: f"{n[:6]}****{n[-4:]}"])
def test_masked_numbers_are_importable(desk, tools, mask):
    rows = tools.monitored_rows(5)
    for row in rows:
        row["证件号码"] = mask(row["证件号码"])
    desk.put("a.xlsx", rows)
    result = desk.run()
    assert result.quality.errors == 0
    assert "共10行的证件号码隐去" in told(result, "HB-I-313")["message"].iloc[0]
    persons = result.snapshot.table("monitored_persons")
    assert persons["person_key"].nunique() == 10, "identity by household and member"
    assert persons["birth_month"].notna().all(), "出生日期 still says it"


def test_members_without_a_category_are_other_members(desk, tools):
    rows = tools.monitored_rows(4)
    for row in rows[-3:]:
        row["监测对象类别"] = row["识别监测时间"] = row["风险是否已消除"] = ""
    desk.put("a.xlsx", rows)
    result = desk.run()
    assert result.quality.errors == 0
    receipt = result.snapshot.manifest.sources[0].receipt
    assert receipt.left == {"监测对象类别为空，不是监测对象": 3}
    assert len(result.snapshot.table("monitored_persons")) == 5


def test_a_category_that_only_is_missing_is_a_fault(desk, tools):
    rows = tools.monitored_rows(2)
    rows[0]["监测对象类别"] = ""
    desk.put("a.xlsx", rows)
    assert told(desk.run(), "HB-I-202")["row"].tolist() == [4]


# Names and labels


def test_an_unknown_name_is_told_once_with_its_rows_and_the_nearest(desk, tools):
    rows = tools.monitored_rows(10)
    for row in rows:
        row["乡"] = {"甲山镇": "甲小镇", "乙水街道": "李四"}[row["乡"]]
    desk.put("a.xlsx", rows)
    texts = told(desk.run(), "HB-I-204")["message"].tolist()
    assert len(texts) == 2
    assert any("“甲小镇”不在区划名册内，共10行" in text and "最接近的是甲山镇" in text for text in texts)
    assert not any("李四" in text for text in texts), "what may be a person's name is not told"


def test_an_unknown_label_is_one_warning_with_its_count(desk, tools):
    rows = tools.monitored_rows(10)
    for row in rows:
        row["致贫/返贫风险1"] = "因患大病"
    desk.put("a.xlsx", rows)
    found = told(desk.run(), "HB-I-301")
    assert len(found) == 1
    assert "有20处、1种选项" in found["message"].iloc[0]
    assert "因患大病（20处）" in found["message"].iloc[0]
    assert "致贫/返贫风险1: {因患大病: 正式选项}" in found["action"].iloc[0]


def test_a_name_among_the_labels_is_not_told(desk, tools):
    rows = tools.monitored_rows(10)
    for row in rows:
        row["文化程度"] = row["姓名"]
    desk.put("a.xlsx", rows)
    text = told(desk.run(), "HB-I-301")[["message", "action"]].to_csv()
    assert not any(row["姓名"] in text for row in rows)


# A county's own words


def test_the_line_that_the_message_offers_makes_the_import_go_through(desk, tools):
    rows = [{("户号" if k == "户编号" else k): v for k, v in row.items()} for row in tools.monitored_rows(3)]
    desk.put("a.xlsx", rows)
    action = told(desk.run(), "HB-I-103")["action"].iloc[0]
    assert "监测对象信息: {户编号: [户号]}" in action
    own = CountyColumns(aliases={"监测对象信息": {"户编号": ("户号",)}})
    assert desk.run(columns=own).quality.errors == 0


def test_own_labels_and_extra_columns(desk, tools):
    rows = tools.monitored_rows(4)
    for row in rows:
        row["致贫/返贫风险1"], row["文化程度"], row["联系人"] = "因患大病", "高职", "某"
    desk.put("a.xlsx", rows)
    own = CountyColumns(
        labels={"致贫/返贫风险1": {"因患大病": "因病"}, "文化程度": {"高职": "高职高专"}},
        extra={"监测对象信息": ("联系人",)},
    )
    result = desk.run(columns=own)
    assert told(result, "HB-I-301").empty
    assert told(result, "HB-I-303").empty
    assert result.snapshot.table("monitored_households")["risk_cause_1"].eq("因病").all()
    assert result.snapshot.table("monitored_persons")["education"].eq("高职高专").all()


def test_unknown_tables_columns_and_doubled_headings_are_refused(desk, tools):
    desk.put("a.xlsx", tools.monitored_rows(2))
    own = CountyColumns(
        aliases={"没有这张表": {}, "监测对象信息": {"没有这列": ("甲",), "户编号": ("姓名",)}},
        labels={"户编号": {"甲": "乙"}},
        codes={"姓名": CodeForm(digits=3)},
    )
    with pytest.raises(HanbinError, match="HB-PAR-010") as error:
        desk.run(columns=own)
    assert len(error.value.message.splitlines()) == 5


# The receipt


def test_the_receipt_counts_every_row(desk, tools):
    register_of(desk, tools)
    calls = [*calls_of(), call("H000001", 接通情况="占线")]
    lines = [calls[0], {}, *calls[1:], {"抽查月份": "合计"}]
    desk.put("电话.xlsx", lines, headings=list(calls[0]), title=None)
    result = desk.run()
    source = next(s for s in result.snapshot.manifest.sources if s.table == "phone_checks")
    assert source.receipt.seen == 22
    assert source.receipt.left == {"合计行": 1}
    assert source.receipt.reached == 20
    assert source.receipt.unreached == {"同一户的其他通话，取最好的一次": 1}
    lifted = next(s for s in result.snapshot.manifest.sources if s.table == "lifted_persons")
    assert lifted.receipt.unreached == {"所在户也在监测对象信息内，按监测户计一次": 40}
    assert [(j.table, j.matched, j.rows) for j in result.snapshot.manifest.joins] == [
        ("phone_checks", 21, 21)
    ]


def test_a_receipt_that_does_not_balance_stops_the_import(desk, tools, monkeypatch):
    """A row that is lost on the way, and a sum that changed, are noticed."""
    from hanbin_lib.ingest import judging

    kept = judging.ledger
    monkeypatch.setattr(
        judging, "ledger", lambda parts, key: kept(parts, key).iloc[1:].assign(employees=np.int64(1))
    )
    desk.put("监测.xlsx", tools.monitored_rows(3))
    shops = [{"名称": f"厂{n}", "乡": "甲山镇", "吸纳就业人数": "10"} for n in range(3)]
    desk.put("工厂.xlsx", shops, title=None)
    result = desk.run()
    assert result.snapshot is None
    texts = told(result, "HB-I-402")["message"].tolist()
    assert any("吸纳就业人数" in text and "30" in text and "2" in text for text in texts)
    assert any("读到3行，存入2行" in text for text in texts)


def test_places_that_are_not_known_are_no_reason_to_speak_of_merged_cells(desk, tools):
    desk.put("a.xlsx", tools.monitored_rows())
    shops = [{"名称": f"工厂{n}", "乡": "丙镇" if n else "甲山镇", "吸纳就业人数": "3"} for n in range(3)]
    desk.put("w.xlsx", shops, title=None)
    errors = desk.run().quality.findings.query("severity == '错误'")
    assert errors["rule_id"].tolist() == ["HB-I-204"]
