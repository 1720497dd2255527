"""Every command of the documentation: it exists with its options, and it does what it is there for.

The pages are typed from top to bottom: once on a month that is imported, with bulletins planned and not
made, and (slow) each page in a workspace of its own, with all that it makes. A block that no test can run
says so and why in a comment before it: ``<!-- not run by tests: … -->``.
"""

import re
import shlex
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import NamedTuple

import docx
import pytest
import typer
import yaml
from registers import PLACES, Totals, write_parameters, write_workbook
from support import MONTH, REPOSITORY, SCALE
from typer.core import TyperGroup
from typer.testing import CliRunner

from hanbin_lib.bulletin import open_bulletin
from hanbin_lib.cli.main import app
from hanbin_lib.months import Month
from hanbin_lib.params import Typography, load_issue
from hanbin_lib.release.assembly import write_indicators
from hanbin_lib.schedule.notify import load_notify
from hanbin_lib.workspace import INDICATORS, Workspace

PAGES = [*sorted(REPOSITORY.glob("*.md")), *sorted((REPOSITORY / "docs").glob("*.md"))]
READ = [page for page in PAGES if page.name not in {"CHANGELOG.md", "GLOSSARY.md"}]
BLOCK = re.compile(
    r"^(?P<before>[^\n]*)\n\n?[ ]*```(?P<language>[a-z]+)\n(?P<text>.*?)^[ ]*```", re.MULTILINE | re.DOTALL
)
NOT_RUN = re.compile(r"[ ]*<!-- not run by tests: .{10,} -->")
MAKEFILE = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
USAGE_ERROR = typer.BadParameter.__base__
COUNTY = "610902"
# They wait for a person, or go by today's date; each has tests of its own.
ELSEWHERE = {
    "lab": "tests/lab/test_in_browser.py",
    "serve": "tests/cli/test_serving.py",
    "doctor": "tests/cli/test_doctor.py",
    "due": "tests/schedule/test_commands.py",
    "health": "tests/schedule/test_commands.py",
}
# Short reading leaves out what needs a publication, and suppression: it takes minutes where nearly every
# count is small.
LEFT_OUT = ({"verify"}, {"--edition", "public"}, {"figures"}, {"message"})


class Block(NamedTuple):
    """A fenced block: its language, its text, and whether a test can run it."""

    language: str
    text: str
    can_run: bool

    @property
    def commands(self) -> list[list[str]]:
        """Words of each command of a shell block, comments left out, continued lines joined."""
        if self.language != "sh":
            return []
        joined = self.text.replace("\\\n", " ").splitlines()
        found = [shlex.split(line, comments=True) for line in joined]
        return [[Path(words[0]).name, *words[1:]] for words in found if words]


def blocks(page: Path) -> list[Block]:
    found = BLOCK.finditer(page.read_text(encoding="utf-8"))
    return [Block(one["language"], one["text"], not NOT_RUN.fullmatch(one["before"])) for one in found]


