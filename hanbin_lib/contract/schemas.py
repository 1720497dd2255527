"""What a stored table must look like: pandera schemas made from the contract's columns.

The last gate before writing. Cells were judged one by one while reading, with their place
in the file; what fails here is a fault of the program, and is told without any value.
"""

from functools import cache

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from hanbin_lib.contract.columns import Column, Kind, Level, Table
from hanbin_lib.contract.tables import AREAS, HOUSEHOLDS_OF, TABLES
from hanbin_lib.errors import HanbinError, refused_input

PLACE_CODES = ("town_code", "village_code")
_DTYPES = {
    Kind.TEXT: "str",
    Kind.CODE: "str",
    Kind.CHOICE: "str",
    Kind.CHOICES: "str",
    Kind.FLAG: "boolean",
    Kind.MONTH: "datetime64[s]",
    Kind.DATE: "datetime64[s]",
    Kind.DATETIME: "datetime64[s]",
    Kind.COUNT: "Int64",
    Kind.AMOUNT: "Float64",
}
_OF_COLUMNS = ("column_in_dataframe", "column_in_schema", "column_ordered")
FINDINGS = "findings"
_AREAS_TITLE = "区划名册"
_FINDINGS_TITLE = "核查提示"
_OTHER_MONTHS = "_other_months"
# The sheet of each of the tables that a sheet of persons is stored as.
SPLIT = {name: TABLES[sheet] for sheet, homes in HOUSEHOLDS_OF.items() for name in (sheet, homes)}


def stored_title(name: str) -> str:
    """Chinese title of a stored table: that of the sheet it was made of."""
    if name == FINDINGS:
        return _FINDINGS_TITLE
    if name == AREAS:
        return _AREAS_TITLE
    return (SPLIT[name] if name in SPLIT else TABLES[name]).title


def check_stored(name: str, rows: pd.DataFrame) -> None:
    """Check a table about to be stored, or some of its rows.

    Raises
    ------
    HanbinError
        ``HB-IMP-003`` with table, column and check of every fault.
    """
    try:
        stored_schema(name).validate(rows, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
        # Of a column that is missing, not expected or out of place pandera has the name as the failing case.
        of_table = cases["check"].isin(_OF_COLUMNS)
        named = cases.assign(column=cases["column"].mask(of_table, cases["failure_case"]))
        # pandera's own message prints the offending values: it goes no further than here.
        told = named[["column", "check"]].drop_duplicates().itertuples()
        faults = "；".join(f"{case.column}（{case.check}）" for case in told)
        raise _broken(name, faults) from None


def check_keys(name: str, rows: pd.DataFrame) -> None:
    """Check that no row of a whole table has the key of another; raises as `check_stored` does."""
    unique = stored_schema(name).unique
    if unique and rows.duplicated(unique).any():
        raise _broken(name, f"{'、'.join(unique)}（不重复）")


def _broken(name: str, faults: str) -> HanbinError:
    return refused_input(
        "HB-IMP-003", f"表 {name} 不符合数据约定：{faults}", "这是程序的问题，请把本条信息告知维护人员"
    )


def other_months(name: str) -> str:
    """Name of the stored table with the rows of a ledger that belong to other months."""
    return f"{name}{_OTHER_MONTHS}"


@cache
def stored_schema(name: str) -> pa.DataFrameSchema:
    """Return the schema of a stored table."""
    name = name.removesuffix(_OTHER_MONTHS)
    if name == FINDINGS:
        return _findings_schema()
    if name == AREAS:
        return _areas_schema()
    if name.endswith("_households"):
        columns = _household_columns(SPLIT[name])
        return _schema(columns, unique=["household_code"])
    if name in SPLIT:
        return _schema(_person_columns(SPLIT[name]), unique=["person_code"])
    table = TABLES[name]
    key = [n for n in table.key if n in (*PLACE_CODES, *(c.name for c in table.columns))]
    return _schema(_ledger_columns(table), unique=key or None)


def _areas_schema() -> pa.DataFrameSchema:
    """Return the schema of the register of areas, as ``areas.csv`` has it."""
    texts = ("place_code", "place_name", "kind", "parent_code")
    columns = {name: pa.Column("str") for name in texts}
    columns |= {"is_counted": pa.Column("bool"), "note": pa.Column("str")}
    return pa.DataFrameSchema(columns, strict=True, ordered=True, unique=["place_code"])


def _findings_schema() -> pa.DataFrameSchema:
    """Return the schema of findings: a place and a message, never a value."""
    texts = ("rule_title", "table", "file", "sheet", "column", "message", "action", "town_code")
    columns = {
        "severity": pa.Column("str", pa.Check.isin(("错误", "警告"))),
        "rule_id": pa.Column("str", pa.Check.str_startswith("HB-")),
        "row": pa.Column("Int64", pa.Check.ge(1), nullable=True),
        **{name: pa.Column("str", nullable=True) for name in texts},
    }
    return pa.DataFrameSchema(columns, strict=True)


def stored_names(table: Table) -> list[str]:
    """Columns of a stored ledger (one row an entry), in order."""
    return list(_ledger_columns(table))


def _schema(columns: dict[str, pa.Column], unique: list[str] | None) -> pa.DataFrameSchema:
    columns |= {"source_file": pa.Column("int16"), "source_row": pa.Column("int64")}
    return pa.DataFrameSchema(columns, strict=True, ordered=True, unique=unique)


def _household_columns(table: Table) -> dict[str, pa.Column]:
    places = {code: _text(nullable=False) for code in PLACE_CODES}
    facts = {n: _stored(table.column(n)) for n in table.names(Level.HOUSEHOLD)}
    code = {"household_code": facts.pop("household_code")}
    return code | places | {"members": pa.Column("int32", pa.Check.ge(1))} | facts


def _person_columns(table: Table) -> dict[str, pa.Column]:
    return {
        "household_code": _text(nullable=False),
        **{code: _text(nullable=False) for code in PLACE_CODES},
        "person_key": pa.Column("str", pa.Check.str_length(32, 32)),
        "birth_month": pa.Column("datetime64[s]", nullable=True),
        **{name: _stored(table.column(name)) for name in table.names(Level.PERSON)},
    }


def _ledger_columns(table: Table) -> dict[str, pa.Column]:
    columns: dict[str, pa.Column] = {}
    for column in table.columns:
        if column.level is Level.PLACE:
            columns |= _place_code(column)
        elif column.name == "id_number":
            columns["person_key"] = pa.Column("str", pa.Check.str_length(32, 32))
        elif column.personal:
            columns[f"has_{column.name}"] = pa.Column("bool")
        else:
            columns[column.name] = _stored(column)
    return columns


def _place_code(column: Column) -> dict[str, pa.Column]:
    code = column.name.replace("_name", "_code")
    return {code: _text(nullable=not column.required)} if code in PLACE_CODES else {}


def _text(*, nullable: bool) -> pa.Column:
    return pa.Column("str", nullable=nullable)


def _stored(column: Column) -> pa.Column:
    checks = [pa.Check.ge(0)] if column.kind is Kind.COUNT else []
    return pa.Column(_DTYPES[column.kind], checks, nullable=not column.required)
