"""Parameters are checked before a kernel starts."""

import nbformat
import pytest

from hanbin_lib.bulletin.parameters import BulletinParameters
from hanbin_lib.errors import HanbinError
from hanbin_lib.release.notebooks import check_parameters_cell, run_notebook


def _write(tmp_path, source, tags=("parameters",)):
    cell = nbformat.v4.new_code_cell(source)
    cell.metadata["tags"] = list(tags)
    path = tmp_path / "some.ipynb"
    metadata = {"language_info": {"name": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=[cell], metadata=metadata), path)
    return path


GOOD = 'month = "2022-09"\narea = "610902"\nsnapshot = ""\nrevision = 1\nreason = ""\nedition = "internal"\nrecord = ""'

FIRST = {"revision": 1, "reason": "", "edition": "internal", "record": ""}


def test_a_cell_that_agrees_passes(tmp_path):
    check_parameters_cell(_write(tmp_path, GOOD), BulletinParameters)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (GOOD.replace("area", "aera"), "缺少参数 area；多出参数 aera"),
        (GOOD.replace('"610902"', "610902"), "area 的默认值应为 str"),
        (GOOD + "\nextra = 1", "多出参数 extra"),
    ],
)
def test_every_difference_is_named(tmp_path, source, expected):
    with pytest.raises(HanbinError) as caught:
        check_parameters_cell(_write(tmp_path, source), BulletinParameters)
    assert caught.value.code == "HB-NBK-001"
    assert expected in caught.value.message


def test_a_notebook_without_the_tag_is_refused(tmp_path):
    with pytest.raises(HanbinError, match="HB-NBK-001"):
        check_parameters_cell(_write(tmp_path, GOOD, ()), BulletinParameters)


@pytest.mark.parametrize(
    "wrong",
    [
        {"month": "2022-9", "area": "610902", "snapshot": "", **FIRST},
        {"month": "2022-09", "area": 610902.0, "snapshot": "", **FIRST},
        {"month": "2022-09", "area": 6109021, "snapshot": "", **FIRST},
        {"month": "2022-09", "area": "610902", "snapshot": 12345678, **FIRST},
        {"month": "2022-09", "area": "610902", "snapshot": float("12e45678"), **FIRST},
        {"month": "2022-09", "area": "610902", "snapshot": None, **FIRST},
        {"month": "2022-09", "area": True, "snapshot": "", **FIRST},
        {"month": "2022-09", "area": "610902", "snapshot": "", "mouth": "2022-09", **FIRST},
        {"month": "2022-09", "area": "610902'); import os; ('", "snapshot": "", **FIRST},
    ],
)
def test_wrong_parameters_start_no_kernel(tmp_path, wrong):
    output = tmp_path / "out.ipynb"
    with pytest.raises(HanbinError, match="HB-PAR-002"):
        run_notebook(_write(tmp_path, GOOD), output, wrong, BulletinParameters)
    assert not output.exists()


@pytest.mark.parametrize("source", ["import sys; sys.exit(0)", "raise SystemExit"])
def test_a_notebook_that_leaves_early_is_no_success(tmp_path, source):
    path = _write(tmp_path, GOOD)
    notebook = nbformat.read(path, as_version=4)
    notebook.cells += [nbformat.v4.new_code_cell(source), nbformat.v4.new_code_cell("1 + 1")]
    nbformat.write(notebook, path)
    parameters = {"month": "2022-09", "area": "610902", "snapshot": "", **FIRST}
    with pytest.raises(HanbinError, match=r"HB-NBK-00[234]"):
        run_notebook(path, tmp_path / "out.ipynb", parameters, BulletinParameters)
