"""Rows below the headings that are no data: sums, headings again, notes and signatures, other members."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hanbin_lib.contract import Column, Kind, Level, Table
from hanbin_lib.contract.columns import normal_heading
from hanbin_lib.ingest.grid import Encoded, Mask, matches
from hanbin_lib.ingest.recognise import Recognised

SUMS, HEADINGS_AGAIN, NOTES = "合计行", "重复的表头", "标题、说明或签字行"
OTHERS = "监测对象类别为空，不是监测对象"
HOUSEHOLD = "household_code"
# A row that sums others says so in one of its first cells: 合计, 合计数, 全区合计, 新城街道小计（12家）.
_TOTAL = "(合计|总计|小计|共计|汇总|累计|总数)(数|户数|人数|家数|个数|金额)?([:：(（].*|[0-9]+.{0,3})?$"
_SUMMING = "计|总"
_TOTAL_COLUMNS = 6
# 填表人：, 审核人签字：, 注：, 说明1., 第2页; and a title or sentence that stands alone.
_NOTE = (
    "^[(（]?(填表|制表|填报|报送|上报|审核|审批|审定|复核|核对|负责|经办|联系|分管|主管|主要|领导|录入|统计"
    "|单位|日期|时间)[^:：]{0,8}[:：]|^[(（]?(注|备注|附注|说明|填表说明)[:：0-9.、)）]|^第[0-9]+页|[(（]续[^()（）]*[)）]$|^续表"
)
_SENTENCE = "[，。；：:]"


def left_out(sheet: Recognised, cells: dict[str, Encoded], filled: Mask) -> dict[str, Mask]:
    """Rows that are not read, by the reason (Chinese); each row has one.

    Parameters
    ----------
    cells
        Cells below the headings by name of the column.
    filled
        Rows with anything in a known column.
    """
    lacking: Mask = np.logical_or.reduce([cells[column.name].codes < 0 for column in sheet.table.required])
    found: dict[str, Mask] = {}
    rest = filled.copy()
    for reason, mask in (
        (SUMS, _sums(sheet, lacking)),
        (HEADINGS_AGAIN, _repeats_headings(sheet)),
        (NOTES, _notes(sheet, filled & lacking)),
        (OTHERS, _is_of_others(sheet.table, cells, len(filled))),
    ):
        found[reason] = rest & mask
        rest &= ~mask
    return found


def _sums(sheet: Recognised, lacking: Mask) -> Mask:
    """Rows that sum others; a task or project that is called 台账汇总 and lacks nothing does not."""
    start = sheet.header + 1
    known = {place: sheet.table.column(name) for name, places in sheet.places.items() for place in places}
    total = np.zeros(len(lacking), dtype=bool)
    for place, column in enumerate(sheet.grid.columns[:_TOTAL_COLUMNS]):
        likely = matches(column.texts, _SUMMING)
        if likely.any():
            codes = column.codes[start:]
            total |= _says(column, likely, f"^{_TOTAL}")[codes]
            said = _says(column, likely, f"^.{{0,12}}{_TOTAL}")[codes]
            total |= said if _names_the_row(known.get(place), sheet.table) else said & lacking
    return total


def _says(column: Encoded, likely: Mask, pattern: str) -> Mask:
    """Whether each distinct cell has the pattern, blanks apart; the last one is an empty cell."""
    plain = pc.replace_substring_regex(column.texts.filter(pa.array(likely)), r"[\s\x{3000}]+", "")
    said = likely.copy()
    said[said] = matches(plain, pattern)
    found: Mask = np.append(said, False)
    return found


def _names_the_row(column: Column | None, table: Table) -> bool:
    """Whether a column holds what its rows are known by: there nothing is called a sum that is none."""
    return column is not None and (
        column.level is Level.PLACE or column.kind is Kind.CODE or table.key[:1] == (column.name,)
    )


def _repeats_headings(sheet: Recognised) -> Mask:
    """Rows below the headings whose every cell is empty or the heading of its column."""
    start, columns = sheet.header + 1, sheet.grid.columns
    headings = sheet.headings
    again = np.zeros(sheet.grid.height - start, dtype=bool)
    known = [place for places in sheet.places.values() for place in places]
    fewest = min(known, key=lambda place: len(columns[place].texts))
    same = [normal_heading(text) == headings[fewest] for text in columns[fewest].texts.to_pylist()]
    for row in np.flatnonzero(np.append(same, False)[columns[fewest].codes[start:]]).tolist():
        cells = zip(headings, sheet.grid.row(start + row), strict=True)
        again[row] = all(text is None or normal_heading(text) == heading for heading, text in cells)
    return again


def _notes(sheet: Recognised, lacking: Mask) -> Mask:
    """Rows that begin with a note or a signature, or hold nothing but a title or a sentence."""
    notes, at = np.zeros(len(lacking), dtype=bool), np.flatnonzero(lacking)
    if not len(at):
        return notes
    start, columns = sheet.header + 1, sheet.grid.columns
    cells = [column.codes[start + at] for column in columns]
    alone = np.sum([codes >= 0 for codes in cells], axis=0) == 1
    above = {normal_heading(text) for row in range(sheet.header) for text in sheet.grid.row(row) if text}
    begun = np.zeros(len(at), dtype=bool)
    for column, codes in zip(columns, cells, strict=True):
        first = (codes >= 0) & ~begun
        begun |= first
        if not first.any():
            continue
        plain = pc.replace_substring_regex(column.texts, r"[\s\x{3000}]+", "")
        noted = np.append(matches(plain, _NOTE), False)[codes]
        again = [normal_heading(text) in above for text in column.texts.to_pylist()]
        said = np.append(matches(plain, _SENTENCE) | np.array(again, dtype=bool), False)[codes]
        notes[at] |= first & (noted | (alone & said))
    return notes


def _is_of_others(table: Table, cells: dict[str, Encoded], rows: int) -> Mask:
    """Rows that the table's mark and the facts beside it leave empty: members who are not monitored."""
    if not table.mark:
        return np.zeros(rows, dtype=bool)
    level = table.column(table.mark).level
    facts = [column.name for column in table.required if column.level is level and column.name != HOUSEHOLD]
    empty: Mask = np.logical_and.reduce([cells[name].codes < 0 for name in facts if name in cells])
    return empty
