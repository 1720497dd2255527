"""The forecast register: what was forecast when, never overwritten, held against what came.

One small JSON file for each forecast in a folder of the workspace. The date and the hash of the
data are the caller's; nothing here reads a clock.
"""

import json
import re
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from hanbin_lib import state
from hanbin_lib.errors import refused_input
from hanbin_lib.files import write_atomically
from hanbin_lib.forecasting.distribution import Forecast
from hanbin_lib.state import RegisteredForecast

_NAME = re.compile(r"[\w-]+")
_DATED = re.compile(r"_([0-9]{4}-[0-9]{2}-[0-9]{2})_[^_]*\.json$")


@dataclass(frozen=True)
class Entry:
    """One forecast as it was made.

    Attributes
    ----------
    place, indicator
        What was forecast; letters (Chinese too), digits, ``_`` and ``-``.
    made_on
        Date, ``2022-10-08``.
    digest
        Hash of data, parameters and code it was made from.
    table
        Rows ``year, mean, lower_80, upper_80, lower_95, upper_95``.
    """

    place: str
    indicator: str
    made_on: str
    digest: str
    table: tuple[dict[str, float], ...]

    @property
    def filename(self) -> str:
        """Name of its file."""
        return f"{self.place}_{self.indicator}_{self.made_on}_{self.digest[:12]}.json"


def register_forecast(
    folder: Path, forecast: Forecast, *, place: str, indicator: str, made_on: date, digest: str
) -> Path:
    """Add a forecast to the register; adding the same numbers again changes nothing.

    Another program or other data that give what the day's last entry says add none: the register grows by
    what was forecast, not by how often.

    Returns
    -------
    pathlib.Path
        The file of the entry that says it.

    Raises
    ------
    HanbinError
        ``HB-FC-012`` if another forecast stands under the same place, indicator, date and
        hash, or a name cannot be a file's.
    """
    for name in (place, indicator, digest):
        if not _NAME.fullmatch(name):
            raise refused_input("HB-FC-012", f"“{name[:20]}”不能用作登记名称", "只用文字、数字、_和-")
    table = forecast.table().round(4)
    rows = tuple(
        dict(zip(["year", *table.columns], [int(year), *values], strict=True))
        for year, values in zip(forecast.years, table.to_numpy().tolist(), strict=True)
    )
    entry = Entry(place, indicator, made_on.isoformat(), digest, rows)
    same = [one for one in registered(folder, without_damaged=True) if _subject(one) == _subject(entry)]
    if same and tuple(same[-1].table) == entry.table:
        return folder / same[-1].filename
    path = folder / entry.filename
    content = json.dumps(asdict(entry), ensure_ascii=False, indent=1).encode()
    # What is damaged was this forecast, by its name: it is written again.
    if state.read(path, RegisteredForecast) is None:
        write_atomically(path, content)
    elif path.read_bytes() != content:
        raise refused_input("HB-FC-012", f"{path.name}已登记且内容不同，没有覆盖", "换一个数据版本号登记")
    return path


def _subject(entry: Entry) -> tuple[str, str, str]:
    return entry.place, entry.indicator, entry.made_on


def registered(folder: Path, *, before: str = "", without_damaged: bool = False) -> list[Entry]:
    """All entries, oldest first.

    Parameters
    ----------
    before
        Only those that were made before this date (``2022-09-01``), by their names: what was
        forecast later is not looked at.
    without_damaged
        Leave out what cannot be read, as if it had never been forecast.

    Raises
    ------
    HanbinError
        ``HB-FC-013`` an entry is damaged.
    """
    entries = []
    for path in state.entries(folder, "*.json"):
        if before and _made_on(path) >= before:
            continue
        known = state.read(path, RegisteredForecast)
        if known is None and without_damaged:
            continue
        if known is None:
            raise refused_input(
                "HB-FC-013", f"{path.name}损坏或被改动", "运行 hanbin doctor --repair，或从备份恢复"
            )
        entries.append(Entry(**dict(known)))
    return sorted(entries, key=lambda entry: (entry.made_on, entry.filename))


def _made_on(path: Path) -> str:
    """The date in a file's name; empty where there is none, so that it is looked at."""
    found = _DATED.search(path.name)
    return found[1] if found else ""


def review(entries: list[Entry], actual: pd.Series, *, place: str, indicator: str) -> pd.DataFrame:
    """How registered forecasts did.

    Returns
    -------
    pandas.DataFrame
        One row for each forecast of a year that has come: columns ``made_on, year, actual,
        mean, error_percent, within_80, within_95``.
    """
    rows = [
        {
            "made_on": entry.made_on,
            "year": int(row["year"]),
            "actual": float(actual[row["year"]]),
            "mean": row["mean"],
            "error_percent": 100 * (row["mean"] / float(actual[row["year"]]) - 1),
            "within_80": row["lower_80"] <= actual[row["year"]] <= row["upper_80"],
            "within_95": row["lower_95"] <= actual[row["year"]] <= row["upper_95"],
        }
        for entry in entries
        if (entry.place, entry.indicator) == (place, indicator)
        for row in entry.table
        if row["year"] in actual.dropna().index
    ]
    columns = ["made_on", "year", "actual", "mean", "error_percent", "within_80", "within_95"]
    return pd.DataFrame(rows, columns=columns)
