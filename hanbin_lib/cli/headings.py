"""``hanbin check-headings``: what an export's headings are taken for, before the first month comes."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from hanbin_lib.contract import Table
from hanbin_lib.ingest.findings import Finding
from hanbin_lib.ingest.formats import UnreadableFileError, read_grids
from hanbin_lib.ingest.recognise import Recognised, alias_line, recognise


def heading_lines(path: Path, tables: Iterable[Table]) -> tuple[list[str], bool]:
    """Lines about each sheet of a file that may hold nothing but headings, and whether all is well."""
    try:
        grids = read_grids(path)
    except UnreadableFileError as fault:
        return [f"{path.name}：{fault.finding.message}。{fault.finding.action}"], False
    except OSError:
        return [f"{path.name}：打不开，或不是文件。核对文件名"], False
    known = tuple(tables)
    lines: list[str] = []
    is_well = True
    for grid in grids:
        found = recognise(grid, known)
        if isinstance(found, Finding):
            is_well = False
            lines += [f"［{grid.sheet}］{found.message}", f"处理办法：{found.action}"]
        elif found is not None:
            lines += [f"［{grid.sheet}］{line}" for line in _about(found)]
    return lines or [f"{path.name}：没有内容"], is_well and bool(lines)


def _about(sheet: Recognised) -> Iterator[str]:
    table = sheet.table
    yield f"{table.title}：表头在第{sheet.header + 1}行，认出{len(sheet.places)}列，必需的列齐全"
    lacking = [c.heading for c in table.columns if c.name not in sheet.places and not c.is_area_code]
    if lacking:
        yield f"没有的列（用到它们的数为“未收到”）：{'、'.join(lacking)}"
    if sheet.unknown:
        yield f"不认识的列：{'、'.join(sheet.unknown)}"
        yield f"改了名的，在 params/columns.yaml 的 aliases 下写，例如：{_offer(sheet, lacking)}"
        yield f"不用的，在 extra 下写：{table.title}: [{', '.join(sheet.unknown)}]"


def _offer(sheet: Recognised, lacking: list[str]) -> str:
    """The missing column that is most like an unknown heading, else the first one."""
    lines = [alias_line(sheet.table, [heading], sheet.unknown) for heading in lacking]
    likely = [line for line in lines if "本县的表头" not in line]
    return (likely or lines or [f"{sheet.table.title}: {{数据字典的表头: [{sheet.unknown[0]}]}}"])[0]
