"""What the first attacker may not narrow, in small tables in which everything can be counted out."""

import itertools

import numpy as np
import pandas as pd
import pytest
import scipy
from hypothesis import given, settings
from hypothesis import strategies as st

from hanbin_lib.disclosure.knowledge import MOST_PERSONS, Knowledge, knowledge_of
from hanbin_lib.disclosure.protection import (
    Attacker,
    Bounds,
    Print,
    Rounding,
    _dearness,
    _nearest,
    prints_of,
    told,
)

ROUNDING = Rounding(threshold=3, base=10)
CATEGORIES = ("甲", "乙", "丙")


def register(towns, persons=3):
    """Counts of a county of such towns: households by category, eliminated of all, and persons."""
    rows = []
    for number, town in enumerate([None, *towns]):
        place = "610902" if town is None else f"610902{number:03d}"
        open_, gone = (
            np.sum([t[state] for t in towns], axis=0) if town is None else np.array(town[state])
            for state in (0, 1)
        )
        for stem, counts in (("open_risk", open_), ("risk_eliminated", gone), ("monitored", open_ + gone)):
            for unit, size in (("households", 1), ("persons", persons)):
                labels = {
                    "all": counts.sum(),
                    **{f"category={n}": c for n, c in zip(CATEGORIES, counts, strict=True)},
                }
                rows += [
                    (f"{stem}_{unit}", "2022-09", place, group, float(n * size))
                    for group, n in labels.items()
                ]
    return pd.DataFrame(rows, columns=["indicator", "month", "place_code", "group", "value"])


def attacked(counts, prints):
    values = counts["value"].to_numpy(dtype=float)
    known = Bounds(*told(*ROUNDING.shown(values, prints)))
    return values, Attacker(knowledge_of(counts)).bounds(known)


labels = st.tuples(*[st.sampled_from([0, 0, 1, 2, 3, 5, 9, 10, 14, 40])] * 3)
districts = st.lists(st.tuples(labels, labels), min_size=1, max_size=4)


@settings(max_examples=25)
@given(districts)
def test_no_count_left_out_is_narrowed(towns):
    counts = register(towns)
    prints = prints_of(counts, np.ones(len(counts), dtype=bool), ROUNDING)
    values, bounds = attacked(counts, prints)
    hidden = prints == Print.HIDDEN
    assert hidden[(values > 0) & (values < ROUNDING.base)].all()
    assert not hidden[values == 0].any()
    assert ((values >= bounds.low) & (values <= bounds.high)).all()
    # Nothing but all of it left out protects less: then nothing is told but which counts are zero.
    assert (bounds.width[hidden] >= ROUNDING.threshold).all() or (prints[values > 0] == Print.HIDDEN).all()


@settings(max_examples=25)
@given(districts)
def test_what_is_known_is_true(towns):
    counts = register(towns, persons=MOST_PERSONS)
    known = knowledge_of(counts)
    together = known.matrix @ counts["value"].to_numpy(dtype=float)
    assert (together[known.is_sum] == 0).all()
    assert (together <= 0).all()


def test_the_attacker_finds_the_least_and_the_most():
    """Against trying every world: one town of two categories, its total rounded, one label left out."""
    counts = register([((0, 0, 0), (4, 13, 0))])
    counts = counts[counts["indicator"].eq("risk_eliminated_households")].reset_index(drop=True)
    counts = counts[counts["place_code"].str.len().gt(6)].reset_index(drop=True)
    prints = ROUNDING.first(counts["value"].to_numpy(), np.zeros(len(counts), dtype=bool))
    values, bounds = attacked(counts, prints)
    low, high = told(*ROUNDING.shown(values, prints))
    ranges = [range(int(a), int(min(b, 30)) + 1) for a, b in zip(low, high, strict=True)]
    worlds = np.array([w for w in itertools.product(*ranges) if w[0] == sum(w[1:])])
    assert (worlds.min(axis=0) == bounds.low).all()
    assert (worlds.max(axis=0) == bounds.high).all()


