"""Hostile inputs made from a sound export: each a name and the bytes of a file, all by seed."""

import io
import random
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import openpyxl

INCOME = "工资性收入"
_TEXTS = (
    "#set page(width: 1mm)", "<script>alert(1)</script>", '=HYPERLINK("x","y")', "{{ 7*7 }}", '"); import os',
    "\u202e倒着写\u202c", "村" * 5_000, "🏚️👵🏽", "../../etc/passwd", "$(touch x)", "'; DROP TABLE a; --", "@SUM(A1)",
    "\ufeff东村", "东\u200b村", "合计", "NULL", "  ", "_x0000_", "&amp;&#0;", "%s%n", "-0", "东村\n西村",
)  # fmt: skip
_NUMBERS = (
    "1e999", "NaN", "nan", "inf", "-inf", "-", "--5", "1.2.3", "0x10", "１２３４", "1,234.5", "1 234", "12元", "1.5万",
    "十二", "#REF!", "#DIV/0!", "=1+1", "9" * 400, "-20001", "2000O", "20,00", "1e5", "1_000", "+5", ".5", "5.", "٣٤",
    "1e-320", "True", "2022-09-01", "", "0", "00012", "½",
)  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """A file that came in, and the total that a careful reader finds in it (None: not a number).

    `is_exact`: what was changed carries no amount, so if the file is read at all, that total is the only right
    one, whatever is said beside it.
    """

    name: str
    file: str
    content: bytes
    total: Decimal | None
    is_exact: bool = False


def mutants(rows: list[dict[str, str | None]], number: int, seed: int) -> Iterator[Mutant]:
    """`number` mutants, the kinds in turn, the places by `seed`."""
    chance = random.Random(seed)
    kinds = (
        _cell_number,
        _cell_text,
        _bytes,
        _heading,
        _row,
        _member,
        _sheet,
        _text_file,
        _cell_number,
        _bytes,
    )
    for turn in range(number):
        yield kinds[turn % len(kinds)](rows, chance, turn)


def total_of(rows: list[dict[str, str | None]]) -> Decimal | None:
    """Income of the households, told by their heads; None where one is no plain number."""
    try:
        values = [Decimal(r[INCOME] or "0") for r in rows if r.get("与户主关系") == "户主"]
    except InvalidOperation:
        return None
    return sum(values, Decimal(0)) if all(v.is_finite() for v in values) else None


