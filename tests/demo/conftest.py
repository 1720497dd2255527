"""A small demonstration district, written once, and the full one, drawn once."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from hanbin_demo.district import District, build_district
from hanbin_demo.files import write_demo
from hanbin_lib.months import Month
from hanbin_lib.places import AreaRegister

MONTH = Month(2022, 9)
SEED = 7
SCALE = 0.02
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Written:
    """A written demonstration: its folder and the files of the reporting month."""

    target: Path
    files: list[Path]

    def sheet(self, part: str, month: str = "2022-09", header: int | None = None) -> pd.DataFrame:
        """Cells of the only file of `month` whose name holds `part`, as text, empty if none."""
        (path,) = [p for p in (self.target / "data/inbox" / month).iterdir() if part in p.name]
        options = {"header": header, "dtype": str, "keep_default_na": False}
        if path.suffix == ".csv":
            encoding = "gb18030" if "电话" in part else "utf-8-sig"
            return pd.read_csv(path, encoding=encoding, **options)
        return pd.read_excel(path, engine="calamine", **options)


@pytest.fixture(scope="session")
def register() -> AreaRegister:
    return AreaRegister.read(ROOT / "params" / "areas.csv")


@pytest.fixture(scope="session")
def written(register, tmp_path_factory) -> Written:
    target = tmp_path_factory.mktemp("demo")
    return Written(target, write_demo(target, register, month=MONTH, seed=SEED, scale=SCALE))


@pytest.fixture(scope="session")
def small(register) -> District:
    return build_district(register, month=MONTH, seed=SEED, scale=SCALE)


@pytest.fixture(scope="session")
def full(register) -> District:
    return build_district(register, month=MONTH, seed=SEED, scale=1.0)
