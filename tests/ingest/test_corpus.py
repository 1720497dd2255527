"""Hundreds of hostile inputs: refused with a clear message, or read without changing a total unsaid."""

from collections import Counter
from decimal import Decimal

import pytest
from mutations import INCOME, mutants, total_of, workbook

from hanbin_lib.errors import HanbinError

SEED = 20220930
FEW, MANY = 30, 300


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


def _outcome(desk):
    """The result of an import, or the error that it was refused with."""
    try:
        return desk.run(), None
    except HanbinError as error:
        return None, error


def _judge(desk, mutant, usual):
    """``refused`` or ``read``; raise AssertionError where the promise is broken."""
    desk.inbox.mkdir(parents=True, exist_ok=True)
    for old in desk.inbox.iterdir():
        old.unlink()
    before = desk.store()
    (desk.inbox / mutant.file).write_bytes(mutant.content)
    result, error = _outcome(desk)
    if error is not None:
        assert (bool(error.code), bool(error.action)) == (True, True), mutant.name
        assert desk.store() == before, mutant.name
        return "refused"
    found = result.quality.findings
    assert found["message"].ne("").all()
    if result.snapshot is None:
        wrong = found.query("severity == '错误'")
        assert len(wrong), mutant.name
        assert wrong["action"].ne("").all(), mutant.name
        assert desk.store() == before, mutant.name
        return "refused"
    is_silent = not (_told(result) - usual)
    if mutant.total is not None and (is_silent or mutant.is_exact):
        assert _stored_total(result) == mutant.total, mutant.name
    return "read and told" if not is_silent else "read"


def _run(make_desk, rows, number, capsys):
    usual, desk = _baseline(make_desk, rows), make_desk("corpus")
    corpus = list(mutants(rows, number, SEED))
    came_to = Counter(_judge(desk, mutant, usual) for mutant in corpus)
    with capsys.disabled():
        print(f"\nhostile inputs: {came_to.total()} {dict(came_to)}")
    assert len({mutant.name for mutant in corpus}) == came_to.total() == number
    assert came_to["refused"] > number / 4


def test_some_hostile_inputs(make_desk, sound_rows, capsys):
    _run(make_desk, sound_rows, FEW, capsys)


@pytest.mark.slow
def test_all_hostile_inputs(make_desk, sound_rows, capsys):
    _run(make_desk, sound_rows, MANY, capsys)


def test_the_corpus_is_the_same_for_the_same_seed_and_not_all_alike(sound_rows):
    once, again = (list(mutants(sound_rows, FEW, SEED)) for _ in range(2))
    assert [m.name for m in once] == [m.name for m in again]
    assert len({m.name for m in once}) == FEW
    assert INCOME in sound_rows[0]