def inline(page: Path) -> list[list[str]]:
    """Commands named in running text, which may leave out what is needed."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return [shlex.split(one) for one in re.findall(r"`(hanbin [a-z][^`…\[]*)", text)]


def named_first() -> dict[Path, list[list[str]]]:
    """Commands of running text that stand in no block, on the first page that names them."""
    typed = [words for page in READ for block in blocks(page) for words in block.commands]
    found: dict[Path, list[list[str]]] = {}
    for page in READ:
        found[page] = [words for words in inline(page) if words not in typed]
        typed += found[page]
    return found


def faults(words: list[str], forgiven: str = "") -> list[str]:
    """What is wrong with a command line: no such command, option or choice, something missing."""
    command, arguments = typer.main.get_command(app), words
    while isinstance(command, TyperGroup) and arguments and not arguments[0].startswith("-"):
        name, *arguments = arguments
        if name not in command.commands:
            return [f"{' '.join(words)}: no command {name}"]
        command = command.commands[name]
    typed = [one for one in arguments if one not in ("--help", "--debug", "--version")]
    typed = [str(MONTH) if one in ("月份", "MONTH") else one for one in typed]
    try:
        if typed or not isinstance(command, TyperGroup):
            command.make_context("hanbin", typed)
    except USAGE_ERROR as error:
        return [] if type(error).__name__ == forgiven else [f"{' '.join(words)}: {error.format_message()}"]
    return []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_named_exists_with_its_options(page):
    in_blocks = [words for block in blocks(page) for words in block.commands]
    assert [fault for words in in_blocks if words[0] == "hanbin" for fault in faults(words[1:])] == []
    assert [fault for words in inline(page) for fault in faults(words[1:], "MissingParameter")] == []
    targets = set(re.findall(r"`make ([a-z][a-z-]+)", page.read_text(encoding="utf-8")))
    targets |= {words[1] for words in in_blocks if words[0] == "make"}
    assert targets <= set(re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)[1].split())


@pytest.mark.parametrize("words", ["bulletins 2022-09", "bulletin 2022-09 --colour", "pool 2022-09"])
def test_what_does_not_exist_is_found(words):
    assert faults(shlex.split(words))


def recipe(target: str) -> str:
    """What a target of the Makefile runs."""
    (body,) = re.findall(rf"^{target}: .*\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE)
    month = re.search(r"^MONTH := (.*)$", MAKEFILE, re.MULTILINE)[1]
    return body.replace("$(BIN)/", "").replace("$(MONTH)", month)


NAMED_FIRST = named_first()


class Reader:
    """Types what a page says, in the workspace's folder; the county is small, and so is its month."""

    def __init__(self, root: Path, home: Path) -> None:
        self.root, self.home = root, home
        self.background: list[subprocess.Popen] = []

    def read(self, page: Path) -> None:
        """Run the blocks of a page in their order, then the whole commands of its text."""
        for block in (one for one in blocks(page) if one.can_run):
            for words in block.commands:
                self.type(words)
            if block.language == "python":
                self.run_python(block.text)
        for words in NAMED_FIRST[page]:
            is_whole = all(one.isascii() and "|" not in one for one in words) and not faults(words[1:])
            if is_whole:
                self.type(words)

    def type(self, words: list[str]) -> None:
        program, *arguments = [one.replace("~", str(self.home)) for one in words]
        match program:
            case "ls" | "xdg-open":
                assert (self.root / arguments[0]).exists(), arguments[0]
            case "make" if arguments == ["bulletin"]:
                for step in Block("sh", recipe("bulletin"), True).commands:
                    self.type(step)
            case "make":
                pass  # what this suite, or a test of tests/repository, runs
            case "papermill" | "jupyter":
                pass  # tests/notebooks/test_plain_papermill.py
            case "dask":
                self.start_dask(arguments)
            case _:
                assert program == "hanbin", f"{program}: say before the block why no test runs it"
                if not {*arguments} & {"--help"} and arguments[0] not in ELSEWHERE:
                    self.hanbin(arguments)

    def hanbin(self, arguments: list[str]) -> None:
        command = arguments[0]
        self.prepare(arguments)
        if command == "demo":
            arguments = [*arguments, "--scale", str(SCALE)]
        done = CliRunner().invoke(app, arguments)
        assert done.exit_code == 0, f"hanbin {' '.join(arguments)}\n{done.output}\n{done.exception!r}"
        if command == "init":
            write_parameters(Path(arguments[1]) / "params")

    def prepare(self, arguments: list[str]) -> None:
        """What the reader has from elsewhere: a bureau's exports, the counties' figures."""
        command, first, *more = [*arguments, "", ""]
        if (command, first, more[0]) == ("template", "check", ""):  # the reader has written its name there
            path = self.root / "params" / "typography.yaml"
            text = path.read_text(encoding="utf-8")
            path.write_text(
                text.replace('word_template: ""', "word_template: 月报模板.docx"), encoding="utf-8"
            )
        elif command == "figures":
            self.hanbin(["bulletin", first])
        elif command == "init" and "--from" in more:
            write_workbook(
                Path(more[more.index("--from") + 1]) / "监测对象.xlsx", Totals(60, 200, 30, 100), PLACES, 2024
            )
        elif command == "import" and "--month" in more and str(MONTH) not in more:
            write_workbook(Path(first) / "监测对象.xlsx", Totals(60, 200, 30, 100), PLACES, 2024)
        elif command == "pool":
            county = open_bulletin(first, COUNTY, workspace=Workspace(self.root))
            for root in (Path(one) for one in more if "counties" in one):
                folder = root / "reports" / first
                folder.mkdir(parents=True)
                write_indicators(county, folder)
                figures = (folder / INDICATORS).read_text(encoding="utf-8")
                (folder / INDICATORS).write_text(
                    figures.replace(f",{COUNTY}", f",{root.name}"), encoding="utf-8"
                )

    def run_python(self, text: str) -> None:
        exec(compile(text, "documentation", "exec"), {"__name__": "__main__"})

    def start_dask(self, arguments: list[str]) -> None:
        assert arguments[-1] == "&", "it would never end"
        program = str(Path(sys.executable).with_name("dask"))
        self.background.append(subprocess.Popen([program, *arguments[:-1]]))

    def close(self) -> None:
        for process in reversed(self.background):
            process.terminate()
            process.wait(60)


