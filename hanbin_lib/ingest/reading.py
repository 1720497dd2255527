"""From a recognised sheet to typed rows, with every faulty cell named by its place."""

import unicodedata
from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pandas.core.arrays.categorical import CategoricalAccessor

from hanbin_lib.areas import town_key
from hanbin_lib.contract import Column, Kind, Level
from hanbin_lib.contract.columns import normal_heading
from hanbin_lib.contract.schemas import PLACE_CODES
from hanbin_lib.ingest.cell_values import TEXTS, Problem, Problems
from hanbin_lib.ingest.cells import EXPECTED, emptied, encoded, parsed
from hanbin_lib.ingest.findings import Fault, Severity, at_rows
from hanbin_lib.ingest.grid import CellKind, Encoded, Mask, matches
from hanbin_lib.ingest.matching import match_places
from hanbin_lib.ingest.number_formats import STROKE
from hanbin_lib.ingest.recognise import Recognised, factor, is_said, listed, scaled, told_heading, unit_of
from hanbin_lib.ingest.rows import HOUSEHOLD, MOVED, NOTES, OTHERS, Rows, left_out, told_names
from hanbin_lib.places import AreaRegister

_RULES = {Problem.DIGITS: "HB-I-221", Problem.NO_RESULT: "HB-I-222"}
_TITLES = {"HB-I-221": "编号存成了数字", "HB-I-222": "公式没有结果"}
_WARNED = (Problem.NO_DAY,)
_TENS_OF_THOUSANDS = "万元"  # yuan needs no word: the national exports seldom say it
_NUMBERS = (Kind.COUNT, Kind.AMOUNT)
_NOBODY = Encoded(np.array([], np.int32), pa.array([], pa.string()))
_LEFT = {
    NOTES: Fault(
        "HB-I-331", NOTES, "像是标题、说明、栏号或签字，没有存入", "", Severity.WARNING,
        "核对；是数据的，把这一行必填的各列填齐",
    ),
    MOVED: Fault(
        "HB-I-106", "表头中途换了顺序", "又是表头，列的顺序和上面的不同：下面的行会读错列",
        action="下面一段按上面的列顺序排好，或移到另一个工作表，保存后再导入",
    ),
}  # fmt: skip
_MEMBERS = Fault(
    "HB-I-332", "监测户的成员没有存入", "的户编号是监测户的，监测对象类别等却是空的，没有存入",
    "监测对象类别", Severity.WARNING, "只在户主行填了户级各列的，每一行都填上；确不是监测对象的不影响导入",
)  # fmt: skip


def read_rows(sheet: Recognised, register: AreaRegister) -> Rows:
    """Clean, parse and place every row below the headings."""
    body = _Body(sheet)
    rows = Rows(sheet, pd.DataFrame({"source_row": body.positions + 1}))
    rows.seen, rows.left, rows.notes = body.seen, body.left, tuple(body.apart[NOTES].tolist())
    columns = {c.name: _column(rows, c, body.cells.get(c.name)) for c in sheet.table.columns}
    rows.frame = pd.concat([rows.frame, pd.DataFrame(columns)], axis=1)
    for column in sheet.table.columns:
        if column.name in body.cells:
            _tell_column(rows, column, body.differing[column.name])
            _tell_words_for_nothing(rows, column, *body.silent[column.name])
            _tell_merged_numbers(rows, column)
    for reason, fault in _LEFT.items():
        _tell_left(rows, body.apart[reason], fault)
    _tell_members(rows, body)
    _convert_units(rows)
    _tell_unused_errors(rows)
    _tell_without_heading(rows)
    _tell_hidden(rows)
    _tell_struck(rows)
    match_places(rows, body.cells, register)
    _tell_named_like_a_place(rows, register)
    _name_towns(rows)
    return rows