def workers(*towns):
    """Transferred workers of a county of such towns: all, and those of each channel, which some rows lack."""
    rows = []
    for number, town in enumerate([np.sum(towns, axis=0).tolist(), *towns]):
        place = "610902" + (f"{number:03d}" if number else "")
        groups = zip(("all", "channel=外出务工", "channel=帮扶车间"), town, strict=True)
        rows += [("transferred_workers", "2022-09", place, group, float(n)) for group, n in groups]
    return pd.DataFrame(rows, columns=["indicator", "month", "place_code", "group", "value"])


def test_workers_without_a_channel_contradict_nothing():
    """A sum that is false would leave no world, and everything would be withheld."""
    counts = workers([90, 31, 14], [70, 40, 2])
    prints = prints_of(counts, np.ones(len(counts), dtype=bool), ROUNDING)
    assert (prints == Print.HIDDEN).tolist() == [False] * 8 + [True]
    values, bounds = attacked(counts, prints)
    assert ((values >= bounds.low) & (values <= bounds.high)).all()


def test_a_sum_that_is_so_is_guessed():
    """Where every worker has a channel the county's total would give the small one back."""
    counts = workers([21, 20, 1], [30, 30, 0])
    plain, guessed = (knowledge_of(counts, truth) for truth in (None, counts["value"].to_numpy()))
    assert guessed.is_sum.sum() == plain.is_sum.sum() + 3
    assert (guessed.matrix.toarray()[guessed.is_sum] @ counts["value"] == 0).all()
    unknown = workers([22, 20, 1], [30, 30, 0])
    of_towns = knowledge_of(unknown, unknown["value"].to_numpy())
    assert of_towns.is_sum.sum() == plain.is_sum.sum() + 1  # the second town's alone


def test_programs_find_what_no_single_statement_tells():
    """Households and persons of three towns add up to what leaves the fourth none to spare."""
    counts = register([((1, 30, 30), (30, 30, 30)), ((0, 30, 30), (30, 30, 30))])
    exact = np.where(counts["value"] < 3, Print.HIDDEN, Print.EXACT)
    values = counts["value"].to_numpy(dtype=float)
    hidden = np.flatnonzero((exact == Print.HIDDEN) & (values > 0))
    known = Bounds(*told(*ROUNDING.shown(values, np.where(values > 0, exact, Print.EXACT))))
    narrow = Attacker(knowledge_of(counts)).narrow(known, hidden, ROUNDING.threshold)
    assert set(narrow) == set(hidden)


def test_a_large_district_loses_nothing_but_small_counts():
    towns = [((2, 51, 38), (40, 44, 60))] + [((20 + n, 31, 45), (40, 44, 60)) for n in range(7)]
    counts = register(towns)
    prints = prints_of(counts, np.ones(len(counts), dtype=bool), ROUNDING)
    values = counts["value"].to_numpy(dtype=float)
    assert ((prints == Print.HIDDEN) == ((values > 0) & (values < ROUNDING.base))).all()
    county = counts["place_code"].eq("610902") & counts["group"].eq("all")
    assert (prints[county] == Print.EXACT).all()


@pytest.mark.parametrize(
    ("value", "now", "then"),
    [
        (57, Print.EXACT, Print.ROUNDED), (57, Print.ROUNDED, Print.HIDDEN),
        (157, Print.ROUNDED, Print.COARSE), (157, Print.COARSE, Print.HIDDEN),
    ],
)  # fmt: skip
def test_counts_are_told_less_step_by_step(value, now, then):
    assert ROUNDING.coarser(value, now) == then


def test_rounding_down_stands_for_the_numbers_up_to_the_next():
    values = np.array([0, 9, 10, 19, 20, 157.0])
    prints = np.array([Print.EXACT, Print.HIDDEN, Print.ROUNDED, Print.ROUNDED, Print.EXACT, Print.COARSE])
    value, low, high = ROUNDING.shown(values, prints)
    assert value.tolist()[2:] == [10, 10, 20, 100]
    assert np.isnan(value[1])
    assert (low[2], high[2]) == (10, 19)
    assert (low[5], high[5]) == (100, 199)
    least, most = told(value, low, high)
    assert (least[1], least[3], most[3], least[4], most[4]) == (1, 10, 19, 20, 20)


