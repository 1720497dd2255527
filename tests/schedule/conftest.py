"""A workspace of months that are published by writing a manifest: no data, no kernel."""

import pytest
from schedule_office import Office
from support import new_workspace

from hanbin_lib.months import Month


@pytest.fixture
def office(tmp_path):
    made = Office(new_workspace(tmp_path / "office"))
    made.release(Month(2022, 8))
    made.asked.clear()
    return made
