"""The one folder that holds all state: ``params/ notebooks/ data/ reports/``.

And files of ``params/`` whose names are not quite right, so that nobody would read them.
"""

import difflib
import os
import re
import shutil
import sys
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from hanbin_lib.errors import refused_input
from hanbin_lib.months import Month

ENVIRONMENT_VARIABLE = "HANBIN_WORKSPACE"
# Set for the kernels of a run that no person attends: controls stay away.
BATCH_VARIABLE = "HANBIN_BATCH"
INTERNAL, PUBLIC = "internal", "public"
INDICATORS = "indicators.csv"  # the figures of a published month, in its folder
_MARK = Path("params") / "county.yaml"
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


@dataclass(frozen=True, slots=True)
class Workspace:
    """Where things are; makes no folder and reads no file.

    Parameters
    ----------
    root
        The folder.
    edition
        For whom bulletins are: the bureau (`INTERNAL`), or anybody (`PUBLIC`), whose reports lie
        in a folder of their own.
    """

    root: Path
    edition: str = INTERNAL

    @classmethod
    def find(cls, given: Path | None = None, *, near: Iterable[Path] = ()) -> "Workspace":
        """The folder given, else ``HANBIN_WORKSPACE``, else the nearest one above here, or above `near`.

        In a kernel that papermill started from anywhere, at last the one of the notebook.

        Raises
        ------
        HanbinError
            ``HB-WSP-001`` where the folder holds no ``params/county.yaml``.
        """
        named = given or os.environ.get(ENVIRONMENT_VARIABLE)
        candidates = [Path(named).resolve()] if named else [*_upwards(Path.cwd())]
        others = chain(chain.from_iterable(_upwards(place.resolve()) for place in near), _above_notebook())
        for folder in candidates if named else chain(candidates, others):
            if (folder / _MARK).is_file():
                return cls(folder)
        raise refused_input(
            "HB-WSP-001",
            f"{candidates[0]} 不是工作目录：找不到 {_MARK}",
            f"用 --workspace 或环境变量 {ENVIRONMENT_VARIABLE} 指定，或用 hanbin init 新建",
        )

    @staticmethod
    def above(path: Path) -> Path | None:
        """The nearest workspace that a file or folder lies in; None where it lies in none."""
        return next((folder for folder in path.resolve().parents if (folder / _MARK).is_file()), None)

    @property
    def params(self) -> Path:
        """Parameters: the county, its areas, its dated facts."""
        return self.root / "params"

    @property
    def notebooks(self) -> Path:
        """The notebooks that papermill runs."""
        return self.root / "notebooks"

    @property
    def store(self) -> Path:
        """Immutable snapshots, one folder a month."""
        return self.root / "data" / "store"

    @property
    def raw(self) -> Path:
        """Imported files as they came, encrypted; only where an import was asked to keep them."""
        return self.root / "data" / "raw"

    @property
    def cache(self) -> Path:
        """What can be computed again; safe to delete."""
        return self.root / "data" / "cache"

    @property
    def forecasts(self) -> Path:
        """The register of forecasts: one file each, never overwritten."""
        return self.root / "data" / "forecasts"

    @property
    def draws(self) -> Path:
        """Inspection samples drawn, one folder a month; internal."""
        return self.root / "data" / "draws"

    @property
    def figures(self) -> Path:
        """Figures taken out of published bulletins, a folder a month and document; internal."""
        return self.root / "data" / "figures"

    @property
    def messages(self) -> Path:
        """What may be told in the work chat, a folder a month."""
        return self.root / "data" / "messages"

    @property
    def actions(self) -> Path:
        """Action lists (行动清单) and what came back of them, one folder a month; for this account only."""
        return self.root / "data" / "actions"

    @property
    def areas(self) -> Path:
        """The register of areas."""
        return self.params / "areas.csv"

    @property
    def free_bytes(self) -> int:
        """Free space where there is least of it: data and reports may lie on disks of their own."""
        places = (self.root, self.root / "data", self.root / "reports")
        return min(shutil.disk_usage(place).free for place in places if place.exists())

    @property
    def reports(self) -> Path:
        """Published bulletins, one folder a month."""
        folder = self.root / "reports"
        return folder / PUBLIC if self.edition == PUBLIC else folder

    @property
    def personal_terms(self) -> Path:
        """Encrypted values of personal columns by snapshot, for the guard before publication."""
        return self.root / "data" / "guard"

    @property
    def audit(self) -> Path:
        """Append-only record of imports and publications."""
        return self.root / "data" / "audit.jsonl"

    @property
    def logs(self) -> Path:
        """What kernels and the batch write; internal."""
        return self.root / "data" / "logs"

    def kernel_log(self, month: Month) -> Path:
        """What the kernels of the month's last run wrote beside their notebooks."""
        return self.logs / f"kernels-{month}.log"

    def models_log(self, month: Month) -> Path:
        """What was written where the month's models were computed beside its indicators."""
        return self.logs / f"models-{month}.log"

    @property
    def exchange(self) -> Path:
        """What machines of a cluster share, unless another place is named; safe to delete."""
        return self.root / "data" / "exchange"

    @property
    def secret(self) -> Path:
        """Key of the pseudonyms; made on first import, never copied with the data."""
        return self.root / "data" / "pseudonym.key"

    def inbox(self, month: Month) -> Path:
        """Where analysts drop a month's files."""
        return self.root / "data" / "inbox" / str(month)


def _upwards(folder: Path) -> Iterator[Path]:
    yield folder
    yield from folder.parents


def _above_notebook() -> Iterator[Path]:
    """Folders above the notebook whose kernel this is, where the command that started it names one.

    papermill starts a kernel in its own working directory and says nothing of the notebook to it.
    """
    if "ipykernel" not in sys.modules:
        return
    import psutil  # noqa: PLC0415 -- a last resort, which few runs need

    with suppress(psutil.Error):
        starter = psutil.Process().parent()
        words = starter.cmdline() if starter else []
        notebook = next((word for word in words if word.endswith(".ipynb")), None)
        if starter and notebook:
            yield from (Path(starter.cwd()) / notebook).resolve().parents


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
