"""``hanbin trace``: the chain behind one figure, from its definition to the rows that came in."""

from collections.abc import Iterator

import pandas as pd

from hanbin_lib import __version__
from hanbin_lib.bulletin import Bulletin
from hanbin_lib.contract import TABLES
from hanbin_lib.contract.columns import SOURCE
from hanbin_lib.errors import HanbinError, refused_params
from hanbin_lib.indicators import ALL, DEFINITIONS, NOTE_TEXT, Definition, NoteCode, selections_behind
from hanbin_lib.indicators.compute import tables_of
from hanbin_lib.ingest import join_lines, receipt_line
from hanbin_lib.release.publication import Published
from hanbin_lib.store import program_digest
from hanbin_lib.workspace import Workspace

_NUMBERS = {"value": "数值", "numerator": "分子", "denominator": "分母", "lower": "下限", "upper": "上限"}
# What a row is known by, the first that it has.
_CODES = ("household_code", "problem_code", "project_code", "unit_code", "village_code")


def trace_lines(bulletin: Bulletin, indicator: str, group: str = ALL, *, rows: bool = False) -> Iterator[str]:
    """Lines that tell a figure's definition, value, program, data and sources.

    Parameters
    ----------
    rows
        Also the rows that count (households, problems, projects), with file and row: for who may see them.

    Raises
    ------
    HanbinError
        ``HB-TRC-001`` no such indicator, or no such figure of this place.

    Notes
    -----
    A group that counts nothing has no row: where its label is known and the indicator was reported,
    its value is zero.
    """
    definition = DEFINITIONS.get(indicator)
    own = bulletin.figures.table
    own = own[own["indicator"].eq(indicator) & own["month"].eq(str(bulletin.month))]
    here = own[own["place_code"].eq(bulletin.place)]
    found = here[here["group"].eq(group)]
    is_void = found.empty and here["note_code"].eq(NoteCode.REPORTED).any() and _is_label(own, group)
    if definition is None or (found.empty and not is_void):
        raise _unknown(indicator, bulletin.place_name, group)
    yield f"{bulletin.place_name}　{bulletin.month.label}　{definition.name}{_in_brackets(group)}"
    yield from _nothing(definition) if is_void else _numbers(bulletin, indicator, found.iloc[0])
    yield f"分子　{definition.numerator}"
    yield f"分母　{definition.denominator or '—'}"
    yield f"时点　{definition.as_of}"
    yield f"来源　{definition.source}"
    yield f"程序　{__version__}　{program_digest()[:16]}"
    for month, version in bulletin.sources.ids.items():
        yield f"数据　{month}　{version}"
    yield from _sources(bulletin, indicator)
    if rows:
        yield from ("逐条　0条",) if is_void else _rows(bulletin, indicator, group)


def not_as_published(workspace: Workspace, bulletin: Bulletin) -> str:
    """That the month was published from other data than `bulletin` is opened on; empty where it was not."""
    published = Published.read(workspace, bulletin.month)
    known, now = (published.manifest.snapshots if published else {}), bulletin.sources.ids
    other = [
        f"{month} {known[month]}（现在是 {now.get(month, '没有')}）"
        for month in known
        if known[month] != now.get(month)
    ]
    if published is None or not other:
        return ""
    return (
        f"注意：已发布的第{published.manifest.revision}版用的是另一版数据，印出的数可能与这里的不同：{'、'.join(other)}。"
        f"hanbin bulletin {bulletin.month} 按现在的数据出新版"
    )


def _is_label(own: pd.DataFrame, group: str) -> bool:
    """Whether some place counts in that group, or the contract knows the label of a dimension in use."""
    dimension, _, label = group.partition("=")
    known = {text for table in TABLES.values() for column in table.columns for text in column.labels}
    is_in_use = own["group"].str.startswith(f"{dimension}=").any()
    return bool(own["group"].eq(group).any() or (label in known and is_in_use))


def _nothing(definition: Definition) -> Iterator[str]:
    if definition.denominator:
        yield f"数值　{NOTE_TEXT[NoteCode.NOT_APPLICABLE]}（该组没有记录，分母为0）"
    else:
        yield f"数值　0{definition.unit.value}（该组没有记录）"


def _numbers(bulletin: Bulletin, indicator: str, row: pd.Series) -> Iterator[str]:
    yield f"数值　{bulletin.figures.figure(indicator, group=row['group']).text}"
    known = (f"{word} {row[name]:g}" for name, word in _NUMBERS.items() if row[name] == row[name])
    yield "原值　" + "，".join(known)


def _in_brackets(group: str) -> str:
    """The group as it was asked for; nothing for the whole, which has no name of its own."""
    return "" if group == ALL else f"（{group}）"


def _sources(bulletin: Bulletin, indicator: str) -> Iterator[str]:
    """Files, sheets and rows of the tables behind it, with their hashes."""
    for name in tables_of(indicator):
        for source in bulletin.snapshot.manifest.sources:
            if source.table == name:
                sheet = f"（{source.sheet}）" if source.sheet else ""
                where = f"{source.file}{sheet}　{source.rows}行　{source.sha256[:16]}"
                yield f"文件　{TABLES[name].title}　{where}"
                if source.receipt is not None:
                    yield f"收据　{receipt_line(source)}"
        for join in bulletin.snapshot.manifest.joins:
            if join.table == name:
                yield f"对应　{join_lines([join])[0]}"


def _rows(bulletin: Bulletin, indicator: str, group: str) -> Iterator[str]:
    """Every row that counts in a figure, of a share those of its numerator; codes only, no name."""
    at = (indicator, group)
    selection = selections_behind(bulletin.sources, bulletin.scope, {at}).get(at)
    behind = None if selection is None else selection.at(bulletin.place)
    if behind is None or not set(SOURCE) <= set(behind.columns):
        yield "逐条　这个数不是上报表的行逐条相加得来的，不能逐条列出"
        return
    code = next((name for name in _CODES if name in behind), None)
    share = "（分子）" if DEFINITIONS[indicator].denominator else ""
    each, unit = ("逐户", "户") if code == _CODES[0] else ("逐条", "条")
    yield f"{each}{share}　{len(behind)}{unit}"
    for row in behind.sort_values(list(SOURCE)).to_dict("records"):
        weight = "" if row["weight"] == 1 else f"　计{row['weight']:g}"
        file = bulletin.snapshot.manifest.sources[int(row["source_file"])].file
        yield f"　　　{row[code] if code else ''}　{file}　第{row['source_row']}行{weight}"


def _unknown(indicator: str, place: str, group: str) -> HanbinError:
    return refused_params(
        "HB-TRC-001",
        f"{place}没有这个数：{indicator}{_in_brackets(group)}",
        "用 hanbin indicators list 查看全部指标；分组写作 维度=标签",
    )
