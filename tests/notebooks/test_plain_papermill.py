"""What everybody who knows papermill types first, from any folder, with nothing of hanbin around it."""

import os
import subprocess
import sys

import nbformat
import pypdfium2
import pytest
from support import MONTH, PUBLISHED

from hanbin_lib import audit
from hanbin_lib.bulletin.parameters import NOTEBOOK_PARAMETERS, BulletinParameters, checked
from hanbin_lib.errors import ExitCode, HanbinError

_, TOWN = PUBLISHED
GIVEN = {"month": "2022-09", "area": TOWN, "snapshot": "", "revision": 1, "reason": "", "edition": "internal"}


def _typed(*words, at, **environment):
    """The command as it is typed, in folder `at`; other folders than the workspace know nothing of it."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("HANBIN_")} | environment
    command = [sys.executable, "-m", *words]
    return subprocess.run(command, cwd=at, env=kept, capture_output=True, text=True, timeout=240, check=False)


def _pages(path):
    with pypdfium2.PdfDocument(path) as document:
        return [page.get_textpage().get_text_bounded().splitlines() for page in document]


@pytest.mark.xdist_group("release")
def test_a_town_typed_as_a_number_is_the_batch_s_town(published, tmp_path):
    workspace, outcome = published
    first = next(audit.records(workspace.audit))  # the head of the record when the publication began
    line = ["papermill", str(workspace.notebooks / "bulletin.ipynb"), "out.ipynb", "--no-progress-bar"]
    given = ["-p", "month", str(MONTH), "-p", "area", TOWN, "-p", "record", f"1:{first.sha256}"]
    done = _typed(*line, *given, at=tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]
    (released,) = outcome.folder.glob(f"*{TOWN}*镇.pdf")
    printed = _typed("nbconvert", "--to", "hanbin-pdf", "out.ipynb", at=tmp_path)
    assert printed.returncode == 0, printed.stderr[-2000:]
    assert _pages(tmp_path / "out.pdf") == _pages(released)  # first, as it says what differs
    assert (tmp_path / "out.pdf").read_bytes() == released.read_bytes()


def test_a_notebook_of_nowhere_is_told_in_chinese_and_without_a_traceback(tmp_path):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# 月报")])
    nbformat.write(notebook, tmp_path / "out.ipynb")
    done = _typed("nbconvert", "--to", "hanbin-typst", "out.ipynb", at=tmp_path)
    assert done.returncode == ExitCode.INPUT_INVALID
    assert "HB-WSP-001" in done.stderr
    assert "HANBIN_WORKSPACE" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_lost_digits_is_refused_with_the_way_out(demo_workspace, tmp_path):
    line = ["papermill", str(demo_workspace.notebooks / "bulletin.ipynb"), "out.ipynb"]
    done = _typed(*line, "-p", "area", f"{TOWN}.0", "-p", "snapshot", "12e45678", at=tmp_path)
    assert done.returncode != 0
    said = done.stderr
    assert "HB-PAR-002" in said
    assert "area 应为文字" in said
    assert "snapshot 应为文字" in said
    assert "用 -r 代替 -p" in said
    assert "params 目录" not in said


@pytest.mark.parametrize("code", [610902, 610902110, 610902110001])
def test_codes_that_became_whole_numbers_are_taken_for_what_they_are(code):
    for model in NOTEBOOK_PARAMETERS.values():
        if "area" in model.model_fields:
            assert model.__pydantic_validator__.validate_assignment(model.model_construct(), "area", code)
    assert checked(BulletinParameters, GIVEN | {"area": code}, "参数").area == str(code)


@pytest.mark.parametrize("wrong", [61090, 6109021, -610902, 610902.0, 6.1e5, float("inf"), True, None])
def test_other_numbers_are_no_codes(wrong):
    with pytest.raises(HanbinError, match="-r 代替 -p"):
        checked(BulletinParameters, GIVEN | {"area": wrong}, "参数")
