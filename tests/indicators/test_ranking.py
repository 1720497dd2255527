"""The dispatch ranking: parts, direction, uncertainty, and what it refuses."""

import numpy as np
import pandas as pd
import pytest

from hanbin_lib.errors import HanbinError
from hanbin_lib.indicators.compute import combine
from hanbin_lib.indicators.ranking import _summary, dispatch_indicators, rank_units
from hanbin_lib.indicators.table import frame, number_rows
from hanbin_lib.parameter_files import validated
from hanbin_lib.params import Ranking, ScorePart

PART = {"indicator": "phone_visited_share", "name": "走访", "worst": 0.5, "best": 1.0, "weight": 100,
        "reason": "测试"}  # fmt: skip


def _part(**changes):
    return ScorePart(**(PART | changes))


def _cases(**places):
    return pd.DataFrame(places, index=["numerator", "denominator"]).T.astype(float)


def test_more_is_better_or_worse_as_the_bounds_say(ranking):
    cases = _cases(a=(190, 200), b=(120, 200))
    up = rank_units([cases], [_part()], ranking).scores.mean(axis=0)
    down = rank_units([cases], [_part(worst=1.0, best=0.5)], ranking).scores.mean(axis=0)
    assert up[0] > up[1]
    assert down[0] < down[1]


def test_a_part_without_cases_leaves_the_score_to_the_others(ranking):
    parts = [_part(weight=40), _part(weight=60, indicator="rebound_share")]
    cases = [_cases(a=(200, 200), b=(100, 200)), _cases(a=(0, 0), b=(0, 0))]
    ranked = rank_units(cases, parts, ranking)
    assert [part.weight for part in ranked.parts] == [40]
    assert ranked.scores.mean(axis=0)[0] > 90


def test_where_nothing_came_in_every_town_and_no_other_place_is_without_a_rank(scope, ranking):
    numbers = pd.DataFrame({"value": [1.0]}, index=scope.upper_places[:1])
    other = frame([number_rows("workshops", scope.month, numbers)])
    table = combine(dispatch_indicators(other, ranking, scope), scope.place_names)
    assert set(table["indicator"]) == {"town_score", "town_rank"}
    assert set(table["note_code"]) == {"not_received"}
    assert table.groupby("indicator")["place_code"].agg(list).tolist() == [list(scope.upper_places[1:])] * 2


@pytest.mark.parametrize(("cases", "counts"), [(0, False), (1, True)])
def test_a_single_case_is_one(ranking, cases, counts):
    ranked = rank_units([_cases(a=(0, cases), b=(0, 0))], [_part()], ranking)
    assert (ranked is not None) == counts


def test_weights_decide_the_order(ranking):
    """The what-if of the notebook: change a weight, see the order move."""
    cases = [_cases(a=(95, 100), b=(60, 100)), _cases(a=(60, 100), b=(95, 100))]
    for weights, first in (((80, 20), 0), ((20, 80), 1)):
        parts = [_part(weight=weight) for weight in weights]
        assert rank_units(cases, parts, ranking).scores.mean(axis=0).argmax() == first


def test_a_clustered_sample_counts_for_less(ranking):
    cases = _cases(a=(90, 100), b=(80, 100))
    plain, clustered = (
        rank_units([cases], [_part(design_effect=effect)], ranking).scores.std(axis=0)[0] for effect in (1, 4)
    )
    assert clustered > plain


def test_ranks_cover_their_range_and_nobody_else(scope, ranking):
    towns = scope.upper_places[1:]
    rows = [
        number_rows(
            part.indicator,
            scope.month,
            pd.DataFrame(
                {"numerator": [9.0, 6], "denominator": [10.0, 10], "value": [0.9, 0.6]}, index=towns
            ),
        )
        for part in ranking.towns
    ]
    table = combine(dispatch_indicators(frame(rows), ranking, scope), scope.place_names)
    placed = table[table["indicator"].eq("town_rank")].set_index("place_code")
    assert set(placed["value"]) == {1.0, 2.0}
    assert (placed["lower"] <= placed["value"]).all()
    assert (placed["value"] <= placed["upper"]).all()
    chances = table[table["indicator"].isin(["town_front_share", "town_back_share"])]["value"]
    assert np.isfinite(chances).all()


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"indicator": "risk_eliminated_households"}, "风险消除不设比例要求"),
        ({"worst": 1.0}, "不能相等"),
        ({"weight": 50}, "权重合计应为 100"),
        ({"indicater": "x"}, "不是已知的参数"),
    ],
)
def test_a_ranking_that_misleads_is_refused(ranking, changes, word):
    content = ranking.model_dump() | {"towns": [PART | changes]}
    with pytest.raises(HanbinError, match=word):
        validated(Ranking, content, source="ranking.yaml")


def test_better_than_best_earns_no_more_than_the_weight(ranking):
    cases = _cases(a=(1990, 2000), b=(10, 2000))
    scores = rank_units([cases], [_part(worst=0.3, best=0.6)], ranking).scores
    assert scores.max() == pytest.approx(100)
    assert scores.min() == pytest.approx(0)


def test_a_score_stands_between_its_limits_and_they_hold_the_stated_share(ranking):
    """Thousand draws of 0 to 1000: at a confidence of 0.8 a tenth lies outside on either side."""
    drawn = np.arange(1001.0)[:, None] + np.array([0, 5])
    told = _summary(drawn, ranking.model_copy(update={"confidence": 0.8}), pd.Index(["a", "b"]))
    assert told.loc["a"].to_dict() == pytest.approx({"value": 500, "lower": 100, "upper": 900})
    assert told.loc["b"].to_dict() == pytest.approx({"value": 505, "lower": 105, "upper": 905})
