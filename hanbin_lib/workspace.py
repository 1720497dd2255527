"""The one folder that holds all state: ``params/ notebooks/ data/ reports/``."""

import os
import sys
from collections.abc import Iterable, Iterator
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
