"""Old leftovers go; what the ledger or the pointer names never does."""

import os
import shutil
from datetime import date

from hanbin_lib.schedule import leftovers, remove

LONG_AGO = 946_684_800  # 2000-01-01
TODAY = date(2022, 12, 28)


def _aged(path):
    for file in (path, *path.rglob("*")):
        os.utime(file, (LONG_AGO, LONG_AGO))
    return path


def _file(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x")
    return path


def test_only_old_and_unnamed_things_go(office):
    space = office.workspace
    revisions = space.reports / ".revisions" / "2022-08"
    named = revisions / "r1"
    shutil.copytree(space.reports / "2022-08", named)  # its manifest stands in the ledger
    unnamed = _file(revisions / "unknown" / "some.pdf").parent
    site = _file(space.reports / ".staging" / "2022-09-aa" / "month" / "some.pdf").parents[1]
    public = _file(space.reports / "public" / ".staging" / "2022-09-bb" / "month" / "some.pdf").parents[1]
    log, young = _file(space.logs / "kernels.log"), _file(space.logs / "new.log")
    for path in (named, unnamed, site, public, log, space.reports / "2022-08"):
        _aged(path)
    found = leftovers(space, TODAY)
    assert {one.path for one in found} == {unnamed, site, public, log}
    assert all(one.size == 1 for one in found)
    remove(space, found)
    assert leftovers(space, TODAY) == []
    assert all(path.exists() for path in (named, young, space.reports / "2022-08", revisions))
    assert not any(one.path.exists() for one in found)
