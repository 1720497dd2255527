"""Persons typed where none belongs: judged where the text enters, with file, row and column.

A unit, a project, a group or a kind of problem is printed as it was typed. Where such a cell
holds a name or a number of a person of the same month, the month can be imported, and cannot be
published before the cell is mended.
"""

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from hanbin_lib.contract.columns import Column, Kind, Level
from hanbin_lib.ingest.findings import Finding, Severity, as_table, combined
from hanbin_lib.ingest.rows import Fault, Rows
from hanbin_lib.places import AreaRegister
from hanbin_lib.privacy import Guard, PersonalTerms, Words, narrowed, program_texts

_RULE, _TITLE = "HB-I-305", "非个人信息栏里有个人信息"
_MESSAGE = "这一格里有本月登记人员的姓名或证件、电话号码，月报会原样印出，发布时会被拦下"
_ACTION = "改正后重新导入；确实不是人名的，由负责人在 params/issues/月份.yaml 的 false_alarms 里写明"


def terms_of(sheets: Iterable[Rows]) -> PersonalTerms:
    """Take the values of the personal columns out of all sheets: no later step can see or keep them."""
    return PersonalTerms.of(
        (column.name, rows.frame.pop(column.name))
        for rows in sheets
        for column in rows.sheet.table.columns
        if column.personal and column.kind is not Kind.DATE and column.name in rows.frame
    )


def persons_typed(sheets: list[Rows], terms: PersonalTerms, register: AreaRegister) -> pd.DataFrame:
    """Findings: cells of columns that are not personal, and names of files, that hold a person."""
    columns = [
        (rows, column)
        for rows in sheets
        for column in rows.sheet.table.columns
        if _is_typed(column) and column.name in rows.frame
    ]
    files = sorted({rows.sheet.grid.file for rows in sheets})
    typed = {text for rows, column in columns for text in rows.frame[column.name].dropna().unique()}
    few = narrowed(terms, [*typed, *(Path(file).stem for file in files)])
    guard = Guard(few, Words(program_texts(), register.table["place_name"]))
    found = [_judged(rows, column, guard) for rows, column in columns]
    named = [
        Finding(
            Severity.WARNING, _RULE, _TITLE, file, "文件名里有本月登记人员的姓名或号码", "改文件名后重新导入"
        )
        for file in files
        if guard.is_person(Path(file).stem)
    ]
    return combined([as_table(named), *found])


def _is_typed(column: Column) -> bool:
    """Whether somebody types into the column what will be printed; places are matched with the register."""
    open_choice = column.kind is Kind.CHOICE and not column.labels
    return (
        not column.personal and column.level is not Level.PLACE and (column.kind is Kind.TEXT or open_choice)
    )


def _judged(rows: Rows, column: Column, guard: Guard) -> pd.DataFrame:
    """Findings of one column; each distinct text is looked at once."""
    values = rows.frame[column.name]
    persons = [text for text in values.dropna().unique() if guard.is_person(text)]
    one = Rows(rows.sheet, rows.frame)
    fault = Fault(_RULE, _TITLE, _MESSAGE, column.heading, Severity.WARNING, _ACTION)
    one.tell(values.isin(persons).to_numpy(dtype=bool), fault)
    return combined(one.findings)