class _Body:
    """Cells of the rows below the headings that hold data.

    Attributes
    ----------
    cells
        Column name -> cells of the rows that are read.
    differing
        Column name -> rows in which two columns of that heading hold different values.
    silent
        Column name -> rows whose cell says in words that it is empty, and the words.
    positions
        Positions of the rows in the grid.
    seen, left
        As in `Rows`.
    apart
        Reason -> positions of the rows that are left out for it.
    others
        Codes of the households of those who are left out as not monitored.
    """

    def __init__(self, sheet: Recognised) -> None:
        grid, start = sheet.grid, sheet.header + 1
        self.cells: dict[str, Encoded] = {}
        self.differing: dict[str, Mask] = {}
        self.silent: dict[str, tuple[Mask, list[str]]] = {}
        filled = np.zeros(grid.height - start, dtype=bool)
        for column in sheet.table.columns:
            if column.name in sheet.places:
                found = [grid.columns[n].rows_from(start) for n in sheet.places[column.name]]
                cells, self.differing[column.name] = encoded(found, column.kind)
                self.cells[column.name], silent, words = emptied(column, cells)
                self.silent[column.name] = silent, words
                filled |= self.cells[column.name].codes >= 0
        out = left_out(sheet, self.cells, filled)
        self.seen = int(filled.sum())
        self.left = {reason: int(mask.sum()) for reason, mask in out.items() if mask.any()}
        self.apart = {reason: np.flatnonzero(mask) + start for reason, mask in out.items()}
        self.others = self.cells.get(HOUSEHOLD, _NOBODY).take(np.flatnonzero(out[OTHERS]))
        kept = np.flatnonzero(filled & ~np.logical_or.reduce(list(out.values())))
        if len(kept) < len(filled):
            self.cells = {name: column.take(kept) for name, column in self.cells.items()}
        self.differing = {name: mask[kept] for name, mask in self.differing.items()}
        self.silent = {name: (mask[kept], words) for name, (mask, words) in self.silent.items()}
        self.positions = kept + start


def _column(rows: Rows, column: Column, cells: Encoded | None) -> pd.Series:
    """Values of one column; a column that did not come in is missing throughout."""
    if cells is None:
        cells = Encoded(np.full(len(rows.frame), -1, dtype=np.int32), pa.array([], pa.string()))
    came = replace(column, unit=_unit(rows, column)) if column.name in rows.sheet.places else column
    values, problems = parsed(came, cells)
    if problems.any():
        _tell_problems(rows, column, problems)
    if column.required:
        text = f"“{column.heading}”不能为空"
        rows.tell(cells.codes < 0, Fault("HB-I-202", "必填项为空", text, column.heading))
    return values


def _tell_problems(rows: Rows, column: Column, problems: Problems) -> None:
    form = (f"应为{EXPECTED[column.kind]}", "在原系统或台账里更正后重新导出")
    if column.kind is Kind.FLAG:
        road = f"是本县写法的，在 params/columns.yaml 的 labels 下写：{column.heading}: {{本县的写法: 是}}"
        form = (form[0], f"{form[1]}；{road}")
    for problem in np.unique(problems[problems > 0]).tolist():
        text, action = TEXTS.get(problem, form)
        rule = _RULES.get(problem, "HB-I-201")
        severity = Severity.WARNING if problem in _WARNED else Severity.ERROR
        text = f"“{column.heading}”{text}"
        fault = Fault(rule, _TITLES.get(rule, "单元格格式不对"), text, column.heading, severity, action)
        rows.tell(problems == problem, fault)


def _tell_column(rows: Rows, column: Column, differing: Mask) -> None:
    if column.labels:
        _tell_unknown_labels(rows, column)
    if not differing.any():
        return
    heads = [told_heading(place, rows.sheet.headings[place]) for place in rows.sheet.places[column.name]]
    which = "左边一列" if len(set(heads)) == 1 else f"“{heads[0]}”"
    count = f"有{int(differing.sum())}行内容不同"
    text = f"“{column.heading}”认出两列（{'、'.join(heads)}），{count}，按{which}取值，此为第一处"
    action = "核对两列，删去不用的一列"
    fault = Fault("HB-I-321", "同名列内容不同", text, column.heading, Severity.WARNING, action)
    rows.tell_first(differing, fault)


def _tell_words_for_nothing(rows: Rows, column: Column, silent: Mask, words: list[str]) -> None:
    said = "".join(f"“{word}”" for word in words)
    text = f"“{column.heading}”有{int(silent.sum())}处写的是{said}，按没有填写处理，此为第一处"
    action = "没有的，这一格留空"
    fault = Fault("HB-I-327", "按没有填写处理", text, column.heading, Severity.WARNING, action)
    rows.tell_first(silent, fault)


