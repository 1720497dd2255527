"""Write the generated pages of the documentation: indicators, data dictionary, rules of the import."""

import sys
from collections.abc import Iterator
from pathlib import Path

from hanbin_lib.contract import TABLES, Column
from hanbin_lib.indicators import CHAPTERS
from hanbin_lib.ingest.rules import RULES
from hanbin_lib.policy import WORK_ITEM, Clock, Policy, read_policies

DOCS = Path(__file__).parents[1] / "docs"
PARAMS = DOCS.parent / "params"
# The tables that the tests hold the indicators to: one file a chapter, first the ordinary values.
CASES = Path(__file__).parents[1] / "tests" / "indicators" / "cases"
RULE_CASES = Path(__file__).parents[1] / "tests" / "ingest" / "cases" / "rules.md"
_NOTE = "<!-- 由 scripts/make_docs.py 生成，不要手工修改 -->\n"

_GROUPS = (
    "`group` 为 `all` 时是合计；`维度=标签` 是分组（category 监测对象类别、cause 第一致险原因、"
    "situation 未消除的情形、band 收入分组）。“可加”指各镇合计等于全县；"
    "“各县合并”指市、省的数怎样由各县的数得出。\n"
)
_NOTES = (
    "`note_code`：reported 有数（含零）；not_applicable 分母为零；not_received 表或列没有收到；"
    "parameter_missing 参数未录入；suppressed 户数过少不公布；"
    "not_comparable 区划调整，那时不是这个地方，不可比。\n"
)
_ORDINARY = "没有列出的栏目"
_CASES_NOTE = (
    "每一章后面的**边界表**说明界线上怎么算：左边各栏是报来的行，带“→”的栏是算出来应得的数"
    "（“：”后是分组，括号里是分子、分母、上下限或上月）。程序每次修改都按这些表核对。\n"
)


def indicators_page() -> str:
    """Definitions of all indicators (指标口径)."""
    cases = _cases()
    lines = [_NOTE, "# 指标口径\n", _GROUPS, _NOTES, _CASES_NOTE, *cases.pop(_ORDINARY)]
    for chapter, definitions in CHAPTERS.items():
        lines += [
            f"## {chapter}\n",
            "| 指标 | 名称 | 单位 | 分子 | 分母 | 时点 | 来源 | 可加 | 各县合并 |",
            "|---|---|---|---|---|---|---|---|---|",
        ]
        lines += [
            f"| `{d.id}` | {d.name} | {d.unit.value} | {d.numerator} | {d.denominator or '—'} | {d.as_of} "
            f"| {d.source} | {'是' if d.is_additive else '否'} | {d.pooled.value} |"
            for d in definitions
        ]
        lines += ["", f"### 边界表：{chapter}\n", *cases.pop(chapter)]
    if cases:
        raise ValueError(f"cases of no chapter: {sorted(cases)}")
    return "\n".join(lines)


def _cases() -> dict[str, list[str]]:
    """Chapter -> the lines of its boundary tables, headings two levels down."""
    found = {}
    for path in sorted(CASES.glob("*.md")):
        title, *lines = path.read_text(encoding="utf-8").splitlines()
        found[title.removeprefix("# ")] = [f"##{line}" if line.startswith("#") else line for line in lines]
    return found


def dictionary_page() -> str:
    """Columns of all incoming tables (数据字典)."""
    lines = [
        _NOTE,
        "# 数据字典\n",
        "文件按表头识别。“必需”的列缺了就不能导入；“个人”的列只用于核查，不存、不显示。\n",
        (
            "“—”“/”和程序写出的“null”“nan”按没有填写处理；空着就是没有的列（帮扶措施、致贫返贫风险、监测对象类别、在校生状况、"
            "公益性岗位、务工所在地、务工企业）里写“无”“否”“没有”“未知”的也是；都有提示（HB-I-327）。\n"
        ),
    ]
    for table in TABLES.values():
        place = "国家系统导出，表头在第三行" if table.national else "本局台账，表头在第一行"
        lines += [f"## {table.title} · `{table.name}`\n", f"{place}（位置可变，自动识别）。\n"]
        lines += [
            "| 表头 | 别名 | 代码名 | 类型 | 单位 | 必需 | 个人 | 选项 |",
            "|---|---|---|---|---|---|---|---|",
        ]
        lines += [
            f"| {c.heading} | {'、'.join(c.aliases)} | `{c.name}` | {c.kind.value} | {c.unit} "
            f"| {'是' if c.required else ''} | {'是' if c.personal else ''} | {_labels_of(c)} |"
            for c in table.columns
        ]
        lines.append("")
    return "\n".join(lines)


