"""A chapter, a heading and a format are added in a copy of the program, each in its own place and nowhere else."""

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap

import pytest
from bs4 import BeautifulSoup
from support import MONTH, REPOSITORY

from hanbin_lib.workspace import Workspace

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("release")]
COUNTY = "610902"

CHAPTER = '''
"""A chapter that is new."""

from hanbin_lib.bulletin.opening import Bulletin
from hanbin_lib.bulletin.wording import paragraph, sentence
from hanbin_lib.display import Paragraph


def lead(bulletin: Bulletin) -> Paragraph:
    """One sentence with one figure."""
    figure = bulletin.figures.figure("monitored_households")
    return paragraph(sentence("新的一章，在册{n}。", n=figure), style="lead")
'''
FORMAT = '''
"""The bulletin as plain text."""

from hanbin_lib.display.tree import texts_of
from hanbin_lib.params import Typography
from hanbin_lib.rendering.content import Content


def plain(content: Content, typography: Typography) -> bytes:
    """Every text, a line each."""
    del typography
    return "\\n".join(text for part in content.displays for text in texts_of(part)).encode()
'''


def _replaced(path, before, after):
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


@pytest.fixture(scope="module")
def extended(tmp_path_factory):
    """A copy of the package with the three changes."""
    root = tmp_path_factory.mktemp("copy")
    library = root / "hanbin_lib"
    shutil.copytree(REPOSITORY / "hanbin_lib", library, ignore=shutil.ignore_patterns("__pycache__"))
    (library / "bulletin" / "chapters" / "news.py").write_text(textwrap.dedent(CHAPTER), encoding="utf-8")
    (library / "rendering" / "plain.py").write_text(textwrap.dedent(FORMAT), encoding="utf-8")
    contents, formats = library / "bulletin" / "contents.py", library / "rendering" / "formats.py"
    _replaced(contents, "    monitoring,\n", "    monitoring,\n    news,\n")
    _replaced(
        contents,
        '    Chapter(\n        "places"',
        '    Chapter("news", "新闻", (news.lead,)),\n    Chapter(\n        "places"',
    )
    _replaced(contents, '"问题整改"', '"整改"')
    _replaced(
        formats,
        "from hanbin_lib.rendering.slides",
        "from hanbin_lib.rendering.plain import plain\nfrom hanbin_lib.rendering.slides",
    )
    _replaced(
        formats, "FORMATS = (\n", 'FORMATS = (\n    Format("md", "文本", "纯文本", "text/markdown", plain),\n'
    )
    return root


def _run(root, workspace, *arguments):
    environment = os.environ | {"PYTHONPATH": str(root)}
    command = [sys.executable, "-m", "hanbin_lib.cli", *arguments, "--workspace", str(workspace.root)]
    return subprocess.run(
        command, check=False, env=environment, capture_output=True, encoding="utf-8", cwd=root
    )


def test_everything_else_follows(extended, demo_workspace, tmp_path):
    workspace = Workspace(tmp_path / "workspace")
    shutil.copytree(demo_workspace.root, workspace.root, ignore=shutil.ignore_patterns("reports"))
    done = _run(extended, workspace, "bulletin", str(MONTH), "--area", COUNTY)
    assert done.returncode == 0, done.stderr
    folder = workspace.reports / str(MONTH)
    name = f"{COUNTY}_汉滨区"
    page = BeautifulSoup((folder / f"{name}.html").read_text(encoding="utf-8"), "html.parser")
    heads = [str(head.contents[0]).strip() for head in page.select("h2[id]")]  # without the link beside it
    assert heads[:3] == ["一、监测动态", "二、新闻", "三、各镇（街道）情况"]
    assert "七、整改" in heads  # renamed, and one later than it was
    see = {link["href"]: link.get_text() for link in page.select("a.hb-see")}
    assert see["#chapter-safeguards"] == "见四"
    for link, text in see.items():
        assert page.find(id=link.removeprefix("#")).get_text().startswith(f"{text.removeprefix('见')}、")
    assert "第六章" not in page.get_text()
    # The new figure is traced like any other.
    figure = next(one for one in page.select("p.hb-lead data") if "新的一章" in one.parent.get_text())
    assert page.find(id=figure.a["href"].removeprefix("#")).code.get_text().startswith("hanbin trace")
    # The new format stands in the folder, its guide, its manifest, the index; the guard has read it.
    text = (folder / f"{name}.md").read_text(encoding="utf-8")
    assert "新的一章，在册" in text
    assert "*.md 纯文本" in (folder / "说明.txt").read_text(encoding="utf-8")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert f"{name}.md" in manifest["documents"][COUNTY]["files"]
    assert re.search(r"\.md\"[^>]*>文本<", (workspace.reports / "index.html").read_text(encoding="utf-8"))


def test_the_guard_reads_the_new_format(extended, tmp_path):
    script = """
        from pathlib import Path
        from hanbin_lib.privacy.reading import readable
        from hanbin_lib.rendering import FORMATS
        path = Path("a.md"); path.write_text("户主欧阳丹青", encoding="utf-8")
        texts = [text if isinstance(text, str) else text[-1] for text in readable(path)]
        assert FORMATS[0].suffix == "md" and "户主欧阳丹青" in "".join(texts)
    """
    environment = os.environ | {"PYTHONPATH": str(extended)}
    command = [sys.executable, "-c", textwrap.dedent(script)]
    done = subprocess.run(
        command, check=False, env=environment, capture_output=True, encoding="utf-8", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