def _tell_merged_numbers(rows: Rows, column: Column) -> None:
    """One number over several rows belongs to nobody can say which of them; a household's repeats anyway."""
    if column.kind not in _NUMBERS or column.level is Level.HOUSEHOLD:
        return
    source, merged = rows.frame["source_row"].to_numpy() - 1, np.zeros(len(rows.frame), dtype=bool)
    for area in rows.sheet.grid.merges:
        if area.left in rows.sheet.places[column.name]:
            merged |= (source >= area.top) & (source <= area.bottom)
    text = f"“{column.heading}”是合并单元格，一个数不知道怎么分给几行"
    action = "取消合并，逐行填写"
    rows.tell(merged, Fault("HB-I-223", "数字在合并单元格里", text, column.heading, action=action))


def _tell_left(rows: Rows, positions: np.ndarray, fault: Fault) -> None:
    """Rows that were left out: told once, at the first."""
    if len(positions):
        fault = replace(fault, message=f"有{len(positions)}行{fault.message}，此为第一行")
        grid = rows.sheet.grid
        first = pd.DataFrame({"source_row": positions[:1] + 1})
        rows.findings.append(at_rows(first, fault, rows.sheet.table.name, grid.file, grid.sheet))


def _tell_members(rows: Rows, body: "_Body") -> None:
    """Members whose household is monitored were left out: only its head's row says so, as a rule."""
    if not len(body.apart[OTHERS]):
        return
    kept, others = body.cells[HOUSEHOLD], body.others
    shared = pc.is_in(
        others.texts, value_set=kept.texts.take(pa.array(np.unique(kept.codes[kept.codes >= 0])))
    )
    members = np.append(shared.to_numpy(zero_copy_only=False), False)[others.codes]
    _tell_left(rows, body.apart[OTHERS][members], _MEMBERS)


def _convert_units(rows: Rows) -> None:
    """Money that came in another unit than the column's, told once a column."""
    first = np.arange(len(rows.frame)) == 0
    for column in rows.sheet.table.columns:
        if column.kind is not Kind.AMOUNT or column.name not in rows.sheet.places:
            continue
        heading, above = _said_of(rows, column)
        unit = unit_of(column, heading, above)
        if unit != column.unit:
            rows.frame[column.name] = scaled(rows.frame[column.name], factor(column, unit))
            text = f"“{column.heading}”按{unit}填写，已换算成{column.unit}"
            action = "核对单位；不是这个单位的，改正表头或表上方的单位"
            rows.tell(first, Fault("HB-I-322", "换算了单位", text, column.heading, Severity.WARNING, action))
        elif column.unit == _TENS_OF_THOUSANDS and not is_said(heading, above):
            _tell_unsaid_unit(rows, column, first)


def _unit(rows: Rows, column: Column) -> str:
    """Unit in which a column's numbers came."""
    return unit_of(column, *_said_of(rows, column)) if column.kind is Kind.AMOUNT else column.unit


def _said_of(rows: Rows, column: Column) -> tuple[str, list[str]]:
    """Heading of a column, with that of its group where it says no unit, and the lines about the table."""
    sheet = rows.sheet
    grid, header, place = sheet.grid, sheet.header, sheet.places[column.name][0]
    heading, group = sheet.headings[place], _group(grid.row(header - 1) if header else [], place)
    lines = (row for at in (*range(header), *rows.notes) for row in grid.row(at))
    above = [normal_heading(text) for text in lines if text]
    return (heading if is_said(heading, []) else heading + group), above


def _group(upper: list[str | None], place: int) -> str:
    """What stands above a heading, or above one before it in the same group: 收入（万元）."""
    return next((normal_heading(text) for text in reversed(upper[: place + 1]) if text), "")


def _tell_unsaid_unit(rows: Rows, column: Column, first: Mask) -> None:
    text = f"“{column.heading}”的表头和表上方都没有写单位，按{column.unit}读取"
    action = f"核对；确是{column.unit}的，在表头写上（{column.unit}）"
    rows.tell(first, Fault("HB-I-329", "没有写单位", text, column.heading, Severity.WARNING, action))


