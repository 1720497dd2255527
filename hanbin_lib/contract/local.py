"""The contract as one county's files spell it: its aliases, extra columns, labels and codes."""

from collections.abc import Iterator
from dataclasses import replace

from hanbin_lib.contract.columns import Column, Kind, Table, normal_heading
from hanbin_lib.contract.labels import YES_OR_NO
from hanbin_lib.contract.tables import TABLES
from hanbin_lib.errors import refused_params
from hanbin_lib.policy import CountyColumns

_FILE = "columns.yaml"
_CHOICES = (Kind.CHOICE, Kind.CHOICES)


def local_tables(own: CountyColumns, county_code: str) -> dict[str, Table]:
    """All tables with the county's own headings, labels and forms of codes.

    Raises
    ------
    HanbinError
        ``HB-PAR-010`` with every table, column and label of ``columns.yaml`` that the contract does not
        know, and every heading that would stand for two columns.
    """
    faults = list(_faults(own))
    if faults:
        raise refused_params(
            "HB-PAR-010",
            "\n".join(f"{_FILE}：{fault}" for fault in faults),
            f"按提示修改 params/{_FILE}；表和列的正式名称见 docs/data-dictionary.md",
        )
    if own == CountyColumns():
        return TABLES
    return {name: _local(table, own, county_code) for name, table in TABLES.items()}


def _local(table: Table, own: CountyColumns, county_code: str) -> Table:
    aliases = own.aliases.get(table.title, {})
    columns = tuple(
        _named(column, aliases.get(column.heading, ()), own, county_code) for column in table.columns
    )
    return replace(
        table,
        columns=columns,
        extra=own.extra.get(table.title, ()),
        area_code_month=own.area_codes.get(table.title, ""),
    )


def _named(column: Column, aliases: tuple[str, ...], own: CountyColumns, county_code: str) -> Column:
    # 来源 is a choice of one table and free text of another: only what has labels gets any.
    is_choice, is_code = column.kind in _CHOICES, column.kind is Kind.CODE
    has_labels = is_choice or column.kind is Kind.FLAG
    spellings = own.labels.get(column.heading, {}) if has_labels else {}
    added = tuple(
        label for label in dict.fromkeys(spellings.values()) if is_choice and label not in column.labels
    )
    values = own.values.get(column.heading, ()) if is_choice else ()
    besides = tuple(value for value in values if value not in (*column.labels, *added))
    form = own.codes.get(column.heading) if is_code else None
    return replace(
        column,
        aliases=(*column.aliases, *aliases),
        # Of a column of which no label is known any is right.
        labels=(*column.labels, *added, *besides) if column.labels or besides else (),
        spellings=tuple(spellings.items()),
        digits=form.digits if form else 0,
        prefix=county_code[: form.area_digits] if form else "",
    )


def _faults(own: CountyColumns) -> Iterator[str]:
    titles = {table.title: table for table in TABLES.values()}
    unlisted = [title for title in {**own.aliases, **own.extra, **own.area_codes} if title not in titles]
    yield from (f"没有“{title}”这张表" for title in unlisted)
    for title, columns in own.aliases.items():
        if title in titles:
            yield from _alias_faults(titles[title], columns)
    kinds = {(column.heading, column.kind) for table in TABLES.values() for column in table.columns}
    for part, headings, wanted in (
        ("labels", own.labels, (*_CHOICES, Kind.FLAG)),
        ("values", own.values, _CHOICES),
        ("codes", own.codes, (Kind.CODE,)),
    ):
        unknown = [name for name in headings if not any((name, kind) in kinds for kind in wanted)]
        yield from (f"{part}：没有“{heading}”这一列，或它不是这一类的列" for heading in unknown)
    for heading, spellings in own.labels.items():
        if (heading, Kind.FLAG) in kinds and not set(spellings.values()) <= set(YES_OR_NO):
            yield f"labels：“{heading}”右边只能是“是”或“否”"


def _alias_faults(table: Table, columns: dict[str, tuple[str, ...]]) -> Iterator[str]:
    # As the import compares them: 镇（街道） and 镇(街道) are one heading.
    owner = {
        normal_heading(h): column.heading
        for column in table.columns
        for h in (column.heading, *column.aliases)
    }
    for heading, aliases in columns.items():
        if heading not in {column.heading for column in table.columns}:
            yield f"“{table.title}”没有“{heading}”这一列"
            continue
        for alias in aliases:
            known = owner.setdefault(normal_heading(alias), heading)
            if known != heading:
                yield f"“{table.title}”的表头“{alias}”已经是“{known}”，不能又是“{heading}”"
