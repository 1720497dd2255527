"""What a stopped month tells and leaves lying: no number that could be somebody's, no document of that month."""

from concurrent.futures import Future
from types import SimpleNamespace

import pytest
from support import MONTH

from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.release import run
from hanbin_lib.release.checks.documents import _told
from hanbin_lib.release.staging import Staging, sites
from hanbin_lib.workspace import Workspace


@pytest.mark.parametrize(
    ("number", "told"),
    [
        ("5408", " 5408 "),
        ("103000", " 103000 "),
        ("10349.55", " 10349.55 "),
        ("13912340004", "一个11位的号码（不显示）"),
        ("43129920110622190", "一个17位的号码（不显示）"),
        ("3212345", "一个7位的号码（不显示）"),
    ],
)
def test_a_long_number_that_is_no_result_is_not_repeated(number, told):
    assert _told(number) == told


@pytest.mark.parametrize(
    ("code", "left"), [(ExitCode.PERSONAL_DATA, [MONTH.shift(-1)]), (ExitCode.GATE_FAILED, None)]
)
def test_a_person_found_takes_all_that_was_built_of_the_month_away(tmp_path, monkeypatch, code, left):
    """Earlier runs of the same month, with other parameters, have most likely printed the same."""
    workspace = Workspace(tmp_path)
    built = [Staging.of(workspace, month, key * 64) for month in (MONTH, MONTH.shift(-1)) for key in "ab"]

    def refuse(*_):
        raise HanbinError("HB-GRD-001", "发现个人信息", exit_code=code)

    monkeypatch.setattr(run, "assemble", refuse)
    guard = Future()
    guard.set_result(None)
    this = SimpleNamespace(workspace=workspace, county=SimpleNamespace(month=MONTH))
    with pytest.raises(HanbinError):
        run._assembled(this, SimpleNamespace(staging=built[0], files={}, looked={}), {}, {}, guard)
    there = {month for month, _ in sites(workspace)}
    assert there == (set(left) if left else {MONTH, MONTH.shift(-1)})
