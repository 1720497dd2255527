"""One seed, one set of numbers: with any number of workers, and across scenarios."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanbin_lib.simulate import COLUMNS, SimulationSettings, chunks, run, summarise


def _model(chunk):
    town = chunk.rng("town").normal(size=(chunk.size, 3))
    home = chunk.rng("home").random((chunk.size, 50))
    return {
        "hits": (home < 0.2 + 0.01 * town[:, :1]).sum(axis=1),
        "town": town,
        "sum": home.sum(axis=0)[None],
    }


@settings(max_examples=20)
@given(st.integers(1, 450), st.integers(0, 2**40))
def test_the_same_numbers_with_any_number_of_workers(draws, seed):
    plan = SimulationSettings(draws, seed)
    alone = run(plan, _model, sums=["sum"])
    for workers in (2, 3):
        together = run(plan, _model, sums=["sum"], workers=workers)
        assert all(np.array_equal(alone[name], together[name]) for name in alone)
    assert len(alone["hits"]) == len(alone["town"]) == draws
    assert alone["sum"] == pytest.approx(sum(_model(chunk)["sum"] for chunk in chunks(plan)))


def test_no_chunk_repeats_another_and_no_part_another():
    drawn = run(
        SimulationSettings(1000, 1), lambda c: {name: c.rng(name).random((c.size, 2)) for name in ("a", "b")}
    )
    assert len(np.unique(drawn["a"])) == 2000
    assert abs(np.corrcoef(drawn["a"][:, 0], drawn["b"][:, 0])[0, 1]) < 0.1


def test_a_hundred_draws_are_a_chunk_and_the_last_one_is_the_rest():
    assert [(one.number, one.size) for one in chunks(SimulationSettings(250, 1))] == [
        (0, 100),
        (1, 100),
        (2, 50),
    ]


def test_more_draws_keep_those_that_were_drawn():
    few, many = (run(SimulationSettings(draws, 3), _model, sums=["sum"])["hits"] for draws in (200, 700))
    assert np.array_equal(few, many[:200])


def test_scenarios_share_their_luck():
    """The difference of two scenarios is known far better than either: that is what it is for."""

    def losses(share):
        def model(chunk):
            return {"loss": (chunk.rng("hit").random((chunk.size, 100)) < share).sum(axis=1)}

        return run(SimulationSettings(2000, 5), model)["loss"]

    low, high = losses(0.10), losses(0.12)
    assert (high >= low).all()
    assert (high - low).std() < 0.4 * np.sqrt(low.var() + high.var())


def test_the_standard_error_is_that_of_the_mean():
    """Means of 400 plans spread as one plan says that they do."""
    tables = [
        summarise(
            "x",
            run(SimulationSettings(100, seed), lambda c: {"x": c.rng().exponential(2.0, (c.size, 1))})["x"],
            ["1"],
            SimulationSettings(100, seed),
        )
        for seed in range(400)
    ]
    means = np.array([table["mean"].item() for table in tables])
    stated = np.mean([table["standard_error"].item() for table in tables])
    assert stated == pytest.approx(0.2, rel=0.05)
    assert means.std(ddof=1) == pytest.approx(stated, rel=0.1)
    assert abs(means.mean() - 2.0) < 4 * 0.2 / np.sqrt(400)


def test_one_table_of_results():
    plan = SimulationSettings(1000, 7, confidence=0.8)
    values = np.column_stack([np.arange(1000.0), np.full(1000, np.nan), np.r_[1.0, np.full(999, np.nan)]])
    table = summarise("loss_yuan", values, ["610902", "610902001", "610902002"], plan, group="cause=因病")
    assert tuple(table.columns) == COLUMNS
    assert table.loc[0, ["mean", "median", "lower", "upper"]].tolist() == pytest.approx(
        [499.5, 499.5, 99.9, 899.1]
    )
    assert table["draws"].tolist() == [1000, 0, 1]
    assert table.loc[1, ["mean", "median", "lower", "upper", "standard_error"]].isna().all()
    assert table.loc[2, "mean"] == 1.0
    assert np.isnan(table.loc[2, "standard_error"])
    assert set(table["seed"]) == {7}


@pytest.mark.parametrize("wrong", [{"draws": 0}, {"seed": -1}, {"confidence": 1.0}, {"confidence": 0.0}])
def test_a_plan_out_of_range_is_refused(wrong):
    with pytest.raises(ValueError, match="needed"):
        SimulationSettings(**{"draws": 10, "seed": 1, **wrong})