class HurriedReader(Reader):
    """The same with less to do: one month to import, bulletins planned and not made, no cluster."""

    def hanbin(self, arguments: list[str]) -> None:
        if any(words <= {*arguments} for words in LEFT_OUT):
            return
        if arguments[0] == "import" and "--month" not in arguments:
            arguments = ["import", f"{arguments[1]}/{MONTH}", "--month", str(MONTH)]
        if arguments[0] == "bulletin" and "--dry-run" not in arguments:
            arguments = [*arguments, "--dry-run"]
        super().hanbin(arguments)

    def run_python(self, text: str) -> None:
        compile(text, "documentation", "exec")

    def start_dask(self, arguments: list[str]) -> None:
        pass


def test_the_documentation_is_typed_from_top_to_bottom(own_workspace, tmp_path, monkeypatch):
    """On a month that is imported, with bulletins planned: minutes are left to the test below."""
    monkeypatch.chdir(own_workspace.root)
    for made in ("reports/2022-09", "reports/index.html"):
        (own_workspace.root / made).mkdir(parents=True)
    for page in READ:
        HurriedReader(own_workspace.root, tmp_path / page.stem).read(page)


def test_parameter_files_are_read_as_they_are_shown(own_workspace):
    for page in READ:
        text = page.read_text(encoding="utf-8")
        for block in re.finditer(BLOCK, text):
            if block["language"] != "yaml" or NOT_RUN.fullmatch(block["before"]):
                continue
            name = re.findall(r"`params/([a-z/]+(?:\d{4}-\d\d)?\.yaml)`", text[: block.start("text")])[-1]
            path = own_workspace.params / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(textwrap.dedent(block["text"]), encoding="utf-8")
            read = _as_read(path, own_workspace)
            assert set(yaml.safe_load(path.read_text(encoding="utf-8"))) <= read.model_fields_set


def _as_read(path, workspace):
    if path.stem == "notify":
        return load_notify(workspace)
    if path.stem != "typography":
        return load_issue(workspace, Month.parse(path.stem))
    shown = yaml.safe_load(path.read_text(encoding="utf-8"))
    for name in (name for name in shown.values() if str(name).endswith(".docx")):
        docx.Document().save(workspace.params / name)
    shipped = yaml.safe_load((REPOSITORY / "params" / path.name).read_text(encoding="utf-8"))
    path.write_text(yaml.safe_dump(shipped | shown, allow_unicode=True), encoding="utf-8")
    return Typography.read(workspace.params)


@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page in READ if blocks(page)], ids=lambda page: page.name)
def test_a_page_is_typed_and_everything_is_made(page, own_workspace, tmp_path, monkeypatch, kernel_parent):
    monkeypatch.chdir(own_workspace.root)
    reader = Reader(own_workspace.root, tmp_path / "home")
    try:
        reader.read(page)
    finally:
        reader.close()
