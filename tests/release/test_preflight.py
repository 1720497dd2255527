"""What can be known to be wrong is told at once; what goes wrong later leaves all as it was."""

import errno
import os
import shutil
import tempfile
from types import SimpleNamespace

import docx
import pytest
from support import MONTH

from hanbin_lib import snapshots
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.release import release_month
from hanbin_lib.release.checks.preflight import check_before
from hanbin_lib.workspace import Workspace

AREAS = ("610902", "610902118")


def _damage(workspace):
    snapshot = snapshots.latest(workspace, MONTH)
    path = snapshot.folder / "monitored_households.parquet"
    path.write_bytes(path.read_bytes()[:-1] + b"x")


def _misspell(workspace):
    rules = workspace.params / "rules.yaml"
    rules.write_text(rules.read_text("utf-8").replace("trend_months", "trend_moths"), "utf-8")


def _rename_a_parameter(workspace):
    path = workspace.notebooks / "bulletin.ipynb"
    path.write_text(path.read_text("utf-8").replace('area = \\"', 'aera = \\"'), "utf-8")


def _spoil_the_template(workspace):
    document = docx.Document()
    document.add_paragraph("{{ 标提 }}")
    document.save(workspace.params / "月报模板.docx")
    path = workspace.params / "typography.yaml"
    path.write_text(
        path.read_text("utf-8").replace('word_template: ""', "word_template: 月报模板.docx"), "utf-8"
    )


def _lose_the_template(workspace):
    path = workspace.params / "typography.yaml"
    path.write_text(path.read_text("utf-8").replace('word_template: ""', "word_template: 没有.docx"), "utf-8")


def _full(name):
    """Disks of which the one that holds the folder of that name is full."""
    return lambda path: SimpleNamespace(free=1 if path.name == name else 2**40)


def test_a_workspace_in_order_passes(demo_workspace):
    check_before(demo_workspace, MONTH)


def test_every_fault_is_told_in_one_pass(own_workspace, monkeypatch):
    _damage(own_workspace)
    _misspell(own_workspace)
    _rename_a_parameter(own_workspace)
    monkeypatch.setattr(shutil, "disk_usage", _full("data"))
    with pytest.raises(HanbinError, match="HB-REL-004") as caught:
        release_month(own_workspace, MONTH)
    for part in ("HB-PAR-002", "trend_moths", "HB-SNP-002", "HB-NBK-001", "aera", "HB-REL-005"):
        assert part in caught.value.message
    assert not (own_workspace.reports / str(MONTH)).exists()


@pytest.mark.parametrize("name", ["data", "reports"])
def test_the_disk_that_has_least_counts(tmp_path, monkeypatch, name):
    """Data and reports may be links to, or mounted from, disks of their own."""
    (tmp_path / name).mkdir()
    monkeypatch.setattr(shutil, "disk_usage", _full(name))
    assert Workspace(tmp_path).free_bytes == 1


@pytest.mark.parametrize(
    ("spoil", "code", "exit_code"),
    [
        (_damage, "HB-SNP-002", ExitCode.INPUT_INVALID),
        (_misspell, "HB-PAR-002", ExitCode.PARAMS_INVALID),
        (_rename_a_parameter, "HB-NBK-001", ExitCode.PARAMS_INVALID),
        (_spoil_the_template, "HB-TYP-006", ExitCode.TYPOGRAPHY),
        (_lose_the_template, "HB-PAR-002", ExitCode.PARAMS_INVALID),
    ],
)
def test_one_fault_keeps_its_own_code(own_workspace, spoil, code, exit_code):
    spoil(own_workspace)
    with pytest.raises(HanbinError) as caught:
        check_before(own_workspace, MONTH)
    assert (caught.value.code, caught.value.exit_code) == (code, exit_code)


def test_a_read_only_folder_is_told(demo_workspace, monkeypatch):
    def refused(**_):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(tempfile, "TemporaryFile", refused)
    with pytest.raises(HanbinError, match=r"HB-REL-002.*磁盘只读") as caught:
        check_before(demo_workspace, MONTH)
    assert caught.value.exit_code is ExitCode.PUBLICATION_FAILED


def _writes(document, staging):
    """Files of no content; the notebook is one, for what failed in it is read while others are made."""
    for name in document.files:
        empty = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
        (staging / name).write_text(empty if name.endswith(".ipynb") else document.key)


def test_a_full_disk_stops_the_run_and_the_next_goes_on_from_there(own_workspace):
    """The disk is full after the first document: no gap is made of it, and nothing is published."""
    asked = []

    def maker(workspace, county, todo, staging, progress, *, retries, finished):
        asked.append([document.area for document in todo])
        first, *others = todo
        _writes(first, staging)
        finished(first)
        return {d.name: OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) for d in others}

    with pytest.raises(HanbinError, match="HB-REL-002") as caught:
        release_month(own_workspace, MONTH, AREAS, maker=maker)
    assert caught.value.exit_code is ExitCode.PUBLICATION_FAILED
    assert not (own_workspace.reports / str(MONTH)).exists()

    def killed(workspace, county, todo, staging, progress, *, retries, finished):
        asked.append([document.area for document in todo])
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        release_month(own_workspace, MONTH, AREAS, maker=killed)
    assert asked == [list(AREAS), [AREAS[1]]]
    (site,) = (own_workspace.reports / ".staging").iterdir()
    spoilt = next(path for path in (site / "month").iterdir() if path.suffix == ".pdf")
    spoilt.write_text("half")
    with pytest.raises(KeyboardInterrupt):
        release_month(own_workspace, MONTH, AREAS, maker=killed)
    assert asked[-1] == list(AREAS)  # what is not intact is made again
    shutil.rmtree(site)
