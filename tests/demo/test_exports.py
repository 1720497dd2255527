from itertools import pairwise

import numpy as np
import pandas as pd

from hanbin_demo.cell_noise import middle_of_household, village_spellings
from hanbin_lib.areas import village_key
from hanbin_lib.contract import TABLES


def body(sheet: pd.DataFrame) -> pd.DataFrame:
    """Rows with data under the headings of the third row; the left of a doubled heading."""
    rows = sheet.iloc[3:].set_axis(sheet.iloc[2].str.strip(), axis=1)
    rows = rows.loc[:, ~rows.columns.duplicated()]
    return rows[rows["户编号"] != ""]


def test_headings_stand_in_the_third_row_under_a_title(written):
    for part in ("监测对象", "脱贫户信息_演示数据_20220930_1", "外出务工"):
        sheet = written.sheet(part)
        assert "演示数据" in sheet.iloc[0, 0]
        assert sheet.iloc[1, 0].startswith("单位：")
        assert "户编号" in sheet.iloc[2].tolist()


def test_monitored_sheet_is_wide_with_every_column_of_the_contract(written):
    headings = written.sheet("监测对象").iloc[2].tolist()
    assert len(headings) >= 100
    table = TABLES["monitored_persons"]
    plain = {"".join(h.split()).replace("（", "(").replace("）", ")") for h in headings}
    for column in (one for one in table.columns if not one.is_area_code):
        spellings = {s.replace("（", "(").replace("）", ")") for s in (column.heading, *column.aliases)}
        assert plain & spellings, column.heading


def test_two_headings_stand_twice_and_the_right_one_helps_out(written):
    sheet = written.sheet("监测对象")
    headings = sheet.iloc[2].tolist()
    for name in ("风险是否已消除", "识别监测时间"):
        left, right = [n for n, heading in enumerate(headings) if heading == name]
        rows = sheet.iloc[3:][sheet.iloc[3:][headings.index("户编号")] != ""]
        assert ((rows[left] != "") | (rows[right] != "")).all()
        assert (rows[left] == "").any()
        assert (rows[right] == "").mean() > 0.5


def test_cells_show_the_quirks_of_real_exports(written):
    rows = body(written.sheet("监测对象"))
    assert rows["识别监测时间"].str.fullmatch(r"\d{6}\.0").any()
    assert rows["性别"].isin(["1", "2"]).all()
    assert rows["当前家庭人口数"].str.fullmatch("[１-９]").any()
    assert (rows["姓名"] != rows["姓名"].str.strip()).any()
    measures = rows["健康帮扶"]
    assert measures.str.contains("，").any()
    assert measures.str.contains(",").any()


def test_last_row_is_a_total_after_a_blank_one(written):
    sheet = written.sheet("监测对象")
    assert sheet.iloc[-1, 0] == "合计"
    assert (sheet.iloc[-2] == "").all()
    assert (sheet.iloc[3:-2] == "").all(axis=1).any()


def test_lifted_persons_are_split_within_a_household(written):
    parts = [body_of_lifted(written, number) for number in (1, 2, 3)]
    for before, after in pairwise(parts):
        assert before["户编号"].iloc[-1] == after["户编号"].iloc[0]
    assert len({tuple(part.columns) for part in parts}) == 3
    assert {"人编号", "人口编号"} <= set(parts[0].columns) | set(parts[1].columns)


def body_of_lifted(written, number: int) -> pd.DataFrame:
    return body(written.sheet(f"脱贫户信息_演示数据_20220930_{number}"))


def test_persons_in_both_tables_are_the_same(written):
    monitored = body(written.sheet("监测对象")).set_index("人口编号")
    lifted = pd.concat(
        [body_of_lifted(written, n).rename(columns={"人编号": "人口编号"}) for n in (1, 2, 3)]
    ).set_index("人口编号")
    both = monitored.index.intersection(lifted.index)
    assert set(monitored.loc[both, "户类型"]) == {"脱贫户"}
    assert (monitored.loc[both, "证件号码"] == lifted.loc[both, "证件号码"]).all()
    assert len(both) == (monitored["户类型"] == "脱贫户").sum()


def test_documents_of_the_disabled_are_longer(written):
    rows = body(written.sheet("监测对象"))
    lengths = rows["证件号码"].str.len()
    assert set(lengths) <= {18, 20, 22}
    assert rows["健康状况"][lengths > 18].str.contains("残疾").all()


def test_work_sheet_counts_each_worker_once(written, small):
    rows = body(written.sheet("外出务工"))
    working = rows[rows["是否已务工"] == "是"]
    assert working["证件号码"].nunique() == small.totals.workers
    last = rows.drop_duplicates("证件号码", keep="last")
    assert (last["是否已务工"] == "是").sum() == small.totals.workers
    assert working["证件号码"].duplicated().any()
    assert rows["开始时间"][rows["是否已务工"] == "是"].str.fullmatch(r"20\d\d年\d\d月").all()


def test_spellings_of_villages_lead_to_the_same_code(register):
    several = 0
    for village in register.villages.itertuples():
        spellings = village_spellings(register, village.parent_code, village.place_code, village.place_name)
        several += len(spellings) > 1
        for text in spellings:
            assert register.village_codes[(village.parent_code, village_key(text))] == village.place_code
    assert several > 0.9 * len(register.villages)


def test_cut_falls_inside_a_household():
    households = np.array([1, 1, 2, 3, 3, 3, 4])
    assert [middle_of_household(households, near) for near in (1, 2, 4, 5)] == [1, 4, 4, 5]
