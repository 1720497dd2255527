"""Helpers that several test modules share."""

import re
import shutil
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from hanbin_lib.ingest import import_month
from hanbin_lib.months import Month
from hanbin_lib.params import Settings, Typography
from hanbin_lib.places import AreaRegister
from hanbin_lib.workspace import Workspace

REPOSITORY = Path(__file__).parents[1]
MONTH = Month(2022, 9)
SCALE = 0.02
PUBLISHED = ("610902", "610902110")  # the county, and one of its towns


def new_workspace(root: Path) -> Workspace:
    """A workspace with the repository's parameters and notebooks and no data."""
    for name in ("params", "notebooks"):
        shutil.copytree(REPOSITORY / name, root / name)
    _draw_less(root / "params")
    return Workspace(root)


def _draw_less(params: Path) -> None:
    """Simulations of a small district: the same models with few draws."""
    for folder, draws in (("scenarios", 200), ("plans", 1000)):
        for path in (params / folder).glob("*.yaml"):
            text = path.read_text(encoding="utf-8")
            path.write_text(
                re.sub(r"^draws: .*", f"draws: {draws}", text, flags=re.MULTILINE), encoding="utf-8"
            )


def drop_scenarios_of_towns(workspace: Workspace) -> None:
    """What a bureau does whose register lacks the towns that a scenario names."""
    for path in (workspace.params / "scenarios").glob("*.yaml"):
        if "towns:" in path.read_text(encoding="utf-8"):
            path.unlink()


def copied(published):
    """Who makes documents by copying those of the published county and town: for what comes after them."""
    folder = published[1].folder

    def make(workspace, county, todo, staging, progress, *, retries, finished):
        for document in todo:
            (like,) = folder.glob(f"{PUBLISHED[len(document.area) > 6]}_*.html")
            for form in document.formats:
                shutil.copy(folder / f"{like.stem}{form.ending}", staging / f"{document.name}{form.ending}")
            finished(document)
        return {}

    return make


def import_into(workspace: Workspace, folder: Path, month: Month = MONTH):
    return import_month(
        folder,
        month,
        workspace=workspace,
        settings=Settings.load(workspace),
        register=AreaRegister.read(workspace.params / "areas.csv"),
    )


def shown(value: float, number_format: str) -> str:
    """What a spreadsheet shows: sections by sign, quoted text, one run of placeholders."""
    sections = number_format.split(";")
    section = sections[0] if value > 0 or len(sections) == 1 else sections[1 if value < 0 else -1]
    if value == 0 and len(sections) < 3:
        section = sections[0]
    pattern = re.fullmatch(r'((?:"[^"]*")?)(0(?:\.(0+))?)(%?)((?:"[^"]*")?)', section)
    before, _, decimals, percent, after = pattern.groups()
    amount = abs(Decimal(repr(float(value)))) * (100 if percent else 1)
    places = Decimal(1).scaleb(-len(decimals or ""))
    text = str(amount.quantize(places, rounding=ROUND_HALF_UP))
    return before.strip('"') + text + percent + after.strip('"')


def word_text(document) -> str:
    """All text of a Word document's body, paragraph by paragraph, tables included."""
    tag = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    paragraphs = document.element.body.iter(f"{tag}p")
    return "\n".join("".join(t.text or "" for t in p.iter(f"{tag}t")) for p in paragraphs)


TYPOGRAPHY = Typography(
    fangsong=("FandolFang R", "Noto Serif SC"),
    kaiti=("FandolKai", "Noto Serif SC"),
    headline=("FandolSong", "Noto Serif SC"),
    sans=("Noto Sans SC",),
    serif=("Libertinus Serif", "Noto Serif SC"),
)
