"""A published month is made again elsewhere to the same bytes; a change is named."""

import csv
import shutil

import pytest
from support import MONTH

from hanbin_lib.errors import HanbinError
from hanbin_lib.release.checks import reproducibility
from hanbin_lib.release.checks.reproducibility import verify_month
from hanbin_lib.release.plan import FORMATS
from hanbin_lib.workspace import Workspace

pytestmark = pytest.mark.xdist_group("release")


@pytest.fixture(scope="module")
def own(published, tmp_path_factory):
    """A copy of the published workspace, which these tests change."""
    root = tmp_path_factory.mktemp("verify") / "workspace"
    shutil.copytree(published[0].root, root)
    return Workspace(root)


def test_another_folder_zone_locale_seed_and_number_of_workers_change_nothing(own):
    # A parameter changed after publication: the recorded one is used.
    rules = own.params / "rules.yaml"
    rules.write_text(
        rules.read_text(encoding="utf-8").replace("trend_months: 12", "trend_months: 6"), encoding="utf-8"
    )
    found = verify_month(own, MONTH)
    assert found.different == ()
    assert found.same == 2 * len(FORMATS) - 1 + 3  # no slides of a town; figures, guide, inputs


def test_a_figure_that_was_changed_is_named(own, monkeypatch):
    path = own.reports / str(MONTH) / "indicators.csv"
    before = path.read_bytes()
    with path.open(encoding="utf-8") as stream:
        rows = list(csv.reader(stream))
    rows[10][7] = "123456"
    path.write_text("\n".join(",".join(row) for row in rows) + "\n", encoding="utf-8")
    told = reproducibility._first_difference(path, _copy(path, before))
    assert rows[10][0] in told
    assert rows[10][2] in told
    path.write_bytes(before)


def _copy(path, content):
    other = path.parent.parent / "indicators-before.csv"
    other.write_bytes(content)
    return other


def test_what_cannot_be_verified_says_why(own, tmp_path, monkeypatch):
    with pytest.raises(HanbinError, match="HB-VER-001"):
        verify_month(own, MONTH.shift(1))
    monkeypatch.setattr(reproducibility, "program_digest", lambda: "other")
    with pytest.raises(HanbinError, match="HB-VER-002"):
        verify_month(own, MONTH)
