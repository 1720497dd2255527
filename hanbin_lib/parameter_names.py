"""Files of ``params/`` whose names are not quite right, so that nobody would read them."""

import difflib
import re
from collections.abc import Collection
from pathlib import Path

# Read beside the settings, each by who needs it.
_OTHERS = frozenset(
    {
        "typography.yaml", "batch.yaml", "sampling.yaml", "risk_flow.yaml", "notify.yaml", "keepers.yaml",
        "areas.csv", "area_changes.csv", "tiles.csv", "holidays.csv",
    }
)  # fmt: skip
_BELOW = re.compile(
    r"issues/[0-9]{4}-(0[1-9]|1[0-2])\.yaml|(scenarios|plans)/[^/]+\.yaml|policy/[^/]+/policy\.yaml"
)
_ENDINGS = re.compile(r"\.(yml|yaml|csv)(\.txt)?$")
_MONTH_LIKE = re.compile(r"issues/([0-9]{4})[-._年]?([0-9]{1,2})月?\.yaml")
_CLOSE = 0.85  # notfy.yaml is meant for notify.yaml; a copy (areas - 副本.csv) for nothing


def unread_files(folder: Path, settings: Collection[str]) -> list[str]:
    """Files that look like parameters and would never be read, a line of text each.

    An optional file under another name (``notify.yml``, ``issues/2026年9月.yaml``, ``tiles.csv.txt``, as an
    editor that hides endings saves it) is as if it were not there. Names that resemble none are left alone.

    Parameters
    ----------
    folder
        The parameters.
    settings
        Names of the files that make the settings.
    """
    known = {*settings, *_OTHERS}
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*.*") if path.is_file()}
    unread = sorted(name for name in names - known if not _BELOW.fullmatch(name))
    meant = {name: _spelt(name, known) or _like(name, known - names) for name in unread}
    return [f"{name}：不会被读取，应改名为 {other}" for name, other in meant.items() if other]


def _spelt(name: str, known: Collection[str]) -> str:
    """The name with its ending, its case and its month as they have to be; empty where it is none of ours."""
    plain = _ENDINGS.sub(r".\1", name.lower())
    plain = f"{plain.removesuffix('.yml')}.yaml" if plain.endswith(".yml") else plain
    if (month := _MONTH_LIKE.fullmatch(plain)) is not None:
        plain = f"issues/{month[1]}-{int(month[2]):02d}.yaml"
    return plain if plain in known or _BELOW.fullmatch(plain) else ""


def _like(name: str, absent: Collection[str]) -> str:
    """The file that is not there and whose name is nearly this one."""
    is_table = name.endswith((".yaml", ".csv")) and "/" not in name
    close = difflib.get_close_matches(name, sorted(absent), n=1, cutoff=_CLOSE) if is_table else []
    return next(iter(close), "")
