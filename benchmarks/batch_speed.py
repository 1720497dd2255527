"""How long a month of documents takes: the suite beside papermill with nbconvert and Chromium.

Run with ``make benchmark-batch`` after ``make bulletin``. Everybody runs the month's own notebooks
and makes an executed notebook, a page and a PDF of each; the suite makes all of them, its start
counted in, with the Excel annex and the reading again that peers do not do. A peer's commands cost
the same for every town: they are timed on ``--sample`` towns and scaled, or on all documents with
``--full``. Only the ratios of one run count.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import redirect_stdout
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import nbformat
import psutil

from hanbin_lib.bulletin import NOTEBOOK_PARAMETERS, open_bulletin
from hanbin_lib.kernels import KERNEL, open_workers, prepared_parent
from hanbin_lib.params import Settings
from hanbin_lib.release.execution import make_all, usual_workers, worker_environment
from hanbin_lib.release.notebooks import run_notebook
from hanbin_lib.release.plan import Document, plan
from hanbin_lib.workspace import Workspace

MONTH, AT_ONCE = "2022-09", 2
# nbconvert looks for the browser that playwright downloads; Debian's own serves as well.
WEBPDF = """
from playwright.async_api import BrowserType
launch = BrowserType.launch
BrowserType.launch = lambda self, **options: launch(self, executable_path={browser!r}, **options)
from nbconvert.nbconvertapp import main
main()
"""


def main() -> None:
    """Print seconds and ratios."""
    options = _options()
    space = Workspace.find(options.workspace)
    county = open_bulletin(MONTH, Settings.load(space).county.code, workspace=space)
    documents = plan(space, county)
    sample = documents if options.full else documents[1 : options.sample + 1]
    scaled = len(documents) / len(sample)
    os.environ |= {"HANBIN_WORKSPACE": str(space.root)}
    with tempfile.TemporaryDirectory(prefix="hanbin-benchmark-") as folder:
        place = Path(folder)
        staging = place / "staging"
        staging.mkdir()
        county.figures.table.to_csv(staging / "indicators.csv", index=False, lineterminator="\n")
        failed: dict[str, BaseException] = {}
        ours = _seconds(lambda: failed.update(make_all(space, county, documents, staging, _silent)))
        if failed:
            raise SystemExit(str(failed))
        executing = _seconds(partial(_execute, documents, place))
        cells = _in_new_process(_cpu_of_cells, documents, worker_environment(space.root))
        one = scaled * _seconds(partial(_commands, sample, place, 1))
        two = scaled * _seconds(partial(_commands, sample, place, AT_ONCE))
        pool = scaled * _seconds(partial(_papermill_pool, sample, place))
        pdf, webpdf = _pdf_step(documents[1], place, staging)
    print(f"{len(documents)} documents; peers on {len(sample)}, scaled")
    print(f"suite, {usual_workers()} at a time: {ours:.1f} s; executing alone {executing:.1f} s")
    print(
        f"papermill + nbconvert + webpdf, one after another: {one:.1f} s, {one / ours:.1f} times the suite's"
    )
    print(f"the same, two at a time: {two:.1f} s, {two / ours:.1f} times")
    print(f"papermill pool of two, executing alone: {pool:.1f} s, {pool / executing:.1f} times")
    print(f"cells in one warm process: {cells:.1f} s of CPU; executing takes {executing / cells:.2f} times")
    print(f"PDF of one town: {pdf:.2f} s; nbconvert --to webpdf {webpdf:.1f} s, {webpdf / pdf:.0f} times")
    print(f"memory added by a live kernel: {_kernel_memory():.0f} MiB (PSS)")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workspace", nargs="?", type=Path)
    parser.add_argument("--sample", type=int, default=6)
    parser.add_argument("--full", action="store_true")
    return parser.parse_args()


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _silent(name: str, done: int, total: int) -> None:
    pass


def _execute(documents: tuple[Document, ...], place: Path) -> None:
    """The suite, executing alone."""
    at_once = usual_workers()
    with open_workers(at_once, seconds=900) as do, ThreadPoolExecutor(at_once) as threads:
        running = []
        for document in documents:
            output, model = place / f"{document.name}.own.ipynb", NOTEBOOK_PARAMETERS[document.notebook.stem]
            work = (run_notebook, document.notebook, output, document.parameters, model)
            running.append(threads.submit(do, *work))
        for one in running:
            one.result()


def _commands(documents: tuple[Document, ...], place: Path, at_once: int) -> None:
    """The peer as a script calls it: three commands a document."""
    with ThreadPoolExecutor(at_once) as threads:
        list(threads.map(lambda document: _three_commands(document, place), documents))


def _three_commands(document: Document, place: Path) -> None:
    output = place / f"{document.name}.peer.ipynb"
    parameters = place / f"{document.name}.yaml"
    parameters.write_text(json.dumps(document.parameters), encoding="utf-8")
    papermill = [
        "papermill",
        document.notebook,
        output,
        "-k",
        "python3",
        "--no-progress-bar",
        "-f",
        parameters,
    ]
    _quietly(sys.executable, "-m", *papermill, "--cwd", document.notebook.parent)
    _quietly(sys.executable, "-m", "nbconvert", "--to", "html", output)
    _webpdf(output)


def _webpdf(notebook: Path) -> None:
    browser = shutil.which("chromium")
    if browser is None:
        raise SystemExit("chromium is not installed")
    command = [
        sys.executable,
        "-c",
        WEBPDF.format(browser=browser),
        "--to",
        "webpdf",
        "--disable-chromium-sandbox",
    ]
    _quietly(*command, notebook)


def _quietly(*command: object) -> None:
    subprocess.run([str(part) for part in command], check=True, capture_output=True)


def _papermill_pool(documents: tuple[Document, ...], place: Path) -> None:
    """The peer as a program calls it: one import a worker, one thread a kernel."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    with ProcessPoolExecutor(AT_ONCE, mp_context=get_context("spawn")) as pool:
        for one in [pool.submit(_papermill, document, place) for document in documents]:
            one.result()
    del os.environ["OPENBLAS_NUM_THREADS"]


