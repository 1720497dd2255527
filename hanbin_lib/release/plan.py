"""What a month's run makes: one document an area, each with a key of everything it depends on."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hanbin_lib import __version__, fonts
from hanbin_lib.bulletin import Bulletin
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.files import sha256_of
from hanbin_lib.places import AreaRegister
from hanbin_lib.workspace import Workspace

Progress = Callable[[str, int, int], None]
FORMATS = ("pdf", "html", "xlsx", "ipynb")


@dataclass(frozen=True, slots=True)
class Document:
    """One bulletin to be made.

    Parameters
    ----------
    area
        Place code.
    name
        File name without ending: ``610902110_流水镇``.
    notebook
        The notebook to run.
    parameters
        Its parameters, JSON types only.
    key
        SHA-256 of all that the result depends on; the same key means the same document.
    """

    area: str
    name: str
    notebook: Path
    parameters: dict[str, str]
    key: str

    @property
    def files(self) -> tuple[str, ...]:
        """Names of the files it consists of."""
        return tuple(f"{self.name}.{ending}" for ending in FORMATS)


def plan(workspace: Workspace, county: Bulletin, areas: tuple[str, ...] = ()) -> tuple[Document, ...]:
    """Documents of the month: the county and its towns, or only `areas`.

    Raises
    ------
    HanbinError
        ``HB-PAR-004`` an unknown area, ``HB-PAR-005`` one that is not counted.
    """
    register = county.scope.register
    chosen = areas or tuple(county.scope.upper_places)
    _check_areas(chosen, county)
    inputs = _inputs_digest(county)
    return tuple(_document(workspace, county, register, area, inputs) for area in chosen)


def _check_areas(areas: tuple[str, ...], county: Bulletin) -> None:
    known = set(county.scope.upper_places)
    for area in areas:
        name = county.scope.register.name(area)
        if area not in known:
            raise HanbinError(
                "HB-PAR-005",
                f"{area} {name} 不在统计范围内，或不是县、镇一级",
                action="用 hanbin areas 查看可选的地区",
                exit_code=ExitCode.PARAMS_INVALID,
            )


def _document(
    workspace: Workspace, county: Bulletin, register: AreaRegister, area: str, inputs: str
) -> Document:
    stem = "bulletin_district" if len(area) == 6 else "bulletin_town"
    notebook = workspace.notebooks / f"{stem}.ipynb"
    parameters = {"month": str(county.month), "area": area, "snapshot": county.snapshot.id}
    parts = json.dumps([parameters, sha256_of(notebook), inputs], sort_keys=True)
    key = hashlib.sha256(parts.encode()).hexdigest()
    return Document(area, f"{area}_{register.name(area)}", notebook, parameters, key)


def _inputs_digest(county: Bulletin) -> str:
    """Hash of parameters, areas, officer's entries, code and fonts."""
    parts = [
        county.settings.model_dump_json(),
        county.issue.model_dump_json(),
        str(county.sources.ids),
        str([entry.filename for entry in county.forecasts]),
        county.scope.register.table.to_csv(index=False),
        __version__,
        code_digest(),
        *(face.sha256 for face in fonts.faces()),
    ]
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()


def code_digest() -> str:
    """SHA-256 over the source of `hanbin_lib`, in the order of the names."""
    root = Path(__file__).parents[1]
    files = sorted(p for p in root.rglob("*") if p.suffix in {".py", ".typ", ".css", ".j2", ".json"})
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
