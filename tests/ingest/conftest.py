"""A small county, files as the national system exports them, and an import into a workspace."""

import hashlib
import io
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from support import REPOSITORY

from hanbin_lib.contract import TABLES
from hanbin_lib.ingest import ImportResult, import_month
from hanbin_lib.ingest.exports import grids_of
from hanbin_lib.ingest.findings import Finding
from hanbin_lib.ingest.grid import CellKind, SheetBuilder
from hanbin_lib.ingest.reading import read_rows
from hanbin_lib.ingest.recognise import recognise
from hanbin_lib.months import Month
from hanbin_lib.parameter_files import read_params
from hanbin_lib.params import County, Disclosure, Goals, HouseRules, Ranking, Settings, Typography
from hanbin_lib.places import AreaRegister
from hanbin_lib.raw_files import Keeper
from hanbin_lib.workspace import Workspace
from hanbin_lib.yearly_documents import MonitoringLine, MonitoringLines

MONTH = Month(2022, 9)
# A row is written under these headings; every value is text, as the system exports it.
Row = dict[str, str | None]
NAMES = ("赵一", "钱二", "孙三", "李四", "周五", "吴六")


def id_number(number: int, birth: str, *, male: bool) -> str:
    """Invented number: region 999999 belongs to nobody, the check digit is right."""
    body = f"999999{birth}{number % 100:02d}{1 if male else 2}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(d) * w for d, w in zip(body, weights, strict=True))
    return body + "10X98765432"[total % 11]


def _person(household: int, member: int, relation: str, birth: str, *, male: bool) -> Row:
    number = household * 10 + member
    return {
        "省": "陕西省", "市": "某市", "县": "试点县",
        "乡": ("甲山镇", "乙水街道")[household % 2],
        "村": ("东村", "西村村委会")[household % 2],
        "户编号": f"H{household:06d}",
        "人口编号": f"P{number:08d}",
        "姓名": NAMES[number % len(NAMES)],
        "性别": "男" if male else "女",
        "出生日期": birth,
        "证件号码": id_number(number, birth, male=male),
        "与户主关系": relation,
        "户联系电话": "19900001234",
        "文化程度": "初中",
        "健康状况": "健康",
        "劳动技能": "普通劳动力",
        "务工时间（月）": "6",
        "是否参加城乡居民基本医疗保险": "是",
    }  # fmt: skip


def _household_facts(household: int, *, eliminated: bool) -> Row:
    return {
        "户类型": "脱贫户",
        "监测对象类别": "脱贫不稳定户",
        "当前家庭人口数": "2",
        "整户无劳动能力兜底保障户": "否",
        "是否危房户": "否",
        "是否解决安全饮用水": "是",
        "识别监测时间": "202106",
        "致贫/返贫风险1": "因务工就业不稳",
        "风险是否已消除": "是" if eliminated else "否",
        "消除监测时间": "202203" if eliminated else "",
        "风险消除方式": "帮扶消除" if eliminated else "",
        "就业帮扶": "技能培训,劳务输出",
        "工资性收入": f"{20000 + household}",
        "生产经营性收入": "3000",
        "生产经营性支出": "1000.5",
        "财产性收入": "0",
        "转移性收入": "1500.5",
        "纯收入（元）": f"{23500 + household}",
        "人均纯收入（元）": f"{(23500 + household) / 2}",
    }


def monitored_rows(households: int = 4) -> list[Row]:
    """Households of two, sound in every respect; every third has its risk eliminated."""
    rows: list[Row] = []
    for number in range(1, households + 1):
        facts = _household_facts(number, eliminated=number % 3 == 0)
        birth = f"{1960 + number % 30}{1 + number % 12:02d}{1 + number % 28:02d}"
        rows.append(_person(number, 1, "户主", birth, male=True) | facts)
        rows.append(_person(number, 2, "配偶", birth, male=False) | facts)
    return rows


def lifted_rows(households: int = 4) -> list[Row]:
    """As `monitored_rows`, without the risk and measures."""
    known = {column.heading for column in TABLES["lifted_persons"].columns}
    return [{k: v for k, v in row.items() if k in known} for row in monitored_rows(households)]


def write_xlsx(
    path: Path, rows: list[Row], *, headings: list[str] | None = None, title: str | None = "监测对象信息"
) -> Path:
    """Write a sheet; with a title the headings stand in the third row."""
    book = openpyxl.Workbook()
    sheet = book.active
    if title is not None:
        sheet.append([title])
        sheet.append(["单位：试点县", "日期：20220930"])
    names = list(rows[0]) if headings is None else headings
    if names:
        sheet.append(names)
    for row in rows:
        sheet.append([row.get(name) for name in names])
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


