"""An office's bad day, by the command line alone: no module of the library is asked anything.

So the same file can be laid into the tests of an earlier version, to see what it did.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import nbformat
import psutil
import pytest
from support import new_workspace

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="signals and process trees of Unix"),
]
MONTH = "2022-09"
COUNTY, TOWN, OTHER = "610902", "610902110", "610902118"
SECONDS = 600


def _start(root: Path, *arguments: str, **options) -> subprocess.Popen[str]:
    environment = {**os.environ, "HANBIN_WORKSPACE": str(root)}
    command = [sys.executable, "-m", "hanbin_lib.cli", *arguments]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    return subprocess.Popen(command, env=environment, text=True, start_new_session=True, **pipes, **options)


def _hanbin(root: Path, *arguments: str) -> tuple[int, str]:
    """Exit code of a command, and what it said."""
    process = _start(root, *arguments)
    try:
        said, _ = process.communicate(timeout=SECONDS)
    finally:
        process.kill()
    return process.returncode, said


def _bulletin(root: Path, *areas: str) -> tuple[int, str]:
    return _hanbin(root, "bulletin", MONTH, *_areas(areas))


def _areas(codes) -> list[str]:
    return [word for code in codes for word in ("--area", code)]


def _succeeds(outcome: tuple[int, str]) -> str:
    code, said = outcome
    assert code == 0, said
    return said


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    """An office with one small month of the demonstration."""
    root = tmp_path_factory.mktemp("outside") / "office"
    new_workspace(root)
    _succeeds(_hanbin(root, "demo", "--month", MONTH, "--scale", "0.02"))
    _import(root, MONTH)
    return root


def _import(root: Path, month: str) -> None:
    _succeeds(_hanbin(root, "import", str(root / "data" / "inbox" / month), "--month", month))


@pytest.fixture
def office(imported, tmp_path):
    return Path(shutil.copytree(imported, tmp_path / "office"))


@pytest.fixture(scope="module")
def published_once(imported, tmp_path_factory):
    root = Path(shutil.copytree(imported, tmp_path_factory.mktemp("published") / "office"))
    _import(root, "2022-08")
    _succeeds(_bulletin(root, COUNTY, TOWN))
    return root


@pytest.fixture
def published(published_once, tmp_path):
    return Path(shutil.copytree(published_once, tmp_path / "office"))


def _say_first(root: Path, source: str) -> None:
    """Let the bulletin's notebooks begin with a cell of somebody's own, after the parameters."""
    for path in (root / "notebooks").glob("bulletin*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        place = 1 + next(
            n for n, cell in enumerate(notebook.cells) if "parameters" in cell.metadata.get("tags", [])
        )
        notebook.cells.insert(place, nbformat.v4.new_code_cell(source))
        nbformat.write(notebook, path)


def _towns(root: Path) -> list[str]:
    listed = json.loads(_succeeds(_hanbin(root, "bulletin", MONTH, "--dry-run", "--json")))
    return [document["area"] for document in listed["documents"]]


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_cancelled_month_ends_at_once_and_its_finished_documents_are_used(office, name):
    areas = _towns(office)[:10]
    run = _start(office, "bulletin", MONTH, *_areas(areas))
    try:
        while len(_staged(office)) < 2:
            assert run.poll() is None, run.stdout.read()
            time.sleep(0.02)
        began = time.monotonic()
        # Ctrl-C reaches every process of a terminal; the others are sent to the command alone.
        (os.killpg if name == "SIGINT" else os.kill)(run.pid, getattr(signal, name))
        said, _ = run.communicate(timeout=SECONDS)
        took = time.monotonic() - began
    finally:
        run.kill()
    finished = _staged(office)
    assert run.returncode == 130, said
    assert len(finished) < len(areas)
    assert "Traceback" not in said
    assert not (office / "reports" / MONTH).exists()
    assert took < 30, took  # about a second on a machine of one's own
    print(f"{name}: ended after {took:.2f} s, {len(finished)} of {len(areas)} documents kept")
    _succeeds(_bulletin(office, *areas))
    month = office / "reports" / MONTH
    assert len(list(month.glob("*.html"))) == len(areas)
    made_anew = [file for file, when in finished.items() if (month / file).stat().st_mtime_ns != when]
    assert not made_anew


def _staged(root: Path) -> dict[str, int]:
    """Pages of the documents that are finished but not published, and when each was written."""
    pages = {}
    for site in (root / "reports" / ".staging").glob("*"):
        record = site / "made.jsonl"
        whole = record.read_text("utf-8").split("\n")[:-1] if record.exists() else []
        names = [name for line in whole for name in json.loads(line)["files"] if name.endswith(".html")]
        pages |= {name: (site / "month" / name).stat().st_mtime_ns for name in names}
    return pages


ESCAPING = """
import subprocess
from pathlib import Path
child = subprocess.Popen(["sleep", "86399"], start_new_session=True).pid
(Path({folder!r}) / str(child)).touch()
"""


def test_nothing_that_a_document_started_outlives_the_run(office, tmp_path):
    folder = tmp_path / "started"
    folder.mkdir()
    _say_first(office, ESCAPING.format(folder=str(folder)))
    _succeeds(_bulletin(office, COUNTY, TOWN))
    started = [int(path.name) for path in folder.iterdir()]
    assert len(started) == 2
    try:
        assert not [pid for pid in started if psutil.pid_exists(pid)]
    finally:
        for pid in filter(psutil.pid_exists, started):
            os.kill(pid, signal.SIGKILL)


def test_a_document_that_takes_too_much_memory_is_the_only_one_that_is_missing(office):
    rules = office / "params" / "batch.yaml"
    kept = [line for line in rules.read_text("utf-8").splitlines() if "document_memory_mib" not in line]
    rules.write_text("\n".join([*kept, "document_memory_mib: 1500", ""]), "utf-8")
    _say_first(office, f"taken = bytearray(2 * 2**30) if str(area) == {TOWN!r} else None")
    code, said = _bulletin(office, COUNTY, TOWN, OTHER)
    month = office / "reports" / MONTH
    areas = {path.name.split("_")[0] for path in month.glob("*.pdf")}
    assert areas == {COUNTY, OTHER}, said
    assert code != 0
    assert TOWN in said


def test_a_published_folder_that_was_tampered_with_is_not_run(published, tmp_path):
    month, trace = published / "reports" / MONTH, tmp_path / "it_was_run"
    [packed] = month.glob("*.zip")
    with zipfile.ZipFile(packed) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    for name in [n for n in contents if Path(n).match("bulletin*.ipynb")]:
        notebook = nbformat.reads(contents[name].decode("utf-8"), as_version=4)
        notebook.cells.insert(1, nbformat.v4.new_code_cell(f"open({str(trace)!r}, 'w').close()"))
        contents[name] = nbformat.writes(notebook).encode("utf-8")
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    code, said = _hanbin(published, "verify", str(month))
    assert code != 0
    assert not trace.exists(), said


@pytest.mark.parametrize("form", ["pdf", "html", "docx", "json"])
def test_a_record_that_was_cut_is_found_by_an_earlier_bulletin(published, form):
    month = published / "reports" / MONTH
    earlier = month / "manifest.json" if form == "json" else month / f"{COUNTY}_汉滨区.{form}"
    _succeeds(_hanbin(published, "audit", "--against", str(earlier)))
    record = published / "data" / "audit.jsonl"
    first = record.read_text("utf-8").splitlines(keepends=True)[0]
    record.write_text(first, "utf-8")
    code, said = _hanbin(published, "audit", "--against", str(earlier))
    assert code not in (0, 2), said
    assert "Traceback" not in said