def test_ways_to_print_a_count_are_four():
    assert len({int(one) for one in Print}) == 4


def test_a_count_of_the_base_is_told_and_one_less_is_not():
    values, is_total = np.array([0, 1, 9, 10, 9, 10.0]), np.array([False] * 4 + [True] * 2)
    printed = [Print.EXACT, Print.HIDDEN, Print.HIDDEN, Print.ROUNDED, Print.HIDDEN, Print.EXACT]
    assert ROUNDING.first(values, is_total).tolist() == printed


@pytest.mark.parametrize("is_most", [True, False])
def test_a_bound_goes_through_as_many_statements_as_there_are(is_most):
    """Each of a chain is at most the next; the last is known, or the first."""
    size = 6
    rows = [{n: 1.0, n + 1: -1.0} for n in range(size - 1)]
    matrix = scipy.sparse.csr_matrix(pd.DataFrame(rows, columns=range(size)).fillna(0.0).to_numpy())
    attacker = Attacker(Knowledge(matrix, np.zeros(len(rows), dtype=bool), np.ones(len(rows), dtype=bool)))
    low, high = np.zeros(size), np.full(size, 100.0)
    (high if is_most else low)[-1 if is_most else 0] = 7
    found = attacker.bounds(Bounds(low, high))
    assert (found.high == (7 if is_most else 100)).all()
    assert (found.low == (0 if is_most else 7)).all()


def test_a_statement_bounds_whole_numbers():
    """Two of one are at most five of another: of the first no more than what fits, of the second enough."""
    matrix = scipy.sparse.csr_matrix([[2.0, -5.0]])
    attacker = Attacker(Knowledge(matrix, np.zeros(1, dtype=bool), np.ones(1, dtype=bool)))
    found = attacker.bounds(Bounds(np.array([3.0, 0.0]), np.array([100.0, 3.0])))
    assert found.high.tolist() == [7, 3]  # 2 x 7 is at most 5 x 3
    assert found.low.tolist() == [3, 2]  # 2 x 3 is more than 5 x 1


@pytest.mark.parametrize(("low", "high", "width"), [(1, 3, 2), (1.5, 3.5, 1), (1 + 1e-9, 3 - 1e-9, 2)])
def test_between_two_worlds_lie_the_whole_numbers_within_them(low, high, width):
    assert Bounds(np.array([float(low)]), np.array([float(high)])).inner_width.tolist() == [width]


@pytest.mark.parametrize(
    ("prints", "can", "nearest"),
    [
        (
            [Print.HIDDEN, Print.ROUNDED, Print.EXACT, Print.EXACT, Print.EXACT],
            (1, 2, 3),
            3,
        ),  # exact, cheapest
        ([Print.HIDDEN, Print.ROUNDED, Print.ROUNDED, Print.ROUNDED, Print.EXACT], (1, 2), 1),
        ([Print.HIDDEN, Print.ROUNDED, Print.EXACT, Print.EXACT, Print.EXACT], (1,), 1),
        ([Print.HIDDEN, Print.ROUNDED, Print.EXACT, Print.EXACT, Print.EXACT], (4,), 4),  # beyond the first
        ([Print.HIDDEN, Print.ROUNDED, Print.EXACT, Print.EXACT, Print.EXACT], (), None),
    ],
)
def test_the_nearest_and_cheapest_is_told_less(prints, can, nearest):
    """Cell 0 is bound by 1, 2 and 3, and 3 by 4; exact ones are rounded before anything else is."""
    reasons = scipy.sparse.lil_matrix((5, 5))
    reasons[0, [0, 1, 2, 3]] = 1
    reasons[3, [3, 4]] = 1
    order = np.array([0, 1, 3, 2, 4])
    free = np.isin(np.arange(5), can)
    assert _nearest(reasons.tocsr(), 0, free, order, np.array(prints)) == nearest


