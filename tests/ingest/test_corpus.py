"""Hundreds of hostile inputs: refused with a clear message, or read without changing a total unsaid."""

from collections import Counter
from decimal import Decimal

import pytest
from mutations import INCOME, mutants, total_of, workbook

from hanbin_lib.errors import HanbinError

SEED = 20220930
FEW, MANY = 60, 300


@pytest.fixture(scope="module")
def sound_rows(tools):
    return tools.monitored_rows(3)


def _told(result):
    """What was said, apart from where: kinds of findings and how many."""
    return Counter(result.quality.findings["rule_id"])


def _stored_total(result):
    values = result.snapshot.table("monitored_households")["wage_income_yuan"]
    return sum((Decimal(repr(float(v))) for v in values.dropna()), Decimal(0))


def _baseline(make_desk, rows):
    desk = make_desk("baseline")
    desk.inbox.mkdir(parents=True)
    (desk.inbox / "a.xlsx").write_bytes(workbook(rows))
    result = desk.run()
    assert _stored_total(result) == total_of(rows)
    return _told(result)


def _judge(desk, mutant, usual):
    """``refused`` or ``read``; raise AssertionError where the promise is broken."""
    desk.inbox.mkdir(parents=True, exist_ok=True)
    for old in desk.inbox.iterdir():
        old.unlink()
    before = desk.store()
    (desk.inbox / mutant.file).write_bytes(mutant.content)
    try:
        result = desk.run()
    except HanbinError as error:
        assert error.code
        assert error.action
        assert desk.store() == before
        return "refused"
    found = result.quality.findings
    assert found["message"].ne("").all()
    if result.snapshot is None:
        assert found.query("severity == '错误'")["action"].ne("").all()
        assert desk.store() == before
        return "refused"
    is_silent = not (_told(result) - usual)
    assert not is_silent or mutant.total is None or _stored_total(result) == mutant.total, mutant.name
    return "read and told" if not is_silent else "read"


def _run(make_desk, rows, number, capsys):
    usual, desk = _baseline(make_desk, rows), make_desk("corpus")
    came_to = Counter(_judge(desk, mutant, usual) for mutant in mutants(rows, number, SEED))
    with capsys.disabled():
        print(f"\nhostile inputs: {came_to.total()} {dict(came_to)}")  # noqa: T201
    assert came_to.total() == number
    assert came_to["refused"] > number / 4


def test_some_hostile_inputs(make_desk, sound_rows, capsys):
    _run(make_desk, sound_rows, FEW, capsys)


@pytest.mark.slow
def test_all_hostile_inputs(make_desk, sound_rows, capsys):
    _run(make_desk, sound_rows, MANY, capsys)


def test_the_corpus_is_the_same_for_the_same_seed_and_not_all_alike(sound_rows):
    names = [m.name for m in mutants(sound_rows, MANY, SEED)]
    assert names == [m.name for m in mutants(sound_rows, MANY, SEED)]
    assert len(set(names)) > 200
    assert INCOME in sound_rows[0]