def workbook(rows: list[dict[str, str | None]], headings: list[str] | None = None, sheets: int = 1) -> bytes:
    """The export as the system writes it."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for _ in range(sheets):
        sheet = book.create_sheet()
        sheet.append(["监测对象信息"])
        sheet.append(["单位：试点县"])
        sheet.append(headings or list(rows[0]))
        for row in rows:
            sheet.append(list(row.values()))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _copy(rows):
    return [dict(row) for row in rows]


def _cell_number(rows, chance, turn):
    rows = _copy(rows)
    value = _NUMBERS[chance.randrange(len(_NUMBERS))]
    chance.choice([r for r in rows if r["与户主关系"] == "户主"])[INCOME] = value
    return Mutant(f"number {value[:12]!r} {turn}", "a.xlsx", workbook(rows), total_of(rows))


def _cell_text(rows, chance, turn):
    rows = _copy(rows)
    column = chance.choice([name for name in rows[0] if name not in (INCOME, "与户主关系")])
    value = chance.choice(_TEXTS)
    chance.choice(rows)[column] = value
    return Mutant(f"{column} {value[:12]!r} {turn}", "a.xlsx", workbook(rows), total_of(rows))


def _bytes(rows, chance, turn):
    content = bytearray(workbook(rows))
    kind = chance.choice(["flip", "cut", "zero", "insert", "double"])
    at = chance.randrange(len(content))
    if kind == "flip":
        content[at] ^= 1 << chance.randrange(8)
    elif kind == "cut":
        del content[at:]
    elif kind == "zero":
        content[at : at + 64] = bytes(len(content[at : at + 64]))
    elif kind == "insert":
        content[at:at] = chance.randbytes(16)
    else:
        content += bytes(content)
    return Mutant(f"bytes {kind} {turn}", "a.xlsx", bytes(content), total_of(rows), is_exact=True)


def _heading(rows, chance, turn):
    rows = _copy(rows)
    headings = list(rows[0])
    at, other = chance.sample(range(len(headings)), 2)
    kind = chance.choice(["drop", "double", "rename", "exchange", "empty"])
    total = total_of(rows)
    if kind == "exchange":
        headings[at], headings[other] = headings[other], headings[at]
        total = total_of([dict(zip(headings, row.values(), strict=True)) for row in rows])
    else:
        headings[at] = {"drop": "无关", "double": headings[other], "rename": headings[at] + "?", "empty": ""}[
            kind
        ]
        total = total if INCOME in headings else None
    if headings.count(INCOME) > 1:
        total = None
    return Mutant(f"heading {kind} {turn}", "a.xlsx", workbook(rows, headings), total)


def _row(rows, chance, turn):
    rows = _copy(rows)
    at = chance.randrange(len(rows))
    kind = chance.choice(["double", "delete", "shift", "sum", "empty"])
    if kind == "double":
        rows.insert(at, dict(rows[at]))
    elif kind == "delete":
        del rows[at]
    elif kind == "shift":
        values = list(rows[at].values())
        rows[at] = dict(zip(rows[at], [None, *values[:-1]], strict=True))
    elif kind == "sum":
        rows.append({name: "合计" if not n else "99" for n, name in enumerate(rows[0])})
    else:
        rows[at] = dict.fromkeys(rows[at])
    total = None if kind == "shift" else total_of(rows)
    return Mutant(f"row {kind} {turn}", "a.xlsx", workbook(rows), total, is_exact=kind == "sum")


def _member(rows, chance, turn):
    """One part of the zip is left out, emptied, doubled, cut, or holds something else."""
    source = zipfile.ZipFile(io.BytesIO(workbook(rows)))
    names = source.namelist()
    chosen, kind = chance.choice(names), chance.choice(["leave", "empty", "cut", "entity", "noise"])
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            content = source.read(name)
            if name == chosen:
                changed = {
                    "leave": None,
                    "empty": b"",
                    "cut": content[: chance.randrange(len(content))],
                    "entity": b'<!DOCTYPE a [<!ENTITY b "bb">]>' + content,
                    "noise": chance.randbytes(200),
                }
                content = changed[kind]
            if content is not None:
                archive.writestr(name, content)
    name = f"part {chosen} {kind} {turn}"
    return Mutant(name, "a.xlsx", buffer.getvalue(), total_of(rows), is_exact=kind == "entity")


def _sheet(rows, chance, turn):
    kind = chance.choice(["twice", "nothing", "headings", "wide"])
    if kind == "twice":
        content, total = workbook(rows, sheets=2), total_of(rows)
    elif kind == "nothing":
        content, total = b"", None
    elif kind == "headings":
        content, total = workbook(rows[:1]), total_of(rows[:1])
    else:
        wide = [row | {f"多余{n}": "1" for n in range(chance.randrange(50, 300))} for row in rows[:1]]
        content, total = workbook(wide), total_of(wide)
    return Mutant(f"sheet {kind} {turn}", "a.xlsx", content, total, is_exact=True)


def _text_file(rows, chance, turn):
    lines = [",".join(rows[0]), *(",".join('"' + str(v or "") + '"' for v in row.values()) for row in rows)]
    encoding = chance.choice(["utf-8", "gb18030", "utf-16", "big5hkscs", "utf-32"])
    content = bytearray("\r\n".join(lines).encode(encoding, errors="replace"))
    kind = chance.choice(["whole", "cut", "flip", "quote"])
    if kind == "cut":
        del content[chance.randrange(len(content)) :]
    elif kind == "flip":
        content[chance.randrange(len(content))] ^= 0x80
    elif kind == "quote":
        content[chance.randrange(len(content))] = ord('"')
    # Bytes that still decode are another text: only the whole file has a known total.
    total = total_of(rows) if kind == "whole" else None
    return Mutant(f"csv {encoding} {kind} {turn}", "a.csv", bytes(content), total, is_exact=True)