def _tell_unused_errors(rows: Rows) -> None:
    """Errors in columns that nothing is read from: told once a column."""
    grid, start = rows.sheet.grid, rows.sheet.header + 1
    used = {place for places in rows.sheet.places.values() for place in places}
    for place, column in enumerate(grid.columns):
        if place in used or column.kinds is None:
            continue
        failed = np.flatnonzero(column.of_kind(CellKind.ERROR)[start:])
        if len(failed):
            heading = told_heading(place, rows.sheet.headings[place]) or f"第{place + 1}列"
            text = f"没有使用的列“{heading}”有{len(failed)}个单元格公式出错，此为第一个"
            fault = Fault("HB-I-323", "未使用的列有错误", text, heading, Severity.WARNING, "不影响导入")
            rows.tell((rows.frame["source_row"] == failed[0] + start + 1).to_numpy(), fault)


def _tell_without_heading(rows: Rows) -> None:
    """Cells that stand under no heading; in a text file they are what a comma in a number pushed aside."""
    grid, header = rows.sheet.grid, rows.sheet.header
    headings = rows.sheet.headings
    last = max(place for place, heading in enumerate(headings) if heading)
    below = rows.frame["source_row"].to_numpy() - header - 2
    pushed = np.zeros(len(below), dtype=bool)
    for place, column in enumerate(grid.columns):
        if headings[place]:
            continue
        cells, _ = encoded([column.rows_from(header + 1)], Kind.TEXT)  # a blank alone is nothing
        filled = cells.codes[below] >= 0
        if not filled.any():
            continue
        if grid.is_delimited and place > last:
            pushed |= filled
            continue
        text = f"第{place + 1}列没有表头，有{int(filled.sum())}个单元格有内容，没有存入，此为第一个"
        action = "要存入的写上表头；不要的不影响导入"
        fault = Fault("HB-I-328", "没有表头的列", text, f"第{place + 1}列", Severity.WARNING, action)
        rows.tell_first(filled, fault)
    text = "这一行比表头多出内容，像是没有加引号的逗号（或制表符）把一格分成了两格，后面各格错了位"
    action = "去掉数里的逗号，或给这一格加上引号后重新导出；是备注的，在表头行写上这一列的表头"
    fault = Fault("HB-I-224", "多出的内容", text, action=action)
    rows.tell(pushed, fault)


def _tell_hidden(rows: Rows) -> None:
    """Rows and columns that do not show are read as the others are."""
    hidden = rows.frame["source_row"].isin([row + 1 for row in rows.sheet.grid.hidden_rows]).to_numpy()
    text = f"有{int(hidden.sum())}行是隐藏的（多半是筛选），已照常读取，此为第一行"
    fault = Fault("HB-I-324", "隐藏的行", text, "", Severity.WARNING, "不应计入的，删去后保存再导入")
    rows.tell_first(hidden, fault)
    used = {place for places in rows.sheet.places.values() for place in places}
    unseen = [told_heading(n, rows.sheet.headings[n]) for n in rows.sheet.grid.hidden_columns if n in used]
    text = f"有{len(unseen)}列是隐藏的，已照常读取：{listed(tuple(unseen))}"
    fault = Fault("HB-I-324", "隐藏的列", text, "", Severity.WARNING, "不应读取的，删去后保存再导入")
    rows.tell_first(np.full(len(rows.frame), bool(unseen)), fault)


def _tell_struck(rows: Rows) -> None:
    """Rows in which something that would be read is struck out: nobody can say whether it counts."""
    grid, start = rows.sheet.grid, rows.sheet.header + 1
    struck = np.zeros(grid.height - start, dtype=bool)
    for place in (place for places in rows.sheet.places.values() for place in places):
        column = grid.columns[place]
        marked = column.of_kind(CellKind.STRUCK)[start:]
        struck |= marked | np.append(matches(column.texts, STROKE), False)[column.codes[start:]]
    mask = struck[rows.frame["source_row"].to_numpy() - start - 1]
    text = "这一行有划掉的字（删除线），不知道算不算数"
    rows.tell(
        mask, Fault("HB-I-225", "有划掉的字", text, action="作废的删去；作数的去掉删除线，保存后再导入")
    )


