"""How far a department's task has come."""

import math

import pandas as pd
import pytest

from hanbin_lib.indicators.duties import task_state


def test_of_a_task_nothing_told_is_nothing_done_and_more_than_all_is_all(scope):
    tasks = pd.DataFrame(
        {
            "target_value": pd.array([10, 10, 10, 0.5, 0, None], "Float64"),
            "done_value": pd.array([None, -2, 12, 0.5, 3, 3], "Float64"),
            "due_date": pd.Timestamp("2022-09-30"),
        }
    )
    told = task_state(tasks, scope)
    assert told["completion"].tolist() == pytest.approx([0, 0, 1, 1, math.nan, math.nan], nan_ok=True)
    assert told["is_done"].tolist() == [False, False, True, True, False, False]
    assert told["is_late"].tolist() == [True, True, False, False, False, False]  # nobody knows
