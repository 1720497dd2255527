"""The alarm: late months, and publications that are not what the ledger says."""

import shutil
from datetime import date

from hanbin_lib.errors import ExitCode
from hanbin_lib.months import Month
from hanbin_lib.schedule import examine


def test_a_month_is_late_from_the_day_after_its_day(office):
    on_the_day = examine(office.workspace, date(2022, 10, 10))
    assert (on_the_day.overdue, on_the_day.exit_code) == ((), ExitCode.OK)
    after = examine(office.workspace, date(2022, 10, 11))
    assert after.overdue == ((Month(2022, 9), date(2022, 10, 10)),)
    assert after.exit_code is ExitCode.OVERDUE


def test_a_publication_that_was_changed_or_lost_is_told(office):
    folder = office.workspace.reports / "2022-08"
    manifest = folder / "manifest.json"
    manifest.write_text(manifest.read_text("utf-8").replace("aa", "bb"), "utf-8")
    changed = examine(office.workspace, date(2022, 9, 1))
    assert (changed.unlike_ledger, changed.exit_code) == ((Month(2022, 8),), ExitCode.PUBLICATION_FAILED)
    shutil.rmtree(folder)
    assert examine(office.workspace, date(2022, 9, 1)).unlike_ledger == (Month(2022, 8),)
