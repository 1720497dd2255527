"""All indicators of a month, from one snapshot."""

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from hanbin_lib import __version__
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.files import write_atomically
from hanbin_lib.indicators.income import income_indicators
from hanbin_lib.indicators.register import register_indicators
from hanbin_lib.indicators.scope import Scope
from hanbin_lib.indicators.support import support_indicators
from hanbin_lib.indicators.table import combine, count_rows
from hanbin_lib.indicators.work import work_indicators
from hanbin_lib.params import Settings
from hanbin_lib.places import AreaRegister
from hanbin_lib.snapshots import Snapshot


def scope_of(snapshot: Snapshot, settings: Settings, register: AreaRegister) -> Scope:
    """The month, places and parameters that the indicators of `snapshot` are computed for."""
    line = settings.lines.of(snapshot.month)
    return Scope(snapshot.month, register, settings.rules, line)


def indicator_table(snapshot: Snapshot, scope: Scope) -> pd.DataFrame:
    """Compute every indicator of the month (see `indicators.table` for the columns).

    Raises
    ------
    HanbinError
        ``HB-IND-001`` where the month has no 监测对象信息, which everything stands on.
    """
    if not snapshot.has("monitored_households"):
        raise HanbinError(
            "HB-IND-001",
            f"{snapshot.month.label}没有导入监测对象信息，不能计算指标",
            action=f"把导出的监测对象信息放进当月文件夹，再运行 hanbin import … --month {snapshot.month}",
            exit_code=ExitCode.INPUT_INVALID,
        )
    return combine(_all_indicators(snapshot, scope), scope.place_names)


def cached_indicator_table(snapshot: Snapshot, scope: Scope, cache: Path) -> pd.DataFrame:
    """Same as `indicator_table`, computed once for the same snapshot, parameters and version."""
    path = cache / f"indicators-{snapshot.month}-{_key(snapshot, scope)}.parquet"
    if path.is_file():
        return pd.read_parquet(path)
    table = indicator_table(snapshot, scope)
    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False)
    write_atomically(path, buffer.getvalue())
    return table


def _all_indicators(snapshot: Snapshot, scope: Scope) -> Iterator[pd.DataFrame]:
    monitored = snapshot.table("monitored_households")
    yield from register_indicators(monitored, scope)
    yield from support_indicators(monitored, scope)
    yield from income_indicators(monitored, _optional(snapshot, "lifted_households"), scope)
    names = [n for n in ("monitored_persons", "lifted_persons") if snapshot.has(n)]
    columns = ["person_key", "town_code", "public_post"]
    yield from work_indicators(
        _optional(snapshot, "migrant_work"),
        [snapshot.table(name, columns=columns) for name in names],
        _optional(snapshot, "workshops"),
        scope,
    )
    yield from _quality(snapshot, scope)


def _quality(snapshot: Snapshot, scope: Scope) -> Iterator[pd.DataFrame]:
    findings = snapshot.table("findings")
    county = str(scope.register.county["place_code"])
    counts = scope.by_place(findings[findings["town_code"].notna()])
    # A finding about a whole file belongs to no town, but to the county's list.
    counts[county] = float(len(findings))
    yield count_rows("data_warnings", scope.month, counts)


def _optional(snapshot: Snapshot, name: str) -> pd.DataFrame | None:
    return snapshot.table(name) if snapshot.has(name) else None


def _key(snapshot: Snapshot, scope: Scope) -> str:
    """Hash of everything the numbers depend on."""
    parts = [
        snapshot.id,
        __version__,
        scope.rules.model_dump_json(),
        scope.line.model_dump_json() if scope.line else "",
        scope.register.table.to_csv(index=False),
        *(path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parent.glob("*.py"))),
    ]
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:16]
