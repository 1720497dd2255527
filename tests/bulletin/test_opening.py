"""Opening a month once for all bulletins: the same bulletins, and nothing computed twice."""

import os
import subprocess
import sys

import pandas as pd
import pytest
from support import MONTH

from hanbin_lib.bulletin import opening
from hanbin_lib.errors import HanbinError
from hanbin_lib.kernels.prepared import quiet_environment

TOWN = "610902110"


@pytest.fixture
def held(demo_workspace, monkeypatch):
    monkeypatch.setattr(opening, "_held", {})
    opening.hold_month(str(MONTH), "610902", "", edition="internal", workspace=demo_workspace)
    return demo_workspace


def test_a_held_month_gives_the_bulletins_that_opening_gives(held, monkeypatch):
    shared = opening.open_bulletin(str(MONTH), TOWN, revision=2, reason="更正", workspace=held)
    monkeypatch.setattr(opening, "_held", {})
    own = opening.open_bulletin(str(MONTH), TOWN, revision=2, reason="更正", workspace=held)
    assert (shared.place, shared.revision, shared.reason) == (own.place, own.revision, own.reason)
    pd.testing.assert_frame_equal(shared.figures.table, own.figures.table)
    for indicator in ("monitored_households", "open_risk_persons"):
        assert shared.figures.value(indicator) == own.figures.value(indicator)
    pd.testing.assert_frame_equal(shared.clues, own.clues)


def test_what_is_month_wide_is_one_object_for_county_and_town(held):
    county, town = (opening.open_bulletin(str(MONTH), code, workspace=held) for code in ("610902", TOWN))
    assert county.flow is town.flow
    assert county.exposure("监测对象") is town.exposure("监测对象")


@pytest.mark.parametrize("other", [{"edition": "public"}, {"as_of": f"{MONTH}-16"}])
def test_another_edition_or_day_is_opened_for_itself(held, other, monkeypatch):
    monkeypatch.setattr(
        opening, "cached_public_table", lambda table, *_: table
    )  # takes long; tests/disclosure has it
    assert opening.open_bulletin(str(MONTH), TOWN, workspace=held, **other).flow is not (
        opening.open_bulletin(str(MONTH), TOWN, workspace=held).flow
    )


@pytest.mark.parametrize(
    ("area", "code"), [("610902999", "004"), ("610902107", "005"), ("610902004213", "005")]
)
def test_a_place_without_bulletin_is_refused_as_ever(held, demo_workspace, area, code):
    """Of a village or an uncounted town a notebook would say 未收到 where nothing is counted."""
    for workspace in (held, demo_workspace):
        with pytest.raises(HanbinError, match=f"HB-PAR-{code}"):
            opening.open_bulletin(str(MONTH), area, workspace=workspace)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_month_is_read_without_leaving_a_thread(demo_workspace, tmp_path):
    """Otherwise it could not be forked from, and every document would open it for itself."""

    code = (
        "from hanbin_lib.kernels.prepared import prepare, threads; prepare()\n"
        "from hanbin_lib.bulletin.opening import hold_month\n"
        "from hanbin_lib.workspace import Workspace\n"
        f"hold_month({str(MONTH)!r}, '610902', '', edition='internal', workspace=Workspace.find())\n"
        "print(threads())"
    )

    environment = quiet_environment() | {"HANBIN_WORKSPACE": str(demo_workspace.root)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=False,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.stdout.split()[-1] == "1", done.stderr
