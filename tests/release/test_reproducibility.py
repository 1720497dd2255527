"""A published month is made again elsewhere to the same bytes; a change is named."""

import csv
import shutil

import pytest
from support import MONTH

from hanbin_lib.errors import HanbinError
from hanbin_lib.release import release_month
from hanbin_lib.release.checks import reproducibility
from hanbin_lib.release.checks.reproducibility import verify_month
from hanbin_lib.release.plan import FORMATS


@pytest.fixture(scope="module")
def published(demo_workspace, tmp_path_factory):
    root = tmp_path_factory.mktemp("verify") / "workspace"
    shutil.copytree(demo_workspace.root, root)
    workspace = type(demo_workspace)(root)
    assert release_month(workspace, MONTH, ("610902110",)).made
    return workspace


def test_another_folder_zone_locale_seed_and_number_of_workers_change_nothing(published):
    # A parameter changed after publication: the recorded one is used.
    rules = published.params / "rules.yaml"
    rules.write_text(
        rules.read_text(encoding="utf-8").replace("trend_months: 12", "trend_months: 6"), encoding="utf-8"
    )
    found = verify_month(published, MONTH)
    assert found.different == ()
    assert found.same == len(FORMATS) - 1 + 3  # no slides of a town; figures, guide, inputs


def test_a_figure_that_was_changed_is_named(published, monkeypatch):
    path = published.reports / str(MONTH) / "indicators.csv"
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


def test_what_cannot_be_verified_says_why(published, tmp_path, monkeypatch):
    with pytest.raises(HanbinError, match="HB-VER-001"):
        verify_month(published, MONTH.shift(1))
    monkeypatch.setattr(reproducibility, "program_digest", lambda: "other")
    with pytest.raises(HanbinError, match="HB-VER-002"):
        verify_month(published, MONTH)