def write_csv(path: Path, rows: list[Row], encoding: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(pd.DataFrame(rows).to_csv(index=False).encode(encoding))
    return path


def settings_with(line: MonitoringLine | None = None) -> Settings:
    return Settings(
        county=County(
            code="100001",
            name="试点县",
            kind="县",
            bureau_name="试点县局",
            bulletin_name="月报",
            calibre="全县",
        ),
        lines=MonitoringLines(lines=(line,) if line else ()),
        rules=read_params(REPOSITORY / "params" / "rules.yaml", HouseRules),
        ranking=read_params(REPOSITORY / "params" / "ranking.yaml", Ranking),
        goals=Goals(),
        disclosure=Disclosure(threshold=3, base=10),
        typography=Typography(
            fangsong=("仿宋",), kaiti=("楷体",), headline=("宋体",), sans=("黑体",), serif=("宋体",)
        ),
    )


@pytest.fixture(scope="session")
def shipped_rules() -> HouseRules:
    return read_params(REPOSITORY / "params" / "rules.yaml", HouseRules)


@pytest.fixture(scope="session")
def register() -> AreaRegister:
    """Two counted towns; 东村 stands in both, so it must be matched within the town."""
    rows = [
        ("100001", "试点县", "县", "", True, ""),
        ("100001001", "甲山镇", "镇", "100001", True, ""),
        ("100001002", "乙水街道", "街道", "100001", True, ""),
        ("100001001201", "东村村委会", "村", "100001001", True, ""),
        ("100001001202", "南村村委会", "村", "100001001", True, ""),
        ("100001002201", "东村村委会", "村", "100001002", True, ""),
        ("100001002202", "西村村委会", "村", "100001002", True, ""),
        ("100001002003", "西村社区居委会", "社区", "100001002", True, ""),
    ]
    columns = ["place_code", "place_name", "kind", "parent_code", "is_counted", "note"]
    return AreaRegister(pd.DataFrame(rows, columns=columns))


@dataclass
class Desk:
    """An analyst's desk: a workspace, an inbox, and the button that imports."""

    workspace: Workspace
    register: AreaRegister

    @property
    def inbox(self) -> Path:
        return self.workspace.inbox(MONTH)

    def put(self, name: str, rows: list[Row], **options: object) -> Path:
        return write_xlsx(self.inbox / name, rows, **options)  # type: ignore[arg-type]

    def run(
        self,
        *,
        month: Month = MONTH,
        line: MonitoringLine | None = None,
        keepers: tuple[Keeper, ...] = (),
        folder: Path | None = None,
        **settings: object,
    ) -> ImportResult:
        return import_month(
            folder or self.inbox,
            month,
            workspace=self.workspace,
            settings=settings_with(line).model_copy(update=settings),
            register=self.register,
            keepers=keepers,
        )

    def store(self) -> dict[str, str]:
        """Every file of the store with its hash."""
        return {
            str(path.relative_to(self.workspace.store)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(self.workspace.store.rglob("*"))
            if path.is_file()
        }


@pytest.fixture(scope="session")
def stored_month(tmp_path_factory: pytest.TempPathFactory, register: AreaRegister) -> Path:
    """A workspace with one sound month in its store."""
    desk = Desk(Workspace(tmp_path_factory.mktemp("sound")), register)
    desk.put("监测对象.xlsx", monitored_rows())
    assert desk.run().snapshot is not None
    return desk.workspace.root


@pytest.fixture
def sound(stored_month: Path, tmp_path: Path, register: AreaRegister) -> Desk:
    """A desk where a sound month is stored already."""
    return Desk(Workspace(Path(shutil.copytree(stored_month, tmp_path / "sound"))), register)


@pytest.fixture
def make_desk(tmp_path: Path, register: AreaRegister) -> Callable[[str], Desk]:
    """Function name -> a desk of its own; all share one key, so that pseudonyms compare."""

    def make(name: str) -> Desk:
        workspace = Workspace(tmp_path / name)
        workspace.secret.parent.mkdir(parents=True, exist_ok=True)
        workspace.secret.write_bytes(b"key of the tests" * 2)
        return Desk(workspace, register)

    return make


@pytest.fixture(scope="module")
def make_module_desk(
    tmp_path_factory: pytest.TempPathFactory, register: AreaRegister
) -> Callable[[str], Desk]:
    """As `make_desk`, for an import that all tests of a module look at."""
    return lambda name: Desk(Workspace(tmp_path_factory.mktemp(name)), register)


@pytest.fixture(scope="module")
def module_desk(make_module_desk: Callable[[str], Desk]) -> Desk:
    return make_module_desk("module")


@pytest.fixture
def desk(make_desk: Callable[[str], Desk]) -> Desk:
    return make_desk("workspace")


@pytest.fixture
def sheet(register):
    """Recognise and read rows of cells; None is an empty cell, other than text a number."""

    def sheet(*rows):
        builder = SheetBuilder("台账.xlsx", "表1")
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if cell is not None:
                    kind = CellKind.TEXT if isinstance(cell, str) else CellKind.NUMBER
                    builder.put(row, column, str(cell), kind)
        found = recognise(builder.grid(), TABLES.values())
        return found if isinstance(found, Finding) else read_rows(found, register)

    return sheet


@pytest.fixture
def sheet_of(register):
    """Rows of a workbook's sheet on which `mark` has worked."""

    def sheet_of(rows, mark):
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        mark(book.active)
        book.save(file := io.BytesIO())
        return read_rows(recognise(grids_of("台账.xlsx", file.getvalue())[0], TABLES.values()), register)

    return sheet_of


@pytest.fixture(scope="session")
def tools():  # a bag of the functions above, for tests cannot import a conftest
    class Tools:
        month = MONTH
        id_number = staticmethod(id_number)
        monitored_rows = staticmethod(monitored_rows)
        lifted_rows = staticmethod(lifted_rows)
        write_xlsx = staticmethod(write_xlsx)
        write_csv = staticmethod(write_csv)

    return Tools
