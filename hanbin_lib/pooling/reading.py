"""Reading what counties published, wherever it lies, one county at a time."""

from pathlib import Path
from tempfile import TemporaryDirectory

import fsspec
import pandas as pd
import yaml
from fsspec.implementations.local import LocalFileSystem

from hanbin_lib import snapshots
from hanbin_lib.contract.national import LIFTED_PERSONS
from hanbin_lib.errors import ExitCode, HanbinError, refused_input
from hanbin_lib.indicators import Sources, scope_of
from hanbin_lib.locks import folder_prefix
from hanbin_lib.months import Month
from hanbin_lib.params import Settings
from hanbin_lib.places import AreaRegister
from hanbin_lib.policy import FILE, FOLDER, RULE_OF
from hanbin_lib.pooling.figures import PersonFigures, Pool, Pooled
from hanbin_lib.workspace import Workspace

# Table of the households that a pack's base may leave some kinds out of.
_LIFTED = LIFTED_PERSONS.title


def pool_workspaces(
    roots: tuple[str, ...], month: Month, *, place_code: str, place_name: str, with_persons: bool = False
) -> Pooled:
    """Figures of the area that the counties of `roots` make up.

    Parameters
    ----------
    roots
        Workspaces: folders, or addresses that fsspec knows (``s3://…``). Of each only
        ``reports/<month>/indicators.csv`` is read, and the rules and lines in ``params/``.
    place_code, place_name
        The area's.
    with_persons
        Medians and quantiles too; needs the store of each county, in a folder.

    Raises
    ------
    HanbinError
        ``HB-POL-001`` naming every county without a publication of the month, or standing
        twice; ``HB-POL-002`` persons are asked for where there is no folder.
    """
    pool = Pool(place_code, place_name)
    for root, rows in _checked(roots, month):
        pool.add(rows, parameters_of(root, month))
    if not with_persons:
        return pool.result()
    with TemporaryDirectory(prefix=folder_prefix("pool")) as folder:
        persons = PersonFigures(Path(folder))
        for root in roots:
            _add_persons(persons, root, month)
        return pool.result(persons.values())


def _own_rows(root: str, month: Month) -> pd.DataFrame | None:
    """The county's own figures; None where the month was not published."""
    files, path = fsspec.core.url_to_fs(f"{root.rstrip('/')}/reports/{month}/indicators.csv")
    try:
        with files.open(path, "rb") as stream:
            table = pd.read_csv(stream, dtype={"place_code": "str"})
    except FileNotFoundError:
        return None
    return table[table["place_code"].str.len().eq(table["place_code"].str.len().min())]


def parameters_of(root: str, month: Month) -> dict[str, str]:
    """House rules, the year's line, the month's clocks and whom it counts of a workspace, each as text.

    Each by a name that stands in the definitions of the figures that depend on it. What cannot be read is
    left out.
    """
    found: dict[str, str] = {}
    for name in ("rules", "monitoring_lines"):
        files, path = fsspec.core.url_to_fs(f"{root.rstrip('/')}/params/{name}.yaml")
        try:
            with files.open(path, "rb") as stream:
                given = yaml.safe_load(stream) or {}
        except (OSError, yaml.YAMLError):
            continue
        if name == "rules":
            found |= {key: str(value) for key, value in given.items()}
        else:
            of_year = [line for line in given.get("lines") or () if line.get("year") == month.year]
            told = ("value_yuan", "first_month", "conditions")
            found["monitoring_lines.yaml"] = str([[line.get(name) for name in told] for line in of_year])
    return found | _policy_of(root, month)


def _policy_of(root: str, month: Month) -> dict[str, str]:
    """The clocks of the month's policy pack, its terms by the house rule that they replace, and its base."""
    files, folder = fsspec.core.url_to_fs(f"{root.rstrip('/')}/params/{FOLDER}")
    found: dict[str, str] = {}
    for path in sorted(files.glob(f"{folder}/*/{FILE}")):
        try:
            with files.open(path, "rb") as stream:
                pack = yaml.safe_load(stream) or {}
        except (OSError, yaml.YAMLError):
            continue
        if pack.get("first_month", "") <= str(month) <= (pack.get("last_month") or str(month)):
            for name, clock in (pack.get("clocks") or {}).items():
                is_term = name in RULE_OF
                text = str(clock.get("months")) if is_term else f"{clock.get('days')}{clock.get('unit')}"
                found[RULE_OF[name] if is_term else name] = text
            found[_LIFTED] = "、".join((pack.get("base") or {}).get("leaves_out") or ())
    return found


def _checked(roots: tuple[str, ...], month: Month) -> list[tuple[str, pd.DataFrame]]:
    """Own figures of every county; all faults at once."""
    faults: list[str] = []
    found: dict[str, tuple[str, pd.DataFrame]] = {}
    for root in roots:
        rows = _own_rows(root, month)
        if rows is None or rows.empty:
            faults.append(f"{root}：没有发布{month.label}的指标")
            continue
        code = str(rows["place_code"].iloc[0])
        if code in found:
            faults.append(f"{root}：与{found[code][0]}是同一个地区（{code}）")
        found[code] = (root, rows)
    if faults:
        raise refused_input("HB-POL-001", "\n".join(faults), "先在各县发布该月月报；一个县只列一次")
    return list(found.values())


def _add_persons(persons: PersonFigures, root: str, month: Month) -> None:
    files, path = fsspec.core.url_to_fs(root)
    if not isinstance(files, LocalFileSystem):
        raise HanbinError(
            "HB-POL-002",
            f"{root}：中位数和分位数要用县里的数据，只能从文件夹读取",
            action="把该县的工作目录挂载为文件夹，或不加 --with-persons",
            exit_code=ExitCode.USAGE,
        )
    space = Workspace(Path(path))
    data = snapshots.latest(space, month)
    register = AreaRegister.read(space.areas, month)
    scope = scope_of(data, Settings.load(space).at(month), register)
    persons.add(Sources(data, left_out=scope.left_out), scope)