@pytest.mark.parametrize(
    ("rows", "statements"),
    [
        ("register_problem_households safeguard=住房安全, registered_households all", 0),
        ("register_unknown_households safeguard=住房安全, registered_households all", 0),
        ("open_risk_households all, monitored_households all", 0),
        ("monitored_households all, income_band_households band=低", 1),  # the band is a part, and no more
    ],
)
def test_a_statement_of_which_a_row_is_not_there_is_not_made(rows, statements):
    assert knowledge_of(_named(rows)).matrix.shape[0] == statements


def test_what_bounds_a_count_from_either_side_is_a_reason_and_room_is_none():
    """Of two counts the first is at most the second."""
    matrix = scipy.sparse.csr_matrix([[1.0, -1.0]])
    attacker = Attacker(Knowledge(matrix, np.zeros(1, dtype=bool), np.ones(1, dtype=bool)))
    free = Bounds(np.array([0.0, 3.0]), np.array([5.0, 9.0]))
    assert attacker.reasons(free).nnz == 0
    for low, high, reason in (([0, 3], [9, 9], 0), ([3, 3], [5, 9], 1)):
        found = attacker.reasons(Bounds(np.array(low, float), np.array(high, float))).toarray() > 0
        assert found[reason].tolist() == [True, True]
        assert not found[1 - reason].any()


def test_labels_are_told_less_before_totals_towns_before_the_county_old_and_small_ones_first():
    rows = [
        ("610902", "2022-09", "all", 90), ("610902", "2022-09", "category=甲", 30),
        ("610902100", "2022-09", "all", 20), ("610902100", "2022-09", "category=甲", 15),
        ("610902100", "2022-09", "category=乙", 11), ("610902100", "2022-08", "category=乙", 19),
    ]  # fmt: skip
    counts = pd.DataFrame(rows, columns=["place_code", "month", "group", "value"])
    rank = _dearness(counts, counts["value"].to_numpy(float), counts["place_code"].str.len().eq(6).to_numpy())
    assert rank.tolist() == [5, 3, 4, 2, 1, 0]


def test_a_sum_of_which_a_part_is_not_there_is_not_known():
    rows = [
        ("phone_called_households", "all", 50),
        ("phone_disposition_households", "disposition=有效接通", 50),
    ]
    counts = pd.DataFrame(rows, columns=["indicator", "group", "value"]).assign(
        month="2022-09", place_code="610902"
    )
    assert knowledge_of(counts).is_sum.tolist() == [True]
    assert not knowledge_of(counts[:1]).is_sum.any()


def test_a_sum_of_two_rows_of_which_one_is_not_there_is_not_known():
    rows = [("monitored_households", "all", 50), ("income_band_households", "band=低", 50),
            ("income_missing_households", "all", 0)]  # fmt: skip
    counts = pd.DataFrame(rows, columns=["indicator", "group", "value"]).assign(
        month="2022-09", place_code="610902"
    )
    assert knowledge_of(counts, np.array([50, 50, 0])).is_sum.sum() == 1
    assert not knowledge_of(counts, np.array([50, 51, 0])).is_sum.any()
    assert not knowledge_of(counts[:2], np.array([50, 50])).is_sum.any()