def _papermill(document: Document, place: Path) -> None:
    import papermill

    papermill.execute_notebook(
        str(document.notebook),
        str(place / f"{document.name}.pool.ipynb"),
        parameters=document.parameters,
        kernel_name="python3",
        progress_bar=False,
        execution_timeout=600,
        cwd=str(document.notebook.parent),
    )


def _cpu_of_cells(documents: tuple[Document, ...], environment: dict[str, str]) -> float:
    """CPU time of all cells with what they show, in one process, after one document to warm up."""
    from IPython.core.interactiveshell import InteractiveShell

    os.environ |= environment
    shell = InteractiveShell.instance()
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere, redirect_stdout(nowhere):
        _run_cells(documents[1], shell)
        start = time.process_time()
        for document in documents:
            _run_cells(document, shell)
        return time.process_time() - start


def _run_cells(document: Document, shell: Any) -> None:
    from papermill.iorw import load_notebook_node
    from papermill.parameterize import parameterize_notebook

    notebook = parameterize_notebook(load_notebook_node(str(document.notebook)), document.parameters)
    os.chdir(document.notebook.parent)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            shell.run_cell(cell.source).raise_error()


def _in_new_process(function: Callable[..., float], *arguments: object) -> float:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def _pdf_step(document: Document, place: Path, staging: Path) -> tuple[float, float]:
    """Seconds to make a PDF of one executed town: the suite's, faces loaded, and the peer's."""
    from hanbin_lib.rendering import PdfExporter, load_faces

    notebook = nbformat.read(staging / f"{document.name}.ipynb", as_version=4)
    load_faces()
    own = min(_seconds(lambda: PdfExporter().from_notebook_node(notebook)) for _ in range(3))
    peer = min(_seconds(lambda: _webpdf(place / f"{document.name}.peer.ipynb")) for _ in range(3))
    return own, peer


def _kernel_memory() -> float:
    """MiB that one kernel, with the library used, adds to all processes together."""
    from jupyter_client.manager import start_new_kernel

    code = (
        f"from hanbin_lib import bulletin as hb; hb.places.place_table(hb.open_bulletin({MONTH!r}, '610902'))"
    )
    with prepared_parent():
        first = start_new_kernel(kernel_name=KERNEL)
        before = _proportional_set()
        second = start_new_kernel(kernel_name=KERNEL)
        second[1].execute_interactive(code, output_hook=lambda message: None)
        added = _proportional_set() - before
        for manager, client in (first, second):
            client.stop_channels()
            manager.shutdown_kernel(now=True)
    return added


def _proportional_set() -> float:
    processes = psutil.Process().children(recursive=True)
    return sum(process.memory_full_info().pss for process in processes) / 2**20


if __name__ == "__main__":
    main()