def _labels_of(column: Column) -> str:
    """Its labels; of one whose labels are a period's where they stand."""
    return "、".join(column.labels) or ("见[政策包](rules.md)" if column.heading == WORK_ITEM else "")


def rules_page() -> str:
    """Logic rules of the import (核查规则)."""
    lines = [
        _NOTE,
        "# 逻辑核查规则\n",
        "| 规则 | 问题 | 表 | 列 | 依据 | 怎么办 |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {r.id} | {r.title} | `{r.table}` | {r.heading} | {r.reference and '省级核查规则 ' + r.reference} "
        f"| {r.action} |"
        for r in RULES
    ]
    title, *cases = RULE_CASES.read_text(encoding="utf-8").splitlines()
    note = "1（多行的是条数）是提示，0是不提示；没有列出的栏目同[指标口径](indicators.md)的边界表。"
    lines += ["", f"#{title}\n", note, *(f"#{line}" if line.startswith("#") else line for line in cases)]
    return "\n".join([*lines, "", *_packs()]) + "\n"


def _packs() -> Iterator[str]:
    """The policy packs as they are shipped: every item with its document."""
    yield "## 政策包\n"
    yield "仓库带的各时期政策包（`params/policy/`）；每个月用当时的一包。没有列出的项没有依据，由本局填写。"
    for pack in read_policies(PARAMS).packs:
        yield f"\n### {pack.first_month} 至 {pack.last_month or '今'}\n"
        yield "| 项 | 内容 | 依据 |\n|---|---|---|"
        yield from (f"| {what} | {content} | {document} |" for what, content, document in _items(pack))


def _items(pack: Policy) -> Iterator[tuple[str, str, str]]:
    for name, clock in pack.clocks:
        if clock is not None:
            much = f"{clock.days}{clock.unit}" if isinstance(clock, Clock) else f"{clock.months}个月"
            yield f"时限 `{name}`", much, clock.document
    for term, word in pack.words.items():
        yield f"用词 {term}", word.word, word.document
    if pack.work_items is not None:
        listed = "；".join(f"{head}：{'、'.join(items)}" for head, items in pack.work_items.headings.items())
        yield f"事项（{pack.work_items.title}）", listed, pack.work_items.document
    if pack.entry_limit is not None:
        yield "新识别户的收入界线", f"{pack.entry_limit.yuan:g}元", pack.entry_limit.document
    if pack.base is not None:
        yield "不计入的脱贫户", "、".join(pack.base.leaves_out), pack.base.document
    if pack.names is not None:
        names = (pack.names.bureau_name, pack.names.bulletin_name)
        yield "单位和刊名", "、".join(filter(None, names)), pack.names.document


PAGES = {
    "indicators.md": indicators_page,
    "data-dictionary.md": dictionary_page,
    "rules.md": rules_page,
}

if __name__ == "__main__":
    stale = (
        [name for name, page in PAGES.items() if (DOCS / name).read_text(encoding="utf-8") != page()]
        if ("--check" in sys.argv)
        else []
    )
    if stale:
        sys.exit(f"stale: {', '.join(stale)}; run python scripts/make_docs.py")
    if "--check" not in sys.argv:
        for name, page in PAGES.items():
            (DOCS / name).write_text(page(), encoding="utf-8")
