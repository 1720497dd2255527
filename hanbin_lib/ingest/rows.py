"""Typed rows of one sheet: which are at fault or no data, and which of their texts a message may show.

No data are sums, headings again, notes and signatures, other members.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from hanbin_lib.contract import Column, Kind, Level, Table
from hanbin_lib.contract.columns import normal_heading
from hanbin_lib.ingest.findings import Fault, Severity, at_rows
from hanbin_lib.ingest.grid import Encoded, Mask, matches
from hanbin_lib.ingest.recognise import Recognised

_SHOWN = 8
_LONGEST = 20
# Whatever holds three digits or more may be a number of somebody; a name of two to four Chinese
# characters that ends like no place and is like no known one may be somebody's name.
_NUMBER = re.compile(r"[0-9A-Za-z]{3,}")
_PLACE = re.compile(r"(村|社区|镇|乡|街道|街办|办事处|居委会|村委会|县|区|市|组|庄|屯|场)$")
_PLAIN = re.compile(r"[\w·（）()、/—-]+")
_MAY_BE_A_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}")
_LEAST_ROWS = 3
_MOST_TOLD = 100  # 自定: so many rows with one error are told one by one, whatever their share
SUMS, HEADINGS_AGAIN, NOTES = "合计行", "重复的表头", "标题、说明或签字行"
MOVED = "列的顺序不同的表头"
OTHERS = "监测对象类别为空，不是监测对象"
HOUSEHOLD = "household_code"
# A row that sums others says so in one of its first cells: 合计, 合计数, 全区合计, 新城街道小计（12家）.
# A page's sums carried over: 过次页, 承前页; a part of the sum above: 其中：脱贫户.
_CARRIED = "^(过次页|承前页|转次页|转下页|接上页|承上页)$|^其中[:：]"
_TOTAL = "(合计|总计|小计|共计|汇总|累计|总数)(数|户数|人数|家数|个数|金额)?([:：(（].*|[0-9]+.{0,3})?$"
_SUMMING = "计|总|页|其中"
_TOTAL_COLUMNS = 6
# 填表人：, 审核人签字：, 注：, 说明1., 第2页; and a title or sentence that stands alone.
_NOTE = (
    "^[(（]?(填表|制表|填报|报送|上报|审核|审批|审定|复核|核对|负责|经办|联系|分管|主管|主要|领导|录入|统计"
    "|单位|日期|时间)[^:：]{0,8}[:：]|^[(（]?(注|备注|附注|说明|填表说明)[:：0-9.、)）]|^第[0-9]+页|[(（]续[^()（）]*[)）]$|^续表"
)
_SENTENCE = (
    "[，。；：:]|^(本月|本镇|本村|本期|当月)?(暂|均|尚)?(无|没有)"
    "(新增|此项|此类|变化|发生|情况|数据|工厂|问题|项目)*$"
)
# 甲, 1, (2), 3=1+2: what a form's columns are called by.
_COLUMN_NUMBER = re.compile(r"[(]?([甲乙丙丁戊己庚辛]|[0-9]{1,3})[)]?(?:=[-+*/×÷()0-9%]+)?")
_EXAMPLE = re.compile("[(【]?(例|示例|样例|举例|范例|填写示例|填表示例)[)】]?[0-9]?")
_LEAST_NUMBERED, _LEAST_HEADINGS, _MOST_OF_FORM = 3, 2, 3


@dataclass
class Rows:
    """Typed rows of one sheet and the faults found on the way.

    Parameters
    ----------
    frame
        Canonical columns, ``town_code``, ``village_code``, ``source_row`` (as Excel counts);
        later ``source_file`` (number of the source). Personal columns are still there.
    findings
        Tables with the findings' columns.
    seen
        Rows below the headings that hold anything.
    notes
        Positions in the grid of what was left out as a title, a note or a signature.
    left
        Reason (Chinese) -> how many of them are not in `frame`; later steps add theirs.
    other_months
        Rows of other months (``2022-08``), which are in no table of this month.
    """

    sheet: Recognised
    frame: pd.DataFrame
    findings: list[pd.DataFrame] = field(default_factory=list)
    seen: int = 0
    left: dict[str, int] = field(default_factory=dict)
    notes: tuple[int, ...] = ()
    other_months: dict[str, pd.DataFrame] = field(default_factory=dict)

    def leave(self, mask: Mask, reason: str) -> None:
        """Take the rows in `mask` out, and keep count of them."""
        if mask.any():
            self.left[reason] = self.left.get(reason, 0) + int(mask.sum())
            self.frame = self.frame[~mask].reset_index(drop=True)

    def tell(self, mask: Mask, fault: Fault) -> None:
        """Add a finding for each row in `mask`; an error of most rows of a long sheet is told once."""
        count = int(mask.sum())
        if fault.severity is Severity.ERROR and count > max(_MOST_TOLD, len(mask) // 2):
            fault = replace(fault, message=f"{fault.message}；共{count}行都是这样，此为第一行")
            mask = mask & (np.cumsum(mask) == 1)
        if count:
            grid, names = (
                self.sheet.grid,
                [name for name in ("source_row", "town_code") if name in self.frame],
            )
            at = self.frame.loc[mask, names]
            self.findings.append(at_rows(at, fault, self.sheet.table.name, grid.file, grid.sheet))

    def tell_first(self, mask: Mask, fault: Fault) -> None:
        """Add one finding, at the first row in `mask`; the message says how many there are."""
        self.tell(mask & (np.cumsum(mask) == 1), fault)


def taken(values: pd.api.extensions.ExtensionArray, codes: np.ndarray) -> pd.Series:
    """One value a row: that of the distinct cell at each of `codes`, -1 is missing."""
    return pd.Series(values.take(codes, allow_fill=True))


def spread(values: pd.api.extensions.ExtensionArray, codes: np.ndarray) -> pd.Series:
    """One value a row; of text a category.

    Parameters
    ----------
    values
        Of the distinct cells.
    codes
        Position in `values` per row, -1 where the cell is empty.
    """
    if not isinstance(values.dtype, pd.StringDtype):
        return taken(values, codes)
    # Cells that differ may say the same: 1 and 男, a typed 7 and the number 7.
    numbers, distinct = pd.factorize(pd.Series(values))
    per_row = np.append(numbers.astype(np.int32), np.int32(-1))[codes]
    return pd.Series(pd.Categorical.from_codes(per_row, distinct))


def as_text(column: pd.Series) -> pd.Series:
    """The column with one text a row, as it is stored."""
    if not isinstance(column.dtype, pd.CategoricalDtype):
        return column
    distinct = column.cat.categories.astype("str").array
    return taken(distinct, column.cat.codes.to_numpy()).set_axis(column.index)


def joined(parts: Sequence[Rows], names: Sequence[str]) -> pd.DataFrame:
    """Columns of all sheets of one table, one below the other."""
    frames = [part.frame for part in parts]
    return pd.DataFrame({name: _joined([frame[name] for frame in frames]) for name in names}, copy=False)


def _joined(columns: list[pd.Series]) -> pd.Series:
    if not all(isinstance(column.dtype, pd.CategoricalDtype) for column in columns):
        return pd.concat(columns, ignore_index=True)
    chunks = pa.chunked_array([_dictionary(column) for column in columns])
    whole = chunks.unify_dictionaries().combine_chunks()
    codes = whole.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    distinct = pd.Index(pd.array(whole.dictionary, dtype="str"))
    return pd.Series(pd.Categorical.from_codes(codes, distinct))


def _dictionary(column: pd.Series) -> pa.DictionaryArray:
    codes = column.cat.codes.to_numpy().astype(np.int32)
    distinct = pa.array(column.cat.categories.tolist(), pa.large_string())
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), distinct)


def tell_all(parts: list[Rows], mask: Mask, fault: Fault) -> None:
    """Add a finding for each row in `mask`, which runs over all sheets of one table."""
    start = 0
    for part in parts:
        part.tell(mask[start : start + len(part.frame)], fault)
        start += len(part.frame)


def told_names(counts: pd.Series, rows: Rows, known: Iterable[str]) -> list[str]:
    """Labels (index of `counts`, the most frequent first) with their rows, as far as they may be told.

    A label that stands in few rows, or anywhere in a personal column of the sheet, or that may be a name and
    has nothing of the `known` labels, is not told: a name in the wrong column would be published with the
    finding.
    """
    likely = set("".join(known))
    personal = _personal(rows, list(counts.index))
    told = [
        f"{label}（{count}处）"
        for label, count in zip(counts.index.astype(str), counts, strict=True)
        if count >= _LEAST_ROWS
        and is_plain(label)
        and label not in personal
        and (likely.intersection(label) or not _MAY_BE_A_NAME.fullmatch(label))
    ]
    return told[:_SHOWN]


def told_place(name: str, known: list[str], rows: Rows) -> tuple[str, list[str]]:
    """Name of a place as it may be told (else empty), and the known names that are nearest to it."""
    near = get_close_matches(name, known, n=3, cutoff=0.5)
    may_be_told = is_plain(name) and not _personal(rows, [name]) and bool(near or _PLACE.search(name))
    return (name if may_be_told else ""), near


def is_plain(text: str) -> bool:
    """Whether a text is short, in one line, and holds no number."""
    return len(text) <= _LONGEST and _PLAIN.fullmatch(text) is not None and not _NUMBER.search(text)


def _personal(rows: Rows, texts: list[str]) -> frozenset[str]:
    """Those of `texts` that stand in a personal column of the sheet."""
    columns = [column.name for column in rows.sheet.table.personal if column.name in rows.frame]
    found = (rows.frame[name] for name in columns if rows.frame[name].dtype in ("category", "str"))
    return frozenset(str(value) for values in found for value in values[values.isin(texts)].unique())


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
    again, moved = _rows_of_headings(sheet)
    for reason, mask in (
        (SUMS, _sums(sheet, lacking)),
        (HEADINGS_AGAIN, _repeats_headings(sheet) | again),
        (MOVED, moved),
        (NOTES, _is_of_the_form(sheet, filled) | _notes(sheet, filled & (lacking | _signed(sheet)))),
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
            of = known.get(place)
            said = _says(column, likely, f"^{_TOTAL}")[codes]
            # 共计5户 in what an inspector found describes a row that is there.
            total |= said & lacking if of is not None and of.personal else said
            said = _says(column, likely, f"^.{{0,12}}{_TOTAL}")[codes]
            said |= _says(column, likely, _CARRIED)[codes]
            total |= said if _names_the_row(of, sheet.table) else said & lacking
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


def _rows_of_headings(sheet: Recognised) -> tuple[Mask, Mask]:
    """Rows below the headings most of whose cells are headings: a page's own, or those of a list joined on.

    Returns
    -------
    again, moved
        Where each stands over its own column (headings in two rows, too), and where one does not.
    """
    start, columns = sheet.header + 1, sheet.grid.columns
    above = [sheet.grid.row(row) for row in range(max(start - 2, 0), start)]
    known = {text for row in above for text in row if text}
    known |= {text for column in sheet.table.columns for text in (column.heading, *column.aliases)}
    values = pa.array(sorted(known), pa.string())
    masks = [pc.is_in(column.texts, value_set=values).to_numpy(zero_copy_only=False) for column in columns]
    count = np.zeros(sheet.grid.height - start, dtype=np.int32)
    for column, mask in zip(columns, masks, strict=True):
        if mask.any():
            count += np.append(mask, False)[column.codes[start:]]
    again, moved = np.zeros(len(count), dtype=bool), np.zeros(len(count), dtype=bool)
    for row in np.flatnonzero(count >= _LEAST_HEADINGS).tolist():
        cells = sheet.grid.row(start + row)
        if 2 * count[row] > sum(text is not None for text in cells):
            own = [
                text in (None, *over) or text not in known for text, *over in zip(cells, *above, strict=True)
            ]
            again[row], moved[row] = all(own), not all(own)
    return again, moved


def _is_of_the_form(sheet: Recognised, filled: Mask) -> Mask:
    """Rows right below the headings that came with the form: numbers of the columns, an example."""
    found = np.zeros(len(filled), dtype=bool)
    for row in np.flatnonzero(filled)[:_MOST_OF_FORM].tolist():
        cells = [normal_heading(text) for text in sheet.grid.row(sheet.header + 1 + row) if text]
        if not _numbers_columns(cells) and not any(_EXAMPLE.fullmatch(text) for text in cells):
            break
        found[row] = True
    return found


def _numbers_columns(cells: list[str]) -> bool:
    """Whether a row numbers the columns: 甲, 乙, 1, 2, 3."""
    plain = [match[1] for text in cells if (match := _COLUMN_NUMBER.fullmatch(text))]
    numbers = [int(text) for text in plain if text.isdigit()]
    counted = bool(numbers) and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    return len(plain) == len(cells) >= _LEAST_NUMBERED and counted and numbers[0] in (0, 1)


def _signed(sheet: Recognised) -> Mask:
    """Rows all of whose cells are signatures or days: 制表人：…, 审核：…, 2022年9月30日."""
    signed = np.ones(sheet.grid.height - sheet.header - 1, dtype=bool)
    for column in sheet.grid.columns:
        plain = pc.replace_substring_regex(column.texts, r"[\s\x{3000}]+", "")
        said = matches(plain, f"{_NOTE}|^20[0-9]{{2}}年[0-9]{{1,2}}月")
        signed &= np.append(said, True)[column.codes[sheet.header + 1 :]]
    return signed


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
