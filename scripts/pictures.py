"""The pictures of the documentation, made anew from what is published: ``docs/pictures/*.png``.

Run with ``make pictures`` after ``make bulletin``. Pages of the PDF are drawn by pdfium; the start page,
the bulletin's page and JupyterLab by Debian's chromium; the Word edition by LibreOffice
(``libreoffice-writer-nogui``). What is not installed is told and its pictures stay as they were.
"""

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pypdfium2
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from hanbin_lib import fonts
from hanbin_lib.cli.serving import lab_command, lab_environment
from hanbin_lib.params import Settings
from hanbin_lib.workspace import Workspace

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
MOST_BYTES = 250_000
COLOURS = 64
_PAPER = (226, 224, 219)
_IN_A_ROW = 4
_DISPATCH = "镇（街道）调度位次"
_CHROMIUM = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
             "--disable-background-networking", "--disable-component-update", "--disable-sync")  # fmt: skip


def main() -> int:
    """Make every picture whose tool is here; 1 where one came out too large."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--month", default="2022-09")
    month = arguments.parse_args().month
    space = Workspace(ROOT)
    whole = Settings.load(space).county.code
    (pdf,) = (one for one in (space.reports / month).glob(f"{whole}_*.pdf") if not one.stem.endswith("_附册"))
    pages(pdf)
    all_pages(pdf)
    with _own_faces():
        in_programs(space, pdf)
    large = [path.name for path in PICTURES.glob("*.png") if path.stat().st_size > MOST_BYTES]
    if large:
        print(f"超过 {MOST_BYTES} 字节：{'、'.join(large)}", file=sys.stderr)
    return int(bool(large))


def in_programs(space: Workspace, pdf: Path) -> None:
    """What LibreOffice and chromium show, where they are installed."""
    if _is_here("soffice", "word.png"):
        word(pdf.with_suffix(".docx"))
    if _is_here("chromium", "index.png、definition.png、lab.png"):
        with _browser() as show:
            start_page(show, space.reports / "index.html")
            definition(show, pdf.with_suffix(".html"))
            lab(show, space)


@contextmanager
def _own_faces() -> Iterator[None]:
    """Let programs find the installed faces: a machine without Chinese ones would draw boxes."""
    folders = "".join(f"<dir>{folder}</dir>" for folder in fonts.folders())
    system = '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
    with tempfile.TemporaryDirectory() as folder:
        configuration = Path(folder) / "fonts.conf"
        configuration.write_text(f"<fontconfig>{system}{folders}</fontconfig>", encoding="utf-8")
        os.environ["FONTCONFIG_FILE"] = str(configuration)
        yield


def pages(pdf: Path) -> None:
    """The first page of the bulletin, and the page where the towns' ranks begin."""
    document = pypdfium2.PdfDocument(pdf)
    texts = [page.get_textpage().get_text_range() for page in document]
    ranks = next(number for number, text in enumerate(texts) if _DISPATCH in text)
    for name, number in (("page-1", 0), ("page-2", ranks)):
        _keep(document[number].render(scale=80 / 72).to_pil(), name)


