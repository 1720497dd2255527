"""From one file to the typed rows of its sheets, with everything wrong with the file."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pyarrow as pa

from hanbin_lib.contract import Table
from hanbin_lib.ingest.exports import InboxFile, UnreadableFileError, check_size, grids_of, unreadable
from hanbin_lib.ingest.findings import Fault, Finding, Severity
from hanbin_lib.ingest.grid import Grid
from hanbin_lib.ingest.identity import check_numbers
from hanbin_lib.ingest.reading import read_rows
from hanbin_lib.ingest.recognise import NOT_RECOGNISED, Recognised, listed, recognise, to_be_entered
from hanbin_lib.ingest.rows import Rows
from hanbin_lib.places import AreaRegister
from hanbin_lib.snapshots import Source

_NO_DATA, _NO_DATA_TITLE = "HB-I-104", "没有数据"


@dataclass
class FileContent:
    """Rows of the recognised sheets of one file, and findings about the file as a whole."""

    rows: list[Rows] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def read_file(file: InboxFile, register: AreaRegister, tables: Sequence[Table]) -> FileContent:
    """Read, recognise (as one of `tables`) and clean every sheet of a file."""
    content = FileContent()
    try:
        grids = _grids(file)
    except UnreadableFileError as fault:
        content.findings.append(fault.finding)
        return content
    results = [recognise(grid, tables) for grid in grids]
    content.findings += _about_file(file, results)
    for sheet in results:
        if isinstance(sheet, Recognised) and sheet.grid.is_hidden:
            content.findings.append(_hidden(sheet))
        elif isinstance(sheet, Recognised):
            _add_sheet(content, sheet, file, register)
    # What reading took goes back to the system before the next file is read.
    pa.default_memory_pool().release_unused()
    return content


def _hidden(sheet: Recognised) -> Finding:
    """A hidden sheet is an old copy, as a rule: not read, and told."""
    rows = sheet.grid.height - sheet.header - 1
    text = f"工作表是隐藏的，有“{sheet.table.title}”的表头和{rows}行，没有读取"
    action = "要导入的取消隐藏后保存；不要的删去"
    return _about(sheet, Fault("HB-I-325", "隐藏的工作表", text, "", Severity.WARNING, action))


def _about(sheet: Recognised, fault: Fault, row: int | None = None) -> Finding:
    """A finding about a sheet as a whole."""
    return Finding(
        fault.severity,
        fault.rule_id,
        fault.title,
        sheet.grid.file,
        fault.message,
        fault.action,
        sheet=sheet.grid.sheet,
        row=row,
        table=sheet.table.name,
    )


def _grids(file: InboxFile) -> list[Grid]:
    """Sheets of one copy of the file, which is the one that was hashed."""
    name = file.path.name
    check_size(file.path)
    content = file.content()
    if content is None:
        raise unreadable(name, "读取时文件被改动或移走了", "关闭正在使用它的程序，再导入一次")
    return grids_of(name, content)


def _add_sheet(
    content: FileContent,
    sheet: Recognised,
    file: InboxFile,
    register: AreaRegister,
) -> None:
    rows = read_rows(sheet, register)
    # The cells are typed now: the text of a full district is not kept beside them.
    empty = Grid(sheet.grid.file, sheet.grid.sheet, ())
    rows.sheet = replace(sheet, grid=empty)
    if rows.frame.empty:
        content.findings.append(_no_rows(sheet))
        return
    if "id_number" in rows.frame:
        check_numbers(rows)
    if sheet.unknown:
        content.findings.append(_unknown_columns(sheet))
    content.rows.append(rows)
    content.sources.append(
        Source(
            file=sheet.grid.file,
            sheet=sheet.grid.sheet,
            sha256=file.sha256,
            table=sheet.table.name,
            rows=len(rows.frame),
            columns=_received(rows, sheet),
            unknown_columns=sheet.unknown,
            is_demonstration=sheet.is_demonstration,
        )
    )


def _received(rows: Rows, sheet: Recognised) -> tuple[str, ...]:
    """Names of the columns that came in; a code of a place brings what its name would have brought."""
    names = {"town_code": "town_name", "village_code": "village_name"}
    has_codes = any(column.is_area_code and column.name in sheet.places for column in sheet.table.columns)
    brought = {
        name
        for code, name in names.items()
        if has_codes and code in rows.frame and rows.frame[code].notna().any()
    }
    came = {*sheet.places, *brought}
    if "town_name" not in came and "village_code" in rows.frame and rows.frame["village_code"].isna().all():
        came.discard("village_name")  # villages of no town are nobody's
    return tuple(c.name for c in sheet.table.columns if c.name in came)


def _about_file(file: InboxFile, results: list[Recognised | Finding | None]) -> list[Finding]:
    """Tell of sheets that are no table; beside a recognised sheet that only warns."""
    if all(result is None for result in results):
        return [_empty(file)]
    found = [result for result in results if isinstance(result, Finding)]
    if all(
        result is None or (isinstance(result, Recognised) and result.grid.is_hidden) for result in results
    ):
        return [
            _empty(file, "文件里有数据的工作表都是隐藏的，没有读取", "取消隐藏后保存，或把文件移出文件夹")
        ]
    if not any(isinstance(result, Recognised) for result in results):
        return found
    return [
        replace(finding, severity=Severity.WARNING, action="确不需要导入的工作表可以不管")
        if finding.rule_id == NOT_RECOGNISED
        else finding
        for finding in found
    ]


def _empty(
    file: InboxFile,
    text: str = "文件里没有数据，工作表都是空的",
    action: str = "重新导出，或把文件移出文件夹",
) -> Finding:
    return Finding(Severity.ERROR, _NO_DATA, _NO_DATA_TITLE, file.path.name, text, action)


def _no_rows(sheet: Recognised) -> Finding:
    text = f"“{sheet.table.title}”只有表头，没有数据行"
    action = "重新导出；本月确无数据的，请把文件移出文件夹"
    return _about(sheet, Fault(_NO_DATA, _NO_DATA_TITLE, text, action=action), sheet.header + 1)


def _unknown_columns(sheet: Recognised) -> Finding:
    first = to_be_entered(sheet.unknown)[0]
    text = f"有{len(sheet.unknown)}列不在数据字典内，没有存入：{listed(sheet.unknown)}"
    action = (
        f"确不需要的，在 params/columns.yaml 的 extra 下写：{sheet.table.title}: [{first}]；"
        f"改了名的列，写在 aliases 下：{sheet.table.title}: {{数据字典的表头: [{first}]}}"
    )
    return _about(
        sheet, Fault("HB-I-303", "未使用的列", text, "", Severity.WARNING, action), sheet.header + 1
    )
