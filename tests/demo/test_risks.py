import numpy as np

from hanbin_demo.people import CHRONIC, DISABLED, MAJOR, able_share
from hanbin_demo.risks import has_cause
from hanbin_lib.contract import MEASURES

FITTING = {
    "因病": ("measure_health", "measure_social_help", "measure_social_security"),
    "因残": ("measure_social_security", "measure_social_help"),
    "因学": ("measure_compulsory_education", "measure_education", "measure_social_help"),
    "因安全住房": ("measure_housing", "measure_relocation"),
    "因安全饮水": ("measure_water",),
}


def some(district, mask) -> np.ndarray:
    count = len(district.households)
    return np.bincount(district.persons["household"], weights=mask, minlength=count) > 0


def test_every_monitored_household_has_a_cause_and_no_other_has(full):
    monitored = (full.households["category"] >= 0).to_numpy()
    assert ((full.causes[:, 0] >= 0) == monitored).all()


def test_causes_leave_no_gap_and_do_not_repeat(full):
    for row in full.causes[(full.causes >= 0).any(axis=1)]:
        filled = [code for code in row if code >= 0]
        assert list(row[: len(filled)]) == filled
        assert len(set(filled)) == len(filled)


def test_illness_and_disability_are_in_the_household(full):
    health = full.persons["health"]
    ill = some(full, (health & (CHRONIC | MAJOR)) > 0)
    assert ill[has_cause(full.causes, "因病")].all()
    disabled = some(full, (health & DISABLED) > 0)
    missing = has_cause(full.causes, "因残") & ~disabled
    assert missing.sum() == full.planted["disabled_cause_without_disabled"] == 5


def test_other_causes_are_possible(full):
    pupils = some(full, (full.persons["school"] >= 0) & (full.persons["age"] >= 6))
    assert pupils[has_cause(full.causes, "因学")].all()
    assert (able_share(full.persons)[has_cause(full.causes, "缺劳动力")] <= 0.25).all()
    assert some(full, full.persons["works"])[has_cause(full.causes, "因务工就业不稳")].all()
    assert (full.incomes["out_of_pocket"][has_cause(full.causes, "因病")] > 0).all()


def test_measures_fit_the_causes(full):
    measured = full.first_measure >= 0
    for cause, names in FITTING.items():
        fits = np.any([full.measures[name] != "" for name in names], axis=0)
        assert fits[has_cause(full.causes, cause) & measured].all(), cause


def test_measures_and_first_month_go_together(full):
    given = np.any([full.measures[name] != "" for name in MEASURES], axis=0)
    assert (given == (full.first_measure >= 0)).all()
    homes = full.households
    eliminated = (homes["eliminated"] >= 0).to_numpy()
    assert given[eliminated].all()
    months = full.first_measure[given] - homes["identified"].to_numpy()[given]
    assert months.min() == 0
    assert (months <= 2).mean() > 0.8
    assert (full.first_measure <= full.month.ordinal).all()
    assert (full.first_measure[eliminated] <= homes["eliminated"][eliminated]).all()


def test_open_households_without_measure_are_as_many_as_planned(full):
    homes = full.households
    due = homes["is_open"] & (homes["identified"] < full.month.ordinal)
    assert (due & (full.first_measure < 0)).sum() == 26


def test_allowance_is_a_measure_only_where_somebody_receives_it(full):
    listed = np.char.find(full.measures["measure_social_security"].astype(str), "低保") >= 0
    receives = some(full, full.persons["assistance"] == 1)
    assert receives[listed].all()


def test_work_measures_need_work_and_allowances_need_transfers(full):
    wage = full.incomes["wage"].to_numpy() > 0
    assert wage[full.measures["measure_employment"] != ""].all()
    assert (full.incomes["transfer"] > 0).all()