_OPEN, _SETTLED = "未消除风险监测户", "已消除风险监测户"
_SAFEGUARDS = ("义务教育", "基本医疗", "住房安全", "饮水安全")
# What is a part of what, by the definitions of the indicators: left at most right, each a row or several.
PARTS = [
    ("phone_called_households all", "phone_base_households all"),
    ("phone_problem_households all", "phone_reached_households all"),
    ("phone_problem_households all", "phone_problem_households answer=住房安全"),
    ("monitored_households all", "registered_households all"),
    ("transferred_workers channel=外出务工", "transferred_workers all"),
    ("monitored_households all", "income_band_households band=低, income_missing_households all"),
    ("income_band_households band=低", "monitored_households all"),
    ("income_missing_households all", "monitored_households all"),
    ("income_mismatch_households all", "monitored_households all"),
    ("income_fell_households all", "monitored_households all"),
    ("below_line_open_households all", "open_risk_households all"),
    ("below_line_unmonitored_households all", "registered_households all"),
    ("workshop_lifted_employees all", "workshop_employees all"),
    ("able_households all", "registered_households all"),
    (f"able_households stratum={_OPEN}", "open_risk_households all"),
    (f"able_households stratum={_SETTLED}", "risk_eliminated_households all"),
    *((f"no_worker_households stratum={one}", f"able_households stratum={one}")
      for one in (_OPEN, _SETTLED, "脱贫户（未纳入监测）")),
    *((f"phone_problem_households answer={one}", "phone_problem_households all")
      for one in ("吃饭穿衣", *_SAFEGUARDS)),
    *((f"safeguard_both_households safeguard={one}, safeguard_phone_only_households safeguard={one}",
       f"phone_problem_households answer={one}") for one in _SAFEGUARDS),
    *((f"safeguard_both_households safeguard={one}, safeguard_register_only_households safeguard={one}",
       f"register_problem_households safeguard={one}") for one in _SAFEGUARDS),
    *((f"register_problem_households safeguard={one}, register_unknown_households safeguard={one}",
       "registered_households all") for one in _SAFEGUARDS),
    ("new_households all", "monitored_households all"),
    ("newly_eliminated_persons category=甲", "risk_eliminated_persons category=甲"),
]  # fmt: skip
WHOLES = [
    ("transferred_workers channel=外出务工", "transferred_workers all"),
    ("able_households stratum=甲", "able_households all"),
    ("no_worker_households stratum=甲", "no_worker_households all"),
    ("open_risk_households situation=超期无措施", "households_without_measure all"),
    ("registered_households all", "phone_base_households all"),
    ("phone_disposition_households disposition=空号", "phone_called_households all"),
    ("phone_disposition_households disposition=有效接通", "phone_reached_households all"),
    ("new_persons cause=因病", "new_persons all"),
    ("risk_eliminated_households all, open_risk_households all", "monitored_households all"),
]  # fmt: skip


def _named(text):
    """Counts of so many rows, all one."""
    rows = [row.split(" ") for row in text.split(", ")]
    frame = pd.DataFrame(rows, columns=["indicator", "group"])
    return frame.assign(month="2022-09", place_code="610902", value=1.0)


def _statements(less, more, *, is_sum):
    counts = pd.concat([_named(less), _named(more)], ignore_index=True)
    known = knowledge_of(counts, np.array([1.0] * (len(counts) - 1) + [len(counts) - 1.0]))
    rows = known.matrix.toarray()[known.is_sum if is_sum else ~known.is_sum]
    left = less.count(",") + 1
    return rows.tolist(), [1.0] * left + [-1.0] * (len(counts) - left)


@pytest.mark.parametrize(("less", "more"), PARTS)
def test_a_part_is_at_most_its_whole(less, more):
    rows, expected = _statements(less, more, is_sum=False)
    assert expected in rows


@pytest.mark.parametrize(("parts", "whole"), WHOLES)
def test_parts_that_are_all_are_the_whole(parts, whole):
    rows, expected = _statements(parts, whole, is_sum=True)
    assert expected in rows


def test_bounds_that_all_move_move_on():
    """Either of two counts is at most half of the other: neither is anything."""
    matrix = scipy.sparse.csr_matrix([[2.0, -1.0], [-1.0, 2.0]])
    attacker = Attacker(Knowledge(matrix, np.zeros(2, dtype=bool), np.ones(2, dtype=bool)))
    assert attacker.bounds(Bounds(np.zeros(2), np.full(2, 100.0))).high.tolist() == [0, 0]


@pytest.mark.parametrize(("persons", "least"), [(24, 2), (25, 3)])
def test_a_household_has_at_most_twelve_persons(persons, least):
    rows = [("monitored_households", np.nan), ("monitored_persons", persons)]
    counts = pd.DataFrame(rows, columns=["indicator", "value"])
    counts = counts.assign(month="2022-09", place_code="610902", group="all")
    low, high = np.array([1.0, persons]), np.array([1e7, persons])
    found = Attacker(knowledge_of(counts)).bounds(Bounds(low, high))
    assert (found.low[0], found.high[0]) == (least, persons)