def _tell_unknown_labels(rows: Rows, column: Column) -> None:
    """Warn of unknown labels and keep them: the lists change by year and province."""
    values = rows.frame[column.name].cat
    counts, strange = _unknown_labels(values, column)
    if counts.empty:
        return
    mask = np.isin(values.codes, strange)
    # Codes of a questionnaire: nobody can guess which answer is the 1. Words are kept as they came.
    coded = counts.index.str.fullmatch("[0-9]{1,2}|[A-Za-z]").all() and mask.sum() == len(values.codes)
    stops = coded and column.required
    spelt = told_names(counts, rows, column.labels)
    label = spelt[0].partition("（")[0] if spelt else "本县的写法"
    label = f'"{label}"' if coded else label
    fault = Fault(
        "HB-I-301",
        "不认识的选项",
        f"“{column.heading}”有{counts.sum()}处、{len(counts)}种选项不在已知范围内，"
        f"{'都是代码，不知道指哪个选项' if stops else '按原样保留'}，此为第一处"
        + (f"：{'、'.join(spelt)}" if spelt else ""),
        column.heading,
        Severity.ERROR if stops else Severity.WARNING,
        f"核对；是本县写法的，在 params/columns.yaml 的 labels 下写：{column.heading}: {{{label}: 正式选项}}",
    )
    rows.tell_first(mask, fault)


def _unknown_labels(values: CategoricalAccessor, column: Column) -> tuple[pd.Series, list[int]]:
    """How often each unknown label stands there, the most frequent first, and the distinct texts with one."""
    known = {*column.labels, *(unicodedata.normalize("NFKC", label) for label in column.labels)}
    per_text = np.bincount(values.codes[values.codes >= 0], minlength=len(values.categories)).tolist()
    counts: Counter[str] = Counter()
    strange = []
    for number, (text, count) in enumerate(zip(values.categories, per_text, strict=True)):
        labels = text.split(",") if column.kind is Kind.CHOICES else [text]
        unknown = [label for label in labels if label not in known] if count else []
        counts.update(dict.fromkeys(unknown, count))
        strange += [number] if unknown else []
    return pd.Series(dict(counts.most_common()), dtype="int64"), strange


def _tell_named_like_a_place(rows: Rows, register: AreaRegister) -> None:
    """A row that bears a town's name, or the county's, instead of a name or code of its own sums others.

    A workshop may be called so; no project has such a code, nor does a whole list bear such names.
    """
    table = rows.sheet.table
    names = tuple(name for name in table.key if name not in PLACE_CODES)
    places = {town_key(name) for name in (*register.towns["place_name"], register.county["place_name"])}
    for column in table.columns:
        is_name, is_code = column.kind is Kind.TEXT and names == (column.name,), column.kind is Kind.CODE
        if not is_name and not (is_code and column.name in names and column.level is Level.ROW):
            continue
        named = rows.frame[column.name].map(lambda text: town_key(str(text)) in places)
        mask = named.fillna(value=False).to_numpy(bool)
        text = f"“{column.heading}”写的是镇（街道）或县（区）的名称，像是合计行"
        action = "是合计的，名称里写上“小计”“合计”或删去；确是这个名称的不影响导入"
        fault = Fault("HB-I-330", "像是合计行", text, column.heading, Severity.WARNING, action)
        if is_code or 2 * mask.sum() > len(mask):
            action = "整张是分镇汇总表的，移出文件夹；是合计行的，写上“小计”或删去；不是的，写上编号或名称"
            fault = replace(fault, severity=Severity.ERROR, action=action)
        rows.tell(mask, fault)


def _name_towns(rows: Rows) -> None:
    """Give the findings made before the places were matched the town of their row."""
    if "town_code" not in rows.frame:
        return
    towns = pd.Series(rows.frame["town_code"].array, index=rows.frame["source_row"])
    for found in rows.findings:
        found["town_code"] = towns.reindex(found["row"]).astype("str").array