def all_pages(pdf: Path) -> None:
    """Every page of the bulletin, four in a row, as one sees them spread out."""
    document = pypdfium2.PdfDocument(pdf)
    drawn = [page.render(scale=36 / 72).to_pil() for page in document]
    gap, width, height = 8, drawn[0].width, drawn[0].height
    rows = -(-len(drawn) // _IN_A_ROW)
    size = (_IN_A_ROW * (width + gap) + gap, rows * (height + gap) + gap)
    sheet = Image.new("RGB", size, _PAPER)
    for number, picture in enumerate(drawn):
        row, column = divmod(number, _IN_A_ROW)
        sheet.paste(picture, (gap + column * (width + gap), gap + row * (height + gap)))
    _keep(sheet, "pages")


def word(document: Path) -> None:
    """The first two pages of the Word edition side by side, as LibreOffice lays them out."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/home",
                   "--convert-to", "pdf", "--outdir", folder, str(document)]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True, timeout=240)
        (pdf,) = Path(folder).glob("*.pdf")
        opened = pypdfium2.PdfDocument(pdf)
        left, right = (opened[number].render(scale=70 / 72).to_pil() for number in (0, 1))
    gap = 12
    both = Image.new("RGB", (left.width + right.width + 3 * gap, left.height + 2 * gap), _PAPER)
    both.paste(left, (gap, gap))
    both.paste(right, (left.width + 2 * gap, gap))
    _keep(both, "word")


Show = Callable[[int, int], Page]


@contextmanager
def _browser() -> Iterator[Show]:
    """A function (width, height) that opens a fresh page of a headless chromium."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(_CHROMIUM))
        yield lambda width, height: running.new_page(
            viewport={"width": width, "height": height}, locale="zh-CN"
        )
        running.close()


def start_page(show: Show, path: Path) -> None:
    """All months and areas on one page."""
    page = show(960, 900)
    page.goto(path.as_uri())
    _shot(page, "index")


def definition(show: Show, path: Path) -> None:
    """The bulletin's page with a key figure opened."""
    page = show(960, 900)
    page.goto(path.as_uri())
    page.locator(".hb-card .hb-big a").nth(1).click()
    _shot(page, "definition")


def lab(show: Show, space: Workspace) -> None:
    """JupyterLab on its start page, all cells run."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        mine = {"JUPYTERLAB_SETTINGS_DIR": f"{folder}/settings", "JUPYTER_CONFIG_DIR": f"{folder}/config",
                "JUPYTERLAB_WORKSPACES_DIR": f"{folder}/workspaces"}  # fmt: skip
        options = ["--IdentityProvider.token=pictures"]
        server = subprocess.Popen(
            [*lab_command(space, port, opens_browser=False), *options],
            env=lab_environment(space) | mine, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            _wait_for(f"http://127.0.0.1:{port}/api?token=pictures")
            _run_start_page(show(1440, 900), f"http://127.0.0.1:{port}/lab/tree/index.ipynb?token=pictures")
        finally:
            server.terminate()
            server.wait(30)


def _run_start_page(page: Page, address: str) -> None:
    page.set_default_timeout(120_000)
    page.goto(address)
    page.wait_for_function(
        "() => window.jupyterapp?.shell.currentWidget?.context?.isReady"
        " && jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'"
    )
    page.evaluate("() => jupyterapp.commands.execute('notebook:run-all-cells')")
    page.wait_for_function(
        "() => jupyterapp.shell.currentWidget.content.widgets.every(cell => cell.model.type !== 'code'"
        " || !cell.model.sharedModel.source.trim() || cell.model.executionCount)"
    )
    page.evaluate("() => jupyterapp.shell.currentWidget.content.scrollToItem(0)")
    page.wait_for_timeout(1000)
    _shot(page, "lab")


def _wait_for(address: str) -> None:
    for _ in range(240):
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    raise SystemExit("JupyterLab 没有启动")


def _shot(page: Page, name: str) -> None:
    with tempfile.NamedTemporaryFile(suffix=".png") as file:
        page.screenshot(path=file.name)
        _keep(Image.open(file.name).convert("RGB"), name)


def _keep(picture: Image.Image, name: str) -> None:
    """Few colours are enough for ink, grey and one red."""
    picture.quantize(COLOURS).save(PICTURES / f"{name}.png", optimize=True)
    print(f"docs/pictures/{name}.png  {(PICTURES / f'{name}.png').stat().st_size} 字节")


def _is_here(program: str, names: str) -> bool:
    if shutil.which(program):
        return True
    print(f"没有 {program}，{names} 未更新", file=sys.stderr)
    return False


if __name__ == "__main__":
    sys.exit(main())
