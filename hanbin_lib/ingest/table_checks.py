"""Faults that no single cell shows: lost digits of codes, rows that came twice, persons where none belongs.

And what one household in a hundred has is a fault of the file. A code that a spreadsheet once took for a
number has lost its digits after the fifteenth: they are zeros, also where the file holds it as text again.
A unit, a project, a group or a kind of problem is printed as it was typed: where such a cell holds a name or
a number of a person of the same month, the month can be imported, and cannot be published before the cell is
mended. An export has no column that says its month, and may lie in the wrong folder.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from hanbin_lib.contract.columns import Column, Kind, Level, normal_heading
from hanbin_lib.contract.schemas import PLACE_CODES
from hanbin_lib.contract.tables import HOUSEHOLDS_OF
from hanbin_lib.ingest.findings import Fault, Finding, Severity, as_table, combined
from hanbin_lib.ingest.grid import Mask
from hanbin_lib.ingest.rows import Rows
from hanbin_lib.months import Month
from hanbin_lib.params import ImportLimits
from hanbin_lib.places import AreaRegister
from hanbin_lib.privacy import Guard, PersonalTerms, Words, narrowed, program_texts

# Letters and digits of any script, and the marks that codes of ledgers are joined with.
_FORMED = r"[\w#./()（）〔〕\[\]—–-]+"
# Excel keeps fifteen digits of a number.
_KEPT_DIGITS = 15
_LEAST_CODES = 10
_AS_TEXT = "在原系统里重新导出，不要用 Excel 直接打开 CSV 后再保存；自己的台账把这一列设为“文本”后重新填写"
# 自定: half of a county's villages, projects or workers lie far within. Least, most, likely cause.
_YEARLY = (100, 1_000_000, "像是按万元填写，或表头的单位写错")
_PROBABLE = {
    "net_income_per_head_yuan": _YEARLY,
    "monthly_pay_yuan": (100, 20_000, "像是按万元填写，或填的是一年的收入"),
    **dict.fromkeys(
        ("planned_10k_yuan", "paid_10k_yuan", "collective_income_10k_yuan"), (0, 10_000, "像是按元填写")
    ),
}
_LEAST_AMOUNTS = 3
_UNIT_IN_HEADING = "核对单位，把实际的单位写进表头，例如（元）、（万元）"
_TYPED, _TYPED_TITLE = "HB-I-305", "非个人信息栏里有个人信息"
_TYPED_MESSAGE = "这一格里有本月登记人员的姓名或证件、电话号码，月报会原样印出，发布时会被拦下"
_NOT_SHOWN = "这里写的内容有本月登记人员的姓名或号码，不显示"
_TYPED_ACTION = "改正后重新导入；确实不是人名的，由负责人在 params/issues/月份.yaml 的 false_alarms 里写明"
_MERGED_CODES = "像是户编号被表格软件改动，几户并成了一户"
_SHIFTED = "像是排序时只排了部分列，或各列错了位"
# Faults of cells, not of households: a county may have many overdue ones, but not many with two heads.
_CAUSES = {
    "HB-R-102": "像是“与户主关系”认错了列，或只导出了部分成员",
    "HB-R-103": _MERGED_CODES,
    "HB-R-104": f"{_MERGED_CODES}，或{_SHIFTED}",
    "HB-R-105": _MERGED_CODES,
    "HB-R-106": _SHIFTED,
    "HB-R-111": _SHIFTED,
    "HB-R-112": _SHIFTED,
    "HB-R-241": "像是收入各列认错了表头、单位不是元，或只导出了部分列",
    "HB-R-243": f"{_MERGED_CODES}，或户级单元格是合并的、只导出了部分成员",
    "HB-R-251": "像是把监测对象信息或一般农户放进了脱贫户信息",
    "HB-R-310": "像是“出生日期”的格式被改动",
}


def check_codes(rows: Rows) -> None:
    """Add findings for codes that cannot be right, one a column and kind of fault."""
    for column in rows.sheet.table.columns:
        if column.kind is Kind.CODE and not column.personal and not column.is_area_code:
            codes, distinct = pd.factorize(rows.frame[column.name])
            texts = pd.Series(distinct, dtype="str")
            if len(texts):
                _check_form(rows, column, codes, texts)


def tell_spellings(rows: Rows) -> None:
    """Tell of units, groups and kinds that are spelt in two ways, which count as two: 财 政 局, 财政局."""
    for column in rows.sheet.table.columns:
        if column.kind is not Kind.TEXT or column.level is not Level.ROW or column.personal:
            continue
        codes, distinct = pd.factorize(rows.frame[column.name])
        plain = pd.Series([normal_heading(text) for text in distinct], dtype="str")
        other = plain.duplicated().to_numpy()
        again = np.append(other, False)[codes]
        text = f"“{column.heading}”有{other.sum()}种写法只和另一种差空格或全角半角，按两种计，此为第一处"
        fault = Fault("HB-I-334", "写法不一", text, column.heading, Severity.WARNING, "改成同一种写法")
        rows.tell_first(again, fault)


def tell_improbable_units(rows: Rows) -> None:
    """Tell of money half of whose amounts no county has: it came in another unit, or for a year."""
    for column in rows.sheet.table.columns:
        if column.name not in _PROBABLE or column.name not in rows.frame:
            continue
        low, high, cause = _PROBABLE[column.name]
        amounts = rows.frame[column.name].to_numpy(dtype=float, na_value=np.nan)
        given = amounts[np.abs(amounts) > 0]
        middle = float(np.median(given)) if len(given) >= _LEAST_AMOUNTS else low
        if not low <= middle <= high:
            limit = f"大于{high}" if middle > high else f"小于{low}"
            text = f"“{column.heading}”有一半{limit}{column.unit}，{cause}"
            fault = Fault("HB-I-226", "金额的单位不对", text, column.heading, action=_UNIT_IN_HEADING)
            rows.tell_first(~np.isnan(amounts), fault)


def _check_form(rows: Rows, column: Column, codes: np.ndarray, texts: pd.Series) -> None:
    strange = ~texts.str.fullmatch(_FORMED).to_numpy(bool)
    found = [(strange, "含有编号里不会有的字符（等号、引号、空格或看不见的字符）")]
    if column.digits:
        formed = texts.str.fullmatch(rf"{column.prefix}[0-9]{{{column.digits - len(column.prefix)}}}")
        wrong = ~formed.to_numpy(bool) & ~strange
        begins = f"、以{column.prefix}开头" if column.prefix else ""
        found.append((wrong, f"不是{column.digits}位数字{begins}（编号形式见 params/columns.yaml 的 codes）"))
    found.append((_rounded(texts), "第15位以后全是0，像是当作数字存过，后几位已经丢失"))
    for mask, text in found:
        at = np.append(mask, False)[codes]
        message = f"“{column.heading}”有{at.sum()}行{text}，此为第一处"
        rows.tell_first(at, Fault("HB-I-213", "编号形式不对", message, column.heading, action=_AS_TEXT))


def _rounded(texts: pd.Series) -> Mask:
    """Long codes that end in zeros, where more do than one in two: one in ten does by chance."""
    long = texts.str.fullmatch(rf"[0-9]{{{_KEPT_DIGITS + 1},}}").to_numpy(bool)
    ends = texts.str.slice(_KEPT_DIGITS).str.fullmatch("0+").to_numpy(bool)
    rounded: Mask = long & ends
    enough = len(texts) >= _LEAST_CODES and rounded.sum() > long.sum() / 2
    return rounded if enough else np.zeros(len(texts), dtype=bool)


def stated_earlier(sheets: Iterable[Rows], month: Month) -> Iterator[Finding]:
    """A warning for each export that says, in its name or above its headings, a day before the month.

    One that is renewed once a year may be a year old.
    """
    for sheet in (rows.sheet for rows in sheets):
        day, first = sheet.stated, month.shift(-12) if sheet.table.is_yearly else month
        if sheet.table.national and day is not None and day < date(first.year, first.number, 1):
            yield Finding(
                Severity.WARNING,
                "HB-I-407",
                "文件的日期早于本月",
                sheet.grid.file,
                f"文件名或表头上方写的日期是{day}，早于{first.label}：像是以前的文件",
                "核对是不是放错了月份；确是本月的不影响导入",
                sheet=sheet.grid.sheet,
                table=sheet.table.name,
            )


def tell_repeated_rows(parts: list[Rows]) -> None:
    """Tell of rows that came twice to a ledger without a key: in one sheet, in two, in two and corrected."""
    table = parts[0].sheet.table
    if table.key:
        return
    whole, about = _hashes(parts, lambda _: True), _hashes(parts, _says_which)
    for number, part in enumerate(parts):
        if not table.national:  # of spells of work the last one counts
            _tell_pasted_twice(part, whole[number])
        if number:
            again = np.isin(whole[number], np.concatenate(whole[:number]))
            _tell_copied(part, again, _first_with(parts[:number], whole[:number], whole[number][again]))
            other = ~again & np.isin(about[number], np.concatenate(about[:number]))
            if not table.national:
                _tell_corrected(
                    part, other, _first_with(parts[:number], about[:number], about[number][other])
                )


def _says_which(column: Column) -> bool:
    """Whether a column of a ledger says what a row is about, other than what is told of it."""
    when = (Kind.CODE, Kind.MONTH, Kind.DATE, Kind.DATETIME)
    return column.required or column.kind in when or column.level is Level.PLACE


def _hashes(parts: list[Rows], chosen: Callable[[Column], bool]) -> list[np.ndarray]:
    columns = [column.name for column in parts[0].sheet.table.columns if chosen(column)]
    names = [name for name in (*columns, *PLACE_CODES) if name in parts[0].frame]
    frames = (part.frame[names] for part in parts)
    return [pd.util.hash_pandas_object(frame, index=False).to_numpy(np.uint64) for frame in frames]


def _first_with(earlier: list[Rows], hashes: list[np.ndarray], wanted: np.ndarray) -> str:
    """Name of the first sheet that has one of the rows."""
    found = (part.sheet.grid for part, own in zip(earlier, hashes, strict=True) if np.isin(own, wanted).any())
    grid = next(found, None)
    return "" if grid is None else f"{grid.file}{f'（{grid.sheet}）' if grid.sheet else ''}"


def _tell_pasted_twice(part: Rows, hashes: np.ndarray) -> None:
    """Of rows without a day two may well be alike: of one unit two findings, of one household two calls."""
    days = [c.name for c in part.sheet.table.columns if c.kind in (Kind.DATE, Kind.DATETIME)]
    again = pd.Series(hashes).duplicated().to_numpy() & part.frame[days].notna().any(axis=1).to_numpy()
    text = f"有{again.sum()}行与前面的行完全相同，此为第一处：像是粘贴了两次；仍分别计入"
    _tell_repeated(part, again, text, "多余的行删去后重新导入；确是不同的记录，不需要处理")


def _tell_copied(part: Rows, again: Mask, where: str) -> None:
    text = f"{len(again)}行里有{again.sum()}行与 {where} 的行完全相同，此为第一处"
    if again.sum() > len(again) / 2:
        action, severity = "移走多余的一份后重新导入", Severity.ERROR
        _tell_repeated(part, again, f"{text}：像是同一份台账放了两次", action, severity)
    else:
        action = "同一份台账只留一份；确是不同的记录，不需要处理"
        _tell_repeated(part, again, f"{text}；仍分别计入", action)


def _tell_corrected(part: Rows, other: Mask, where: str) -> None:
    text = (
        f"有{other.sum()}行与 {where} 的行说的是同一件事，内容不同，此为第一处：像是更正后重报的；仍分别计入"
    )
    _tell_repeated(part, other, text, "是更正的，旧的一份移出文件夹后重新导入；确是不同的记录，不需要处理")


def _tell_repeated(
    part: Rows, mask: Mask, text: str, action: str, severity: Severity = Severity.WARNING
) -> None:
    part.tell_first(mask, Fault("HB-I-312", "重复的行", text, "", severity, action))


def terms_of(sheets: Iterable[Rows]) -> PersonalTerms:
    """Take the values of the personal columns out of all sheets: no later step can see or keep them."""
    return PersonalTerms.of(
        (column.name, rows.frame.pop(column.name))
        for rows in sheets
        for column in rows.sheet.table.columns
        if column.personal and column.kind is not Kind.DATE and column.name in rows.frame
    )


def persons_typed(sheets: list[Rows], terms: PersonalTerms, register: AreaRegister) -> pd.DataFrame:
    """Findings: cells of columns that are not personal, and names of files and sheets, that hold a person."""
    columns = [
        (rows, column)
        for rows in sheets
        for column in rows.sheet.table.columns
        if _is_typed(column) and column.name in rows.frame
    ]
    named = {(rows.sheet.grid.file, name) for rows in sheets for name in _names_of(rows)}
    typed = {text for rows, column in columns for text in rows.frame[column.name].dropna().unique()}
    guard = _guard(terms, [*typed, *(name for _, name in named)], register)
    found = [_judged(rows, column, guard) for rows, column in columns]
    text, action = "文件名或工作表名里有本月登记人员的姓名或号码", "改名后重新导入"
    files = sorted({file for file, name in named if guard.is_person(name)})
    about = [Finding(Severity.WARNING, _TYPED, _TYPED_TITLE, file, text, action) for file in files]
    return combined([as_table(about), *found])


def _names_of(rows: Rows) -> tuple[str, ...]:
    """Names of a sheet and its file, which messages show."""
    grid = rows.sheet.grid
    return tuple(name for name in (Path(grid.file).stem, grid.sheet) if name)


def without_persons(found: pd.DataFrame, terms: PersonalTerms, register: AreaRegister) -> pd.DataFrame:
    """The same findings; of those whose words hold a person (a name typed as a place, a heading) only where.

    What a cell or heading holds is told in many messages: here, where the month's persons are known, each
    is looked at once more.
    """
    shown = found.copy()
    for column, instead in (("message", _NOT_SHOWN), ("action", "看这一格，改正后重新导入")):
        texts = [text for text in found[column].unique() if text]
        guard = _guard(terms, texts, register)
        persons = [text for text in texts if guard.is_person(text)]
        shown.loc[found[column].isin(persons), column] = instead
    return shown


def _guard(terms: PersonalTerms, texts: Iterable[str], register: AreaRegister) -> Guard:
    return Guard(narrowed(terms, texts), _words(tuple(register.table["place_name"])))


@lru_cache(maxsize=1)
def _words(places: tuple[str, ...]) -> Words:
    """All that the program says, read once: cells are judged by it, and then what is told of them."""
    return Words(program_texts(), places)


def _is_typed(column: Column) -> bool:
    """Whether somebody types into the column what will be printed; places are matched with the register.

    A label that nobody knows is kept as it was typed, too.
    """
    own_code = column.kind is Kind.CODE and column.level is Level.ROW  # a ledger's, not the national system's
    return (
        not column.personal
        and column.level is not Level.PLACE
        and (column.kind in (Kind.TEXT, Kind.CHOICE) or own_code)
    )


def _judged(rows: Rows, column: Column, guard: Guard) -> pd.DataFrame:
    """Findings of one column; each distinct text is looked at once."""
    values = rows.frame[column.name]
    persons = [text for text in values.dropna().unique() if guard.is_person(text)]
    one = Rows(rows.sheet, rows.frame)
    fault = Fault(_TYPED, _TYPED_TITLE, _TYPED_MESSAGE, column.heading, Severity.WARNING, _TYPED_ACTION)
    one.tell(values.isin(persons).to_numpy(dtype=bool), fault)
    return combined(one.findings)


def masses(found: pd.DataFrame, tables: dict[str, pd.DataFrame], limits: ImportLimits) -> Iterator[Finding]:
    """An error for each rule that is broken by too large a share of a register's households."""
    chosen = found[found["rule_id"].isin(_CAUSES)]
    for (rule_id, table), rows in chosen.groupby(["rule_id", "table"], sort=True):
        homes = tables.get(HOUSEHOLDS_OF.get(str(table), str(table)))
        number = len(rows.drop_duplicates(["file", "sheet", "row"]))
        if homes is None or number < limits.mass_least or number <= limits.mass_share * len(homes):
            continue
        title = rows["rule_title"].iloc[0]
        yield Finding(
            Severity.ERROR,
            "HB-I-401",
            "同类问题过多",
            "、".join(sorted(rows["file"].dropna().unique())),
            f"“{title}”有{number}行，超过{len(homes)}户的{limits.mass_share:.0%}：{_CAUSES[str(rule_id)]}",
            "先核对文件再导入；确实如此的，调高 params/import.yaml 的 mass_share",
            table=str(table),
        )
